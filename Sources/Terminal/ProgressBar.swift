/// A line with a bar, the rate and the time left, drawn over itself while long work goes on.
///
/// Where it goes decides who makes it: `write` is given the text with its returns, and sends it to a
/// terminal or nowhere. Work that ends within ``interval`` shows nothing.
package struct ProgressBar {
    /// What is counted.
    package enum Unit: Sendable {
        /// Bytes, shown in KiB and MiB.
        case bytes
        /// Entries of logs.
        case entries
        /// Pages of a store.
        case pages
        /// Records.
        case records
    }

    /// Width of the bar, in characters.
    static let barWidth = 30
    /// How often it is drawn anew.
    static let interval = Duration.milliseconds(200)

    private let label: String
    private let unit: Unit
    private let write: (String) -> Void
    private let start: ContinuousClock.Instant
    private var shown: ContinuousClock.Instant
    private var width = 0

    /// Starts the clock; nothing is shown yet.
    ///
    /// - Parameters:
    ///   - label: What stands before the bar; may be empty.
    ///   - unit: What is counted.
    ///   - write: Sends text to the terminal.
    package init(label: String, unit: Unit, write: @escaping (String) -> Void) {
        self.label = label
        self.unit = unit
        self.write = write
        self.start = .now
        self.shown = self.start
    }

    /// Draws the bar when it is time.
    ///
    /// - Parameters:
    ///   - done: How many there are by now.
    ///   - total: How many there will be; `nil` while nobody knows, which leaves the bar out.
    package mutating func show(_ done: Int, of total: Int?) {
        let now = ContinuousClock.now
        guard now - self.shown > Self.interval else { return }
        self.shown = now
        let text = Self.text(
            label: self.label,
            unit: self.unit,
            done: done,
            total: total,
            elapsed: now - self.start
        )
        // Blanks over what a longer line left.
        let blanks = String(repeating: " ", count: max(0, self.width - text.count))
        self.width = text.count
        self.write("\r" + text + blanks)
    }

    /// Takes the bar away.
    package mutating func end() {
        guard self.width > 0 else { return }
        self.write("\r" + String(repeating: " ", count: self.width) + "\r")
        self.width = 0
    }

    /// The line that is shown; `elapsed` is the time since the start.
    static func text(
        label: String,
        unit: Unit,
        done: Int,
        total: Int?,
        elapsed: Duration
    ) -> String {
        let label = label.isEmpty ? "" : label + "  "
        let rate = Double(done) / max(elapsed / .seconds(1), 0.001)
        let speed = "\(unit.text(Int(rate)))/s"
        guard let total, total > 0 else { return "\(label)\(unit.text(done))  \(speed)" }
        let share = min(Double(done) / Double(total), 1)
        let filled = Int(share * Double(Self.barWidth))
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: ".", count: Self.barWidth - filled)
        let left = Int((Double(total - min(done, total)) / max(rate, 1)).rounded(.up))
        return "\(label)[\(bar)] \(Int(share * 100))%  \(speed)  \(Self.time(left)) left"
    }

    private static func time(_ seconds: Int) -> String {
        seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
    }
}

extension ProgressBar.Unit {
    fileprivate func text(_ count: Int) -> String {
        switch self {
        case .bytes: count < 10 << 20 ? "\(count >> 10) KiB" : "\(count >> 20) MiB"
        case .entries: "\(count) entries"
        case .pages: "\(count) pages"
        case .records: "\(count) records"
        }
    }
}
