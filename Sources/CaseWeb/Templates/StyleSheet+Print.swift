extension StyleSheet {
    /// What is different on paper: behind everything else, which says the same of a screen.
    static let print = #"""
        .printed { display: none; }
        @media print {
          .top, .foot, form, form[class], .skip, details:not(.fold), .button, .contents, .sorts, .parts a, .narrowed a, .act, .map, .maptools, .maphint { display: none; }
          .fold::details-content { content-visibility: visible; display: block; block-size: auto; }
          .withcontents { display: block; }
          .printed { display: block; padding: 0 24px; }
          body { background: none; }
        }
        """#
}
