import Foundation

/// A bar with rate and time left, by the bytes read; on a terminal only.
struct ImportProgress {
    /// Width of the bar, in characters.
    private static let barWidth = 30
    /// How often it is drawn anew.
    private static let interval = Duration.milliseconds(200)

    /// Bytes of the file; nil for what has no length, such as a pipe.
    private let total: Int?
    private let start = ContinuousClock.now
    private var done = 0
    private var shown = ContinuousClock.now
    private var width = 0

    init(_ handle: FileHandle) {
        // What cannot be sought in, such as a pipe, has no length that is known beforehand.
        let end = try? handle.seekToEnd()
        if end != nil { try? handle.seek(toOffset: 0) }
        self.total = end.map { Int($0) }
    }

    /// Counts bytes, and draws the bar when it is time.
    mutating func advance(_ byteCount: Int) {
        self.done += byteCount
        let now = ContinuousClock.now
        guard now - self.shown > Self.interval else { return }
        self.shown = now
        let text = Self.text(done: self.done, total: self.total, elapsed: now - self.start)
        // Blanks over what a longer line left.
        let blanks = String(repeating: " ", count: max(0, self.width - text.count))
        self.width = text.count
        Output.progress("\r" + text + blanks)
    }

    /// Takes the bar away.
    mutating func end() {
        guard self.width > 0 else { return }
        Output.progress("\r" + String(repeating: " ", count: self.width) + "\r")
        self.width = 0
    }

    /// The line that is shown.
    static func text(done: Int, total: Int?, elapsed: Duration) -> String {
        let rate = Double(done) / max(elapsed / .seconds(1), 0.001)
        let speed = "\(Self.bytes(Int(rate)))/s"
        guard let total, total > 0 else { return "\(Self.bytes(done))  \(speed)" }
        let share = min(Double(done) / Double(total), 1)
        let filled = Int(share * Double(Self.barWidth))
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: ".", count: Self.barWidth - filled)
        let left = Int((Double(total - min(done, total)) / max(rate, 1)).rounded(.up))
        return "[\(bar)] \(Int(share * 100))%  \(speed)  \(Self.time(left)) left"
    }

    private static func bytes(_ count: Int) -> String {
        count < 10 << 20 ? "\(count >> 10) KiB" : "\(count >> 20) MiB"
    }

    private static func time(_ seconds: Int) -> String {
        seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
    }
}
