extension StyleSheet {
    /// The page of a subject.
    static let subjects = #"""
        .quarters { list-style: none; display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 0.35rem; margin: 0 0 0.5rem; padding: 0; }
        .quarters li { border: 1px solid var(--line); border-left: 0.5rem solid var(--line); border-radius: 4px; padding: 0.25rem 0.5rem; background: var(--sheet); min-width: 0; font-size: var(--step--1); line-height: 1.4; }
        .quarters .when { display: block; color: var(--soft); }
        .quarters b { display: block; font-weight: 600; }
        .quarters small { overflow-wrap: anywhere; white-space: normal; }
        .quarters .q-violation { border-left-color: var(--bad); background: var(--bad-soft); }
        .quarters .q-violation b { color: var(--bad); }
        .quarters .q-incident { border-left-color: var(--ink); background: var(--warn-soft); }
        .quarters .q-minor { border-left-color: var(--warn-line); background: var(--warn-soft); }
        .quarters .q-minor b { color: var(--warn); }
        .quarters .q-attention { border-left-color: var(--warn-line); background: var(--warn-soft); }
        .quarters .q-attention b { color: var(--warn); }
        .quarters .q-compliant { border-left-color: var(--good); }
        .quarters .q-compliant b { color: var(--good); }
        .quarters .q-unknown { border-left-color: var(--accent); }
        .quarters .q-none b { color: var(--soft); font-weight: 400; }
        .more a { display: inline-block; min-height: 1.5rem; line-height: 1.5rem; }
        .list th small a { display: inline-block; min-height: 1.5rem; line-height: 1.5rem; }
        @media (max-width: 44rem) { .quarters { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
        """#
}
