/// Searching.
extension Templates {
    static let records = #"""
        <h1>{{t.search}}</h1>
        <p class="lead">{{t.recordsLead}}</p>
        {{> problem}}
        {{> searchForm}}
        {{#start}}<div class="cards">
        <section class="card" aria-labelledby="news"><h2 id="news">{{t.startNews}}</h2>{{#news}}{{> startCases}}{{#isEmpty}}<p class="empty">{{noNewsText}}</p>{{/isEmpty}}{{/news}}</section>
        <section class="card" aria-labelledby="waiting"><h2 id="waiting">{{t.startWaiting}}</h2>{{#alarms}}<p><a href="/node">{{.}}</a></p>{{/alarms}}{{#waiting}}{{> startCases}}{{/waiting}}{{#isAllQuiet}}<p class="empty">{{quietText}}</p>{{/isAllQuiet}}</section>
        <section class="card" aria-labelledby="followed"><h2 id="followed">{{t.startFollowed}}</h2>{{#followed}}{{> startCases}}{{#isEmpty}}<p class="empty">{{t.startNoFollowed}}</p>{{/isEmpty}}{{/followed}}</section>
        </div>
        {{#partText}}<p class="hint">{{.}}</p>{{/partText}}
        <p><a href="{{all}}">{{t.startAllRecords}}</a> · <a href="/cases">{{t.cases}}</a></p>{{/start}}
        {{> hits}}
        """#

    static let startCases =
        #"<ul class="plain">{{#cases}}<li><a href="/cases/{{id}}">{{#titles}}<bdi class="title">{{title}}</bdi>{{/titles}}</a> <small>{{detail}}</small></li>{{/cases}}</ul>{{#moreText}}<p class="hint">{{.}}</p>{{/moreText}}"#

    static let searchForm = #"""
        <form method="get" action="{{searchAction}}" class="search" role="search" aria-label="{{t.searchRecords}}">
        <div class="box"><label for="q">{{t.search_text}}</label><input id="q" name="q" type="search" value="{{typed}}" aria-describedby="q-hint"{{#suggests}} data-suggestions="/records/suggestions" data-label="{{t.suggestions}}"{{/suggests}}><button>{{t.search}}</button></div>
        <p class="hint" id="q-hint">{{t.searchHint}}</p>
        <div class="filter"><p><label for="years">{{t.search_years}}</label><select id="years" name="years">{{#years}}<option value="{{id}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/years}}</select></p>
        <p><label for="type">{{t.type}}</label><select id="type" name="type"><option value="">{{t.allTypes}}</option>{{#types}}<option value="{{id}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/types}}</select></p>
        {{#choosesPartner}}<p><label for="partner">{{t.search_partner}}</label><select id="partner" name="partner"><option value="">{{t.allPartners}}</option>{{#partners}}<option value="{{id}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/partners}}</select></p>
        <p><label for="phase">{{t.search_phase}}</label><select id="phase" name="phase"><option value="">{{t.allPhases}}</option>{{#phases}}<option value="{{id}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/phases}}</select></p>{{/choosesPartner}}</div>
        <details{{#isNarrowed}} open{{/isNarrowed}}><summary>{{t.moreConditions}}</summary><div class="filter">
        {{#searchFields}}<p><label for="{{name}}">{{label}}</label><input id="{{name}}" name="{{name}}" value="{{value}}"{{#isNumeric}} inputmode="numeric"{{/isNumeric}}{{#placeholder}} placeholder="{{.}}"{{/placeholder}}></p>{{/searchFields}}
        </div></details>
        {{#suggests}}<p><a href="/records/list">{{t.searchByList}}</a> · <a href="/subjects">{{t.pairsTitle}}</a> · <a href="/quality">{{t.qualityTitle}}</a></p>{{/suggests}}
        </form>
        {{#suggests}}<script src="/search.js?{{styleVersion}}" defer></script>{{/suggests}}
        """#

    static let hits = #"""
        {{#results}}
        <section aria-labelledby="found"><h2 id="found">{{countText}}</h2>
        {{#conditions}}<p class="printed"><bdi>{{.}}</bdi></p>{{/conditions}}
        {{#understood}}<p class="understood">{{text}}</p>{{/understood}}
        {{#notes}}<p class="hint">{{text}}{{#href}} <a href="{{.}}">{{link}}</a>{{/href}}</p>{{/notes}}
        {{#listNotes}}<p>{{text}}</p>{{/listNotes}}
        {{#hasHits}}
        {{#isSorted}}<p class="sorts">{{t.sortedBy}} {{#sorts}}{{> sort}}{{/sorts}}{{#table}} <a href="{{.}}">{{t.asTable}}</a>{{/table}}</p>{{/isSorted}}
        <table class="stack list"><caption class="hidden">{{countText}}</caption>
        <thead><tr>{{#heads}}{{> sortHead}}{{/heads}}<th scope="col">{{t.foundBy}}</th></tr></thead>
        <tbody>{{#hits}}<tr><th scope="row"><a href="{{href}}"><bdi>{{title}}</bdi></a>{{#subject}} <small><a href="/subjects/{{.}}">{{#kvk}}{{.}}{{/kvk}}{{^kvk}}{{t.overAllCases}}{{/kvk}}</a></small>{{/subject}}</th><td data-label="{{t.type}}">{{type}}</td><td data-label="{{t.addressAndPlace}}"><bdi>{{where}}</bdi></td><td data-label="{{t.date}}">{{dateText}}</td><td data-label="{{t.owner}}"><span>{{owner}}{{#isFragment}} <span class="ground">{{t.fragment}}</span>{{/isFragment}}{{#sharedText}} <span class="ground">{{.}}</span>{{/sharedText}}{{#isExpired}} <span class="flag">{{t.expired}}</span>{{/isExpired}}</span></td><td data-label="{{t.foundBy}}"><span>{{why}} {{#staleText}}<span class="flag">{{.}}</span>{{/staleText}}{{^staleText}}<small>{{freshText}}</small>{{/staleText}}</span></td></tr>
        {{/hits}}</tbody></table>
        {{/hasHits}}
        {{#hitParts}}{{> parts}}{{/hitParts}}
        {{#isNothing}}<p class="empty">{{t.nothingFound}}</p>{{/isNothing}}
        {{#map}}{{> map}}{{/map}}
        </section>
        {{/results}}
        """#

    static let searchList = #"""
        <p class="crumb"><a href="/records">{{t.search}}</a></p>
        <h1>{{t.searchByList}}</h1>
        <p class="lead">{{t.searchListLead}}</p>
        {{> problem}}
        <form method="post" action="/records/list" id="typed" enctype="multipart/form-data"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}">
        <p><label for="list">{{t.search_list}}</label><textarea id="list" name="list" rows="10">{{list}}</textarea></p>
        <p><label for="file">{{t.listFromFile}}</label><input id="file" name="file" type="file" accept=".csv,.txt,text/csv,text/plain"></p>
        <p class="actions"><button>{{t.search}}</button> <button name="as" value="table" class="quiet">{{t.asTable}}</button></p>
        </form>
        {{> hits}}
        """#
}
