import Cryptography
import Foundation
import NodeService
import Spreadsheet
import Synchronization

@testable import RecordImport

extension Decoder {
    /// Files that a person writes or another system exports.
    static let files: [Decoder] = [
        Decoder("mapping", bytesMax: 16_384) { bytes in
            guard let mapping = try? MappingFile.parse(bytes) else { return }
            check(mapping.fields.count <= Mapping.fieldsMax, "more fields than a mapping may have")
        },
        Decoder("grounds", bytesMax: 16_384) { bytes in
            guard let grounds = try? GroundsFile.parse(bytes) else { return }
            check(grounds.count <= GroundsFile.groundsMax, "more grounds than a charter may have")
        },
        Decoder("csv", bytesMax: 8_192) { bytes in
            cut(bytes) { choice, chunks in csvRows(chunks, delimiter: choice) }
        },
        Decoder("json-lines", bytesMax: 8_192) { bytes in
            cut(bytes) { _, chunks in jsonRows(chunks) }
            for line in bytes.split(separator: 0x0A) { checkJSON(Array(line)) }
        },
        Decoder("import-csv", bytesMax: 8_192) { bytes in
            cut(bytes) { choice, chunks in records(chunks, mapping: mappings[Int(choice) % 3]) }
        },
        Decoder("import-json", bytesMax: 8_192) { bytes in
            cut(bytes) { _, chunks in records(chunks, mapping: mappings[3]) }
        },
        Decoder("deflate", bytesMax: 8_192) { bytes in
            cut(bytes) { _, chunks in inflated(chunks) }
        },
        Decoder("sheet-xml", bytesMax: 8_192) { bytes in
            cut(bytes) { _, chunks in events(chunks) }
        },
        Decoder("workbook", bytesMax: 16_384) { bytes in
            guard
                let workbook = try? Workbook(WorkbookBytes(bytes: bytes), limits: WorkbookLimits()),
                var sheet = try? workbook.sheet(nil)
            else { return }
            while (try? sheet.advance()) ?? false {
                while let row = try? sheet.nextRow() {
                    check(
                        row.cells.count <= WorkbookLimits.columnsMax,
                        "more columns than a row has"
                    )
                }
            }
        },
        Decoder(
            "node-configuration",
            bytesMax: 2_048,
            seeds: {
                let configuration = NodeConfiguration(listen: "127.0.0.1:7400", http: "[::1]:80")
                return [try configuration.encoded()]
            },
            run: { bytes in
                guard let configuration = try? NodeConfiguration(decoding: bytes) else { return }
                _ = try? configuration.pages
                guard let encoded = try? configuration.encoded(),
                    let again = try? NodeConfiguration(decoding: encoded)
                else { FuzzProgram.fail("a configuration cannot be read again") }
                check(again == configuration, "a configuration reads back as another one")
            }
        ),
    ]

    /// Reads what follows the first two bytes whole and in two pieces, which must come to the same.
    ///
    /// The first byte chooses what the reader can be told, the second where the pieces meet.
    private static func cut<Result: Equatable>(
        _ bytes: [UInt8],
        _ read: (UInt8, [[UInt8]]) -> Result
    ) {
        guard bytes.count >= 2 else { return }
        let file = Array(bytes[2...])
        let place = Int(bytes[1]) * file.count / 256
        let pieces = [Array(file[..<place]), Array(file[place...])]
        check(
            read(bytes[0], [file]) == read(bytes[0], pieces),
            "where the pieces of a file meet makes a difference"
        )
    }

    private static func csvRows(_ chunks: [[UInt8]], delimiter choice: UInt8) -> [CSVRow] {
        let delimiters = Array(",;\t|".utf8)
        var reader = CSVReader(
            delimiter: delimiters[Int(choice) % delimiters.count],
            firstLine: 1
        )
        var rows: [CSVRow] = []
        for chunk in chunks {
            reader.feed(chunk)
            while let row = reader.nextRow() { rows.append(row) }
        }
        reader.finish()
        while let row = reader.nextRow() { rows.append(row) }
        return rows
    }

    private static func jsonRows(_ chunks: [[UInt8]]) -> [String] {
        var reader = JSONRows(mapping: self.mappings[3])
        var rows: [String] = []
        for chunk in chunks {
            reader.feed(chunk)
            while let row = reader.nextRow(hides: false) { rows.append("\(row)") }
        }
        reader.finish()
        while let row = reader.nextRow(hides: false) { rows.append("\(row)") }
        return rows + reader.findings().map { "\($0)" }
    }

    /// What is taken for a line of JSON is JSON to Foundation as well.
    private static func checkJSON(_ line: [UInt8]) {
        guard String(validating: line, as: UTF8.self) != nil,
            (try? JSONLine.read(line, columns: JSONColumns(["a", "b.c", "d.0"]), unused: [])) != nil
        else { return }
        // Foundation refuses numbers that no Double holds; ours stay as they are written.
        guard line.count < 300, !line.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
            return
        }
        check(
            (try? JSONSerialization.jsonObject(with: Data(line))) != nil,
            "a line that is no JSON was taken for it"
        )
    }

    /// The records of a whole import, then its findings; these come at the end of each piece.
    private static func records(_ chunks: [[UInt8]], mapping: Mapping) -> [String] {
        guard let today = ImportDate(year: 2026, month: 1, day: 1) else {
            preconditionFailure("the calendar has this day")
        }
        let context = RecordImport.Context(
            today: today,
            offset: { _ in 3600 },
            normalise: { UnicodeForm.composed($0) },
            hash: { Digest(hashing: $0).bytes },
            scratch: MemoryScratch()
        )
        do throws(ImportError) {
            var file = try RecordImport(mapping: mapping, context: context, listsFindings: true)
            var results: [String] = [], findings: [String] = []
            func takeRecords() throws(ImportError) {
                while let record = try file.nextRecord() {
                    check(
                        record.fields.allSatisfy { $0.value.utf8.count <= RowMapper.valueBytesMax },
                        "a value over the limit"
                    )
                    results.append("\(record)")
                }
                findings += file.takeFindings().map { "\($0)" }
            }
            for chunk in chunks {
                try file.feed(chunk)
                try takeRecords()
            }
            try file.finish()
            try takeRecords()
            return results + findings
        } catch {
            return ["\(error)"]
        }
    }

    /// Mappings that use every rule; the last is of lines of JSON.
    private static let mappings: [Mapping] = mappingFiles.map { text in
        do throws(YAMLFileError) {
            return try MappingFile.parse(Array(text.utf8))
        } catch {
            FuzzProgram.fail("a mapping of the fuzzer is refused: \(error)")
        }
    }

    private static let mappingFiles = [
        """
        source: a
        delimiter: ";"
        header: [k, n, v, x, y, d, b, s, t, e]
        type: inspection
        key: "{k}-{n}"
        fields:
          subject.name: t
          subject.kvk: { column: n, pad: 8 }
          subject.vestiging: { column: v, pad: 12 }
          location.x: x
          location.y: y
          date: { column: d, format: ["dd-MM-yyyy", "d-M-yy", "M/d/yyyy"] }
          amount_eur: { column: b, number: nl }
          status: { column: s, values: { a: compliant, b: warning }, otherwise: keep }
          text: { template: "{t}: {e}" }
          extra.e: e
        never_share: [extra.e]
        """,
        """
        source: b
        encoding: windows-1252
        header: [k, bsn, p, o, lat, lon, d, b, e]
        type: subject
        category: personal
        key: k
        fields:
          subject.bsn: bsn
          subject.rsin: e
          location.postcode: p
          location.place: o
          location.latitude: lat
          location.longitude: lon
          date: { column: d, format: ["yyyy-MM-dd"] }
          amount_eur: { column: b, number: en }
        never_share: [subject.bsn]
        """,
        """
        source: c
        country: us
        type: incident
        category: environmental
        key: "{id}"
        fields:
          date: { column: day, format: ["yyyy-MM-dd"] }
          location.postcode: zip
          extra.count: { column: count, number: plain }
          text: text
        only: { column: kind, equals: [a, b] }
        """,
        """
        source: d
        format: ndjson
        type: location
        key: "{a}"
        fields:
          text: b.c
          extra.first: d.0
          date: { column: day, format: ["yyyy-MM-dd"] }
        """,
    ]
}

/// Scratch space in memory.
private final class MemoryScratch: ScratchSpace {
    private let bytes = Mutex<[UInt8]>([])

    func read(count: Int, at offset: Int) -> [UInt8] {
        self.bytes.withLock { Array($0[offset..<offset + count]) }
    }

    func write(_ bytes: [UInt8], at offset: Int) {
        self.bytes.withLock { held in
            let lack = offset + bytes.count - held.count
            if lack > 0 { held += [UInt8](repeating: 0, count: lack) }
            held.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
    }
}
