import ReplicatedTypes
import TestSupport
import Testing

/// The rules of `Protocol/sync-log.md` §3.
struct HybridTimeTests {
    @Test func `the upper 48 bits are milliseconds`() {
        #expect(HybridTime(milliseconds: 1_767_225_600_123).rawValue == 1_767_225_600_123 * 65_536)
        #expect(HybridTime(rawValue: 7 << 16 | 9).milliseconds == 7)
    }

    @Test func `the next time is the clock when the clock is ahead`() {
        let clock = HybridTime(milliseconds: 20)
        #expect(HybridTime(milliseconds: 10).next(clock: clock) == clock)
    }

    @Test func `the next time is the last and one when the clock stands still or goes back`() {
        let last = HybridTime(milliseconds: 20)
        #expect(last.next(clock: last).rawValue == 20 << 16 | 1)
        #expect(last.next(clock: HybridTime(milliseconds: 3)).rawValue == 20 << 16 | 1)
    }

    @Test func `a counter that overflows carries into the milliseconds`() {
        let last = HybridTime(rawValue: 20 << 16 | 0xFFFF)
        #expect(last.next(clock: .zero) == HybridTime(milliseconds: 21))
    }

    @Test func `a received time counts up to 300 seconds ahead of the clock`() {
        let clock = HybridTime(milliseconds: 1_000_000)
        let last = HybridTime(milliseconds: 999_000)
        let near = HybridTime(rawValue: 1_300_000 << 16 | 0xFFFF)
        let far = HybridTime(milliseconds: 1_300_001)
        #expect(last.observing(near, clock: clock) == near)
        #expect(last.observing(far, clock: clock) == last)
    }

    @Test func `an older received time changes nothing`() {
        let last = HybridTime(milliseconds: 999)
        let older = HybridTime(milliseconds: 998)
        #expect(last.observing(older, clock: HybridTime(milliseconds: 1_000)) == last)
    }

    @Test(arguments: UInt64(1)...20)
    func `own times strictly increase`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var last = HybridTime.zero
        for _ in 0..<200 {
            let clock = HybridTime(milliseconds: UInt64.random(in: 0...50, using: &generator))
            let seen = HybridTime(milliseconds: UInt64.random(in: 0...50, using: &generator))
            let newest = last.observing(seen, clock: clock)
            let next = newest.next(clock: clock)
            #expect(next > last)
            #expect(next >= clock)
            last = next
        }
    }
}
