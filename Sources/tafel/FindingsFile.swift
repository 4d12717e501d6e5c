import Foundation
import NodeService
import RecordImport

/// All findings of an import as CSV (RFC 4180), written while the import goes on.
struct FindingsFile: ~Copyable {
    /// Names of the columns.
    static let header = "rule,severity,line,field,value,suggestion\n"

    private static let bufferBytes = 1 << 16

    private let path: String
    private let handle: FileHandle
    private var buffer = Data()

    /// Makes the file, or empties it; only its owner can read a new one.
    ///
    /// Whether it may go there is the caller's to check: ``NodeOptions/checkOutput(_:inputs:)``.
    ///
    /// - Throws: When the path cannot be written.
    init(_ path: String) throws(NodeFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .unavailable(
                "\(path): \(String(cString: strerror(errno))). Check its folder and its rights"
            )
        }
        self.path = path
        self.handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        self.buffer.append(contentsOf: Self.header.utf8)
    }

    /// Writes findings.
    mutating func write(_ findings: [ImportFinding]) throws(NodeFailure) {
        for finding in findings {
            let cells = [
                finding.rule.rawValue, finding.severity.rawValue, String(finding.line),
                finding.field, finding.value, finding.suggestion,
            ]
            let row = cells.map { SpreadsheetCell.quoted($0) }.joined(separator: ",") + "\n"
            self.buffer.append(contentsOf: row.utf8)
            if self.buffer.count >= Self.bufferBytes { try self.flush() }
        }
    }

    /// Writes what is left.
    mutating func close() throws(NodeFailure) { try self.flush() }

    private mutating func flush() throws(NodeFailure) {
        do {
            try self.handle.write(contentsOf: self.buffer)
        } catch {
            throw .unavailable("\(self.path): cannot be written. Check the free space")
        }
        self.buffer.removeAll(keepingCapacity: true)
    }
}
