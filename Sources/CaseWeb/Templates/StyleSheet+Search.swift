extension StyleSheet {
    /// The search page.
    static let search = #"""
        .search .box { position: relative; display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; margin-block: 1.25rem 0.25rem; }
        .search .box label { flex: 1 0 100%; margin: 0; font-weight: 600; }
        .search .box input { flex: 1 1 16rem; width: auto; min-height: 3rem; font-size: 1.125rem; }
        .search .box button { min-height: 3rem; }
        .search .filter { margin-block: 0.75rem; }
        .search details { margin-bottom: 0.75rem; }
        .suggestions { position: absolute; z-index: 2; top: 100%; left: 0; right: 0; margin: 0.25rem 0 0; padding: 0.25rem 0; list-style: none; background: var(--sheet); border: 1px solid var(--soft); border-radius: 6px; box-shadow: 0 6px 18px rgb(0 0 0 / 0.18); max-height: 24rem; overflow-y: auto; }
        .suggestions li { padding: 0.45rem 0.75rem; cursor: pointer; overflow-wrap: anywhere; }
        .suggestions li[aria-selected=true], .suggestions li:hover { background: var(--accent-soft); }
        .suggestions small { color: var(--soft); }
        .understood { margin: 0 0 0.25rem; }
        """#
}
