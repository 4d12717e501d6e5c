/// The frame of every page, the log-in, and what is said when a page cannot be had.
extension Templates {
    static let layout = #"""
        <!doctype html>
        <html lang="{{language}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{title}} · Tafel {{handle}}</title>
        <link rel="stylesheet" href="/style.css?{{styleVersion}}">
        <link rel="icon" href="/icon.svg" type="image/svg+xml">
        </head>
        <body>
        <a class="skip" href="#main">{{t.skip}}</a>
        <header class="top">
        <div class="bar">
        <p class="brand"><a href="/">Tafel</a> <span class="handle">{{handle}}</span></p>
        {{#user}}
        <nav aria-label="{{t.navigation}}">
        <ul>
        {{#sections}}
        <li><a href="{{href}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{label}}</a></li>
        {{/sections}}
        </ul>
        </nav>
        {{/user}}
        <div class="tools">
        <form method="post" action="/language" class="languages" aria-label="{{t.language}}">
        <input type="hidden" name="token" value="{{token}}">
        <input type="hidden" name="back" value="{{back}}">
        <button name="language" value="nl" lang="nl"{{#typedForm}} form="typed" formaction="/language?form={{.}}" formenctype="application/x-www-form-urlencoded" formnovalidate{{/typedForm}}{{#isDutch}} aria-pressed="true"{{/isDutch}}{{^isDutch}} aria-pressed="false"{{/isDutch}}><abbr title="Nederlands">nl</abbr></button>
        <button name="language" value="en" lang="en"{{#typedForm}} form="typed" formaction="/language?form={{.}}" formenctype="application/x-www-form-urlencoded" formnovalidate{{/typedForm}}{{#isDutch}} aria-pressed="false"{{/isDutch}}{{^isDutch}} aria-pressed="true"{{/isDutch}}><abbr title="English">en</abbr></button>
        </form>
        {{#user}}
        <form method="post" action="/logout" class="who">
        <input type="hidden" name="token" value="{{token}}">
        <span>{{name}}{{#role}} <small>({{.}})</small>{{/role}}</span>
        <button class="quiet">{{t.logOut}}</button>
        </form>
        {{/user}}
        </div>
        </div>
        </header>
        <main id="main" tabindex="-1">
        {{#flash}}<p class="flash" role="status">{{.}}</p>{{/flash}}
        {{> *page}}
        </main>
        {{#printed}}<p class="printed">{{.}}</p>{{/printed}}
        <footer class="foot"><p>{{t.footer}}</p></footer>
        </body>
        </html>
        """#

    static let login = #"""
        <div class="narrow">
        <h1>{{t.logIn}}</h1>
        <p class="lead">{{t.logInLead}}</p>
        {{#problem}}<p class="problem" role="alert" id="problem">{{.}}</p>{{/problem}}
        <form method="post" action="/login" class="stacked">
        <input type="hidden" name="token" value="{{token}}">
        {{#next}}<input type="hidden" name="next" value="{{.}}">{{/next}}
        <p><label for="user">{{t.userName}}</label>
        <input id="user" name="user" autocomplete="username" autocapitalize="none" spellcheck="false" required value="{{typedUser}}"{{#problem}} aria-describedby="problem"{{/problem}}></p>
        <p><label for="password">{{t.password}}</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required></p>
        <p><button class="primary">{{t.logIn}}</button></p>
        </form>
        <p class="hint">{{t.logInHint}}</p>
        </div>
        """#

    static let message = #"""
        <div class="narrow">
        <h1>{{heading}}</h1>
        <p class="lead">{{text}}</p>
        {{#reference}}<p class="hint">{{.}}</p>{{/reference}}
        {{#hasTyped}}<div class="stacked"><p><label for="typed">{{t.typed}}</label><textarea id="typed" rows="8" readonly>{{#typed}}{{.}}
        {{/typed}}</textarea></p></div>{{/hasTyped}}
        {{#isEnded}}<p><a class="button primary" href="/login">{{t.logIn}}</a></p>{{/isEnded}}{{^isEnded}}<p><a href="/">{{t.toStart}}</a></p>{{/isEnded}}
        </div>
        """#

    static let problem = #"""
        {{#problem}}
        <div class="problem" role="alert" id="problem"><p>{{text}}</p></div>
        {{/problem}}
        """#
}
