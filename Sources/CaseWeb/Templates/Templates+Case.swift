/// The merged case view.
extension Templates {
    static let caseView = #"""
        <p class="crumb"><a href="/cases">{{t.cases}}</a></p>
        <div class="heading"><h1>{{#titles}}<bdi class="title">{{title}}</bdi>{{/titles}}</h1>{{#mayShare}}<a class="button primary" href="/cases/{{id}}/share">{{t.shareRecord}}</a>{{/mayShare}}</div>
        <ol class="phases" aria-label="{{t.phase}}">
        {{#phaseSteps}}
        <li{{#isCurrent}} class="current" aria-current="step"{{/isCurrent}}{{#isPast}} class="past"{{/isPast}}>{{name}}</li>
        {{/phaseSteps}}
        </ol>
        {{#isLeftOut}}<p class="problem">{{t.leftOutHere}}</p>{{/isLeftOut}}
        {{#closed}}<p class="problem">{{.}}</p>{{/closed}}
        {{> problem}}
        {{#lost}}<div class="stacked"><p><label for="lost">{{t.typed}}</label><textarea id="lost" rows="6" readonly>{{.}}</textarea></p></div>{{/lost}}
        {{#conflictBox}}
        <section class="conflicts" aria-labelledby="conflicts"><h2 id="conflicts">{{heading}}</h2><p>{{t.conflictLead}}</p>
        <ul>{{#items}}<li><a href="#{{anchor}}"><bdi>{{text}}</bdi></a></li>{{/items}}</ul>{{#more}}<p class="hint">{{.}}</p>{{/more}}</section>
        {{/conflictBox}}
        <div class="split">
        <div class="wide">
        {{#hasSummary}}<section aria-labelledby="summary"><h2 id="summary">{{t.summary}}</h2>{{#summaries}}<p class="text">{{value}}</p>{{#attribution}}<p class="hint">{{.}}</p>{{/attribution}}{{/summaries}}</section>{{/hasSummary}}
        {{> caseSubjects}}
        {{> caseTimeline}}
        {{> caseDisclosures}}
        {{> caseFragments}}
        {{> caseNotes}}
        </div>
        {{> caseAside}}
        </div>
        """#

    static let caseSubjects = #"""
        <section aria-labelledby="subjects"><h2 id="subjects">{{t.subjects}}</h2>
        {{^hasSubjects}}<p class="empty">{{t.noSubjects}}</p>{{/hasSubjects}}
        {{#subjects}}
        <article class="subject" id="subject-{{id}}">
        <h3><bdi>{{name}}</bdi></h3><p class="key"><code><bdi>{{key}}</bdi></code>{{#parent}} · {{t.partOf}} <a href="#subject-{{id}}"><bdi>{{name}}</bdi></a>{{/parent}}</p>
        {{#hasFacts}}
        <table class="stack facts"><caption class="hidden">{{t.facts}}: {{name}}</caption>
        <thead><tr><th scope="col">{{t.fact}}</th><th scope="col">{{t.value}}</th><th scope="col">{{t.saidBy}}</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr{{#isConflict}} class="conflict"{{/isConflict}}>{{#head}}<th scope="rowgroup" rowspan="{{rows}}"{{#anchor}} id="{{.}}"{{/anchor}}>{{label}}{{#isConflict}} <span class="flag">{{t.conflict}}</span>{{/isConflict}}</th>{{/head}}<td data-label="{{factLabel}}" class="value">{{value}}</td><td data-label="{{t.saidBy}}"><ul class="sources">{{#sources}}<li><strong>{{by}}</strong> <time datetime="{{at}}">{{day}}</time>{{#ground}} <span class="ground">{{.}}</span>{{/ground}}{{#isOwn}} <span class="ground">{{t.own}}</span>{{/isOwn}}{{#mark}} <span class="flag">{{.}}</span>{{/mark}}</li>{{/sources}}</ul></td></tr>
        {{/rows}}
        </tbody></table>
        {{/hasFacts}}
        {{#sameAs}}<p class="hint">{{t.sameAs}} <a href="#subject-{{id}}"><bdi>{{name}}</bdi></a> ({{by}})</p>{{/sameAs}}
        {{#weighings}}
        <details class="weigh"{{#isOpen}} open{{/isOpen}}><summary>{{label}}</summary>
        <p>{{t.weighLead}}</p>
        <form method="post" action="/cases/{{caseID}}/weigh" class="stacked">
        <input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="subject" value="{{subject}}"><input type="hidden" name="fact" value="{{fact}}"><input type="hidden" name="seen" value="{{seen}}">
        <fieldset><legend>{{t.weighChoice}}</legend>{{#options}}<p class="check"><label><input type="radio" name="value" value="{{index}}" required{{#isChosen}} checked{{/isChosen}}><span><bdi>{{value}}</bdi> <small>{{by}}</small></span></label></p>{{/options}}<p class="check"><label><input type="radio" name="value" value="none" required{{#isNone}} checked{{/isNone}}><span>{{t.weighNone}}</span></label></p></fieldset>
        <p><label for="{{anchor}}-why">{{t.weighReason}}</label><textarea id="{{anchor}}-why" name="reason" rows="3" required>{{typedReason}}</textarea></p>
        <p class="hint">{{audienceText}} {{t.weighNarrow}}</p>
        <p><button>{{t.weighWrite}}</button></p>
        </form></details>
        {{/weighings}}
        </article>
        {{/subjects}}
        {{#moreSubjects}}<p class="hint">{{.}}</p>{{/moreSubjects}}
        {{#hasLinks}}<h3>{{t.links}}</h3><ul class="plain">{{#links}}<li><a href="#subject-{{fromID}}"><bdi>{{from}}</bdi></a> <em>{{relation}}</em> <a href="#subject-{{toID}}"><bdi>{{to}}</bdi></a> <small>{{by}}, <time datetime="{{at}}">{{atText}}</time></small></li>{{/links}}</ul>{{/hasLinks}}{{#moreLinks}}<p class="hint">{{.}}</p>{{/moreLinks}}
        </section>
        """#

    static let caseTimeline = #"""
        <section aria-labelledby="timeline"><h2 id="timeline">{{t.timeline}}</h2>
        {{^hasTimeline}}<p class="empty">{{t.noTimeline}}</p>{{/hasTimeline}}
        {{#hasTimeline}}<ol class="timeline">{{#timeline}}<li><time datetime="{{date}}">{{dateText}}</time> <div><strong>{{type}}</strong>{{#about}} <bdi>{{.}}</bdi>{{/about}} <small>{{by}}</small>{{#mark}} <span class="flag">{{.}}</span>{{/mark}}{{#what}}<br><span class="text">{{.}}</span>{{/what}} <a class="hint" href="#fragment-{{fragment}}">{{t.toFragment}}</a></div></li>{{/timeline}}</ol>{{/hasTimeline}}
        {{#moreTimeline}}<p class="hint">{{.}}</p>{{/moreTimeline}}
        </section>
        """#

    static let caseDisclosures = #"""
        <section aria-labelledby="shared"><h2 id="shared">{{t.shared}}</h2>
        {{^hasDisclosures}}<p class="empty">{{t.nothingShared}}</p>{{/hasDisclosures}}
        {{#hasDisclosures}}
        <table class="stack shared"><caption>{{t.sharedCaption}}</caption>
        <thead><tr><th scope="col">{{t.fragment}}</th><th scope="col">{{t.with}}</th><th scope="col">{{t.when}}</th><th scope="col">{{t.state}}</th></tr></thead>
        <tbody>{{#disclosures}}
        <tr{{#withdrawn}} class="gone"{{/withdrawn}}><th scope="row">{{#isShown}}<a href="#fragment-{{fragment}}"><bdi>{{what}}</bdi></a>{{/isShown}}{{#withdrawn}}<bdi>{{what}}</bdi>{{/withdrawn}}<br><small>{{t.by}} {{owner}} · {{category}} · {{versionText}}</small>{{#lowered}}<br><small><span class="flag">{{t.loweredCategory}}</span> <bdi>{{.}}</bdi></small>{{/lowered}}</th><td data-label="{{t.with}}"><ul class="sources">{{#recipients}}<li><strong>{{handle}}</strong> <a class="ground" href="/tables/{{table}}#ground-{{ground}}">{{ground}}</a>{{#versionText}} <small>{{.}}</small>{{/versionText}}{{#received}} <small>{{t.received}}</small>{{/received}}{{#waiting}} <small>{{t.notConfirmed}}</small>{{/waiting}}</li>{{/recipients}}</ul></td><td data-label="{{t.when}}"><div><time datetime="{{at}}">{{atText}}</time>{{#expires}}<br><small>{{#isExpired}}{{t.expiredOn}}{{/isExpired}}{{^isExpired}}{{t.expires}}{{/isExpired}} <time datetime="{{expires}}">{{expiresText}}</time></small>{{/expires}}</div></td><td data-label="{{t.state}}">{{#withdrawn}}<div><strong>{{t.withdrawn}}</strong> <time datetime="{{at}}">{{atText}}</time>{{#reason}}<br><small>{{.}}</small>{{/reason}}</div>{{/withdrawn}}{{#isShown}}<div>{{#isCut}}<span class="flag">{{t.cutHere}}</span>{{/isCut}}{{#isExpired}}<span class="flag">{{t.expired}}</span>{{/isExpired}}{{^isExpired}}{{^isCut}}{{t.inView}}{{/isCut}}{{/isExpired}}{{#mayWithdraw}}<br><a href="/cases/{{id}}/withdraw/{{fragment}}">{{t.withdraw}}<span class="hidden"> {{what}} {{short}}</span></a>{{/mayWithdraw}}</div>{{/isShown}}</td></tr>
        {{/disclosures}}</tbody></table>
        {{/hasDisclosures}}
        {{#moreDisclosures}}<p class="hint">{{.}}</p>{{/moreDisclosures}}
        </section>
        """#

    static let caseFragments = #"""
        <section aria-labelledby="fragments"><h2 id="fragments">{{t.fragmentContents}}</h2>
        {{^hasFragments}}<p class="empty">{{t.nothingInView}}</p>{{/hasFragments}}
        {{#fragments}}
        <article class="fragment" id="fragment-{{id}}"><h3>{{type}}{{#about}} {{.}}{{/about}} <small>{{t.of}} {{owner}}, <time datetime="{{at}}">{{atText}}</time></small>{{#mark}} <span class="flag">{{.}}</span>{{/mark}}</h3>
        <dl>{{#fields}}<div><dt>{{label}}</dt><dd class="text">{{value}}</dd></div>{{/fields}}</dl></article>
        {{/fragments}}
        {{#moreFragments}}<p class="hint">{{.}}</p>{{/moreFragments}}
        </section>
        """#

    static let caseNotes = #"""
        <section aria-labelledby="notes"><h2 id="notes">{{t.notes}}</h2>
        {{^hasNotes}}<p class="empty">{{t.noNotes}}</p>{{/hasNotes}}
        {{#moreNotes}}<p class="hint">{{.}}</p>{{/moreNotes}}
        {{#notes}}<article class="note" id="note-{{id}}"><p class="hint"><strong>{{by}}</strong> <time datetime="{{at}}">{{atText}}</time>{{#isOutside}} <span class="flag">{{t.outsidePeriod}}</span>{{/isOutside}}</p><p class="text">{{text}}</p></article>{{/notes}}
        {{#hasUncounted}}<h3>{{t.uncountedNotes}}</h3>{{#uncounted}}<article class="note"><p class="hint"><time datetime="{{at}}">{{atText}}</time></p><p class="text">{{text}}</p></article>{{/uncounted}}{{/hasUncounted}}
        {{#mayWrite}}
        <form method="post" action="/cases/{{id}}/note" class="stacked">
        <input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}">
        <p><label for="note">{{t.newNote}}</label><textarea id="note" name="text" rows="4" required>{{typedNote}}</textarea></p>
        <p class="hint">{{audienceText}}</p>
        <p><button>{{t.writeNote}}</button></p>
        </form>
        {{/mayWrite}}
        </section>
        """#

    static let caseAside = #"""
        <aside class="side" aria-label="{{t.aboutCase}}">
        <dl class="about">
        <div><dt>{{t.owner}}</dt><dd>{{owner}}</dd></div>
        <div><dt>{{t.audience}}</dt><dd>{{audience}}{{#mayLeaveOut}} <a href="/cases/{{id}}/audience">{{t.change}}<span class="hidden"> {{t.audience}}</span></a>{{/mayLeaveOut}}{{#former}}<br><small>{{.}}</small>{{/former}}</dd></div>
        <div><dt>{{t.table}}</dt><dd><a href="/tables/{{table}}">{{tableName}}</a>{{#period}} <span class="flag">{{.}}</span>{{/period}}</dd></div>
        <div><dt>{{t.caseID}}</dt><dd><code>{{id}}</code></dd></div>
        </dl>
        {{#registers}}
        <div class="register{{#isConflict}} conflict{{/isConflict}}">
        {{#showsValues}}<h2 id="register-{{field}}">{{label}}{{#isConflict}} <span class="flag">{{t.conflict}}</span>{{/isConflict}}</h2>
        {{#hasValues}}<ul class="plain">{{#values}}<li><bdi>{{value}}</bdi> <small>{{by}}, <time datetime="{{at}}">{{atText}}</time></small>{{#offerChoice}}<form method="post" action="/cases/{{id}}/set"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="field" value="{{field}}"><input type="hidden" name="value" value="{{raw}}"><input type="hidden" name="seen" value="{{seen}}"><button class="quiet">{{t.goBy}}<span class="hidden"> {{value}}</span></button></form>{{/offerChoice}}</li>{{/values}}</ul>{{/hasValues}}
        {{^hasValues}}<p class="empty">{{t.notFilled}}</p>{{/hasValues}}{{/showsValues}}
        {{#mayWrite}}
        <details{{^showsValues}} id="register-{{field}}"{{/showsValues}}{{#isOpen}} open{{/isOpen}}><summary>{{changeLabel}}</summary>
        <form method="post" action="/cases/{{id}}/set" class="stacked"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="field" value="{{field}}"><input type="hidden" name="seen" value="{{seen}}">
        <p><label for="set-{{field}}">{{label}}</label>{{#isPhase}}<select id="set-{{field}}" name="value">{{#phaseOptions}}<option value="{{id}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/phaseOptions}}</select>{{/isPhase}}{{#isLong}}<textarea id="set-{{field}}" name="value" rows="4">{{typed}}</textarea>{{/isLong}}{{#isLine}}<input id="set-{{field}}" name="value" value="{{typed}}">{{/isLine}}</p>
        <p><button>{{t.save}}</button></p></form></details>
        {{/mayWrite}}
        </div>
        {{/registers}}
        <section aria-labelledby="tags"><h2 id="tags">{{t.tags}}</h2>
        {{^hasTags}}<p class="empty">{{t.noTags}}</p>{{/hasTags}}
        {{#hasTags}}<ul class="tags">{{#tags}}<li><span><bdi>{{tag}}</bdi> <small>{{by}}</small></span>{{#mayWrite}}<form method="post" action="/cases/{{id}}/untag"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="tag" value="{{tag}}"><input type="hidden" name="seen" value="{{seen}}"><button class="quiet" title="{{t.removeTag}}"><span aria-hidden="true">×</span><span class="hidden">{{t.removeTag}} {{tag}}</span></button></form>{{/mayWrite}}</li>{{/tags}}</ul>{{/hasTags}}
        {{#mayWrite}}<form method="post" action="/cases/{{id}}/tag" class="inline"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><p><label for="tag">{{t.newTag}}</label><input id="tag" name="tag" required value="{{typedTag}}"></p><p><button>{{t.addTag}}</button></p></form>{{/mayWrite}}
        </section>
        </aside>
        """#
}
