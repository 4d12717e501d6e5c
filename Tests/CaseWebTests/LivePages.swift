import CaseModel
@testable import CaseWeb
import Foundation
import Glibc
import Logging
import NodeInterface
import NodeService
import RecordImport
import ServiceLifecycle
import SyncLog
import Synchronization
import Testing
import Vocabulary

/// A clock that goes when it is told to.
final class TestClock: Sendable {
    private let seconds = Mutex(1_000_000)

    var now: Int { self.seconds.withLock { $0 } }

    func advance(_ count: Int) { self.seconds.withLock { $0 += count } }
}

/// A real node in a temporary folder whose pages are served on a free port of the loopback address,
/// with one user of each role, named as the role.
///
/// A store takes 1 TiB of address space, of which a process has 128: suites that make nodes are
/// serialized.
struct LivePages {
    static let password = "een goed wachtwoord"
    static let passphrase = Array("a passphrase for tests".utf8)

    let node: Node
    let port: UInt16
    let path: String
    let clock: TestClock
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    /// Runs `body` with pages that are served for as long.
    static func run(
        limits: WebServer.Limits = WebServer.Limits(),
        logger: Logger = Self.logger,
        _ body: (LivePages) async throws -> Void
    ) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let port = try Self.freePort()
        let node = try await Self.node(at: path, http: port, logger: logger)
        let clock = TestClock()
        let (started, continuation) = AsyncStream.makeStream(of: Void.self)
        let server = WebServer(
            node: node,
            address: try #require(try node.configuration.pages),
            logger: logger,
            clock: { clock.now },
            limits: limits
        ) { _ in continuation.yield() }
        let group = ServiceGroup(configuration: .init(services: [server], logger: Self.logger))
        let task = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        for await _ in started { break }
        let pages = LivePages(
            node: node,
            port: port,
            path: path,
            clock: clock,
            group: group,
            task: task
        )
        do {
            try await body(pages)
        } catch {
            await group.triggerGracefulShutdown()
            try? await task.value
            throw error
        }
        await group.triggerGracefulShutdown()
        try await task.value
    }

    static var logger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    private static func node(
        at path: String,
        http: UInt16,
        logger: Logger
    ) async throws -> Node {
        let listen = try #require(Endpoint("127.0.0.1:\(try Self.freePort())"))
        _ = try Node.create(
            at: path,
            identity: .init(
                contents: Card.Contents(
                    version: 1,
                    handle: "od-noord",
                    name: "Omgevingsdienst Noord",
                    oin: "00000001234567890000",
                    memberClass: .odToezicht,
                    endpoints: [listen]
                ),
                configuration: NodeConfiguration(
                    listen: listen.text,
                    http: "127.0.0.1:\(http)"
                )
            ),
            passphrase: Self.passphrase
        )
        let node = try Node.open(at: path, passphrase: Self.passphrase, logger: logger)
        for role in UserRole.allCases {
            _ = try await node.answer(
                AddUser(
                    user: role.rawValue,
                    role: role.rawValue,
                    password: Secret(Array(Self.password.utf8))
                ),
                for: .owner("test")
            )
        }
        return node
    }

    /// A port that nobody listens on now.
    static func freePort() throws -> UInt16 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(socket >= 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) == 0 && getsockname(socket, pointer, &length) == 0
            }
        }
        try #require(isBound)
        return UInt16(bigEndian: address.sin_port)
    }

    /// Makes a request as the command line does.
    @discardableResult
    func ask<Asked: HandledRequest>(_ request: Asked) async throws -> Asked.Answer {
        try await self.node.answer(request, for: .owner("test"))
    }

    /// A browser without cookies.
    var browser: TestBrowser { TestBrowser(port: self.port) }

    /// A browser in which a user is logged in.
    func browser(of user: UserRole) async throws -> TestBrowser {
        var browser = self.browser
        let answer = try await browser.logIn(user.rawValue, Self.password)
        try #require(answer.status == 303)
        return browser
    }

    /// Imports records of one source: each by its key and fields.
    func importRecords(_ records: [(key: String, fields: [(String, String)])]) async throws {
        for record in records {
            let imported = ImportedRecord(
                source: "bron",
                sourceKey: record.key,
                type: .inspection,
                category: .business,
                fields: record.fields.map { ImportedRecord.Field(name: $0.0, value: $0.1) },
                neverShare: ["subject.bsn"]
            )
            let batch = ImportBatch([imported], head: ImportBatch.Head(imported))
            try await self.ask(ImportRecords(batch))
        }
    }
}
