extension StyleSheet {
    /// Lists whose rows are a line each, and the page of a case, of which they are most.
    static let lists = #"""
        .withcontents { display: grid; gap: 0 2.5rem; }
        .wide { min-width: 0; }
        .contents { position: sticky; top: 0; z-index: 1; background: var(--paper); border-bottom: 1px solid var(--line); margin-bottom: 1rem; overflow-x: auto; }
        .contents ul { flex-wrap: nowrap; }
        .contents a { white-space: nowrap; border: 0; }
        .contents a:hover { text-decoration: underline; }
        .withcontents [id] { scroll-margin-top: 3.5rem; }
        .listhead { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0 1.5rem; }
        .sorts, .parts, .narrowed { font-size: var(--step--1); color: var(--soft); max-width: none; margin-bottom: 0.5rem; }
        .sorts a { text-transform: lowercase; display: inline-block; padding: 0.25rem 0.35rem; }
        .sorts a[aria-current] { font-weight: 600; text-decoration: none; color: var(--ink); }
        .parts { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; }
        .parts a { padding: 0.25rem 0; }
        .small { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.6rem; margin-bottom: 0.6rem; font-size: var(--step--1); }
        .small label { margin: 0; font-weight: 400; color: var(--soft); }
        .small select { width: auto; min-height: 2rem; padding: 0.1rem 0.4rem; max-width: 100%; }

        .folds { list-style: none; margin: 0 0 1rem; padding: 0; background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; }
        .folds > li + li { border-top: 1px solid var(--line); }
        .folds summary { display: flex; flex-wrap: wrap; align-items: center; gap: 0 0.75rem; width: auto; min-height: 2rem; padding: 0.15rem 0.75rem; color: var(--ink); line-height: 1.4; list-style: none; font-size: 0.9375rem; }
        .folds summary::-webkit-details-marker { display: none; }
        .folds summary::before { content: "\25B8"; color: var(--soft); flex: none; width: 0.8rem; }
        .folds details[open] > summary::before { content: "\25BE"; }
        .folds summary:hover { background: var(--accent-soft); }
        .folds details[open] > summary { margin: 0; border-bottom: 1px solid var(--line); background: var(--accent-soft); }
        .folds .weigh summary { padding: 0.25rem 0; border: 0; background: none !important; color: var(--link); font-size: var(--step--1); }
        .fold .what { flex: 1 1 12rem; min-width: 0; overflow-wrap: anywhere; font-weight: 400; font-size: inherit; }
        .subject .what > bdi { font-weight: 600; }
        .fold .what small { margin-left: 0.4rem; white-space: nowrap; }
        .fold .day { flex: none; width: 6.25rem; color: var(--soft); white-space: nowrap; }
        .fold .facts td, .fold .facts th { padding-block: 0.3rem; }
        .fold .facts .sources li { display: inline-block; margin-right: 1rem; }
        .fold .gist { flex: 1 1 14rem; min-width: 0; color: var(--soft); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .fold .gist bdi { white-space: nowrap; }
        .fold .badges { display: flex; flex-wrap: wrap; gap: 0.15rem 0.35rem; align-items: center; margin-left: auto; min-width: 0; }
        .badge { border: 1px solid var(--line); border-radius: 99px; padding: 0 0.55em; font-size: var(--step--1); overflow-wrap: anywhere; background: var(--paper); }
        .badge b { font-weight: 600; }
        .flag.settled { background: transparent; color: var(--soft); border-color: var(--line); font-weight: 400; }
        .fold .body { padding: 0.75rem; }
        .fold .body > p:last-child, .fold .body > :last-child { margin-bottom: 0; }
        .fold .body .label { font-size: var(--step--1); color: var(--soft); margin: 0; }
        .fold .body table { margin-bottom: 0.5rem; }
        .fold .body .shared { margin-bottom: 0.5rem; }
        .fold.gone .what { color: var(--soft); text-decoration: line-through; }
        .fold dl { margin: 0; }
        .fold .facts th small { display: block; }
        .fold .facts .value { width: 30%; }
        .fold .facts thead th:last-child { width: 48%; }
        .note { padding: 0.6rem 0.9rem; margin-bottom: 0.6rem; }
        .note .hint { margin-bottom: 0.15rem; }
        .note summary { color: var(--ink); width: auto; }
        .wide > section { margin-bottom: 1.5rem; }
        .wide h2 { margin-bottom: 0.4rem; }
        .about .audience { grid-column: 1 / -1; }
        .about .audience li { display: inline-block; margin-right: 1.25rem; }
        .about dl.row { margin-block: 0 0.75rem; }
        .registers { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: 0.5rem 2rem; }
        .register { min-width: 0; }
        .register.bare { order: 1; }
        .corner { font-size: var(--step--1); color: var(--soft); margin: 1rem 0 0; }

        .list th, .list td { padding: 0.2rem 0.6rem; height: 2rem; line-height: 1.4; vertical-align: middle; font-size: 0.9375rem; }
        .list td { min-width: 0; overflow-wrap: break-word; }
        .list bdi { overflow-wrap: anywhere; }
        .list td.status { min-width: 7.5rem; hyphens: manual; }
        @media (max-width: 44rem) { .list th, .list td { height: auto; min-height: 2rem; } }
        .list td.day, .list .phase { white-space: nowrap; }
        .list thead a { color: inherit; }
        .list tbody a:not(.unread) { font-weight: 500; }
        .narrowly { display: none; }

        @media (min-width: 64rem) {
          .withcontents { grid-template-columns: 10rem minmax(0, 1fr); }
          .contents { align-self: start; top: 1rem; border: 0; margin: 0; background: none; overflow: visible; }
          .contents ul { display: block; border-left: 2px solid var(--line); padding-left: 0.9rem; }
          .contents a { padding: 0.2rem 0; white-space: normal; }
          .withcontents [id] { scroll-margin-top: 1rem; }
          .fragment > summary { display: grid; grid-template-columns: 0.8rem 6.25rem minmax(0, 1.3fr) minmax(0, 1fr) minmax(11.5rem, auto); }
        }
        @media (max-width: 44rem) {
          .fold .what { flex-basis: 100%; order: 1; }
          .fold > summary { padding-block: 0.4rem; position: relative; padding-left: 1.75rem; }
          .fold > summary::before { position: absolute; left: 0.6rem; top: 0.4rem; }
          .fold .gist { flex-basis: 100%; order: 2; }
          .fold .badges { margin-left: 0; order: 3; }
          .fold .day { width: auto; }
          .fold .facts .value { width: auto; }
          .list thead { display: none; }
          .narrowly { display: block; }
        }
        """#
}
