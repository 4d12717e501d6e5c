import HTTPTypes
import Hummingbird
import Testing

@testable import CaseWeb

/// Which answers are compressed; that the bytes are right, another program says (`api.py`).
@Suite(.serialized) struct GzipTests {
    @Test(arguments: [
        ("gzip", true), ("gzip, deflate, br, zstd", true), ("br;q=1.0, gzip;q=0.8, *;q=0.1", true),
        ("GZIP", true), ("deflate,gzip ; q=0.001", true), ("", false), ("br", false),
        ("gzip;q=0", false), ("gzip; q=0.000", false), ("identity", false), ("*", false),
        ("xgzip", false), (";;,,q=", false),
    ])
    func `a client says that it takes gzip`(header: String, isTaken: Bool) {
        #expect(Gzip.isAccepted(by: [.acceptEncoding: header]) == isTaken)
    }

    @Test func `texts that repeat become short`() throws {
        let compressed = try #require(Gzip.compressed([UInt8](repeating: 7, count: 400_000)))
        #expect(compressed.count < 1_000 && compressed.starts(with: [0x1F, 0x8B, 8]))
        // RFC 1952 §2.3.1: the last four bytes are the length.
        #expect(compressed.suffix(4) == [0x80, 0x1A, 6, 0])
        #expect(try #require(Gzip.compressed([])).suffix(4) == [0, 0, 0, 0])
    }

    @Test(arguments: [
        (Gzip.bytesMin - 1, false), (Gzip.bytesMin, true), (Gzip.bytesMax, true),
        (Gzip.bytesMax + 1, false),
    ])
    func `short and long texts are sent as they are`(count: Int, isCompressed: Bool) {
        var response = Response(status: .ok)
        Gzip.write(String(repeating: "a", count: count), to: &response, isAccepted: true)
        #expect((response.headers[.contentEncoding] == "gzip") == isCompressed)
        #expect((response.body.contentLength == count) == !isCompressed)
        Gzip.write(String(repeating: "a", count: count), to: &response, isAccepted: false)
        #expect(response.headers[.contentEncoding] == nil)
        #expect(response.body.contentLength == count)
    }

    @Test func `pages are compressed for who takes it, and say so`() async throws {
        try await LivePages.run { pages in
            var browser = pages.browser
            let plain = try await browser.get("/login")
            #expect(plain["content-encoding"] == nil && plain["vary"] == "Accept-Encoding")
            let whole = try await browser.get("/login", headers: ["Accept-Encoding: gzip"])
            #expect(whole["content-encoding"] == "gzip" && whole["vary"] == "Accept-Encoding")
            let count = try #require(whole["content-length"].flatMap { Int($0) })
            #expect(count < plain.body.utf8.count / 2)
            let missing = try await browser.get("/nothing", headers: ["Accept-Encoding: gzip"])
            #expect(missing.status == 404 && missing["content-encoding"] == "gzip")
            let icon = try await browser.get("/icon.svg", headers: ["Accept-Encoding: gzip"])
            #expect(icon.status == 200 && icon["content-encoding"] == nil, "it is short")
        }
    }
}
