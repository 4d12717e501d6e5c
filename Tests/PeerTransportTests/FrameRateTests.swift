import Testing

@testable import PeerTransport

@Suite struct FrameRateTests {
    @Test func `a burst of as many frames as the limit passes and the next one waits`() {
        var rate = FrameRate(framesPerSecondMax: 4)
        for _ in 0..<4 { #expect(rate.take(at: 7_000_000_000) == 0) }
        #expect(rate.take(at: 7_000_000_000) == 250_000_000)
    }

    @Test func `a frame that waited as long as it was told passes`() {
        var rate = FrameRate(framesPerSecondMax: 4)
        for _ in 0..<4 { _ = rate.take(at: 0) }
        let wait = rate.take(at: 0)
        #expect(rate.take(at: wait - 1) == 1)
        #expect(rate.take(at: wait) == 0)
    }

    @Test func `over a long time no more frames pass than the limit and one burst`() {
        var rate = FrameRate(framesPerSecondMax: 10)
        var passed = 0
        // Asked every millisecond during 20 seconds.
        for millisecond in 0..<20_000 where rate.take(at: UInt64(millisecond) * 1_000_000) == 0 {
            passed += 1
        }
        #expect(passed >= 200 && passed <= 210)
    }
}
