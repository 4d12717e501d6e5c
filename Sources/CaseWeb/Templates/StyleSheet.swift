import Cryptography

/// The one style sheet, and the icon.
enum StyleSheet {
    /// A short hash of the contents: pages name it, so that browsers may keep the file for ever.
    static let version = Self.hash(
        of: Self.text + Self.icon + SearchScript.text + MapScript.text
    )

    /// A short hash of a text.
    static func hash(of text: String) -> String {
        String(TextEncoding.hex(Digest(hashing: Array(text.utf8)).bytes).prefix(16))
    }

    static let icon = #"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5a4e"/><path d="M6 10h20v4h-3l2 11h-4l-2-11h-6l-2 11H7l2-11H6z" fill="#fff"/></svg>
        """#

    /// The whole sheet.
    static let text = [
        Self.frame, Self.lists, Self.search, Self.subjects, Self.map, Self.print,
    ].joined(
        separator: "\n"
    )

    private static let frame = #"""
        :root {
          color-scheme: light dark;
          --paper: #faf9f6; --sheet: #ffffff; --ink: #1a2321; --soft: #51605c; --line: #d9ddd7;
          --accent: #0b5a4e; --accent-ink: #ffffff; --accent-soft: #e4f0ec; --link: #0b5a4e;
          --warn: #7a4300; --warn-soft: #fdf1dd; --warn-line: #c07f1e;
          --bad: #98201b; --bad-soft: #fbe9e7; --bad-ink: #ffffff;
          --good: #1d6137; --focus: #1b62d1;
          --step--1: 0.8125rem; --step-0: 1rem; --step-1: 1.1875rem; --step-2: 1.4375rem; --step-3: 1.875rem;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #111716; --sheet: #18201e; --ink: #e6ebe8; --soft: #a7b5b0; --line: #33403c;
            --accent: #7fd1bf; --accent-ink: #08241e; --accent-soft: #1c322d; --link: #8ddccb;
            --warn: #f3c376; --warn-soft: #33270f; --warn-line: #b98330;
            --bad: #ff9d94; --bad-soft: #3a1d1b; --bad-ink: #2a0b09;
            --good: #8fd6a8; --focus: #8ab8ff;
          }
        }
        *, *::before, *::after { box-sizing: border-box; }
        html { font-size: 100%; text-size-adjust: 100%; -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
        body {
          margin: 0; background: var(--paper); color: var(--ink);
          font: 400 var(--step-0)/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
          font-variant-numeric: tabular-nums; overflow-wrap: break-word;
        }
        h1, h2, h3 { line-height: 1.2; font-weight: 650; text-wrap: balance; margin: 0; overflow-wrap: anywhere; }
        h1 { font-size: var(--step-3); letter-spacing: -0.015em; }
        h2 { font-size: var(--step-1); margin-bottom: 0.75rem; }
        h3 { font-size: var(--step-0); }
        p { margin: 0 0 0.75rem; max-width: 42rem; }
        small, .hint, caption { font-size: var(--step--1); color: var(--soft); font-weight: 400; }
        code, samp, pre, .key { font-family: ui-monospace, "SFMono-Regular", "DejaVu Sans Mono", monospace; font-size: 0.8125em; overflow-wrap: anywhere; }
        .text { white-space: pre-wrap; overflow-wrap: anywhere; }
        bdi, .text, .value, dd, td, option { unicode-bidi: isolate; }
        bdi { white-space: pre-wrap; }
        bdi.title { display: block; }
        a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
        a:hover { text-decoration-thickness: 2px; }
        :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
        main:focus { outline: none; }
        .skip { position: absolute; left: 0.5rem; top: -5rem; background: var(--sheet); padding: 0.5rem 1rem; z-index: 2; }
        .skip:focus { top: 0.5rem; }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

        .top { border-bottom: 1px solid var(--line); background: var(--sheet); }
        .bar, main, .foot { max-width: 78rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 2.5rem); }
        .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1.75rem; padding-block: 0.625rem; }
        .brand { margin: 0; font-weight: 700; font-size: var(--step-1); letter-spacing: -0.01em; }
        .brand a { color: inherit; text-decoration: none; }
        .handle { font-weight: 400; color: var(--soft); font-size: var(--step-0); letter-spacing: 0; }
        nav ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
        nav a { display: inline-block; padding: 0.5rem 0; color: var(--ink); text-decoration: none; border-bottom: 3px solid transparent; }
        nav a:hover { border-color: var(--line); }
        nav a[aria-current] { border-color: var(--accent); font-weight: 600; }
        .tools { margin-left: auto; display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; }
        .tools form { display: flex; align-items: center; gap: 0.5rem; }
        .languages { gap: 0 !important; }
        .languages button { border: 1px solid var(--line); background: transparent; color: var(--ink); padding: 0.25rem 0.6rem; min-height: 2rem; font-weight: 400; border-radius: 0; }
        .languages button:first-of-type { border-radius: 6px 0 0 6px; }
        .languages button:last-of-type { border-radius: 0 6px 6px 0; border-left: 0; }
        .languages button[aria-pressed="true"] { background: var(--accent); color: var(--accent-ink); border-color: var(--accent); }
        abbr { text-decoration: none; }

        main { padding-block: clamp(1.25rem, 4vw, 2.5rem) 3rem; }
        .foot { padding-block: 1rem 2rem; border-top: 1px solid var(--line); color: var(--soft); font-size: var(--step--1); }
        .narrow { max-width: 34rem; }
        .heading { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: start; gap: 0.75rem 1.5rem; margin-bottom: 1.25rem; }
        h1 + .lead { margin-top: 0.5rem; }
        h1 + .problem, .heading + .problem { margin-top: 0.9rem; }
        .lead { font-size: 1.0625rem; color: var(--soft); }
        .crumb { font-size: var(--step--1); margin-bottom: 0.5rem; }
        .crumb a + a::before { content: "\203A"; color: var(--soft); display: inline-block; padding: 0 0.35rem; }
        .empty { color: var(--soft); }
        section { margin-bottom: 2.25rem; }

        .flash, .problem, .conflicts { border-left: 4px solid var(--accent); background: var(--accent-soft); padding: 0.75rem 1rem; border-radius: 4px; max-width: none; margin-bottom: 1.25rem; }
        .problem { border-color: var(--bad); background: var(--bad-soft); }
        .problem p:last-child, .conflicts p:last-child { margin-bottom: 0; }
        .conflicts { border-color: var(--warn-line); background: var(--warn-soft); }
        .conflicts h2 { margin-bottom: 0.25rem; }
        .conflicts ul { margin: 0; padding-left: 1.2rem; }
        .flag { display: inline-block; background: var(--warn-soft); color: var(--warn); border: 1px solid var(--warn-line); border-radius: 4px; padding: 0 0.4em; font-size: 0.75rem; font-weight: 600; line-height: 1.5; vertical-align: 0.1em; white-space: nowrap; }
        .mark { color: var(--warn); }
        .ground { font-size: var(--step--1); border: 1px solid var(--line); border-radius: 4px; padding: 0 0.35em; color: var(--soft); text-decoration: none; white-space: nowrap; }
        a.ground { color: var(--link); }
        .phase { white-space: nowrap; }

        button, .button, input, select, textarea { font: inherit; color: inherit; }
        button, .button { display: inline-flex; align-items: center; min-height: 2.5rem; padding: 0.4rem 1rem; border: 1px solid var(--soft); border-radius: 6px; background: var(--sheet); color: var(--ink); font-weight: 550; text-decoration: none; cursor: pointer; }
        button:hover, .button:hover { border-color: var(--ink); }
        .primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
        .danger { background: var(--bad); border-color: var(--bad); color: var(--bad-ink); }
        .quiet { min-height: 1.75rem; padding: 0.1rem 0.6rem; font-size: var(--step--1); border-color: var(--line); background: transparent; font-weight: 400; }
        label { display: block; font-weight: 550; margin-bottom: 0.25rem; }
        input:not([type=checkbox], [type=radio], [type=hidden]), select, textarea { width: 100%; min-height: 2.5rem; padding: 0.4rem 0.65rem; background: var(--sheet); border: 1px solid var(--soft); border-radius: 6px; }
        textarea { line-height: 1.5; resize: vertical; }
        input[type=checkbox], input[type=radio] { width: 1.15rem; height: 1.15rem; margin: 0.2rem 0 0; accent-color: var(--accent); flex: none; }
        fieldset { border: 1px solid var(--line); border-radius: 6px; margin: 0 0 1rem; padding: 0.75rem 1rem 0.25rem; min-width: 0; }
        legend { font-weight: 600; padding: 0 0.4rem; margin-left: -0.4rem; }
        .check { margin-bottom: 0.5rem; max-width: none; }
        .check label { display: flex; align-items: start; gap: 0 0.6rem; font-weight: 400; margin: 0; cursor: pointer; }
        .check span { min-width: 0; overflow-wrap: anywhere; }
        .stacked { max-width: 42rem; }
        .stacked > p:last-child { margin-bottom: 0; }
        .stacked + .hint { margin-top: 1rem; }
        p + section { margin-top: 1.75rem; }
        .filter { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 0.5rem 1rem; align-items: end; margin-block: 1.25rem 1.75rem; }
        .filter p { margin: 0; }
        .filter label { font-size: var(--step--1); }
        .inline { display: flex; gap: 0.5rem; align-items: end; }
        .inline p { margin: 0; }
        .inline p:first-child { flex: 1; }
        .actions { display: flex; flex-wrap: wrap; gap: 0.75rem 1rem; align-items: center; }
        .choices { padding: 0; list-style: none; }
        .choices a { display: block; padding: 0.75rem 1rem; border: 1px solid var(--line); border-radius: 6px; background: var(--sheet); margin-bottom: 0.5rem; }

        table { width: 100%; border-collapse: collapse; margin-bottom: 1rem; background: var(--sheet); border: 1px solid var(--line); }
        caption { text-align: left; padding: 0 0 0.4rem; }
        th, td { text-align: left; vertical-align: top; padding: 0.55rem 0.8rem; border-bottom: 1px solid var(--line); font-weight: 400; overflow-wrap: anywhere; hyphens: auto; }
        td { min-width: 8.5rem; }
        td.number { min-width: 0; }
        thead th { font-size: var(--step--1); color: var(--soft); font-weight: 600; vertical-align: bottom; overflow-wrap: normal; white-space: nowrap; }
        tbody th { font-weight: 600; }
        tbody tr:last-child > * { border-bottom: 0; }
        .number { text-align: right; white-space: nowrap; }
        .facts th { width: 11rem; }
        .facts .value { width: 34%; }
        tr.conflict > * { background: var(--warn-soft); }
        tr.conflict > th { box-shadow: inset 4px 0 0 var(--warn-line); }
        tr.changed > th { box-shadow: inset 4px 0 0 var(--accent); }
        tr.gone th, tr.gone td { color: var(--soft); }
        .sources, .plain, .outcomes, .tags, .phases, .tabs { list-style: none; margin: 0; padding: 0; }
        .sources li { margin-bottom: 0.15rem; }
        .sources i { color: var(--soft); font-size: var(--step--1); font-style: normal; }
        .plain li { margin-bottom: 0.5rem; }
        .plain small { display: block; }
        .plain form { margin-top: 0.25rem; }
        .tabs { margin-bottom: 1.25rem; border-bottom: 1px solid var(--line); }

        .phases { display: flex; flex-wrap: wrap; gap: 0.35rem; margin: 0 0 1.75rem; font-size: var(--step--1); counter-reset: phase; }
        .phases li { padding: 0.2rem 0.75rem; border: 1px solid var(--line); border-radius: 99px; color: var(--soft); }
        .phases .past { background: var(--accent-soft); color: var(--ink); border-color: transparent; }
        .phases .current { background: var(--accent); color: var(--accent-ink); border-color: var(--accent); font-weight: 600; }
        dl { margin: 0; }
        dt { font-size: var(--step--1); color: var(--soft); }
        dd { margin: 0 0 0.6rem; overflow-wrap: anywhere; }
        .about.row { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: 0 1.5rem; margin: 1rem 0 1.75rem; }
        .note, .card { background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; padding: 1rem 1.15rem; margin-bottom: 1rem; }
        .fold dl, .card dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 0 1.5rem; margin-top: 0.6rem; }
        .note p:last-child { margin: 0; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); gap: 1rem; margin: 1.25rem 0; }
        .card { margin: 0; border-top: 4px solid var(--accent); }
        .card dl { display: block; }
        :target { scroll-margin-top: 1rem; }
        article:target, .body:target { outline: 3px solid var(--focus); }
        details summary { cursor: pointer; color: var(--link); font-size: var(--step--1); padding: 0.25rem 0; width: fit-content; }
        details[open] summary { margin-bottom: 0.5rem; }
        .weigh { border-top: 1px solid var(--line); padding-top: 0.4rem; margin-top: 0.4rem; }
        .tags { display: flex; flex-wrap: wrap; gap: 0.4rem; margin-bottom: 0.75rem; }
        .tags li { display: inline-flex; align-items: center; gap: 0.35rem; background: var(--accent-soft); border-radius: 99px; padding: 0.1rem 0.35rem 0.1rem 0.75rem; overflow-wrap: anywhere; }
        .tags .quiet { border: 0; border-radius: 50%; min-height: 1.6rem; min-width: 1.6rem; padding: 0; justify-content: center; font-size: 1rem; }
        .tags small { color: inherit; }
        .outcomes li { padding: 0.5rem 0.9rem; border-left: 4px solid var(--good); background: var(--sheet); margin-bottom: 0.4rem; }
        .outcomes .bad { border-color: var(--bad); }
        .state.good { color: var(--good); font-weight: 600; }
        .state.bad { color: var(--bad); font-weight: 600; }
        pre.scroll { overflow-x: auto; padding: 0.9rem 1rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; overflow-wrap: normal; }

        @media (max-width: 44rem) {
          .tools { margin-left: 0; width: 100%; justify-content: space-between; }
          .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .stack, .stack tbody, .stack tr, .stack th, .stack td, .stack caption:not(.hidden) { display: block; width: auto; }
          .stack th, .stack td, .facts th, .facts .value { width: auto; border: 0; padding: 0.2rem 0.9rem; text-align: left; }
          .stack tbody th { padding-top: 0.7rem; }
          .stack tr { border-bottom: 1px solid var(--line); padding-bottom: 0.5rem; }
          .stack tr:last-child { border: 0; }
          .stack td[data-label] { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: 0 0.75rem; white-space: normal; }
          .stack td[data-label]::before { content: attr(data-label); font-size: var(--step--1); color: var(--soft); }
          .stack td:empty { display: none; }
          .stack .text { white-space: pre-wrap; }
          .stack caption:not(.hidden) { padding: 0.5rem 0.9rem 0; }
          .facts td[data-label] { display: block; }
          .facts td[data-label]::before { content: none; }
          .facts tr { padding-bottom: 0.6rem; }
          tr.conflict { background: var(--warn-soft); box-shadow: inset 4px 0 0 var(--warn-line); }
          tr.conflict > *, tr.conflict > th { background: none; box-shadow: none; }
          .inline { align-items: end; }
        }
        @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
        """#
}
