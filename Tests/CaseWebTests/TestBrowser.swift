import Foundation
import Glibc
import Testing

/// What came back over a connection.
struct TestAnswer: Sendable {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: String

    init(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        let end = try #require(text.range(of: "\r\n\r\n"), "an answer has a head")
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        self.status = try #require(words.count > 1 ? Int(words[1]) : nil)
        self.headers = lines.dropFirst().compactMap { line in
            line.firstIndex(of: ":").map { colon in
                (
                    line[..<colon].lowercased(),
                    line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                )
            }
        }
        self.body = String(text[end.upperBound...])
    }

    subscript(name: String) -> String? { self.headers.first { $0.name == name }?.value }

    /// The token of the page's forms.
    var token: String? {
        guard let start = self.body.range(of: "name=\"token\" value=\"")?.upperBound else {
            return nil
        }
        return String(self.body[start...].prefix { $0 != "\"" })
    }
}

extension TestAnswer {
    /// The value of the first field of a name after some text of the page.
    func value(of name: String, after text: String = "") throws -> String {
        let start =
            text.isEmpty
            ? self.body.startIndex : try #require(self.body.range(of: text)?.upperBound, "\(text)")
        let field = "name=\"\(name)\" value=\""
        let place = try #require(
            self.body.range(of: field, range: start..<self.body.endIndex)?.upperBound,
            "\(name)"
        )
        return String(self.body[place...].prefix { $0 != "\"" })
    }

    /// The page as text: tags are gone, spaces are one.
    var words: String {
        self.body.replacing(/<[^>]*>/, with: " ").split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
    }
}

/// Expects a status of an answer.
func expect(
    _ status: Int,
    of answer: TestAnswer,
    _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, comment, sourceLocation: sourceLocation)
}

/// Makes requests as a browser does, or as none would: bytes over a connection of their own.
struct TestBrowser: Sendable {
    let port: UInt16
    var cookies: [String: String] = [:]
    /// The token of the last page that had one.
    var token = ""

    init(port: UInt16) { self.port = port }

    /// Asks for a page.
    mutating func get(_ path: String, headers: [String] = []) async throws -> TestAnswer {
        try await self.send("GET", path, headers: headers, body: nil)
    }

    /// The ID that a page gives its forms, another for each form that is sent.
    private static var freshForm: String { UUID().uuidString.replacing("-", with: "").lowercased() }

    /// Sends a form with the token of the last page; a token of `nil` is left out.
    mutating func post(
        _ path: String,
        _ fields: [(String, String)],
        token: String?? = .none,
        headers: [String] = []
    ) async throws -> TestAnswer {
        let token = token ?? self.token
        var all = (token.map { [("token", $0)] } ?? []) + fields
        if !fields.contains(where: { $0.0 == "form" }) { all.append(("form", Self.freshForm)) }
        let body = all.map { "\(Self.encode($0.0))=\(Self.encode($0.1))" }.joined(separator: "&")
        let answer = try await self.send("POST", path, headers: headers, body: body)
        // A page that a form leads to has an address of its own.
        let location = answer.headers.first { $0.name == "location" }?.value
        guard answer.status == 303, let location, location.contains("?shown=") else {
            return answer
        }
        return try await self.get(location)
    }

    /// Sends a request and keeps the cookies.
    mutating func send(
        _ method: String,
        _ path: String,
        headers: [String] = [],
        body: String?
    ) async throws -> TestAnswer {
        var lines = ["\(method) \(path) HTTP/1.1"]
        if !headers.contains(where: { $0.lowercased().hasPrefix("host:") }) {
            lines.append("Host: 127.0.0.1:\(self.port)")
        }
        lines.append("Connection: close")
        if !self.cookies.isEmpty {
            let pairs = self.cookies.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            lines.append("Cookie: " + pairs.joined(separator: "; "))
        }
        if let body {
            lines.append("Content-Length: \(body.utf8.count)")
            if !headers.contains(where: { $0.lowercased().hasPrefix("content-type:") }) {
                lines.append("Content-Type: application/x-www-form-urlencoded")
            }
        }
        let head = (lines + headers).joined(separator: "\r\n") + "\r\n\r\n"
        let answer = try await Self.exchange(Array((head + (body ?? "")).utf8), port: self.port)
        self.keep(answer)
        return answer
    }

    private mutating func keep(_ answer: TestAnswer) {
        for header in answer.headers where header.name == "set-cookie" {
            let pair = header.value.prefix { $0 != ";" }.split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            let isGone = header.value.contains("Max-Age=0")
            self.cookies[String(pair[0])] = isGone ? nil : String(pair[1])
        }
        if let token = answer.token { self.token = token }
    }

    /// Logs a user in by the form.
    @discardableResult
    mutating func logIn(_ user: String, _ password: String) async throws -> TestAnswer {
        let page = try await self.get("/login")
        try #require(page.status == 200)
        return try await self.post("/login", [("user", user), ("password", password)])
    }

    static func encode(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// Sends bytes and reads until the other side closes.
    static func exchange(_ bytes: [UInt8], port: UInt16) async throws -> TestAnswer {
        try TestAnswer(
            await Self.bytes(of: [(bytes, 0)], port: port)
        )
    }

    /// Sends parts, each after a pause in milliseconds, and reads until the other side closes.
    static func bytes(
        of parts: [(bytes: [UInt8], pause: UInt32)],
        port: UInt16
    ) async -> [UInt8] {
        await withCheckedContinuation { continuation in
            // Blocking calls want a thread of their own.
            let thread = Thread {
                continuation.resume(returning: Self.blockingBytes(of: parts, port: port))
            }
            thread.start()
        }
    }

    private static func blockingBytes(
        of parts: [(bytes: [UInt8], pause: UInt32)],
        port: UInt16
    ) -> [UInt8] {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        // A server that never answers fails a test, and does not hold it up for ever.
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(
            socket,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &patience,
            socklen_t(MemoryLayout<timeval>.size)
        )
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                connect(socket, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return [] }
        for part in parts {
            usleep(part.pause * 1_000)
            var sent = 0
            while sent < part.bytes.count {
                let count = part.bytes[sent...].withUnsafeBytes {
                    Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                // The other side closed before it read everything; it may have answered.
                guard count > 0 else { break }
                sent += count
            }
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return received }
            received += buffer.prefix(count)
        }
    }
}
