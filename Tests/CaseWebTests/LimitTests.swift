import CaseModel
@testable import CaseWeb
import Foundation
import Glibc
import NodeInterface
import NodeService
import RecordImport
import Testing
import Vocabulary

/// Every limit of the pages at its maximum and one past it (`Protocol/web.md` §3).
@Suite(.serialized) struct LimitTests {
    /// A form with a valid token whose body has some length.
    private func fields(_ browser: TestBrowser, byteCount: Int) -> [(String, String)] {
        let rest = "token=\(browser.token)&form=1&filler=".utf8.count
        return [("form", "1"), ("filler", String(repeating: "x", count: byteCount - rest))]
    }

    @Test func `a body of the largest size is taken and one byte more is not`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .operator)
            _ = try await browser.get("/node")
            let most = WebLimits.bodyBytesMax
            let taken = try await browser.post("/language", fields(browser, byteCount: most))
            #expect(taken.status == 303)
            let over = try await browser.post("/language", fields(browser, byteCount: most + 1))
            #expect(over.status == 413)
        }
    }

    @Test func `only a list of who is logged in may be longer, and it has a limit too`()
        async throws
    {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .analyst)
            _ = try await browser.get("/records/list")
            let most = WebLimits.listBodyBytesMax
            let taken = try await browser.post("/records/list", fields(browser, byteCount: most))
            // It has no numbers, which is found out only where it is read.
            #expect(taken.status == 422)
            let over = try await browser.post("/records/list", fields(browser, byteCount: most + 1))
            #expect(over.status == 413)
            let small = WebLimits.bodyBytesMax + 1
            let other = try await browser.post("/language", fields(browser, byteCount: small))
            #expect(other.status == 413)
            browser.cookies = browser.cookies.filter { $0.key.contains("visitor") }
            let stranger = try await browser.post(
                "/records/list",
                fields(browser, byteCount: small)
            )
            #expect(stranger.status == 403)
        }
    }

    @Test func `a body without a length is cut off at the same size`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .operator)
            _ = try await browser.get("/node")
            for (extra, status) in [(0, 303), (1, 413)] {
                let field = fields(browser, byteCount: WebLimits.bodyBytesMax + extra)[1]
                let body = "token=\(browser.token)&form=1&filler=\(field.1)"
                let cookies = browser.cookies.map { "\($0.key)=\($0.value)" }
                let head = """
                    POST /language HTTP/1.1\r
                    Host: 127.0.0.1:\(pages.port)\r
                    Connection: close\r
                    Content-Type: application/x-www-form-urlencoded\r
                    Transfer-Encoding: chunked\r
                    Cookie: \(cookies.joined(separator: "; "))\r
                    \r
                    \(String(body.utf8.count, radix: 16))\r
                    \(body)\r
                    0\r
                    \r

                    """
                let answer = try await TestBrowser.exchange(Array(head.utf8), port: pages.port)
                #expect(answer.status == status)
            }
        }
    }

    @Test func `a form of another kind is refused`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .operator)
            _ = try await browser.get("/node")
            for type in ["text/plain", "multipart/form-data; boundary=x", "application/json"] {
                let answer = try await browser.post(
                    "/language",
                    [],
                    headers: ["Content-Type: \(type)"]
                )
                #expect(answer.status == 415, "\(type)")
            }
        }
    }

    @Test func `an address of the largest length is taken and one byte more is not`() async throws {
        try await LivePages.run { pages in
            var browser = pages.browser
            let start = "/login?x="
            for (extra, status) in [(0, 200), (1, 414)] {
                let count = WebLimits.targetBytesMax - start.utf8.count + extra
                let answer = try await browser.get(start + String(repeating: "y", count: count))
                #expect(answer.status == status)
            }
        }
    }

    @Test func `as many header fields as allowed are taken and more are not`() async throws {
        try await LivePages.run { pages in
            var browser = pages.browser
            // Host and Connection are two of them.
            for (extra, status) in [(0, 200), (1, 400)] {
                let headers = (0..<(WebLimits.headersMax - 2 + extra)).map { "X-\($0): y" }
                let answer = try await browser.get("/style.css", headers: headers)
                #expect(answer.status == status)
            }
        }
    }

    @Test func `names and values of header fields are as long as allowed and no longer`()
        async throws
    {
        try await LivePages.run { pages in
            var browser = pages.browser
            for (extra, status) in [(0, 200), (1, 400)] {
                let long = String(repeating: "y", count: WebLimits.headerBytesMax + extra)
                let value = try await browser.get("/style.css", headers: ["X: " + long])
                #expect(value.status == status)
                let name = try await browser.get("/style.css", headers: [long + ": x"])
                #expect(name.status == status)
            }
        }
    }

    @Test func `all header fields together are as long as allowed and no longer`() async throws {
        try await LivePages.run { pages in
            var browser = pages.browser
            let sent = "/style.css" + "Host" + "127.0.0.1:\(pages.port)" + "Connection" + "close"
            for (extra, status) in [(0, 200), (1, 400)] {
                // Five fields of a name of one byte; the last takes what is left.
                let left = WebLimits.headersBytesMax - sent.utf8.count - 5 + extra
                let counts = [8_000, 8_000, 8_000, 8_000, left - 32_000]
                let headers = counts.map { "X: " + String(repeating: "y", count: $0) }
                let answer = try await browser.get("/style.css", headers: headers)
                #expect(answer.status == status)
            }
        }
    }

    @Test func `so many hits are shown, and how many there are`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .analyst)
            func records(_ range: ClosedRange<Int>) -> [(key: String, fields: [(String, String)])] {
                range.map { (key: "K\($0)", fields: [("text", "x")]) }
            }
            let shown = WebLimits.hitsShownMax
            #expect(shown == 50)
            func rowCount(_ body: String) -> Int {
                body.components(separatedBy: "data-label=\"Found by\"").count - 1
            }
            try await pages.importRecords(records(1...shown))
            let english = ["Accept-Language: en"]
            let most = try await browser.get("/records?sort=-date", headers: english)
            #expect(rowCount(most.body) == shown)
            #expect(most.body.contains("50 found") && !most.body.contains("rel=\"next\""))
            try await pages.importRecords(records(shown + 1...shown + 1))
            let over = try await browser.get("/records?sort=-date", headers: english)
            #expect(rowCount(over.body) == shown)
            #expect(over.body.contains("51 found") && over.body.contains("rel=\"next\""))
            let rest = try await browser.get("/records?page=2", headers: english)
            #expect(rowCount(rest.body) == 1)
        }
    }

    @Test func `a file with a certificate or a key has at most 1,048,576 bytes`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "chain.pem")
        let most = WebLimits.certificateBytesMax
        #expect(most == 1_048_576)
        try Data(repeating: 0x20, count: most).write(to: file)
        #expect(try GivenFile.bytes(file.path, bytesMax: most).count == most)
        try Data(repeating: 0x20, count: most + 1).write(to: file)
        #expect(throws: NodeFailure.self) { try GivenFile.bytes(file.path, bytesMax: most) }
    }

    @Test func `at most 10,000 records come in one batch`() async throws {
        try await LivePages.run { pages in
            func batch(_ range: Range<Int>) throws -> ImportBatch {
                let records = range.map { number in
                    ImportedRecord(
                        source: "bron",
                        sourceKey: "\(number)",
                        type: .inspection,
                        category: .business,
                        fields: [ImportedRecord.Field(name: "status", value: "x")],
                        neverShare: []
                    )
                }
                return ImportBatch(records, head: ImportBatch.Head(try #require(records.first)))
            }
            await #expect(throws: Refusal.self) {
                try await pages.ask(ImportRecords(batch(0..<10_001)))
            }
            try await pages.ask(ImportRecords(batch(0..<10_000)))
            #expect(try await pages.ask(SearchRecords(limit: 1)).total == 10_000)
        }
    }

    @Test func `a request that drips in is cut off`() async throws {
        try await LivePages.run(limits: WebServer.Limits(requestSeconds: 1)) { pages in
            let start = ContinuousClock.now
            let drip = Array("GET /login HTTP/1.1\r\nHost: 127.0.0.1:\(pages.port)\r\nX: ".utf8)
            let parts = drip.map { (bytes: [$0], pause: UInt32(100)) }
            let received = await TestBrowser.bytes(of: parts, port: pages.port)
            #expect(received.isEmpty, "there was never a whole request")
            let silent = await TestBrowser.bytes(of: [], port: pages.port)
            #expect(silent.isEmpty)
            #expect(ContinuousClock.now - start < .seconds(20))
            var browser = pages.browser
            try await expect(200, of: browser.get("/login"), "others are served")
        }
    }

    @Test func `of a browser's languages the first 32 are looked at`() {
        func header(_ others: Int) -> String {
            (Array(repeating: "fr", count: others) + ["en"]).joined(separator: ",")
        }
        #expect(Language(accepting: header(31)) == .english)
        #expect(Language(accepting: header(32)) == .dutch)
    }

    @Test func `as many connections are taken as allowed and the next one waits`() async throws {
        try await LivePages.run { pages in
            var browser = pages.browser
            var idle = try (1..<WebLimits.connectionsMax).map { _ in
                try IdleConnection(port: pages.port)
            }
            try await expect(200, of: browser.get("/style.css"))
            idle.append(try IdleConnection(port: pages.port))
            // Connections that come at one moment may be taken together: this one is to be counted.
            try await Task.sleep(for: .milliseconds(300))
            // The connection is made by the system; that it is answered is another matter.
            let waiting = Task { [browser] in
                var browser = browser
                return try await browser.get("/style.css")
            }
            let isAnswered = Task {
                _ = try await waiting.value
                return ContinuousClock.now
            }
            try await Task.sleep(for: .milliseconds(300))
            let freed = ContinuousClock.now
            idle.removeFirst()
            try await expect(200, of: waiting.value)
            #expect(try await isAnswered.value >= freed)
        }
    }
}

/// A connection over which nothing is said.
private final class IdleConnection {
    private let socket: Int32

    init(port: UInt16) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.socket = socket
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                connect(socket, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        try #require(socket >= 0 && isConnected)
    }

    deinit { close(self.socket) }
}
