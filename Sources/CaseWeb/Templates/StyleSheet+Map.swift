extension StyleSheet {
    /// The map; what the library's own style sheet says of it comes before.
    static let map = #"""
        .map { height: 24rem; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); margin-block: 0.75rem 0.25rem; z-index: 0; font: inherit; }
        .map.leaflet-container { background: var(--sheet); }
        .map.drawing { cursor: crosshair; }
        .map .spot { background: var(--accent); border: 2px solid var(--sheet); border-radius: 99px; }
        .map .spot.many { background: var(--sheet); border-color: var(--accent); color: var(--ink); font-weight: 600; font-size: var(--step--1); text-align: center; line-height: 2rem; }
        .map .spot:focus { outline: 3px solid var(--focus); outline-offset: 2px; }
        .map .area { stroke: var(--soft); stroke-width: 1px; fill: var(--accent); fill-opacity: 0.05; }
        .map .ring { stroke: var(--accent); stroke-width: 2px; fill: var(--accent); fill-opacity: 0.12; }
        .map .leaflet-popup-content ul { margin: 0; padding-left: 1.1rem; }
        .map .leaflet-popup-content-wrapper, .map .leaflet-popup-tip { background: var(--sheet); color: var(--ink); }
        .map .leaflet-bar a { background: var(--sheet); color: var(--ink); border-color: var(--line); }
        .maptools { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; align-items: center; font-size: var(--step--1); max-width: none; }
        .maptools label { margin: 0; font-weight: 400; }
        .maptools input { width: auto; min-height: 0; }
        """#
}
