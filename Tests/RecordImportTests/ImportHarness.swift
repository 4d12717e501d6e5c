import Foundation
import RecordImport
import Spreadsheet
import Synchronization
import Vocabulary

/// Scratch space in memory; what was never written reads as zeros, as in a file with holes.
final class MemoryScratch: ScratchSpace {
    private let bytes = Mutex<[UInt8]>([])

    /// Number of bytes up to the last that was written.
    var byteCount: Int { self.bytes.withLock(\.count) }

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

/// Imports small files that stand in a test.
enum ImportHarness {
    /// What came of an import.
    struct Result {
        let records: [ImportedRecord]
        let report: ImportReport
        /// All findings, as a list of them gets them.
        let findings: [ImportFinding]

        /// The findings as `rule severity line field`.
        var found: [String] {
            self.report.findings.map {
                "\($0.rule.rawValue) \($0.severity.rawValue) \($0.line) \($0.field)"
            }
        }

        /// The rules that were found, but for unused columns.
        var rules: [String] {
            self.report.findings.map(\.rule.rawValue).filter { $0 != "column.unused" }
        }
    }

    static func today() throws -> ImportDate {
        guard let today = ImportDate(year: 2026, month: 3, day: 31) else { throw Missing() }
        return today
    }

    struct Missing: Error {}

    /// A mapping with the key column `id`, and defaults for whatever a test leaves out.
    static func mapping(
        fields: [Mapping.Field],
        key: String = "{id}",
        delimiter: String? = ",",
        header: [String]? = nil,
        encoding: Mapping.Encoding = .utf8,
        isJSON: Bool = false,
        country: Mapping.Country = .nl,
        neverShare: [String] = [],
        filter: Mapping.Filter? = nil,
        format: Mapping.Format? = nil
    ) throws -> Mapping {
        try Mapping(
            source: "test",
            format: format
                ?? (isJSON ? .ndjson : .csv(.init(delimiter: delimiter, header: header))),
            encoding: encoding,
            type: .inspection,
            category: .business,
            country: country,
            key: .init(key),
            fields: fields,
            neverShare: neverShare.map { try Mapping.fieldName($0) },
            filter: filter,
            timezone: Mapping.dutchTime
        )
    }

    static func field(
        _ name: String,
        _ column: String,
        _ conversion: Mapping.Conversion? = nil,
        none: Set<String> = []
    ) throws -> Mapping.Field {
        try .init(
            name: Mapping.fieldName(name),
            template: .init(column: column),
            conversion: conversion,
            none: none
        )
    }

    static func run(_ bytes: [UInt8], _ mapping: Mapping, pieces: Int = 4096) throws -> Result {
        var session = try self.session(mapping)
        var records: [ImportedRecord] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            try session.feed(Array(bytes[start..<min(bytes.count, start + pieces)]))
            while let record = try session.nextRecord() { records.append(record) }
        }
        try session.finish()
        while let record = try session.nextRecord() { records.append(record) }
        return Result(
            records: records,
            report: session.report,
            findings: session.takeFindings()
        )
    }

    /// Imports a workbook.
    static func run(workbook: any RandomBytes, _ mapping: Mapping) throws -> Result {
        var session = try self.session(mapping)
        try session.open(workbook)
        var records: [ImportedRecord] = []
        repeat {
            while let record = try session.nextRecord() { records.append(record) }
        } while try session.advance() != nil
        while let record = try session.nextRecord() { records.append(record) }
        return Result(
            records: records,
            report: session.report,
            findings: session.takeFindings()
        )
    }

    private static func session(_ mapping: Mapping) throws -> RecordImport {
        try RecordImport(
            mapping: mapping,
            context: .init(
                today: self.today(),
                offset: self.dutchOffset,
                normalise: { $0.precomposedStringWithCanonicalMapping },
                hash: self.hash,
                scratch: MemoryScratch()
            ),
            listsFindings: true
        )
    }

    static func run(_ text: String, _ mapping: Mapping) throws -> Result {
        try self.run(Array(text.utf8), mapping)
    }

    /// Imports one value in the column `v` of one row, and returns it with the rules found.
    static func one(
        _ value: String,
        _ name: String,
        _ conversion: Mapping.Conversion? = nil,
        country: Mapping.Country = .nl
    ) throws -> (value: String?, rules: [String], severities: [String]) {
        let quoted = "\"" + value.replacingOccurrences(of: "\"", with: "\"\"") + "\""
        let mapping = try self.mapping(
            fields: [self.field(name, "v", conversion)],
            country: country
        )
        let result = try self.run("id,v\n1,\(quoted)\n", mapping)
        let kept = result.records.first?.fields.first?.value
        // A row without any other field is empty when its one value is.
        let findings = result.report.findings.filter { $0.rule != .rowEmpty }
        return (kept, findings.map(\.rule.rawValue), findings.map(\.severity.rawValue))
    }

    /// The Dutch clock by Foundation's time zones.
    static let dutchOffset: @Sendable (Int) -> Int = { moment in
        let date = Date(timeIntervalSince1970: TimeInterval(moment))
        return TimeZone(identifier: Mapping.dutchTime)?.secondsFromGMT(for: date) ?? 0
    }

    /// Twice FNV-1a with different starts: good enough to tell a few test rows apart.
    static let hash: @Sendable ([UInt8]) -> [UInt8] = { bytes in
        (UInt64(1)...2).flatMap { seed in
            var hash = 0xCBF2_9CE4_8422_2325 &* seed
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
        }
    }
}
