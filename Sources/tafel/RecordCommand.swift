import ArgumentParser
import CaseModel
import Cryptography
import Foundation
import NodeService

/// `tafel record`.
struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Import, find and show own records.",
        subcommands: [Import.self, Search.self, Show.self]
    )

    /// `tafel record import`.
    struct Import: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Import own records from a file, as a mapping file says.",
            discussion: "Interrupt it at any time; run it again and it goes on."
        )

        /// Most bytes of a mapping file.
        static let mappingBytesMax = 1_048_576
        /// Bytes that are read at a time.
        static let chunkBytes = 1 << 18
        /// Records of one batch, durable together.
        static let batchRecords = 2_000

        @OptionGroup var options: NodeOptions
        @Argument(help: "The file to import.")
        var file: String
        @Option(help: "The mapping file (YAML).")
        var mapping: String

        func execute() async throws(NodeFailure) -> Int32 {
            let bytes = try Files.read(self.mapping, bytesMax: Self.mappingBytesMax)
            let mapping: Mapping
            do throws(YAMLFileError) {
                mapping = try MappingFile.parse(bytes)
            } catch {
                throw .usage("\(self.mapping): \(error). Mend the mapping file")
            }
            let handle = try Files.open(self.file)
            defer { try? handle.close() }
            let client = try await self.options.open()
            let result: Result<ImportReport, NodeFailure>
            do throws(NodeFailure) {
                result = .success(try await self.run(mapping, handle, client))
            } catch {
                result = .failure(error)
            }
            await client.close()
            let report = try result.get()
            Output.line(
                self.options.json ? report.json.prettyText : ImportText.text(of: report)
            )
            return report.rejectedCount > 0 ? 1 : 0
        }

        private func run(
            _ mapping: Mapping,
            _ handle: FileHandle,
            _ client: NodeClient
        ) async throws(NodeFailure) -> ImportReport {
            var records: RecordImport
            var pending: [ImportedRecord] = []
            var progress = ImportProgress(file: self.file)
            let fields = mapping.fields.map(\.name.text)
            do {
                records = try RecordImport(
                    mapping: mapping,
                    today: Self.today(),
                    normalise: UnicodeForm.composed,
                    hash: { Digest(hashing: $0).bytes }
                )
                var isFinished = false
                while !isFinished {
                    if let chunk = try handle.read(upToCount: Self.chunkBytes), !chunk.isEmpty {
                        records.feed(Array(chunk))
                        progress.advance(chunk.count)
                    } else {
                        records.finish()
                        isFinished = true
                    }
                    while let record = try records.nextRecord() {
                        pending.append(record)
                        if pending.count == Self.batchRecords {
                            try await self.store(&pending, fields, client, &records.report)
                        }
                    }
                }
                try await self.store(&pending, fields, client, &records.report)
            } catch let error as ImportError {
                progress.end()
                throw .usage("\(self.file): \(error)")
            } catch let error as NodeFailure {
                progress.end()
                throw error
            } catch {
                progress.end()
                throw .unavailable("\(self.file): cannot be read. Check that it is a file")
            }
            progress.end()
            return records.report
        }

        private func store(
            _ pending: inout [ImportedRecord],
            _ fields: [String],
            _ client: NodeClient,
            _ report: inout ImportReport
        ) async throws(NodeFailure) {
            guard !pending.isEmpty else { return }
            let request = NodeRequest.importRecords(pending.map { ImportRow($0) }, fields: fields)
            let answer = try await client.perform(
                NodeCall(request: request, user: self.options.user)
            )
            let object = try? JSONSerialization.jsonObject(with: Data(answer.json.utf8))
            let changes = (object as? [String: [String]])?["changes"] ?? []
            guard changes.count == pending.count else {
                throw NodeFailure(.bug, "import: the node answered for another batch. Report this")
            }
            for change in changes {
                switch change {
                case "imported": report.count(.imported)
                case "updated": report.count(.updated)
                default: report.count(.unchanged)
                }
            }
            pending = []
        }

        private static func today() throws(NodeFailure) -> ImportDate {
            let parts = Calendar(identifier: .gregorian).dateComponents(
                [.year, .month, .day],
                from: Date()
            )
            guard let year = parts.year, let month = parts.month, let day = parts.day,
                let date = ImportDate(year: year, month: month, day: day)
            else { throw .unavailable("clock: shows no date. Set it") }
            return date
        }
    }

    /// `tafel record search`.
    struct Search: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "search",
            abstract: "Find own records and readable fragments.",
            discussion: "Every condition that is given must hold."
        )

        @OptionGroup var options: NodeOptions
        @Option(help: "Key in the source system.") var key: String?
        @Option(help: "KvK number.") var kvk: String?
        @Option(help: "Vestigingsnummer.") var vestiging: String?
        @Option(help: "Postcode, or a range P-P.") var postcode: String?
        @Option(help: "Record type.") var type: String?
        @Option(help: "First date, YYYY-MM-DD.") var from: String?
        @Option(help: "Last date, YYYY-MM-DD.") var until: String?
        @Option(help: "Most hits to show.") var limit = 100
        @Option(help: .hidden) var name: String?
        @Option(help: .hidden) var place: String?
        @Option(help: .hidden) var address: String?
        @Option(help: .hidden) var near: String?
        @Option(help: .hidden) var radius: String?
        @Option(help: .hidden) var kvkList: String?

        func execute() async throws(NodeFailure) -> Int32 {
            let later = [
                ("--name", self.name), ("--place", self.place), ("--address", self.address),
                ("--near", self.near), ("--radius", self.radius), ("--kvk-list", self.kvkList),
            ]
            if let (option, _) = later.first(where: { $0.1 != nil }) {
                throw .usage(
                    "\(option): not available in this version. "
                        + "Search by --key, --kvk, --vestiging or --postcode"
                )
            }
            var query = SearchQuery(limit: self.limit)
            query.key = self.key
            query.kvk = self.kvk
            query.vestiging = self.vestiging
            query.postcode = self.postcode
            query.type = self.type
            query.from = self.from
            query.until = self.until
            return try await self.options.perform(.search(query))
        }
    }

    /// `tafel record show`.
    struct Show: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one record with its history."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The record's ID, or its first 6 or more digits.") var id: String

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.perform(.showRecord(id: self.id))
        }
    }
}
