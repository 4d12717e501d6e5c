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
        <div class="withcontents">
        <nav class="contents" aria-label="{{t.onThisPage}}"><ul>{{#contents}}<li><a href="#{{anchor}}">{{label}}{{#count}} <small>{{.}}</small>{{/count}}</a></li>{{/contents}}</ul></nav>
        <div class="wide">
        {{#conflictBox}}
        <section class="conflicts" aria-labelledby="conflicts"><h2 id="conflicts">{{heading}}</h2><p>{{t.conflictLead}}</p>
        <ul>{{#items}}<li>{{#href}}<a href="{{.}}"><bdi>{{text}}</bdi></a>{{/href}}{{^href}}<bdi>{{text}}</bdi>{{/href}}{{#weighed}} <small><span class="flag settled">{{t.weighed}}</span> <bdi>{{.}}</bdi></small>{{/weighed}}</li>{{/items}}</ul>{{#all}}<p class="act"><a href="{{.}}">{{t.allConflicts}}</a></p>{{/all}}</section>
        {{/conflictBox}}
        {{#hasSummary}}<section aria-labelledby="summary"><h2 id="summary">{{t.summary}}</h2>{{#summaries}}<p class="text">{{value}}</p>{{#attribution}}<p class="hint">{{.}}</p>{{/attribution}}{{/summaries}}</section>{{/hasSummary}}
        {{> caseSubjects}}
        {{> caseFragments}}
        {{> caseNotes}}
        {{> caseAbout}}
        </div>
        </div>
        """#

    static let caseSubjects = #"""
        <section aria-labelledby="subjects"><div class="listhead"><h2 id="subjects">{{t.subjects}}</h2>
        {{#hasSubjectSorts}}<p class="sorts">{{t.sortedBy}} {{#subjectSorts}}{{> sort}}{{/subjectSorts}}</p>{{/hasSubjectSorts}}</div>
        {{#isNarrowed}}<p class="narrowed"><a href="{{everything}}">{{t.showEverything}}</a></p>{{/isNarrowed}}
        {{^hasSubjects}}<p class="empty">{{noSubjects}}</p>{{/hasSubjects}}
        {{#hasSubjects}}<ul class="folds">
        {{#subjects}}
        <li><details class="fold subject"{{#isOpen}} open{{/isOpen}}><summary><h3 class="what"><bdi>{{name}}</bdi>{{#key}} <small>{{.}}</small>{{/key}}</h3><span class="badges">{{#conflictText}}<span class="flag">{{.}}</span> {{/conflictText}}{{#decidedText}}<span class="flag settled">{{.}}</span> {{/decidedText}}{{#variantText}}<span class="flag settled">{{.}}</span> {{/variantText}}{{#badges}}<span class="badge">{{by}} <b>{{count}}</b></span> {{/badges}}</span></summary>
        <div class="body" id="subject-{{id}}">
        {{#parent}}<p>{{t.partOf}} {{#href}}<a href="{{.}}"><bdi>{{name}}</bdi></a>{{/href}}{{^href}}<bdi>{{name}}</bdi>{{/href}}</p>{{/parent}}
        {{#hasFacts}}
        <table class="stack facts"><caption class="hidden">{{t.facts}}: {{name}}</caption>
        <thead><tr><th scope="col">{{t.fact}}</th><th scope="col">{{t.value}}</th><th scope="col">{{t.saidBy}}</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr{{#isConflict}} class="conflict"{{/isConflict}}{{#isVariant}} class="variant"{{/isVariant}}>{{#head}}<th scope="rowgroup" rowspan="{{rows}}"{{#anchor}} id="{{.}}"{{/anchor}}>{{label}}{{#isConflict}} <span class="flag">{{t.conflict}}</span>{{/isConflict}}{{#isVariant}} <span class="flag settled">{{t.variants}}</span>{{/isVariant}}{{#weighed}} <small><span class="flag settled">{{t.weighed}}</span> <bdi>{{text}}</bdi> ({{by}}, <time datetime="{{at}}">{{day}}</time>)</small>{{/weighed}}{{#more}} <small>{{.}}</small>{{/more}}</th>{{/head}}<td data-label="{{factLabel}}" class="value">{{value}}</td><td data-label="{{t.saidBy}}"><ul class="sources">{{#sources}}<li><strong>{{by}}</strong>{{#times}} {{.}}×{{/times}} <i>{{day}}</i>{{#ground}} <span class="ground">{{.}}</span>{{/ground}}{{#isOwn}} <span class="ground">{{t.own}}</span>{{/isOwn}}{{#mark}} <span class="flag">{{.}}</span>{{/mark}}</li>{{/sources}}</ul></td></tr>
        {{/rows}}
        </tbody></table>
        {{/hasFacts}}
        {{#sameAs}}<p class="hint">{{t.sameAs}} {{#href}}<a href="{{.}}"><bdi>{{name}}</bdi></a>{{/href}}{{^href}}<bdi>{{name}}</bdi>{{/href}} ({{by}})</p>{{/sameAs}}
        <p class="act"><a href="/subjects/{{subjectKey}}">{{t.overAllCases}}<span class="hidden">: {{name}}</span></a></p>
        {{#offersFragments}}<p class="act"><a href="{{fragmentsLink}}">{{fragmentsText}}<span class="hidden">: {{name}}</span></a></p>{{/offersFragments}}
        {{#weighings}}
        <details class="weigh"{{#isOpen}} open{{/isOpen}}><summary>{{label}}</summary>
        <p>{{t.weighLead}}</p>
        <form method="post" action="/cases/{{caseID}}/weigh" class="stacked">
        <input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="subject" value="{{subject}}"><input type="hidden" name="fact" value="{{fact}}"><input type="hidden" name="seen" value="{{seen}}">
        <fieldset><legend>{{t.weighChoice}}</legend>{{#options}}<p class="check"><label><input type="radio" name="value" value="{{index}}" required{{#isChosen}} checked{{/isChosen}}><span><bdi>{{value}}</bdi> <small>{{by}}</small></span></label></p>{{/options}}<p class="check"><label><input type="radio" name="value" value="stand" required{{#isStand}} checked{{/isStand}}><span>{{t.weighStand}}</span></label></p><p class="check"><label><input type="radio" name="value" value="none" required{{#isNone}} checked{{/isNone}}><span>{{t.weighNone}}</span></label></p></fieldset>
        <p><label for="{{anchor}}-why">{{t.weighReason}}</label><textarea id="{{anchor}}-why" name="reason" rows="3" required>{{typedReason}}</textarea></p>
        <p class="hint">{{audienceText}} {{t.weighNarrow}}</p>
        <p><button>{{t.weighWrite}}</button></p>
        </form></details>
        {{/weighings}}
        </div></details></li>
        {{/subjects}}
        </ul>{{/hasSubjects}}
        {{#subjectParts}}{{> parts}}{{/subjectParts}}
        {{#hasLinks}}<h3>{{t.links}}</h3><ul class="plain">{{#links}}<li>{{#from}}{{> subjectLink}}{{/from}} <em>{{relation}}</em> {{#to}}{{> subjectLink}}{{/to}}{{#succession}} <span>{{.}}</span>{{/succession}}{{#reason}} <q><bdi>{{.}}</bdi></q>{{/reason}} <small>{{#by}}{{handle}}{{/by}}, <time datetime="{{at}}">{{atText}}</time></small></li>{{/links}}</ul>{{/hasLinks}}{{#moreLinks}}<p class="hint">{{.}}</p>{{/moreLinks}}
        </section>
        """#

    static let subjectLink =
        #"{{#href}}<a href="{{.}}"><bdi>{{name}}</bdi></a>{{/href}}{{^href}}<bdi>{{name}}</bdi>{{/href}}"#

    static let caseFragments = #"""
        <section aria-labelledby="fragments"><div class="listhead"><h2 id="fragments">{{t.fragments}}</h2>
        {{#hasFragmentSorts}}<p class="sorts">{{t.sortedBy}} {{#fragmentSorts}}{{> sort}}{{/fragmentSorts}}</p>{{/hasFragmentSorts}}</div>
        {{#offersOwners}}<form method="get" action="/cases/{{caseID}}#fragments" class="small" role="search" aria-label="{{t.filterFragments}}">{{#ownerHidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/ownerHidden}}<label for="owner">{{t.saidBy}}</label><select id="owner" name="owner"><option value="">{{t.allPartners}}</option>{{#owners}}<option value="{{handle}}"{{#isChosen}} selected{{/isChosen}}>{{handle}}</option>{{/owners}}</select><button class="quiet">{{t.show}}</button></form>{{/offersOwners}}
        {{#about}}<p class="narrowed"><bdi>{{.}}</bdi> · <a href="{{everything}}">{{t.showEverything}}</a></p>{{/about}}
        {{#goneText}}<p class="hint">{{.}}</p>{{/goneText}}
        {{^hasFragments}}<p class="empty">{{noFragments}}</p>{{/hasFragments}}
        {{#hasFragments}}<ul class="folds">
        {{#fragments}}
        <li><details class="fold fragment{{#withdrawn}} gone{{/withdrawn}}"><summary><span class="day">{{#day}}<time datetime="{{date}}">{{text}}</time>{{/day}}{{^day}}{{t.noDate}}{{/day}}</span><span class="what"><b>{{type}}</b>{{#subjectName}} <bdi>{{.}}</bdi>{{/subjectName}}</span><span class="gist">{{#gist}}<bdi>{{.}}</bdi>{{/gist}}</span><span class="badges">{{#mark}}<span class="flag">{{.}}</span> {{/mark}}<span class="badge">{{#owner}}{{handle}}{{/owner}}</span> <small>{{withText}}</small></span></summary>
        <div class="body" id="fragment-{{id}}">
        {{#isShown}}<dl>{{#fields}}<div><dt>{{label}}</dt><dd class="text">{{value}}</dd></div>{{/fields}}</dl>{{#whole}}<p><a href="{{.}}">{{t.wholeText}}</a></p>{{/whole}}{{/isShown}}
        {{#withdrawn}}<p><strong>{{t.withdrawn}}</strong> <time datetime="{{at}}">{{atText}}</time>{{#reason}}: <bdi>{{.}}</bdi>{{/reason}}</p>{{/withdrawn}}
        {{#isCut}}<p><span class="flag">{{t.cutHere}}</span></p>{{/isCut}}
        <p class="hint">{{t.of}} {{#owner}}<strong>{{handle}}</strong>{{#organisation}} ({{.}}){{/organisation}}{{/owner}} · {{category}} · {{versionText}} · <time datetime="{{at}}">{{atText}}</time>{{#expires}} · {{#isExpired}}{{t.expiredOn}}{{/isExpired}}{{^isExpired}}{{t.expires}}{{/isExpired}} <time datetime="{{expires}}">{{expiresText}}</time>{{/expires}}{{#lowered}}<br><span class="flag">{{t.loweredCategory}}</span> <bdi>{{.}}</bdi>{{/lowered}}</p>
        <p class="label">{{t.with}}</p><ul class="sources shared">{{#recipients}}<li><strong>{{handle}}</strong>{{#organisation}} <small>{{.}}</small>{{/organisation}} <a class="ground" href="/tables/{{tableShort}}#ground-{{ground}}">{{ground}}</a>{{#versionText}} <small>{{.}}</small>{{/versionText}}{{#received}} <small>{{t.received}}</small>{{/received}}{{#waiting}} <small>{{t.notConfirmed}}</small>{{/waiting}}</li>{{/recipients}}</ul>
        {{#mayWithdraw}}<p class="act"><a href="/cases/{{caseID}}/withdraw/{{id}}">{{t.withdraw}}<span class="hidden"> {{type}} {{subjectName}} {{atText}}</span></a></p>{{/mayWithdraw}}
        </div></details></li>
        {{/fragments}}
        </ul>{{/hasFragments}}
        {{#fragmentParts}}{{> parts}}{{/fragmentParts}}{{#printedFilter}}<p class="printed">{{.}}</p>{{/printedFilter}}
        </section>
        """#

    static let caseNotes = #"""
        <section aria-labelledby="notes"><h2 id="notes">{{t.notes}}</h2>
        {{^hasNotes}}<p class="empty">{{t.noNotes}}</p>{{/hasNotes}}
        {{#noteParts}}<nav class="parts" aria-label="{{t.notes}}">{{#older}}<a href="{{.}}">{{t.olderNotes}}</a>{{/older}} <span>{{text}}</span> {{#newest}}<a href="{{.}}">{{t.newestNotes}}</a>{{/newest}}</nav>{{/noteParts}}
        {{#notes}}<article class="note" id="note-{{id}}"><p class="hint">{{#by}}<strong>{{handle}}</strong>{{#organisation}} {{.}}{{/organisation}}{{/by}} <time datetime="{{at}}">{{atText}}</time>{{#isOutside}} <span class="flag">{{t.outsidePeriod}}</span>{{/isOutside}}</p>{{#beginning}}<details class="fold"><summary><bdi>{{.}}</bdi></summary><p class="text">{{text}}</p></details>{{/beginning}}{{^beginning}}<p class="text">{{text}}</p>{{/beginning}}</article>{{/notes}}
        {{#hasUncounted}}<h3>{{t.uncountedNotes}}</h3>{{#uncounted}}<article class="note"><p class="hint"><time datetime="{{at}}">{{atText}}</time></p><p class="text">{{text}}</p></article>{{/uncounted}}{{/hasUncounted}}
        {{#mayWrite}}
        <form method="post" action="/cases/{{id}}/note" class="stacked">
        <input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}">
        <p><label for="note">{{t.newNote}}</label><textarea id="note" name="text" rows="3" required>{{typedNote}}</textarea></p>
        <p class="hint">{{audienceText}}</p>
        <p><button>{{t.writeNote}}</button></p>
        </form>
        {{/mayWrite}}
        </section>
        """#

    static let caseAbout = #"""
        <section class="about" aria-labelledby="about"><h2 id="about">{{t.aboutCase}}</h2>
        <dl class="about row">
        <div><dt>{{t.owner}}</dt><dd>{{#caseOwner}}{{handle}}{{#organisation}} <small>{{.}}</small>{{/organisation}}{{/caseOwner}}</dd></div>
        <div><dt>{{t.table}}</dt><dd><a href="/tables/{{table}}">{{tableName}}</a>{{#period}} <span class="flag">{{.}}</span>{{/period}}</dd></div>
        <div class="audience"><dt>{{t.audience}}</dt><dd><ul class="sources">{{#audience}}<li>{{handle}}{{#organisation}} <small>{{.}}</small>{{/organisation}}</li>{{/audience}}</ul>{{#mayLeaveOut}}<a class="act" href="/cases/{{id}}/audience">{{t.change}}<span class="hidden"> {{t.audience}}</span></a>{{/mayLeaveOut}}{{#former}}<br><small>{{.}}</small>{{/former}}</dd></div>
        </dl>
        <div class="registers">
        {{#registers}}
        <div class="register{{^showsValues}} bare{{/showsValues}}">
        {{#showsValues}}<h3 id="register-{{field}}">{{label}}{{#isConflict}} <span class="flag">{{t.conflict}}</span>{{/isConflict}}</h3>
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
        <div class="register"><h3 id="tags">{{t.tags}}</h3>
        {{^hasTags}}<p class="empty">{{t.noTags}}</p>{{/hasTags}}
        {{#hasTags}}<ul class="tags">{{#tags}}<li><span><bdi>{{tag}}</bdi> <small>{{by}}</small></span>{{#mayWrite}}<form method="post" action="/cases/{{id}}/untag"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="tag" value="{{tag}}"><input type="hidden" name="seen" value="{{seen}}"><button class="quiet" title="{{t.removeTag}}"><span aria-hidden="true">×</span><span class="hidden">{{t.removeTag}} {{tag}}</span></button></form>{{/mayWrite}}</li>{{/tags}}</ul>{{/hasTags}}
        {{#mayWrite}}<form method="post" action="/cases/{{id}}/tag" class="inline"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><p><label for="tag">{{t.newTag}}</label><input id="tag" name="tag" required value="{{typedTag}}"></p><p><button>{{t.addTag}}</button></p></form>{{/mayWrite}}
        </div>
        </div>
        <p class="corner">{{t.caseID}} <code>{{id}}</code></p>
        </section>
        """#
}
