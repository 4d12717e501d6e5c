/// What lists of every page have: their order, and their parts.
extension Templates {
    /// A column by which a list can be put in order, in a line.
    static let sort = #"""
        <a href="{{href}}"{{#isCurrent}} aria-current="true"{{/isCurrent}}>{{label}}{{#isCurrent}} <span aria-hidden="true">{{sign}}</span><span class="hidden">{{directionText}}</span>{{/isCurrent}}</a>
        """#

    /// Such a column as the head of a table.
    static let sortHead = #"""
        <th scope="col"{{#isNumber}} class="number"{{/isNumber}}{{#direction}} aria-sort="{{.}}"{{/direction}}>{{#href}}<a href="{{.}}">{{label}}{{#isCurrent}} <span aria-hidden="true">{{sign}}</span>{{/isCurrent}}</a>{{/href}}{{^href}}{{label}}{{/href}}</th>
        """#

    /// Which part of a list is shown, and where the others are.
    static let parts = #"""
        <p class="parts">{{#previous}}<a href="{{.}}" rel="prev">{{t.previousPart}}</a>{{/previous}} <span>{{text}}</span> {{#next}}<a href="{{.}}" rel="next">{{t.nextPart}}</a>{{/next}}</p>
        """#
}
