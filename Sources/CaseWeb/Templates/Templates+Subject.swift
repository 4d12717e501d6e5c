/// One subject over all cases, and pairs that may be one.
extension Templates {
    static let subject = #"""
        <p class="crumb"><a href="/records">{{t.search}}</a></p>
        <h1><bdi>{{title}}</bdi></h1>
        <p class="lead">{{#number}}{{.}}. {{/number}}{{#parent}}{{t.partOf}} <a href="/subjects/{{.}}">{{parentText}}</a>. {{/parent}}{{t.subjectLead}}</p>
        {{> problem}}
        <div class="withcontents"><nav class="contents" aria-label="{{t.onThisPage}}"><ul><li><a href="#years">{{t.years}}</a></li><li><a href="#facts">{{t.facts}}</a></li>{{#hasSites}}<li><a href="#sites">{{t.sites}}</a></li>{{/hasSites}}<li><a href="#items">{{t.recordsAndFragments}}</a></li><li><a href="#cases">{{t.cases}}</a></li><li><a href="#succession">{{t.successionTitle}}</a></li><li><a href="#decisions">{{t.decisionsTitle}}</a></li></ul></nav>
        <div class="wide">
        <section aria-labelledby="years"><h2 id="years">{{t.years}}</h2>
        <ol class="quarters">{{#quarters}}<li class="q-{{colour}}"><span class="when"><small>{{year}}</small> {{short}}</span> <b>{{colourText}}</b>{{#types}} <small>{{.}}</small>{{/types}}{{#earlier}} <small class="flag">{{.}}</small>{{/earlier}}</li>
        {{/quarters}}</ol>
        <p class="hint">{{t.quartersHint}}{{#outsideText}} {{.}}{{/outsideText}}</p>
        </section>
        <section aria-labelledby="facts"><h2 id="facts">{{t.facts}}</h2>
        {{#hasFacts}}<table class="stack facts"><caption class="hidden">{{t.facts}}</caption><thead><tr><th scope="col">{{t.fact}}</th><th scope="col">{{t.value}}</th><th scope="col">{{t.saidBy}}</th></tr></thead><tbody>{{#facts}}<tr>{{#head}}<th scope="rowgroup" rowspan="{{rows}}">{{label}}</th>{{/head}}<td data-label="{{factLabel}}" class="value"><bdi>{{value}}</bdi></td><td data-label="{{t.saidBy}}"><ul class="sources">{{#sources}}<li><strong>{{by}}</strong> <i>{{day}}</i>{{#isOwn}} <span class="ground">{{t.own}}</span>{{/isOwn}}</li>{{/sources}}</ul></td></tr>
        {{/facts}}</tbody></table>{{/hasFacts}}
        {{^hasFacts}}<p class="empty">{{t.noFacts}}</p>{{/hasFacts}}
        {{#hasEstablishments}}<h3>{{t.establishments}}</h3><ul class="plain">{{#establishments}}<li>{{> subjectLink}}{{#number}} <small>{{.}}</small>{{/number}}{{#where}} <small><bdi>{{.}}</bdi></small>{{/where}}</li>{{/establishments}}</ul>{{/hasEstablishments}}
        </section>
        {{#hasSites}}<section aria-labelledby="sites"><h2 id="sites">{{t.sites}}</h2>
        {{#map}}{{> map}}{{/map}}
        <table class="stack list"><caption class="hidden">{{t.sites}}</caption><thead><tr><th scope="col">{{t.addressAndPlace}}</th><th scope="col">{{t.itemsHere}}</th><th scope="col">{{t.saidBy}}</th><th scope="col">{{t.point}}</th></tr></thead><tbody>{{#sites}}<tr{{#near}} data-latitude="{{latitude}}" data-longitude="{{longitude}}" data-title="{{where}}"{{/near}}><th scope="row">{{#here}}<a href="{{.}}"><bdi>{{where}}</bdi></a>{{/here}}{{^here}}<bdi>{{where}}</bdi>{{/here}}{{#bag}} <small>BAG {{.}}</small>{{/bag}}</th><td data-label="{{t.itemsHere}}">{{itemsText}}</td><td data-label="{{t.saidBy}}">{{by}}</td><td data-label="{{t.point}}">{{#near}}<a href="{{.}}">{{point}}</a>{{/near}}</td></tr>
        {{/sites}}</tbody></table><p class="hint">{{t.sitesHint}}</p></section>{{/hasSites}}
        <section aria-labelledby="items"><h2 id="items">{{itemsText}}</h2>
        {{#earlierItems}}<p class="hint">{{.}}</p>{{/earlierItems}}
        {{#hasItems}}<table class="stack list"><caption class="hidden">{{t.recordsAndFragments}}</caption><thead><tr><th scope="col">{{t.date}}</th><th scope="col">{{t.type}}</th><th scope="col">{{t.statusField}}</th><th scope="col">{{t.owner}}</th><th scope="col">{{t.textField}}</th></tr></thead><tbody>{{#items}}<tr><td data-label="{{t.date}}" class="day">{{dateText}}</td><th scope="row"><a href="{{href}}">{{type}}</a>{{#predecessor}} <a class="flag" href="/subjects/{{.}}">{{t.predecessorFlag}}</a>{{/predecessor}}</th><td data-label="{{t.statusField}}" class="status"><bdi>{{status}}</bdi></td><td data-label="{{t.owner}}"><span>{{owner}}{{#isFragment}} <span class="ground">{{t.fragment}}</span>{{#inCase}} <small><bdi>{{.}}</bdi></small>{{/inCase}}{{/isFragment}}{{#isExpired}} <span class="flag">{{t.expired}}</span>{{/isExpired}}{{#staleText}} <span class="flag">{{.}}</span>{{/staleText}}</span></td><td data-label="{{t.textField}}" class="text"><bdi>{{text}}</bdi></td></tr>
        {{/items}}</tbody></table>{{#itemParts}}{{> parts}}{{/itemParts}}{{/hasItems}}
        {{^hasItems}}<p class="empty">{{t.noItems}}</p>{{/hasItems}}{{#moreItems}}<p class="hint">{{.}}</p>{{/moreItems}}
        </section>
        <section aria-labelledby="cases"><h2 id="cases">{{t.cases}}</h2>
        {{#hasCases}}<ul class="plain">{{#cases}}<li><a href="/cases/{{id}}">{{#titles}}<bdi class="title">{{title}}</bdi>{{/titles}}</a> <small>{{phase}}</small></li>{{/cases}}</ul>{{/hasCases}}
        {{^hasCases}}<p class="empty">{{t.inNoCase}}</p>{{/hasCases}}
        {{#hasRelations}}<h3>{{t.links}}</h3><ul class="plain">{{#relations}}<li>{{#isOutward}}<em>{{relation}}</em> {{> subjectLink}}{{/isOutward}}{{^isOutward}}{{> subjectLink}} <em>{{relation}}</em> {{t.thisSubject}}{{/isOutward}}{{#reason}} <q><bdi>{{.}}</bdi></q>{{/reason}} <small>{{by}}, <time datetime="{{at}}">{{atText}}</time>, <a href="/cases/{{caseID}}"><bdi>{{caseTitle}}</bdi></a></small></li>{{/relations}}</ul>{{/hasRelations}}
        </section>
        <section aria-labelledby="succession"><h2 id="succession">{{t.successionTitle}}</h2>
        {{#hasTakeovers}}<ul class="plain">{{#predecessors}}<li>{{t.tookOverFrom}} {{> takeover}}</li>{{/predecessors}}{{#successors}}<li>{{t.takenOverBy}} {{> takeover}}</li>{{/successors}}</ul>{{/hasTakeovers}}
        {{^hasTakeovers}}<p class="empty">{{t.noSuccession}}</p>{{/hasTakeovers}}
        {{#mayWrite}}<details class="weigh"{{#isSucceeding}} open{{/isSucceeding}}><summary>{{t.addPredecessor}}</summary>
        <form method="post" action="/subjects/{{subjectKey}}/succeed" class="stacked"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}">
        <p><label for="{{#isSucceeding}}other{{/isSucceeding}}{{^isSucceeding}}predecessor{{/isSucceeding}}">{{t.predecessor}}</label><input id="{{#isSucceeding}}other{{/isSucceeding}}{{^isSucceeding}}predecessor{{/isSucceeding}}" name="other" value="{{typedPredecessor}}" aria-describedby="predecessor-hint" required></p><p class="hint" id="predecessor-hint">{{t.otherHint}}</p>
        <p><label for="date">{{t.successionDate}}</label><input id="date" name="date" value="{{typedDate}}" placeholder="{{t.datePlaceholder}}" required></p>
        <p><label for="kind">{{t.successionKind}}</label><select id="kind" name="kind">{{#kinds}}<option value="{{id}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/kinds}}</select></p>
        <p><label for="source">{{t.successionSource}}</label><input id="source" name="source" value="{{typedSource}}" required></p>
        <p><label for="succession-why">{{t.why}} <small>({{t.optional}})</small></label><input id="succession-why" name="reason" value="{{typedWhy}}"></p>
        <p><label for="succession-case">{{t.whoIsTold}}</label><select id="succession-case" name="case"><option value="">{{t.thisNodeAlone}}</option>{{#offeredCases}}<option value="{{id}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/offeredCases}}</select></p>
        <p><button>{{t.write}}</button></p></form></details>{{/mayWrite}}
        </section>
        <section aria-labelledby="decisions"><h2 id="decisions">{{t.decisionsTitle}}</h2>
        {{#group}}<p>{{t.groupLead}}</p><ul>{{#others}}<li>{{> subjectLink}}{{#number}} <small>{{.}}</small>{{/number}}{{#where}} <small><bdi>{{.}}</bdi></small>{{/where}}</li>{{/others}}</ul>{{#numbers}}<p class="hint"><span class="flag">{{.}}</span></p>{{/numbers}}{{#weakest}}<p class="hint">{{.}}</p>{{/weakest}}{{#leadsOn}}<p class="hint">{{.}}</p>{{/leadsOn}}{{#against}}<p class="hint"><span class="flag">{{.}}</span></p>{{/against}}{{/group}}
        {{#hasDecisions}}<ul class="plain">{{#decisions}}<li><b>{{verdict}}</b> {{> subjectLink}}{{#number}} <small>{{.}}</small>{{/number}}{{#isConflict}} <span class="flag">{{t.othersSayOtherwise}}</span>{{/isConflict}}{{#reason}} <q><bdi>{{.}}</bdi></q>{{/reason}} <small>{{by}}, <time datetime="{{at}}">{{atText}}</time>, {{#caseID}}<a href="/cases/{{.}}"><bdi>{{caseTitle}}</bdi></a>{{/caseID}}{{^caseID}}{{t.thisNodeAlone}}{{/caseID}}</small>{{#mayUndo}} <form method="post" action="/subjects/{{subjectKey}}/decide" class="inline"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="other" value="{{otherKey}}"><input type="hidden" name="verdict" value="undo"><input type="hidden" name="seen" value="{{seen}}">{{#caseID}}<input type="hidden" name="case" value="{{.}}">{{/caseID}}<button class="quiet">{{t.undo}}<span class="hidden">: {{name}}</span></button></form>{{/mayUndo}}</li>{{/decisions}}</ul>{{/hasDecisions}}
        {{^hasDecisions}}<p class="empty">{{t.noDecisions}}</p>{{/hasDecisions}}{{#moreDecisions}}<p class="hint">{{.}}</p>{{/moreDecisions}}
        <p class="act"><a href="/subjects/{{subjectKey}}/pairs">{{t.lookForSame}}</a></p>
        {{#mayWrite}}<details class="weigh"{{#isDeciding}} open{{/isDeciding}}><summary>{{t.decideOther}}</summary>
        <form method="post" action="/subjects/{{subjectKey}}/decide" class="stacked"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}">
        <p><label for="{{#isSucceeding}}decide-other{{/isSucceeding}}{{^isSucceeding}}other{{/isSucceeding}}">{{t.otherSubject}}</label><input id="{{#isSucceeding}}decide-other{{/isSucceeding}}{{^isSucceeding}}other{{/isSucceeding}}" name="other" value="{{typedOther}}" aria-describedby="other-hint" required></p><p class="hint" id="other-hint">{{t.otherHint}}</p>
        <p><label for="verdict">{{t.verdict}}</label><select id="verdict" name="verdict">{{#verdicts}}<option value="{{id}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/verdicts}}</select></p>
        <p><label for="reason">{{t.why}} <small>({{t.optional}})</small></label><input id="reason" name="reason" value="{{typedReason}}"></p>
        <p><label for="decision-case">{{t.whoIsTold}}</label><select id="decision-case" name="case"><option value="">{{t.thisNodeAlone}}</option>{{#offeredCases}}<option value="{{id}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/offeredCases}}</select></p>
        <p><button>{{t.write}}</button></p></form></details>{{/mayWrite}}
        </section>
        <p class="corner">{{t.subjectID}} <code>{{subjectKey}}</code> <code>{{subjectID}}</code></p>
        </div></div>
        """#

    static let map = #"""
        <link rel="stylesheet" href="/leaflet/leaflet.css"><div class="map" role="region" aria-label="{{t.map}}" hidden{{#points}} data-points="{{.}}"{{/points}}{{#layers}} data-layers="{{.}}"{{/layers}}{{#tiles}} data-tiles="{{.}}" data-attribution="{{tilesHost}}"{{/tiles}}{{#circle}} data-circle="{{.}}"{{/circle}} data-group="{{group}}" data-zoom-in="{{t.zoomIn}}" data-zoom-out="{{t.zoomOut}}"></div>
        <p class="hint maphint" hidden>{{t.mapHint}}</p>
        <script src="/leaflet/leaflet.js" defer></script><script src="/map.js?{{styleVersion}}" defer></script>
        """#

    static let takeover =
        #"{{> subjectLink}}, {{text}}{{#number}} <small>{{.}}</small>{{/number}}{{#isFar}} <span class="ground">{{stepsText}}</span>{{/isFar}}{{#isSame}} <span class="flag">{{t.takeoverIsSame}}</span>{{/isSame}}{{#reason}} <q><bdi>{{.}}</bdi></q>{{/reason}} <small>{{by}}, <time datetime="{{at}}">{{atText}}</time>, {{#caseID}}<a href="/cases/{{.}}"><bdi>{{caseTitle}}</bdi></a>{{/caseID}}{{^caseID}}{{t.thisNodeAlone}}{{/caseID}}</small>{{#mayTakeBack}} <form method="post" action="/subjects/{{subjectKey}}/succeed" class="inline"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="undo" value="1"><input type="hidden" name="other" value="{{otherKey}}">{{#caseID}}<input type="hidden" name="case" value="{{.}}">{{/caseID}}<button class="quiet">{{t.undo}}<span class="hidden">: {{name}}</span></button></form>{{/mayTakeBack}}"#

    static let pairs = #"""
        <p class="crumb">{{#subject}}<a href="/subjects/{{key}}"><bdi>{{name}}</bdi></a>{{/subject}}{{^subject}}<a href="/records">{{t.search}}</a>{{/subject}}</p>
        <h1>{{t.pairsTitle}}</h1>
        <p class="lead">{{t.pairsLead}}</p>
        {{> problem}}
        <p>{{countText}}{{#firstText}} <span class="hint">{{.}}</span>{{/firstText}}</p>{{#byOthers}}<p class="hint">{{.}}</p>{{/byOthers}}{{#leftOut}}<p class="hint">{{.}}</p>{{/leftOut}}
        {{#hasPairs}}<ul class="folds">{{#pairs}}<li class="fold"><details{{#isOpen}} open{{/isOpen}}><summary><span class="what"><b>{{strength}}</b> {{#a}}<bdi>{{name}}</bdi>{{#number}} <small>{{.}}</small>{{/number}}{{#where}} <small><bdi>{{.}}</bdi></small>{{/where}}{{/a}} <small>{{t.and}}</small> {{#b}}<bdi>{{name}}</bdi>{{#number}} <small>{{.}}</small>{{/number}}{{#where}} <small><bdi>{{.}}</bdi></small>{{/where}}{{/b}}</span>{{#alikeText}}<span class="badge">{{.}}</span>{{/alikeText}}{{#isUnsure}}<span class="flag settled">{{t.unsureFlag}}</span>{{/isUnsure}}{{#saidText}}<span class="flag settled">{{.}}</span>{{/saidText}}</summary><div class="body">
        <p>{{#a}}{{> subjectLink}}{{#where}} <small><bdi>{{.}}</bdi></small>{{/where}}{{/a}}<br>{{#b}}{{> subjectLink}}{{#where}} <small><bdi>{{.}}</bdi></small>{{/where}}{{/b}}</p>
        <table class="stack"><caption class="hidden">{{t.scoreParts}}</caption><thead><tr><th scope="col">{{t.compared}}</th><th scope="col">{{t.first}}</th><th scope="col">{{t.second}}</th><th scope="col">{{t.howClose}}</th><th scope="col" class="number">{{t.bits}}</th></tr></thead><tbody>{{#parts}}<tr><th scope="row">{{comparison}}</th><td data-label="{{t.first}}"><bdi>{{a}}</bdi></td><td data-label="{{t.second}}"><bdi>{{b}}</bdi></td><td data-label="{{t.howClose}}">{{level}}</td><td data-label="{{t.bits}}" class="number">{{bits}}</td></tr>{{/parts}}<tr><th scope="row">{{t.priorOfPairs}}</th><td data-label="{{t.first}}"></td><td data-label="{{t.second}}"></td><td data-label="{{t.howClose}}">{{t.priorHint}}</td><td data-label="{{t.bits}}" class="number">{{prior}}</td></tr><tr><th scope="row">{{t.together}}</th><td data-label="{{t.first}}"></td><td data-label="{{t.second}}"></td><td data-label="{{t.howClose}}"></td><td data-label="{{t.bits}}" class="number"><b>{{total}}</b></td></tr></tbody></table>
        {{#hasAlike}}<p class="label">{{t.alikeTitle}}</p><ul class="plain">{{#alike}}<li><a href="/subjects/{{first}}"><bdi>{{firstName}}</bdi></a> {{t.and}} <a href="/subjects/{{second}}"><bdi>{{secondName}}</bdi></a></li>{{/alike}}</ul>{{#alikeMore}}<p class="hint">{{.}}</p>{{/alikeMore}}{{/hasAlike}}
        {{#mayWrite}}<form method="post" action="/subjects/{{aKey}}/decide" class="stacked"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="origin" value="{{origin}}"><input type="hidden" name="fresh" value="1"><input type="hidden" name="page" value="{{part}}"><input type="hidden" name="other" value="{{bKey}}">{{#alike}}<input type="hidden" name="alike" value="{{pair}}">{{/alike}}<p><label for="{{anchor}}">{{t.why}} <small>({{t.optional}})</small></label><input id="{{anchor}}" name="reason" value="{{typedReason}}"></p>{{#hasAlike}}<p class="check"><label><input type="checkbox" name="withAlike" value="1"{{#isWithAlike}} checked{{/isWithAlike}}><span>{{alikeDecide}}</span></label></p>{{/hasAlike}}<p class="actions"><button name="verdict" value="same">{{t.verdictSame}}</button> <button name="verdict" value="different">{{t.verdictDifferent}}</button> <button name="verdict" value="unsure" class="quiet">{{t.verdictUnsure}}</button></p></form>{{/mayWrite}}
        </div></details></li>
        {{/pairs}}</ul>{{#pairParts}}{{> parts}}{{/pairParts}}{{/hasPairs}}
        {{^hasPairs}}<p class="empty">{{t.noPairs}}</p>{{/hasPairs}}
        <p class="hint">{{t.pairsHint}} {{weightsText}} <a href="/subjects/weights">{{t.weightsTitle}}</a></p>
        """#

    static let weights = #"""
        <p class="crumb"><a href="/subjects">{{t.pairsTitle}}</a></p>
        <h1>{{t.weightsTitle}}</h1>
        <p class="lead">{{t.weightsLead}}</p>
        {{> problem}}
        {{#isNoneInForce}}<p>{{t.weightsNone}}</p>{{/isNoneInForce}}{{#outgrown}}<p><span class="flag">{{.}}</span></p>{{/outgrown}}
        {{#mayWrite}}<form method="post" action="/subjects/weights/change" class="inline"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><p><button>{{t.weightsLearn}}</button>{{^isNoneInForce}} <button name="use" value="0" class="quiet">{{t.weightsUseNone}}</button>{{/isNoneInForce}}</p></form>{{/mayWrite}}
        {{#hasVersions}}<table class="stack list"><caption>{{t.weightsVersions}}</caption><thead><tr><th scope="col">{{t.version}}</th><th scope="col">{{t.weightsOrigin}}</th><th scope="col">{{t.when}}</th><th scope="col">{{t.weightsBy}}</th><th scope="col">{{t.weightsUse}}</th></tr></thead><tbody>{{#versions}}<tr><th scope="row"><a href="/subjects/weights?version={{number}}"{{#isShown}} aria-current="true"{{/isShown}}>{{number}}</a></th><td data-label="{{t.weightsOrigin}}">{{from}}</td><td data-label="{{t.when}}"><time datetime="{{at}}">{{atText}}</time></td><td data-label="{{t.weightsBy}}">{{by}}</td><td data-label="{{t.weightsUse}}">{{#isInForce}}<b>{{t.weightsInForce}}</b>{{/isInForce}}{{^isInForce}}{{#mayWrite}}<form method="post" action="/subjects/weights/change" class="inline"><input type="hidden" name="token" value="{{token}}"><input type="hidden" name="form" value="{{form}}"><button name="use" value="{{number}}" class="quiet">{{t.weightsPut}}<span class="hidden">: {{t.version}} {{number}}</span></button></form>{{/mayWrite}}{{/isInForce}}</td></tr>
        {{/versions}}</tbody></table>{{/hasVersions}}
        {{#weights}}<table class="stack facts"><caption>{{caption}}</caption><thead><tr><th scope="col">{{t.compared}}</th><th scope="col">{{t.howClose}}</th><th scope="col" class="number">{{t.bits}}</th></tr></thead><tbody>{{#rows}}<tr>{{#head}}<th scope="rowgroup" rowspan="{{rows}}">{{label}}</th>{{/head}}<td data-label="{{comparison}}">{{level}}{{#isAssumed}} <span class="ground">{{t.weightsAssumed}}</span>{{/isAssumed}}</td><td data-label="{{t.bits}}" class="number">{{bits}}</td></tr>
        {{/rows}}</tbody></table><p class="hint">{{t.weightsHint}}</p>{{/weights}}
        """#
}
