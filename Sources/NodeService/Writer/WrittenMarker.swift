import Cryptography
import Foundation
import SyncLog

/// How far this node has written its own logs, kept beside its folder and not in it.
///
/// A folder that is put back from a backup brings its logs back as they were; the file beside it stays
/// as it is, and tells so before anything is written (`Protocol/sync.md` §3.3).
struct WrittenMarker: Sendable {
    /// Most bytes of the file that is read.
    static let bytesMax = 1_048_576

    /// What the marker says of a log as it is in the folder.
    enum Verdict: Hashable, Sendable {
        /// The folder holds all that was written.
        case whole
        /// More was written: so many entries of that log.
        case behind(LogID, size: UInt64)
        /// It says nothing of this log.
        case unknown
    }

    /// The file.
    let path: String
    private let node: NodeID
    private var sizes: [TableID: (log: LogID, size: UInt64)] = [:]

    /// Reads the marker of a node beside its folder; one of another node is passed over.
    init(folder: String, node: NodeID) {
        self.path = Self.path(besides: folder)
        self.node = node
        guard let data = FileManager.default.contents(atPath: self.path),
            data.count <= Self.bytesMax
        else { return }
        var lines = String(decoding: data, as: UTF8.self).split(separator: "\n")[...]
        guard lines.popFirst().map(String.init) == TextEncoding.hex(node.bytes) else { return }
        for line in lines {
            let parts = line.split(separator: " ")
            guard parts.count == 4,
                let table = TextEncoding.bytes(hex: parts[0]).flatMap({ Digest($0) }),
                let member = MemberNumber(parts[1]), let generation = UInt16(parts[2]),
                let size = UInt64(parts[3]), size <= EntryHeader.treeSizeMax
            else { return }
            self.sizes[table] = (LogID(member: member, generation: generation), size)
        }
    }

    /// Where the marker of a folder lies: one for each, by whatever path it is reached.
    static func path(besides folder: String) -> String {
        let url = URL(filePath: folder).resolvingSymlinksInPath().standardizedFileURL
        return url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).written")
            .path
    }

    /// What is known of the newest own log of a table, of which the folder holds `size` entries.
    ///
    /// Of a generation after the one that was written last nothing is known: it may have begun in
    /// another copy, or before folder and marker were put back together.
    func verdict(on log: LogID, size: UInt64, in table: TableID) -> Verdict {
        guard let written = self.sizes[table], written.log.generation >= log.generation else {
            return .unknown
        }
        return (log, size) < written ? .behind(written.log, size: written.size) : .whole
    }

    /// Notes how far a log is written, durably on the disk already.
    ///
    /// - Throws: What the system says when the file cannot be written.
    mutating func note(_ size: UInt64, of log: LogID, in table: TableID) throws {
        self.sizes[table] = (log, size)
        try self.write()
    }

    /// Notes what a peer showed of a log, signed by this node; less than is known changes nothing.
    ///
    /// - Throws: What the system says when the file cannot be written.
    mutating func noteSeen(_ size: UInt64, of log: LogID, in table: TableID) throws {
        if case .behind = self.verdict(on: log, size: size, in: table) { return }
        try self.note(size, of: log, in: table)
    }

    /// Whether the file can be kept; where it is not, nobody notices a folder that is put back.
    var isWritable: Bool {
        do {
            try self.write()
            return true
        } catch {
            return false
        }
    }

    private func write() throws {
        var text = TextEncoding.hex(self.node.bytes) + "\n"
        for (table, written) in self.sizes.sorted(by: { $0.key < $1.key }) {
            text +=
                "\(TextEncoding.hex(table.bytes)) \(written.log.member) \(written.log.generation) "
                + "\(written.size)\n"
        }
        try Data(text.utf8).write(to: URL(filePath: self.path), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: self.path)
    }

    /// Whether anything is known of a table.
    func knows(_ table: TableID) -> Bool { self.sizes[table] != nil }
}
