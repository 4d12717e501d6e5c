import Foundation
import JSONText
import Logging
import NodeInterface
import Synchronization
import Testing

@testable import NodeService

/// The folders of two nodes as an older program left them, with what that program said of the first
/// (`Fixtures/README.md`).
struct StoreFixture: Sendable, CustomTestStringConvertible {
    /// Name of its folder.
    let name: String
    /// The version that its store says it is of.
    let version: UInt32
    /// How many entries of the first node have a form that counts for nothing today.
    let formlessCount: Int
    /// What is answered otherwise than by the program of that time, by command and member.
    let differences: Set<String>

    var testDescription: String { self.name }

    /// Operations that name others named them without a hash of their entry: what they wrote over
    /// or took away stands again.
    private static let unreferenced: Set<String> = [
        "case list cases[] phase", "case list cases[] title", "case show phase[]",
        "case show phase[] at",
        "case show phase[] value", "case show tags[]", "case show title[] at",
        "case show title[] by",
        "case show title[] value",
    ]
    /// Receipts had another hash, and that of a partner's fragment was not looked for.
    private static let received: Set<String> = ["fragment status recipients[] received"]
    /// Registers with two values count as conflicts since.
    private static let conflicts: Set<String> = ["case list cases[] conflicts"]

    /// Why something was found is a list since.
    private static let searched: Set<String> = ["record search hits[] why"]

    static let all = [
        Self("1-skipped", 1, 4, Self.unreferenced.union(Self.received)),
        Self("1-waiting", 1, 4, Self.unreferenced.union(Self.received)),
        Self("1-pending", 1, 4, Self.unreferenced.union(Self.received)),
        Self("2", 2, 4, Self.unreferenced),
        Self("3-keyed", 3, 4, Self.unreferenced),
        Self("3-carded", 3, 0, Self.conflicts),
        Self("3-claims", 3, 0, Self.conflicts),
        Self("4-carded", 4, 0, Self.conflicts),
        Self("4", 4, 0, []),
        Self("4-projected", 4, 0, []),
        Self("5", 5, 0, []),
    ]

    private init(
        _ name: String,
        _ version: UInt32,
        _ formlessCount: Int,
        _ differences: Set<String>
    ) {
        self.name = name
        self.version = version
        self.formlessCount = formlessCount
        self.differences = differences.union(Self.searched)
    }

    /// The folder of the fixture.
    var source: URL {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/\(self.name)")
    }

    /// What the program of that time said.
    func expected() throws -> Expected {
        let data = try Data(contentsOf: self.source.appending(path: "expected.json"))
        let parsed = try JSONSerialization.jsonObject(with: data)
        let object = try #require(parsed as? [String: Any])
        let answers = try #require(object["answers"] as? [[String: Any]])
        return Expected(
            caseID: try #require(object["case"] as? String),
            canonical: try #require(object["canonical"] as? String),
            answers: try answers.map { item in
                (try #require(item["command"] as? [String]), try #require(item["answer"]))
            }
        )
    }

    /// What an older program printed.
    struct Expected {
        let caseID: String
        let canonical: String
        let answers: [(command: [String], answer: Any)]
    }
}

/// The folders of a fixture in a temporary folder, which goes with the value.
final class UnpackedFixture: Sendable {
    let path: String

    init(_ fixture: StoreFixture) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        self.path = folder.path()
        let tar = Process()
        tar.executableURL = URL(filePath: "/bin/tar")
        tar.arguments = [
            "-xzf", fixture.source.appending(path: "folders.tar.gz").path(), "-C", self.path,
        ]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    /// The data folder of a node.
    func folder(of handle: String) -> String { "\(self.path)/\(handle)" }

    /// The passphrase of a node.
    func passphrase(of handle: String) throws -> [UInt8] {
        let bytes = try Data(contentsOf: URL(filePath: "\(self.path)/\(handle).passphrase"))
        return Array(bytes.prefix { $0 != 0x0A })
    }

    /// Opens a node, with what is logged meanwhile at the level of `tafel node run`.
    func open(_ handle: String) throws -> (node: Node, logged: [String]) {
        let (node, lines) = try self.openLogging(handle)
        return (node, lines())
    }

    /// As ``open(_:)``, with what is logged until it is asked for.
    func openLogging(
        _ handle: String
    ) throws -> (node: Node, logged: @Sendable () -> [String]) {
        let lines = LoggedLines()
        var logger = Logger(label: "test") { _ in lines }
        logger.logLevel = .notice
        let node = try Node.open(
            at: self.folder(of: handle),
            passphrase: try self.passphrase(of: handle),
            logger: logger
        )
        return (node, { lines.all })
    }

    /// What `tafel node check` says of a node that is not open.
    func check(_ handle: String) throws -> CheckReport {
        try NodeCheck.run(
            at: self.folder(of: handle),
            passphrase: try self.passphrase(of: handle)
        ) { _, _, _ in }
    }
}

/// Keeps the messages that are logged.
private final class LoggedLines: LogHandler {
    private let lines = Mutex<[String]>([])

    var all: [String] { self.lines.withLock { $0 } }

    var logLevel: Logger.Level {
        get { .notice }
        set { _ = newValue }
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set { _ = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set { _ = (key, newValue) }
    }

    func log(event: LogEvent) { self.lines.withLock { $0.append("\(event.message)") } }
}

extension Node {
    /// The document that a command of the fixtures prints.
    func document(of command: [String]) async throws -> String {
        func asked(_ request: some HandledRequest) async throws -> String {
            DocumentText.text(of: try await self.answer(request, for: .owner("tester")))
        }
        let last = command.last ?? ""
        return switch command.prefix(2).joined(separator: " ") {
        case "case show": try await asked(ShowCase(case: last))
        case "case list": try await asked(ListCases())
        case "log show" where command.count == 3: try await asked(ShowLog(table: last))
        case "log show": try await asked(ShowLog(table: command[2], author: last))
        case "table show": try await asked(ShowTable(table: last))
        case "sync status": try await asked(ShowSyncStatus())
        case "record search": try await asked(SearchRecords(kvk: last))
        case "record show": try await asked(ShowRecord(record: last))
        case "fragment status": try await asked(ShowFragmentStatus(fragment: last))
        case "user list": try await asked(ListUsers())
        default: throw Refusal.bug("no such command in a fixture")
        }
    }
}

/// Where a document says something else than an older one; members that were added are no
/// difference.
func differences(_ older: Any, _ newer: Any?, at place: String) -> Set<String> {
    switch (older, newer) {
    case (let older as [String: Any], let newer as [String: Any]):
        return older.reduce(into: []) { found, member in
            found.formUnion(
                differences(member.value, newer[member.key], at: "\(place) \(member.key)")
            )
        }
    case (let older as [Any], let newer as [Any]):
        var found: Set<String> = older.count == newer.count ? [] : [place + "[]"]
        for (one, other) in zip(older, newer) {
            found.formUnion(differences(one, other, at: place + "[]"))
        }
        return found
    default:
        let isSame = (older as? NSObject) == (newer as? NSObject)
        return isSame ? [] : [place]
    }
}
