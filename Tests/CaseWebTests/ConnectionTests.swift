import Foundation
import Glibc
import Testing

@testable import CaseWeb

/// Connections that are held on to, and addresses that have many.
@Suite(.serialized) struct ConnectionTests {
    /// A connection that sends and never reads.
    private struct Deaf: ~Copyable {
        let socket: Int32

        init(port: UInt16, bytes: [UInt8]) throws {
            self.socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            try #require(self.socket >= 0)
            var room: Int32 = 4_096
            setsockopt(
                self.socket,
                SOL_SOCKET,
                SO_RCVBUF,
                &room,
                socklen_t(MemoryLayout<Int32>.size)
            )
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            address.sin_port = port.bigEndian
            let isConnected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    connect(self.socket, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            try #require(isConnected)
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(
                        self.socket,
                        $0.baseAddress,
                        $0.count,
                        Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                    )
                }
                guard count > 0 else { break }
                sent += count
            }
        }

        deinit { close(self.socket) }
    }

    /// Far more answers than fit between two programs.
    private func requests(_ port: UInt16) -> [UInt8] {
        let one = "GET /style.css HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n"
        return Array(String(repeating: one, count: 2_000).utf8)
    }

    @Test(.timeLimit(.minutes(2)))
    func `clients that never read do not keep others out`() async throws {
        let limits = WebServer.Limits(requestSeconds: 1, connections: 2)
        try await LivePages.run(limits: limits) { pages in
            // Several are accepted at a time, whatever the limit; these are more.
            let one = try Deaf(port: pages.port, bytes: self.requests(pages.port))
            let two = try Deaf(port: pages.port, bytes: self.requests(pages.port))
            let three = try Deaf(port: pages.port, bytes: self.requests(pages.port))
            let four = try Deaf(port: pages.port, bytes: self.requests(pages.port))
            let five = try Deaf(port: pages.port, bytes: self.requests(pages.port))
            let six = try Deaf(port: pages.port, bytes: self.requests(pages.port))
            try await Task.sleep(for: .milliseconds(200))
            var browser = pages.browser
            try await expect(200, of: browser.get("/login"))
            withExtendedLifetime(one.socket) {}
            withExtendedLifetime(two.socket) {}
            withExtendedLifetime(three.socket) {}
            withExtendedLifetime(four.socket) {}
            withExtendedLifetime(five.socket) {}
            withExtendedLifetime(six.socket) {}
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a client that reads slowly gets everything`() async throws {
        let limits = WebServer.Limits(requestSeconds: 1)
        try await LivePages.run(limits: limits) { pages in
            let one = "GET /style.css HTTP/1.1\r\nHost: 127.0.0.1:\(pages.port)\r\n"
            let text =
                String(repeating: one + "\r\n", count: 200) + one + "Connection: close\r\n\r\n"
            let received = await TestBrowser.bytes(
                of: [(bytes: Array(text.utf8), pause: 0)],
                port: pages.port
            )
            let answers = String(decoding: received, as: UTF8.self)
                .components(separatedBy: "HTTP/1.1 200 ")
            #expect(answers.count == 202)
        }
    }

    @Test func `an address has a limit of connections and others do not feel it`() async throws {
        let limits = WebServer.Limits(connectionsOfAddress: 2, addressKey: { $0 })
        try await LivePages.run(limits: limits) { pages in
            do {
                let one = try Deaf(port: pages.port, bytes: [])
                let two = try Deaf(port: pages.port, bytes: [])
                let request = "GET /login HTTP/1.1\r\nHost: 127.0.0.1:\(pages.port)\r\n\r\n"
                let refused = await TestBrowser.bytes(
                    of: [(bytes: Array(request.utf8), pause: 100)],
                    port: pages.port
                )
                #expect(refused.isEmpty)
                withExtendedLifetime(one.socket) {}
                withExtendedLifetime(two.socket) {}
            }
            try await Task.sleep(for: .milliseconds(500))
            var browser = pages.browser
            try await expect(200, of: browser.get("/login"), "those that ended do not count")
        }
        // All programs of the machine share this address.
        try await LivePages.run(limits: WebServer.Limits(connectionsOfAddress: 0)) { pages in
            var browser = pages.browser
            try await expect(200, of: browser.get("/login"))
        }
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("127.0.0.1", nil), ("127.9.9.9", nil), ("::1", nil),
        ("::ffff:192.0.2.7", "192.0.2.7"), ("::ffff:127.0.0.1", nil),
        ("2001:db8:1:2::1", "20:1:d:b8:0:1:0:2/64"), ("fe80::1%eth0", "fe:80:0:0:0:0:0:0/64"),
        ("", ""), ("128.0.0.1", "128.0.0.1"),
    ])
    func `an address counts as itself and of IPv6 its network does`(
        address: String,
        key: String?
    ) {
        #expect(AddressKey.of(address) == key)
    }

    @Test func `addresses of one IPv6 network count as one`() {
        #expect(AddressKey.of("2001:db8:1:2::1") == AddressKey.of("2001:db8:1:2:ffff::9"))
        #expect(AddressKey.of("2001:db8:1:2::1") != AddressKey.of("2001:db8:1:3::1"))
    }
}
