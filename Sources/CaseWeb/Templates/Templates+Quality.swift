/// What the owner of a source can mend.
extension Templates {
    static let quality = #"""
        <p class="crumb"><a href="/records">{{t.search}}</a></p>
        <h1>{{t.qualityTitle}}</h1>
        <p class="lead">{{t.qualityLead}}</p>
        {{#leftOut}}<p class="hint">{{.}}</p>{{/leftOut}}
        {{#sources}}<section aria-labelledby="{{anchor}}"><h2 id="{{anchor}}"><bdi>{{source}}</bdi> <small>{{recordsText}}</small></h2>
        <p class="more"><a href="{{table}}">{{t.qualityTable}}<span class="hidden">: {{source}}</span></a></p>
        <table class="stack list"><caption class="hidden">{{t.completeness}}: {{source}}</caption><thead><tr><th scope="col">{{t.field}}</th><th scope="col" class="number">{{t.filled}}</th><th scope="col" class="number">{{t.wanted}}</th><th scope="col" class="number">{{t.share}}</th></tr></thead><tbody>{{#fields}}<tr{{#isShort}} class="changed"{{/isShort}}><th scope="row">{{label}}</th><td data-label="{{t.filled}}" class="number">{{filled}}</td><td data-label="{{t.wanted}}" class="number">{{wanted}}</td><td data-label="{{t.share}}" class="number">{{share}}</td></tr>{{/fields}}</tbody></table>
        <p>{{links}}</p>
        {{#hasRules}}<table class="stack list"><caption class="hidden">{{t.findings}}: {{source}}</caption><thead><tr><th scope="col">{{t.rule}}</th><th scope="col" class="number">{{t.brokenNow}}</th><th scope="col" class="number">{{t.lastImport}}</th><th scope="col" class="number">{{t.importBefore}}</th></tr></thead><tbody>{{#rules}}<tr><th scope="row">{{ruleText}} <small><code>{{rule}}</code></small></th><td data-label="{{t.brokenNow}}" class="number">{{now}}</td><td data-label="{{t.lastImport}}" class="number">{{last}}</td><td data-label="{{t.importBefore}}" class="number">{{before}}</td></tr>{{/rules}}</tbody></table>
        {{#rules}}{{#hasDetails}}<details><summary>{{ruleText}}</summary>{{#placesText}}<p class="hint">{{.}}</p>{{/placesText}}<ul class="plain">{{#records}}<li><a href="/records/{{id}}"><bdi>{{key}}</bdi></a> {{label}} <bdi>{{value}}</bdi> <small>{{suggestion}}</small></li>{{/records}}</ul></details>{{/hasDetails}}{{/rules}}{{/hasRules}}
        {{^hasRules}}<p>{{t.noFindings}}</p>{{/hasRules}}
        {{#hasImports}}<table class="stack list"><caption>{{t.importsOf}}</caption><thead><tr><th scope="col">{{t.when}}</th><th scope="col" class="number">{{t.rowsRead}}</th><th scope="col" class="number">{{t.rowsRejected}}</th><th scope="col" class="number">{{t.findings}}</th></tr></thead><tbody>{{#imports}}<tr><th scope="row"><time datetime="{{at}}">{{atText}}</time></th><td data-label="{{t.rowsRead}}" class="number">{{read}}</td><td data-label="{{t.rowsRejected}}" class="number">{{rejected}}</td><td data-label="{{t.findings}}" class="number">{{findings}}</td></tr>{{/imports}}</tbody></table>{{/hasImports}}
        </section>
        {{/sources}}
        {{^hasSources}}<p class="empty">{{t.noSources}}</p>{{/hasSources}}
        """#
}
