/// Tables with their charters, logs, and the node's health.
extension Templates {
    static let tables = #"""
        <h1>{{t.tables}}</h1>
        {{#hasTables}}
        <table class="stack list"><caption class="hidden">{{t.tables}}</caption><thead><tr>{{#heads}}{{> sortHead}}{{/heads}}</tr></thead>
        <tbody>{{#tables}}<tr><th scope="row"><a href="/tables/{{id}}">{{name}}</a></th><td data-label="{{t.theme}}">{{theme}}</td><td data-label="{{t.version}}" class="number">{{version}}</td><td data-label="{{t.state}}">{{state}}{{#period}} <span class="flag">{{.}}</span>{{/period}}</td></tr>{{/tables}}</tbody></table>
        {{/hasTables}}
        {{^hasTables}}<p class="empty">{{t.noTables}}</p>{{/hasTables}}
        """#

    static let table = #"""
        <p class="crumb"><a href="/tables">{{t.tables}}</a></p>
        <div class="heading"><h1>{{name}}</h1>{{#mayReadLogs}}<a class="button" href="/tables/{{id}}/log">{{t.logs}}</a>{{/mayReadLogs}}</div>
        <p class="lead">{{inWords}}{{#period}} <span class="flag">{{.}}</span>{{/period}}</p>
        <p>{{signedWords}}</p>
        <section aria-labelledby="purpose"><h2 id="purpose">{{t.purpose}}</h2><p class="text">{{purpose}}</p></section>
        <section aria-labelledby="members"><h2 id="members">{{t.members}}</h2>
        <table class="stack"><caption class="hidden">{{t.members}}</caption><thead><tr><th scope="col">{{t.partner}}</th><th scope="col">{{t.organisation}}</th><th scope="col">{{t.memberClass}}</th><th scope="col">{{t.role}}</th><th scope="col">{{t.signature}}</th></tr></thead>
        <tbody>{{#members}}<tr><th scope="row">{{handle}}{{#isSelf}} <span class="ground">{{t.thisNode}}</span>{{/isSelf}}</th><td data-label="{{t.organisation}}">{{organisation}}</td><td data-label="{{t.memberClass}}">{{memberClass}}</td><td data-label="{{t.role}}">{{memberRole}}</td><td data-label="{{t.signature}}">{{#hasSigned}}{{t.signed}}{{/hasSigned}}{{^hasSigned}}{{t.notSigned}}{{/hasSigned}}</td></tr>{{/members}}</tbody></table></section>
        <section aria-labelledby="grounds"><h2 id="grounds">{{t.grounds}}</h2><p class="hint">{{t.groundsLead}}</p>
        <table class="stack"><caption class="hidden">{{t.grounds}}</caption><thead><tr><th scope="col">{{t.ground}}</th><th scope="col">{{t.from}}</th><th scope="col">{{t.to}}</th><th scope="col">{{t.categories}}</th></tr></thead>
        <tbody>{{#grounds}}<tr id="ground-{{code}}"><th scope="row">{{code}}<br><small>{{groundText}}</small></th><td data-label="{{t.from}}">{{from}}</td><td data-label="{{t.to}}">{{to}}</td><td data-label="{{t.categories}}">{{categories}}</td></tr>{{/grounds}}</tbody></table></section>
        <p class="hint">{{t.tableID}} <code>{{id}}</code></p>
        """#

    static let log = #"""
        <p class="crumb"><a href="/tables">{{t.tables}}</a> <a href="/tables/{{id}}">{{name}}</a></p>
        <h1>{{heading}}</h1>
        <p class="lead">{{t.logLead}}</p>
        <nav aria-label="{{t.logs}}"><ul class="tabs">{{#authors}}<li><a href="{{href}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{handle}}</a></li>{{/authors}}</ul></nav>
        {{#hasEntries}}
        <table class="stack"><caption>{{countText}}</caption><thead><tr>{{#heads}}{{> sortHead}}{{/heads}}</tr></thead>
        <tbody>{{#entries}}<tr><th scope="row" class="number">{{index}}</th><td data-label="{{t.kind}}">{{kind}}</td><td data-label="{{t.when}}">{{#at}}<time datetime="{{.}}">{{atText}}</time>{{/at}}</td><td data-label="{{t.caseID}}">{{#caseID}}<code>{{.}}</code>{{/caseID}}</td><td data-label="{{t.fragment}}">{{#fragmentID}}<code>{{.}}</code> {{version}}{{/fragmentID}}{{#obstacle}}<span class="flag">{{.}}</span>{{/obstacle}}</td><td data-label="{{t.toWhom}}">{{#hasRecipients}}<ul class="sources">{{#recipients}}<li><strong>{{handle}}</strong> <a class="ground" href="/tables/{{id}}#ground-{{ground}}">{{ground}}</a></li>{{/recipients}}</ul>{{/hasRecipients}}</td><td data-label="{{t.category}}">{{category}}</td></tr>{{/entries}}</tbody></table>
        {{/hasEntries}}
        {{#hasEarlier}}<p><a href="{{earlier}}">{{t.earlierEntries}}</a></p>{{/hasEarlier}}
        {{#hasLater}}<p><a href="{{newest}}">{{t.newestEntries}}</a></p>{{/hasLater}}
        {{^hasEntries}}<p class="empty">{{t.noEntries}}</p>{{/hasEntries}}
        {{#checkpoint}}<h2>{{t.checkpoint}}</h2><pre class="scroll" tabindex="0">{{.}}</pre>{{/checkpoint}}
        """#

    static let node = #"""
        <div class="heading"><h1>{{t.node}} {{handle}}</h1>{{#maySynchronise}}<form method="post" action="/node/sync"><input type="hidden" name="token" value="{{token}}"><button class="primary">{{t.syncNow}}</button></form>{{/maySynchronise}}</div>
        {{> problem}}
        {{#outcomes}}<ul class="outcomes">{{#items}}<li class="{{style}}">{{text}}{{#detail}} {{t.nodeSays}} <samp lang="en">{{.}}</samp>{{/detail}}{{#notes}}<br>{{.}}{{/notes}}</li>{{/items}}</ul>{{/outcomes}}
        <section aria-labelledby="alarms"><h2 id="alarms">{{t.alarms}}</h2>
        {{^hasAlarms}}<p>{{t.noAlarms}}</p>{{/hasAlarms}}
        {{#hasAlarms}}<ul class="outcomes">{{#alarms}}<li class="bad"><strong>{{kind}}</strong>{{#partner}} · <bdi>{{.}}</bdi>{{/partner}} · {{t.since}} <time datetime="{{at}}">{{atText}}</time><br>{{tells}} <strong>{{asks}}</strong><br><small>{{t.nodeSays}} <samp lang="en">{{text}}</samp></small></li>{{/alarms}}</ul>{{#someEndWhenSeen}}<p class="hint">{{t.alarmsHint}}</p>{{/someEndWhenSeen}}{{/hasAlarms}}
        {{#hasPast}}<details><summary>{{t.pastAlarms}}</summary><ul class="outcomes">{{#past}}<li><strong>{{kind}}</strong> <time datetime="{{at}}">{{atText}}</time> – <time datetime="{{until}}">{{untilText}}</time>{{#partner}} · <bdi>{{.}}</bdi>{{/partner}}<br><small>{{t.nodeSays}} <samp lang="en">{{text}}</samp></small></li>{{/past}}</ul></details>{{/hasPast}}</section>
        <section aria-labelledby="peers"><h2 id="peers">{{t.peers}}</h2>
        {{#hasPeers}}<table class="stack"><caption class="hidden">{{t.peers}}</caption><thead><tr><th scope="col">{{t.partner}}</th><th scope="col">{{t.connection}}</th><th scope="col" class="number">{{t.behind}}</th><th scope="col" class="number">{{t.missingHere}}</th><th scope="col">{{t.lastSync}}</th></tr></thead>
        <tbody>{{#peers}}<tr><th scope="row">{{handle}}</th><td data-label="{{t.connection}}"><span class="state {{style}}">{{connection}}</span>{{#since}} {{t.since}} <time datetime="{{.}}">{{sinceText}}</time>{{/since}}</td><td data-label="{{t.behind}}" class="number">{{behind}}</td><td data-label="{{t.missingHere}}" class="number">{{missing}}{{^missing}}{{t.notKnown}}{{/missing}}</td><td data-label="{{t.lastSync}}">{{#at}}<time datetime="{{.}}">{{atText}}</time>{{/at}}{{^at}}{{t.notYet}}{{/at}}</td></tr>{{/peers}}</tbody></table>{{/hasPeers}}
        {{^hasPeers}}<p class="empty">{{t.noPeers}}</p>{{/hasPeers}}</section>
        <section aria-labelledby="logs"><h2 id="logs">{{t.logs}}</h2>
        {{#hasLogs}}<table class="stack"><caption>{{t.logsCaption}}</caption><thead><tr><th scope="col">{{t.table}}</th><th scope="col">{{t.author}}</th><th scope="col" class="number">{{t.entries}}</th><th scope="col" class="number">{{t.complete}}</th><th scope="col">{{t.root}}</th><th scope="col">{{t.state}}</th></tr></thead>
        <tbody>{{#logs}}<tr><th scope="row">{{table}}</th><td data-label="{{t.author}}">{{author}}</td><td data-label="{{t.entries}}" class="number">{{size}}</td><td data-label="{{t.complete}}" class="number">{{complete}}</td><td data-label="{{t.root}}"><code>{{root}}</code></td><td data-label="{{t.state}}">{{#isDisputed}}<strong class="state bad">{{t.disputed}}</strong>{{/isDisputed}}{{^isDisputed}}{{t.whole}}{{/isDisputed}}</td></tr>{{/logs}}</tbody></table>{{/hasLogs}}
        {{^hasLogs}}<p class="empty">{{t.noLogs}}</p>{{/hasLogs}}</section>
        <section aria-labelledby="store"><h2 id="store">{{t.store}}</h2>
        {{^isReadable}}<p class="problem">{{t.storeUnreadable}}</p>{{/isReadable}}
        <dl class="about row">{{#isReadable}}<div><dt>{{t.records}}</dt><dd>{{recordCount}}</dd></div><div><dt>{{t.entries}}</dt><dd>{{entryCount}}</dd></div><div><dt>{{t.size}}</dt><dd>{{storeSize}}</dd></div>{{/isReadable}}{{#diskFree}}<div><dt>{{t.diskFree}}</dt><dd>{{.}}</dd></div>{{/diskFree}}<div><dt>{{t.programVersion}}</dt><dd>{{version}}</dd></div><div><dt>{{t.nodeID}}</dt><dd><code>{{nodeID}}</code></dd></div></dl></section>
        """#
}
