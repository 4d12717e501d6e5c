/// Sharing a fragment in three steps, withdrawing one, and who stays in a case.
extension Templates {
    static let shareRecord = #"""
        <p class="crumb"><a href="/cases">{{t.cases}}</a> <a href="/cases/{{id}}">{{caseTitle}}</a></p>
        <h1>{{t.shareRecord}}</h1>
        <p class="lead">{{t.shareLead}}</p>
        {{> problem}}
        {{> searchForm}}
        {{> hits}}
        """#

    static let shareFields = #"""
        <p class="crumb"><a href="/cases">{{t.cases}}</a> <a href="/cases/{{id}}">{{caseTitle}}</a> <a href="/cases/{{id}}/share">{{t.shareRecord}}</a></p>
        <h1>{{t.chooseFields}}</h1>
        <p class="lead">{{recordTitle}}</p>
        {{#closed}}<p class="problem">{{.}}</p>{{/closed}}
        {{#sharedBefore}}<p>{{.}}</p>{{/sharedBefore}}
        {{#sharedEarlier}}<p>{{.}}</p>{{/sharedEarlier}}
        {{#sharedLower}}<p class="problem">{{.}}</p>{{/sharedLower}}
        {{#gone}}<p class="problem">{{.}}</p>{{/gone}}
        {{> problem}}
        <form method="post" action="/cases/{{id}}/share/preview" class="stacked" id="typed">
        <input type="hidden" name="token" value="{{token}}"><input type="hidden" name="record" value="{{record}}"><input type="hidden" name="before" value="{{before}}">
        <fieldset><legend>{{t.fields}}</legend>{{#fields}}<p class="check"><label><input type="checkbox" name="field" value="{{name}}"{{#isChosen}} checked{{/isChosen}}><span><strong>{{label}}</strong> <span class="text">{{value}}</span></span></label></p>{{/fields}}
        {{#hasWithheld}}<p class="hint">{{t.neverShared}} {{withheld}}</p>{{/hasWithheld}}</fieldset>
        <fieldset><legend>{{t.recipients}}</legend><p class="hint">{{t.recipientsHint}}</p>{{#members}}<p class="check"><label><input type="checkbox" name="to" value="{{handle}}"{{#isChosen}} checked{{/isChosen}}><span><strong>{{handle}}</strong> <small>{{ground}}</small></span></label></p>{{/members}}</fieldset>
        <p><label for="category">{{t.category}}</label><select id="category" name="category">{{#categories}}<option value="{{id}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/categories}}</select></p>
        {{#mayLower}}<p><label for="lowering">{{t.lowering}} <small>({{t.optional}})</small></label><input id="lowering" name="lowering" value="{{typedLowering}}" aria-describedby="lowering-hint"></p><p class="hint" id="lowering-hint">{{t.loweringHint}}</p>{{/mayLower}}
        <p><label for="ground">{{t.preferredGround}}</label><select id="ground" name="ground"><option value="">{{t.firstThatFits}}</option>{{#grounds}}<option value="{{code}}"{{#isChosen}} selected{{/isChosen}}>{{code}}</option>{{/grounds}}</select></p>
        <p><label for="expires">{{t.expiresOn}} <small>({{t.optional}})</small></label><input id="expires" name="expires" placeholder="{{t.datePlaceholder}}" value="{{typedExpires}}" aria-describedby="expires-hint"></p><p class="hint" id="expires-hint">{{t.dateHint}}</p>
        <p><button class="primary">{{t.showPreview}}</button></p>
        <p class="hint">{{t.previewWritesNothing}}</p>
        </form>
        """#

    static let sharePreview = #"""
        <p class="crumb"><a href="/cases">{{t.cases}}</a> <a href="/cases/{{id}}">{{caseTitle}}</a> <a href="/cases/{{id}}/share">{{t.shareRecord}}</a></p>
        <h1>{{t.previewTitle}}</h1>
        {{> problem}}
        <p class="lead">{{versionText}}</p>
        <div class="cards">
        {{#recipients}}
        <article class="card"><h2>{{handle}} <small>{{name}}</small></h2>
        <p>{{t.onGround}} <strong>{{ground}}</strong></p><p class="hint">{{groundText}}</p>
        <h3>{{t.wouldSee}}</h3>
        <dl>{{#fields}}<div><dt>{{label}}</dt><dd class="text">{{value}}</dd></div>{{/fields}}</dl></article>
        {{/recipients}}
        </div>
        {{#leftOut}}<p class="problem">{{text}}</p>{{/leftOut}}
        {{#hasOthers}}<p>{{t.seeNothing}} {{others}}</p>{{/hasOthers}}
        {{#hasOmitted}}<p class="hint">{{t.omitted}} {{omitted}}</p>{{/hasOmitted}}
        <p>{{t.category}}: <strong>{{category}}</strong>{{#expires}} · {{t.expires}} <strong>{{.}}</strong>{{/expires}}</p>
        {{#lowered}}<p class="problem">{{t.loweredCategory}} <bdi>{{.}}</bdi></p>{{/lowered}}
        <div class="actions">
        <form method="post" action="/cases/{{id}}/share"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}">{{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}{{#hasLeftOut}}<fieldset><legend>{{t.leavingOut}}</legend><p class="check"><label><input type="radio" name="leaving" value="keep" required><span>{{t.leavingKeep}}</span></label></p><p class="check"><label><input type="radio" name="leaving" value="take-back" required><span>{{t.leavingTakeBack}}</span></label></p></fieldset>{{/hasLeftOut}}<button class="primary">{{t.shareNow}}</button></form>
        <form method="post" action="/cases/{{id}}/share/edit"><input type="hidden" name="token" value="{{token}}">{{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}<button>{{t.change}}</button></form>
        <a href="/cases/{{id}}">{{t.cancel}}</a>
        </div>
        """#

    static let withdraw = #"""
        <div class="narrow">
        <p class="crumb"><a href="/cases">{{t.cases}}</a> <a href="/cases/{{id}}">{{caseTitle}}</a></p>
        <h1>{{t.withdrawTitle}}</h1>
        <p class="lead">{{what}}</p>
        <p class="hint">{{t.withdrawHint}}</p>
        {{> problem}}
        <form method="post" action="/cases/{{id}}/withdraw/{{fragment}}" class="stacked" id="typed"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}">
        <input type="hidden" name="all" value="{{all}}">
        {{#certain}}<input type="hidden" name="from" value="{{handle}}">{{/certain}}
        {{^offersChoice}}<p>{{t.withdrawFromAll}}</p>{{/offersChoice}}
        {{#offersChoice}}<fieldset><legend>{{t.withdrawFromWhom}}</legend><p class="hint">{{t.withdrawFromHint}}</p>{{#recipients}}<p class="check"><label><input type="checkbox" name="from" value="{{handle}}"{{#isChosen}} checked{{/isChosen}}><span><strong>{{handle}}</strong> <small>{{ground}}</small></span></label></p>{{/recipients}}{{#hasCertain}}<p>{{certainText}}</p>{{/hasCertain}}</fieldset>{{/offersChoice}}
        <p><label for="reason">{{t.reason}}</label><input id="reason" name="reason" required value="{{typedReason}}" aria-describedby="reason-hint"></p><p class="hint" id="reason-hint">{{readersText}}</p>
        <p class="actions"><button class="danger">{{t.withdraw}}</button> <a href="/cases/{{id}}">{{t.cancel}}</a></p></form>
        </div>
        """#

    static let audience = #"""
        <div class="narrow">
        <p class="crumb"><a href="/cases">{{t.cases}}</a> <a href="/cases/{{id}}">{{caseTitle}}</a></p>
        <h1>{{t.audienceTitle}}</h1>
        <p class="hint">{{t.audienceLead}}</p>
        {{> problem}}
        {{^mayLeaveOut}}<p>{{t.nobodyToLeaveOut}}</p>{{/mayLeaveOut}}
        {{#mayLeaveOut}}
        <form method="post" action="/cases/{{id}}/audience" class="stacked" id="typed"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}">
        <fieldset><legend>{{t.whoStays}}</legend>{{#members}}<p class="check"><label><input type="checkbox" name="to" value="{{handle}}"{{#isChosen}} checked{{/isChosen}}><span><strong>{{handle}}</strong> <small>{{name}}</small></span></label></p>{{/members}}</fieldset>
        <p class="actions"><button class="danger">{{t.save}}</button> <a href="/cases/{{id}}">{{t.cancel}}</a></p></form>
        {{/mayLeaveOut}}
        </div>
        """#
}
