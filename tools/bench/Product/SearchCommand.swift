import ArgumentParser
import Foundation
import JSONText
import Logging
import NodeInterface
import NodeService
import RecordStore

/// `tafel-bench search`: questions of a file, asked of a node that is opened once, and the time of each.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Answer a file of questions, and time each from the request to its hits."
    )

    @Option(help: "The node's data folder.") var folder: String
    @Option(help: "File with the passphrase.") var passphraseFile: String
    @Option(help: "Questions, a JSON object a line (tools/bench/README.md, Searches).") var queries:
        String
    @Option(help: "Where the answers go, a line each.") var answers: String

    /// A question of the file.
    private struct Asked: Decodable {
        let id: String
        let kind: String
        let limit: Int
        var kvk: Numbers?
        var latitude: Double?
        var longitude: Double?
        var metres: Int?
        var from: String?
        var until: String?
        var name: String?
        var place: String?
    }

    /// One number, or a list of them.
    private enum Numbers: Decodable {
        case one(String)
        case many([String])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self = .one(text)
            } else {
                self = .many(try value.decode([String].self))
            }
        }
    }

    /// What is written of an answer.
    private struct Told: Encodable {
        let id: String
        let microseconds: Int
        let total: Int?
        let keys: [String]
    }

    /// Why a question cannot be asked.
    private enum Failure: Error {
        case kind(String)
    }

    func run() async throws {
        guard let contents = FileManager.default.contents(atPath: self.passphraseFile) else {
            throw OpenedStore.Failure.passphrase(self.passphraseFile)
        }
        var passphrase = Array(contents.prefix(FolderOptions.passphraseBytesMax))
        if passphrase.last == UInt8(ascii: "\n") { passphrase.removeLast() }
        let folder = try DataFolder.open(at: self.folder)
        let keys = try Node.keys(in: folder, passphrase: passphrase)
        let node = try Node.open(in: folder, keys: keys, logger: Logger(label: "tafel-bench"))
        let lines = try String(contentsOfFile: self.queries, encoding: .utf8).split(separator: "\n")
        let clock = ContinuousClock()
        var text = ""
        for line in lines {
            let asked = try JSONDecoder().decode(Asked.self, from: Data(line.utf8))
            let start = clock.now
            let answer = try await Self.answer(asked, node)
            let taken = (clock.now - start).components.attoseconds / 1_000_000_000_000
            let told = Told(
                id: asked.id,
                microseconds: Int(taken),
                total: asked.kind == "name" ? nil : answer.total,
                keys: answer.hits.map { $0.source_key ?? "" }
            )
            text += String(decoding: try JSONEncoder().encode(told), as: UTF8.self) + "\n"
        }
        try text.write(toFile: self.answers, atomically: true, encoding: .utf8)
        Timing.print([("own_bytes", .integer(Memory.kibibytes("RssAnon") * 1_024))], [])
    }

    private static func answer(_ asked: Asked, _ node: Node) async throws -> SearchRecords.Answer {
        var search = SearchRecords(limit: asked.limit)
        switch (asked.kind, asked.kvk) {
        case ("kvk", .one(let number)?): search.kvk = number
        case ("kvk-list", .many(let numbers)?):
            let list = SearchList(list: numbers.joined(separator: "\n"), search: search)
            return try await node.answer(list, for: .owner("operator"))
        case ("radius", _):
            search.near = "\(asked.latitude ?? 0), \(asked.longitude ?? 0)"
            search.radius = asked.metres
        case ("postcode", _): search.postcode = "\(asked.from ?? "")-\(asked.until ?? "")"
        case ("name", _):
            search.name = asked.name
            search.place = asked.place
        default: throw Failure.kind(asked.kind)
        }
        return try await node.answer(search, for: .owner("operator"))
    }
}
