import ArgumentParser
import Foundation
import JSONText
import Logging
import NodeInterface
import NodeService
import RecordStore

/// `tafel-bench show`: the merged view of a case in a real store, as a command makes it.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a case from the store, and time it without the start of the program."
    )

    @OptionGroup var folder: FolderOptions
    @Argument(help: "The case's ID.") var id: String
    @Option(help: "How often; the time is the mean of all but the first.") var rounds = 5

    func run() async throws {
        guard let contents = FileManager.default.contents(atPath: self.folder.passphraseFile) else {
            throw OpenedStore.Failure.passphrase(self.folder.passphraseFile)
        }
        var passphrase = Array(contents.prefix(FolderOptions.passphraseBytesMax))
        if passphrase.last == UInt8(ascii: "\n") { passphrase.removeLast() }
        let folder = try DataFolder.open(at: self.folder.data)
        let keys = try Node.keys(in: folder, passphrase: passphrase)
        let request = ShowCase(case: self.id)
        let clock = ContinuousClock()
        let opening = clock.now
        let node = try Node.open(in: folder, keys: keys, logger: Logger(label: "tafel-bench"))
        let opened = clock.now - opening
        var memory = 0
        var times: [Duration] = []
        var byteCount = 0
        for _ in 0...self.rounds {
            let start = clock.now
            let answer = try await node.answer(request, for: .owner("operator"))
            byteCount = DocumentText.parts(of: answer).reduce(0) { $0 + $1.count }
            times.append(clock.now - start)
            if times.count == 1 { memory = Memory.kibibytes("RssAnon") * 1_024 }
        }
        Timing.print(
            [("bytes", .integer(byteCount)), ("own_bytes_after_first", .integer(memory))],
            [
                ("open_seconds", opened),
                ("first_seconds", times[0]),
                ("seconds", times.dropFirst().reduce(.zero, +) / self.rounds),
            ]
        )
    }
}
