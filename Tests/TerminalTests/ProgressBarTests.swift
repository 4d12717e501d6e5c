import Testing

@testable import Terminal

/// What the bar says, and when.
@Suite struct ProgressBarTests {
    private static let empty = "[..............................]"

    @Test func `share, rate and time left are those of done, total and time`() {
        let text = ProgressBar.text(
            label: "od-noord",
            unit: .entries,
            done: 2_500,
            total: 10_000,
            elapsed: .seconds(5)
        )
        // A quarter of 30 characters, 500 a second, 7,500 to go.
        #expect(text == "od-noord  [#######.......................] 25%  500 entries/s  15 s left")
    }

    @Test func `without a total there are count and rate and no share`() {
        let text = ProgressBar.text(
            label: "ilt",
            unit: .entries,
            done: 90,
            total: nil,
            elapsed: .seconds(30)
        )
        #expect(text == "ilt  90 entries  3 entries/s")
        let nothing = ProgressBar.text(
            label: "",
            unit: .bytes,
            done: 20 << 20,
            total: 0,
            elapsed: .seconds(10)
        )
        #expect(nothing == "20 MiB  2048 KiB/s")
    }

    @Test func `more than was expected is all of it`() {
        let text = ProgressBar.text(
            label: "",
            unit: .pages,
            done: 12,
            total: 10,
            elapsed: .seconds(1)
        )
        #expect(text == "[##############################] 100%  12 pages/s  0 s left")
    }

    @Test func `the time left is in minutes from two minutes on, also before anything is done`() {
        func text(_ total: Int) -> String {
            ProgressBar.text(label: "", unit: .entries, done: 0, total: total, elapsed: .zero)
        }
        #expect(text(119) == "\(Self.empty) 0%  0 entries/s  119 s left")
        #expect(text(120) == "\(Self.empty) 0%  0 entries/s  2 min left")
    }

    @Test func `short work shows nothing, long work is taken away at the end`() async throws {
        var shown: [String] = []
        var bar = ProgressBar(label: "", unit: .entries) { shown.append($0) }
        bar.show(1, of: 1_000)
        bar.end()
        #expect(shown.isEmpty)
        try await Task.sleep(for: ProgressBar.interval * 1.5)
        bar.show(2, of: 1_000)
        bar.show(3, of: 1_000)
        #expect(shown.count == 1 && shown[0].hasPrefix("\r\(Self.empty) 0%  "))
        bar.end()
        #expect(shown.count == 2)
        #expect(shown[1] == "\r" + String(repeating: " ", count: shown[0].count - 1) + "\r")
        bar.end()
        #expect(shown.count == 2)
    }
}
