import Testing

@testable import NodeService

/// `Protocol/sync.md` §4: table files of one session, a burst of 128, then one a second.
@Suite struct TableFileRateTests {
    @Test func `128 table files pass at once, and one more each second`() {
        var rate = TableFileRate()
        let start = ContinuousClock.now
        for _ in 0..<128 { #expect(rate.take(at: start) == .zero) }
        #expect(rate.take(at: start) == .seconds(1))
        #expect(rate.take(at: start + .seconds(1)) == .seconds(1))
        #expect(rate.take(at: start + .seconds(3)) == .zero)
        var later = TableFileRate()
        for second in 0..<1_000 { #expect(later.take(at: start + .seconds(second)) == .zero) }
    }
}
