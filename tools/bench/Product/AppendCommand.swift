import ArgumentParser
import CaseModel
import JSONText

/// `tafel-bench append`: L1, appending to the own log in durable batches.
struct AppendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Append fragments to the own log in durable batches, and time it."
    )

    @OptionGroup var folder: FolderOptions
    @Option(help: "How many entries.") var count = 25_600
    @Option(help: "Entries of one batch, durable together.") var batch = 256
    @Option(help: "Bytes of each payload before encryption.") var bytes = 512

    func run() throws {
        let opened = try OpenedStore(self.folder)
        let writer = try FragmentWriter(opened, payloadBytes: self.bytes)
        let id = try writer.openCase(number: 0)
        let samples = try writer.samples(0..<self.count, firstIndex: writer.size())
        let clock = ContinuousClock()
        let start = clock.now
        for first in stride(from: 0, to: self.count, by: self.batch) {
            try writer.write(samples[first..<min(first + self.batch, self.count)], to: [id])
        }
        Timing.print([("entries", .integer(self.count))], seconds: clock.now - start)
    }
}
