/// One record.
extension Templates {
    static let record = #"""
        <p class="crumb"><a href="/records">{{t.records}}</a></p>
        <h1>{{title}}</h1>
        <dl class="about row">
        <div><dt>{{t.type}}</dt><dd>{{type}}</dd></div>
        <div><dt>{{t.source}}</dt><dd>{{source}}</dd></div>
        <div><dt>{{t.sourceKey}}</dt><dd>{{sourceKey}}</dd></div>
        <div><dt>{{t.category}}</dt><dd>{{category}}</dd></div>
        <div><dt>{{t.imported}}</dt><dd><time datetime="{{at}}">{{atText}}</time></dd></div>
        </dl>
        <section aria-labelledby="shares"><h2 id="shares">{{t.standsIn}}</h2>
        {{#hasShares}}<table class="stack list"><caption class="hidden">{{t.standsIn}}</caption><thead><tr><th scope="col">{{t.case}}</th><th scope="col">{{t.phase}}</th><th scope="col">{{t.with}}</th><th scope="col">{{t.version}}</th><th scope="col">{{t.sharedOn}}</th></tr></thead><tbody>{{#shares}}<tr{{#withdrawn}} class="gone"{{/withdrawn}}><th scope="row"><a href="/cases/{{id}}?fragment={{fragment}}#fragment-{{fragment}}">{{#titles}}<bdi class="title">{{title}}</bdi>{{/titles}}</a></th><td data-label="{{t.phase}}">{{phase}}</td><td data-label="{{t.with}}">{{to}}</td><td data-label="{{t.version}}"><span>{{versionText}}{{#isOlder}} <span class="flag">{{t.changedLater}}</span>{{/isOlder}}{{#maySend}} <a class="act" href="/cases/{{id}}/share?record={{recordID}}">{{t.sendVersion}}</a>{{/maySend}}</span></td><td data-label="{{t.sharedOn}}"><span><time datetime="{{at}}">{{atText}}</time>{{#withdrawn}} <span class="flag">{{t.withdrawnFlag}}</span> <time datetime="{{.}}">{{withdrawnText}}</time>{{/withdrawn}}</span></td></tr>
        {{/shares}}</tbody></table>{{/hasShares}}
        {{^hasShares}}<p class="empty">{{t.sharedNowhere}}</p>{{/hasShares}}{{#moreShares}}<p class="hint">{{.}}</p>{{/moreShares}}
        {{#offersCases}}<details class="offer"><summary>{{t.shareInCase}}</summary><ul class="plain">{{#offered}}<li><a href="/cases/{{id}}/share?record={{recordID}}">{{#titles}}<bdi class="title">{{title}}</bdi>{{/titles}}</a></li>{{/offered}}</ul></details>{{/offersCases}}
        <p class="more"><a href="/subjects/record:{{recordID}}">{{t.aboutSubject}}</a></p>{{#numbers}}<p><a href="{{href}}">{{text}}</a></p>{{/numbers}}
        </section>
        <section aria-labelledby="fields"><h2 id="fields">{{t.fields}}</h2>
        {{> fieldTable}}
        </section>
        <section aria-labelledby="findings"><h2 id="findings">{{t.findings}}</h2>
        <p class="hint">{{t.findingsKept}}</p>
        {{#hasFindings}}<table class="stack"><caption class="hidden">{{t.findings}}</caption><thead><tr><th scope="col">{{t.field}}</th><th scope="col">{{t.rule}}</th><th scope="col">{{t.suggestion}}</th></tr></thead><tbody>{{#findings}}<tr class="conflict"><th scope="row">{{label}}</th><td data-label="{{t.rule}}">{{rule}}</td><td data-label="{{t.suggestion}}">{{suggestion}}</td></tr>{{/findings}}</tbody></table>{{/hasFindings}}
        {{^hasFindings}}<p>{{t.noFindings}}</p>{{/hasFindings}}
        </section>
        <section aria-labelledby="history"><h2 id="history">{{t.history}}</h2>
        {{^hasHistory}}<p class="empty">{{t.noHistory}}</p>{{/hasHistory}}
        {{#history}}<article><h3>{{t.until}} <time datetime="{{at}}">{{atText}}</time></h3>
        {{> fieldTable}}
        </article>{{/history}}
        </section>
        <p class="corner">{{t.recordID}} <code>{{recordID}}</code></p>
        """#

    static let fieldTable = #"""
        <table class="stack facts"><caption class="hidden">{{caption}}</caption><thead><tr><th scope="col">{{t.field}}</th><th scope="col">{{t.value}}</th></tr></thead><tbody>{{#fields}}<tr{{#isChanged}} class="changed"{{/isChanged}}><th scope="row">{{label}} <small><code>{{name}}</code></small>{{#isChanged}} <span class="flag">{{t.changed}}</span>{{/isChanged}}</th><td data-label="{{t.value}}" class="text">{{value}}</td></tr>{{/fields}}</tbody></table>
        """#
}
