import ArgumentParser
import CaseModel
import Foundation
import JSONText
import ReplicatedTypes
import SyncLog

/// `tafel-bench flood`: what one author that writes without end costs a reader of the case.
struct FloodCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flood",
        abstract: "Read a case that one member floods, and time it.",
        discussion: "Entries are made one by one and their making is not timed; reading is what a "
            + "node does with a decrypted entry. Memory is that of this process above what it had "
            + "before."
    )

    @Option(help: "How many tags.") var tags = 0
    @Option(help: "How many references to remove, none of which names anything.") var references = 0

    func run() throws {
        let sample = try SampleCase(members: 4)
        let clock = ContinuousClock()
        var state = sample.empty
        state.insert(try sample.opened(sample.opening()))
        let before = Memory.kibibytes("VmRSS")
        var reading = Duration.zero
        var byteCount = 0
        for (index, payload) in self.payloads.enumerated() {
            let plain = sample.plain(2, UInt64(index), .operations, try payload().payload)
            byteCount += plain.plaintext.count
            let start = clock.now
            state.insert(try sample.opened(plain))
            reading += clock.now - start
        }
        let start = clock.now
        guard state.missing().isEmpty, let counted = state.counted() else {
            preconditionFailure("entries in order of place are kept as they count")
        }
        let middle = clock.now
        let byteCountShown = counted.canonicalJSON(at: nil).utf8.count
        Timing.print(
            [
                ("entries", .integer(state.count)), ("payload_bytes", .integer(byteCount)),
                ("ignored", .integer(counted.ignored.count)),
                ("json_bytes", .integer(byteCountShown)),
                ("more_kib", .integer(Memory.kibibytes("VmRSS") - before)),
            ],
            [
                ("read_seconds", reading), ("count_seconds", middle - start),
                ("view_seconds", clock.now - middle),
            ]
        )
    }

    /// The entries, each made when it is asked for.
    private var payloads: [() throws -> OperationsPayload] {
        let perEntry = 256
        let tagEntries = stride(from: 0, to: self.tags, by: perEntry).map { first in
            {
                try OperationsPayload(
                    audienceVersion: 1,
                    operations: (first..<min(first + perEntry, self.tags)).map {
                        .addTag("tag-\($0)")
                    }
                )
            }
        }
        // What fits into a payload: 128 operations of 256 references of some 26 bytes.
        let perRemoval = 256
        let perFull = 128 * perRemoval
        let removeEntries = stride(from: 0, to: self.references, by: perFull).map { first in
            {
                try OperationsPayload(
                    audienceVersion: 1,
                    operations: stride(
                        from: first,
                        to: min(first + perFull, self.references),
                        by: perRemoval
                    ).map { .remove(Self.guesses(from: $0, perRemoval)) }
                )
            }
        }
        return tagEntries + removeEntries
    }

    private static func guesses(from first: Int, _ count: Int) -> [DotReference] {
        (first..<first + count).map { number in
            DotReference(
                dot: Dot(member: 1, generation: 0, index: UInt64(number), operation: 0),
                entry: UInt128(number)
            )
        }
    }
}
