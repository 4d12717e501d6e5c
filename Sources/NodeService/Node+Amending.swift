import Cryptography
import SyncEngine
import SyncLog

/// The next version of a charter.
extension Node {
    /// Drafts the version that pins the logs of members which forked, and signs it.
    ///
    /// Each is cut where its histories begin to differ, so that everybody who holds either has the
    /// entries that count. The member goes on in the next generation.
    func amendTable(_ prefix: String, pinning handles: [String]) throws(NodeFailure) -> NodeAnswer {
        let state = try self.table(prefix)
        var file = state.file
        guard var charter = file.effective else {
            throw .usage("table: not effective yet. Accept its first version before amending it")
        }
        guard charter.version < .max else {
            throw .usage("table: no version follows \(charter.version). Start a new table")
        }
        for handle in Set(handles).sorted() {
            guard let member = charter.member(handle: handle) else {
                let known = charter.members.map(\.handle).joined(separator: ", ")
                throw .usage("--pin '\(handle)': nobody at this table. Choose from \(known)")
            }
            let log = state.newestLog(of: member.number)
            guard let evidence = state.evidence[log] else {
                throw .usage(
                    "--pin '\(handle)': no fork of its log \(log.member)/\(log.generation) is known "
                        + "here. See 'tafel node status'"
                )
            }
            charter.pins.append(
                Pin(log: log, size: evidence.index, root: evidence.rootBefore)
            )
        }
        charter.pins.sort { $0.log < $1.log }
        charter.version += 1
        charter.previous = file.governingHash
        guard file.charters.count == file.effectiveVersion else {
            // The same once more, as where its file was lost.
            guard charter == file.newest else {
                throw .usage(
                    "table: version \(file.charters.count) is a draft already and says something else, see "
                        + "'tafel table show'. Let the others accept it, or accept another with "
                        + "'tafel table accept --replace'"
                )
            }
            try self.sign(&file)
            try self.adopt(file)
            return try self.tableAnswer(file.table)
        }
        do {
            try file.propose(try SignedCharter(charter))
        } catch CharterError.field, TableFileError.tooLarge, CharterError.tooLong {
            throw .usage("table: no room for another pin. Start a new table")
        } catch {
            throw NodeFailure(.bug, "charter: \(error). Report this")
        }
        try self.sign(&file)
        try self.adopt(file)
        return try self.tableAnswer(file.table)
    }
}
