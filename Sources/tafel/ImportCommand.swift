import ArgumentParser
import Cryptography
import Foundation
import JSONText
import NodeService
import RecordImport
import Spreadsheet
import Terminal

/// `tafel record import`.
struct ImportCommand: TafelCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import own records from a file, as a mapping file says.",
        discussion: """
            The file is CSV, lines of JSON or a workbook (xlsx). What is wrong with a row is told, with its \
            line; nothing is left out without being told.

            What was read is stored in batches, each on disk before it counts. Interrupt it at any \
            time; run it again and it goes on.
            """
    )

    /// Most bytes of a mapping file.
    static let mappingBytesMax = YAMLValue.bytesMax
    /// Bytes that are read at a time.
    static let chunkBytes = 1 << 18

    @OptionGroup var options: NodeOptions
    @Argument(help: "The file to import.")
    var file: String
    @Option(help: "The mapping file (YAML).")
    var mapping: String
    @Option(
        help: ArgumentHelp(
            "Write all findings to this file, as CSV.",
            discussion: "It holds values of the records: keep it as safe as they are.",
            valueName: "file"
        )
    )
    var findings: String?

    func execute() async throws(NodeFailure) -> Int32 {
        let mapping = try self.readMapping()
        let handle = try Files.open(self.file)
        defer { try? handle.close() }
        let client = try await self.options.open(isForLong: true)
        // An import may take minutes, and is no reason to answer nobody.
        var host: FolderHost?
        if case .opened(let node) = client { host = await FolderHost(node: node, logger: .quiet) }
        let result: Result<ImportReport, NodeFailure>
        do throws(NodeFailure) {
            result = .success(try await self.run(mapping, handle, client))
        } catch {
            result = .failure(error)
        }
        await host?.end()
        await client.close()
        let report = try result.get()
        Output.noteDone(shownBy: "tafel record search")
        Output.line(
            self.options.json
                ? ShownText(own: report.json.prettyText) : ImportText.text(of: report)
        )
        return report.rejectedCount > 0 ? 1 : 0
    }

    private func readMapping() throws(NodeFailure) -> Mapping {
        let bytes = try Files.read(self.mapping, bytesMax: Self.mappingBytesMax)
        do throws(YAMLFileError) {
            return try MappingFile.parse(bytes)
        } catch {
            throw .usage("\(self.mapping): \(error). Mend the mapping file")
        }
    }

    private func run(
        _ mapping: Mapping,
        _ handle: FileHandle,
        _ client: NodeClient
    ) async throws(NodeFailure) -> ImportReport {
        var progress = ProgressBar(label: "", unit: .bytes, write: Output.progress)
        defer { progress.end() }
        var storing = ImportStoring(client: client, mapping: mapping, user: self.options.user)
        let outcome: Result<ImportReport, NodeFailure>
        do throws(NodeFailure) {
            outcome = .success(try await self.read(mapping, handle, &storing, &progress))
        } catch {
            outcome = .failure(error)
        }
        // Also after a failure: nothing may be under way when the node is let go of.
        let counts = try await storing.finish()
        var report = try outcome.get()
        report.count(.imported, counts.imported)
        report.count(.updated, counts.updated)
        report.count(.unchanged, counts.unchanged)
        do throws(NodeFailure) {
            try await storing.note(report)
        } catch {
            // The records are stored: that is what was asked for.
            Output.error("findings: not kept for 'tafel record quality'. \(error.message)")
        }
        return report
    }

    /// Reads the file to its end and hands its records on.
    private func read(
        _ mapping: Mapping,
        _ handle: FileHandle,
        _ storing: inout ImportStoring,
        _ progress: inout ProgressBar
    ) async throws(NodeFailure) -> ImportReport {
        do {
            var records = try RecordImport(
                mapping: mapping,
                context: self.context(of: mapping),
                listsFindings: self.findings != nil
            )
            var list = try self.findings.map { (path) throws(NodeFailure) in
                try self.options.checkOutput(path, inputs: [self.file, self.mapping])
                return try FindingsFile(path)
            }
            // What cannot be sought in, such as a pipe, has no length that is known beforehand.
            let byteCount = (try? handle.seekToEnd()).map { Int($0) }
            if byteCount != nil { try handle.seek(toOffset: 0) }
            var bytesRead = 0
            var isFinished = false
            let isWorkbook = mapping.format.isWorkbook
            if isWorkbook { try records.open(WorkbookFile(handle)) }
            while !isFinished {
                if isWorkbook {
                    if let position = try records.advance() {
                        progress.show(position, of: byteCount)
                    } else {
                        isFinished = true
                    }
                } else if let chunk = try handle.read(upToCount: Self.chunkBytes), !chunk.isEmpty {
                    try records.feed(Array(chunk))
                    bytesRead += chunk.count
                    progress.show(bytesRead, of: byteCount)
                } else {
                    try records.finish()
                    isFinished = true
                }
                while let record = try records.nextRecord() { try await storing.add(record) }
                try list?.write(records.takeFindings())
            }
            try list?.close()
            return records.report
        } catch ImportError.scratchFailed(let text) {
            throw .unavailable(text)
        } catch let error as WorkbookError {
            throw .usage("\(self.file): \(error)")
        } catch let error as ImportError {
            throw .usage("\(self.file): \(error)")
        } catch let error as NodeFailure {
            throw error
        } catch {
            throw .unavailable("\(self.file): cannot be read. Check that it is a file")
        }
    }

    private func context(
        of mapping: Mapping
    ) throws(NodeFailure) -> RecordImport.Context {
        let parts = Calendar(identifier: .gregorian).dateComponents(
            [.year, .month, .day],
            from: Date()
        )
        guard let year = parts.year, let month = parts.month, let day = parts.day,
            let date = ImportDate(year: year, month: month, day: day)
        else { throw .unavailable("clock: shows no date. Set it") }
        guard let zone = TimeZone(identifier: mapping.timezone) else {
            throw .unavailable("time zone '\(mapping.timezone)': not known here. Install tzdata")
        }
        let hashing = RowHashing()
        return RecordImport.Context(
            today: date,
            offset: { zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval($0))) },
            normalise: UnicodeForm.composed,
            hash: { hashing.hash($0) },
            scratch: try ImportScratch.make(in: self.options.folder)
        )
    }
}

/// Hashes under a key that nobody has after the import: on disk they tell nothing.
private final class RowHashing: Sendable {
    private let key = SecretKey.random()

    func hash(_ bytes: [UInt8]) -> [UInt8] { self.key.keyedHash16(bytes) }
}
