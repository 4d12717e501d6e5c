/// The list of cases and opening one.
extension Templates {
    static let cases = #"""
        <div class="heading"><h1>{{t.cases}}</h1>{{#mayWrite}}<a class="button primary" href="/cases/new">{{t.openCase}}</a>{{/mayWrite}}</div>
        <form method="get" action="/cases" class="filter" role="search" aria-label="{{t.filterCases}}">
        <p><label for="table">{{t.table}}</label>
        <select id="table" name="table"><option value="">{{t.allTables}}</option>{{#tables}}<option value="{{id}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/tables}}</select></p>
        <p><label for="phase">{{t.phase}}</label>
        <select id="phase" name="phase"><option value="">{{t.allPhases}}</option>{{#phases}}<option value="{{id}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/phases}}</select></p>
        {{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}
        <p><button>{{t.show}}</button></p>
        </form>
        {{#hasCases}}
        {{^isUnsorted}}<p class="sorts narrowly">{{t.sortedBy}} {{#heads}}{{> sort}}{{/heads}}</p>{{/isUnsorted}}
        <table class="stack list">
        <caption>{{countText}}</caption>
        <thead><tr>{{#heads}}{{> sortHead}}{{/heads}}</tr></thead>
        <tbody>
        {{#cases}}
        <tr><th scope="row"><a href="/cases/{{id}}"{{#isChanged}} class="unread"{{/isChanged}}>{{#titles}}<bdi class="title">{{title}}</bdi>{{/titles}}</a>{{#isChanged}} <span class="flag">{{t.changedSince}}</span>{{/isChanged}}</th><td data-label="{{t.phase}}"><span class="phase">{{phase}}</span></td><td data-label="{{t.owner}}"><span{{#organisation}} title="{{.}}"{{/organisation}}>{{owner}}</span></td><td data-label="{{t.table}}">{{table}}{{#period}} <span class="flag">{{.}}</span>{{/period}}</td><td data-label="{{t.fragments}}" class="number">{{fragments}}{{#expired}} <small>{{.}}</small>{{/expired}}</td><td data-label="{{t.conflicts}}" class="number">{{#hasConflicts}}<strong class="mark">{{conflicts}}</strong>{{/hasConflicts}}{{^hasConflicts}}{{conflicts}}{{/hasConflicts}}</td><td data-label="{{t.openedOn}}" class="day"><time datetime="{{opened}}">{{openedText}}</time></td><td data-label="{{t.changedOn}}" class="day"><time datetime="{{changed}}">{{changedText}}</time></td></tr>
        {{/cases}}
        </tbody>
        </table>
        {{/hasCases}}
        {{^hasCases}}{{^more}}<p class="empty">{{#isFiltered}}{{t.noCasesFit}}{{/isFiltered}}{{^isFiltered}}{{t.noCases}}{{/isFiltered}}</p>{{/more}}{{/hasCases}}
        {{#caseParts}}{{> parts}}{{/caseParts}}
        {{#isUnsorted}}<p class="hint">{{t.casesUnsorted}}</p>{{/isUnsorted}}
        {{#more}}<p><a href="{{.}}">{{t.moreCases}}</a></p>{{/more}}
        """#

    static let casePreview = #"""
        <p class="crumb"><a href="/cases">{{t.cases}}</a></p>
        <h1>{{t.previewTitle}}</h1>
        {{> problem}}
        <p class="lead">{{t.openingLead}}</p>
        <dl><div><dt>{{t.title}}</dt><dd class="text">{{typedTitle}}</dd></div>{{#hasSummary}}<div><dt>{{t.summary}}</dt><dd class="text">{{typedSummary}}</dd></div>{{/hasSummary}}<div><dt>{{t.category}}</dt><dd>{{category}}</dd></div></dl>
        <div class="cards">
        {{#recipients}}
        <article class="card"><h2>{{handle}} <small>{{name}}</small></h2>
        <p>{{t.onGround}} <strong>{{ground}}</strong></p><p class="hint">{{groundText}}</p></article>
        {{/recipients}}
        </div>
        <div class="actions">
        <form method="post" action="/cases/new"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="step" value="open">{{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}<button class="primary">{{t.openCase}}</button></form>
        <form method="post" action="/cases/new"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="step" value="edit">{{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}<button>{{t.change}}</button></form>
        <a href="/cases">{{t.cancel}}</a>
        </div>
        """#

    static let caseNew = #"""
        <div class="narrow">
        <p class="crumb"><a href="/cases">{{t.cases}}</a></p>
        <h1>{{t.openCase}}</h1>
        {{> problem}}
        {{#chooseTable}}
        {{#hasTables}}
        <p class="lead">{{t.chooseTable}}</p>
        <ul class="choices">{{#tables}}<li>{{#isOpen}}<a href="/cases/new?table={{id}}">{{name}}</a>{{/isOpen}}{{^isOpen}}{{name}} <span class="flag">{{period}}</span>{{/isOpen}}</li>{{/tables}}</ul>
        {{/hasTables}}
        {{^hasTables}}<p class="empty">{{t.noTables}}</p>{{/hasTables}}
        {{/chooseTable}}
        {{#draft}}
        <form method="post" action="/cases/new" class="stacked" id="typed">
        <input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}">
        <input type="hidden" name="table" value="{{table}}">
        <p class="hint">{{t.table}}: {{tableName}}</p>
        <p><label for="title">{{t.title}}</label><input id="title" name="title" required value="{{typedTitle}}"></p>
        <p><label for="summary">{{t.summary}} <small>({{t.optional}})</small></label><textarea id="summary" name="summary" rows="4">{{typedSummary}}</textarea></p>
        <fieldset><legend>{{t.audience}}</legend><p class="hint">{{t.audienceHint}}</p>{{#members}}<p class="check"><label><input type="checkbox" name="to" value="{{handle}}"{{#isChosen}} checked{{/isChosen}}><span>{{handle}} <small>{{name}} · {{memberClass}}</small></span></label></p>{{/members}}</fieldset>
        <p><label for="category">{{t.category}}</label><select id="category" name="category">{{#categories}}<option value="{{id}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/categories}}</select></p>
        <p class="hint">{{t.categoryHint}}</p>
        <p><button class="primary">{{t.showPreview}}</button></p>
        <p class="hint">{{t.previewWritesNothing}}</p>
        </form>
        {{/draft}}
        </div>
        """#
}
