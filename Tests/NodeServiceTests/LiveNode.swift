import CaseModel
import Cryptography
import Foundation
import Glibc
import Logging
import NodeInterface
import RecordStore
import ServiceLifecycle
import SyncLog
import Synchronization
import Testing

@testable import NodeService
@testable import SyncEngine

/// A real node in a temporary folder: keys, store, TLS over loopback.
///
/// Stopped by ``stop()``; its folder goes with it. A store takes 1 TiB of address space, of which a
/// process has 128: suites that make nodes are serialized.
actor LiveNode {
    static let passphrase = Array("a passphrase for tests".utf8)

    nonisolated let handle: String
    nonisolated let port: UInt16
    nonisolated let card: Card
    nonisolated let path: String
    private var opened: Node?
    private var service: (group: ServiceGroup, task: Task<Void, any Error>)?

    /// Makes a node that will listen on a free port of the loopback address.
    ///
    /// `isReachable`: Whether its card tells others that port; else one that nobody listens on.
    init(_ handle: String, _ memberClass: MemberClass, isReachable: Bool = true) throws {
        self.handle = handle
        self.port = try Self.freePort()
        let told = isReachable ? self.port : 1
        self.path =
            FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path()
        let endpoint = try #require(Endpoint("127.0.0.1:\(self.port)"))
        let contents = Card.Contents(
            version: 1,
            handle: handle,
            name: "Organisatie \(handle)",
            oin: "00000001234567890000",
            memberClass: memberClass,
            endpoints: [try #require(Endpoint("127.0.0.1:\(told)"))]
        )
        self.card = try Node.create(
            at: self.path,
            identity: .init(
                contents: contents,
                configuration: NodeConfiguration(listen: endpoint.text, http: nil)
            ),
            passphrase: Self.passphrase
        )
        self.opened = try Self.open(self.path)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    private static func open(_ path: String) throws -> Node {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try Node.open(at: path, passphrase: Self.passphrase, logger: logger)
    }

    /// A port that nobody listens on now.
    private static func freePort() throws -> UInt16 {
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

    /// The node, while the folder is open.
    var node: Node {
        get throws {
            guard let opened = self.opened else { throw HostileError.unexpected }
            return opened
        }
    }

    /// Listens and dials, as `tafel node run` does.
    func start() async throws {
        let node = try self.node
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (started, continuation) = AsyncStream.makeStream(of: Void.self)
        let server = NodeServer(node: node, logger: logger) { _ in continuation.yield() }
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        let task = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        self.service = (group, task)
        for await _ in started { return }
        try await task.value
    }

    /// Stops as on Ctrl-C, and waits until everything has ended.
    func stop() async throws {
        guard let (group, task) = self.service else { return }
        self.service = nil
        await group.triggerGracefulShutdown()
        try await task.value
    }

    /// Stops and lets the folder go.
    func letGo() async throws {
        try await self.reopen()
        self.opened = nil
    }

    /// Stops, lets the folder go and opens it again.
    func reopen() async throws {
        try await self.stop()
        self.opened = nil
        // The last task that served a connection may hold the node a moment longer.
        for _ in 0..<200 {
            if let node = try? Self.open(self.path) {
                self.opened = node
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        self.opened = try Self.open(self.path)
    }

    // MARK: Commands

    /// Makes a request as the command line does.
    @discardableResult
    func ask<Asked: HandledRequest>(_ request: Asked) async throws -> Asked.Answer {
        try await self.node.answer(request, for: .owner("tester"))
    }

    /// The bytes of an answer that is a stream.
    func bytes(of request: ExportLog) async throws -> [UInt8] {
        let parts = Mutex<[UInt8]>([])
        var caller = Caller.owner("tester")
        caller.sink = { part in parts.withLock { $0 += part } }
        _ = try await self.node.answer(request, for: caller)
        return parts.withLock { $0 }
    }

    /// The texts of all alarms.
    func alarms() async throws -> [String] {
        try await self.ask(ShowStatus()).alarms.map(\.text)
    }

    /// A round with one peer.
    func syncNow(with peer: String) async throws -> Outcome {
        try await self.ask(SyncNow(peer: peer)).outcome
    }

    /// The case as the canonical document.
    func canonical(_ caseID: ObjectID) async throws -> String {
        try await self.ask(ShowCanonicalCase(case: caseID.hex)).canonical
    }

    // MARK: The store

    /// What is held of a log.
    func state(of log: LogID, in table: TableID) async throws -> LogState {
        try await self.read(table) { snapshot in try snapshot.state(of: log) }
    }

    /// Every item held of a log, as stored.
    func items(of log: LogID, in table: TableID) async throws -> [LogItem] {
        try await self.read(table) { snapshot in
            var items: [LogItem] = []
            for index in 0..<(try snapshot.state(of: log)).size {
                items.append(try snapshot.item(at: index, of: log))
            }
            return items
        }
    }

    /// A checkpoint signed with the log key of this node, as a copy of its folder could.
    func signed(size: UInt64, root: Digest, of log: LogID, in table: TableID) throws -> Checkpoint {
        Checkpoint(
            origin: log.origin(table: table),
            size: size,
            root: root,
            signedWith: try self.node.keys.keys.log
        )
    }

    /// Reads the table's store.
    func read<Result: Sendable>(
        _ table: TableID,
        _ body: (borrowing TableSnapshot) throws -> Result
    ) async throws -> Result {
        let node = try self.node
        let number = try #require(await node.numbers[table])
        var result: Swift.Result<Result, any Error>?
        try node.store.read(table: number) { (snapshot) throws(SlotError) in
            result = Swift.Result { try body(snapshot) }
        }
        return try #require(result).get()
    }

    /// Checks that the own log is whole: every entry there, the tree that of the checkpoint, signed.
    func checkOwnLog(in table: TableID, member: MemberNumber) async throws {
        let log = LogID(member: member, generation: 0)
        let state = try await self.state(of: log, in: table)
        var frontier = MerkleFrontier()
        for (index, item) in try await self.items(of: log, in: table).enumerated() {
            guard case .full(let entry) = item else {
                Issue.record("entry \(index) of the own log is not there")
                continue
            }
            #expect(entry.isConsistent && entry.header.index == UInt64(index))
            frontier.append(entry.header.leafHash)
        }
        #expect(frontier == state.frontier)
        let checkpoint = try #require(state.checkpoint)
        #expect(checkpoint.size == frontier.size && checkpoint.root == frontier.root)
        try checkpoint.verify(
            origin: log.origin(table: table),
            logKey: self.card.logKey,
            witnesses: []
        )
    }
}

extension ShowFragmentStatus.Answer {
    /// By handle, whether each confirmed having it.
    var confirmations: [String: Bool?] {
        Dictionary(uniqueKeysWithValues: self.recipients.map { ($0.handle, $0.received) })
    }
}

extension Node {
    /// Writes operations that the node's own commands would not.
    func write(_ operations: [CaseOperation], to caseID: ObjectID) throws {
        let (table, counted) = try self.reader.findCase(caseID.hex)
        _ = try self.write(operations, to: counted, in: table)
    }

    /// Writes the receipts that are owed, as a live node does every 300 s.
    func writeDueReceipts() {
        for table in self.engine.tables.keys.sorted() {
            self.carryOut(self.engine.receiptDue(table))
        }
    }
}
