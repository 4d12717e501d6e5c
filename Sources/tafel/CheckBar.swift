import NodeService
import Terminal

/// The bar of `node check`: one part after the other.
struct CheckBar {
    private var part: NodeCheck.Part?
    private var bar: ProgressBar?

    /// Draws how far a part is; another part has a new bar.
    mutating func show(_ part: NodeCheck.Part, done: UInt64, total: UInt64) {
        if part != self.part {
            self.end()
            self.part = part
            let (label, unit): (String, ProgressBar.Unit) =
                switch part {
                case .pages: ("store", .pages)
                case .records: ("records", .records)
                case .log(let name): (name, .entries)
                }
            self.bar = ProgressBar(label: label, unit: unit, write: Output.progress)
        }
        self.bar?.show(Int(done), of: Int(total))
    }

    /// Takes the bar away.
    mutating func end() { self.bar?.end() }
}
