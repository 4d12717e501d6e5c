import CaseModel
import Cryptography
import RecordStore
import SyncLog

/// What a user said, as it is kept.
struct StoredStatement: Codable {
    var from: String
    var from_key: String
    var relation: String
    var to: String
    var to_key: String
    var reason: String
    var date: String?
    var kind: String?
    var source: String?
    var user: String
    var at: UInt64

    /// What a user says, with the keys of both ends.
    init(_ link: SubjectLink, keys: (String, String), by user: String, at milliseconds: UInt64) {
        self.from = link.from.hex
        self.from_key = keys.0
        self.relation = link.relation
        self.to = link.to.hex
        self.to_key = keys.1
        self.reason = link.reason
        self.date = link.succession?.date
        self.kind = link.succession?.kind.rawValue
        self.source = link.succession?.source
        self.user = user
        self.at = milliseconds
    }

    /// What names it: a user says one thing of a pair whether it is one subject, and one of each succession.
    var name: String {
        let isSuccession = self.relation == SubjectLink.succeeds
        let ends = isSuccession ? [self.from, self.to] : [self.from, self.to].sorted()
        return "\(isSuccession ? "succeeds" : "pair") \(ends[0]) \(ends[1]) \(self.user)"
    }

    /// Its bytes in the store.
    var bytes: [UInt8] { StoredJSON.bytes(self) }

    /// Reads what is kept; `nil` for what no version of the program wrote.
    static func read(_ bytes: [UInt8]) -> StoredStatement? {
        StoredJSON.read(StoredStatement.self, bytes)
    }

    /// Its two subjects.
    var ends: (ObjectID, ObjectID)? {
        guard let from = TextEncoding.bytes(hex: self.from).flatMap({ ObjectID($0) }),
            let to = TextEncoding.bytes(hex: self.to).flatMap({ ObjectID($0) })
        else { return nil }
        return (from, to)
    }

    /// How it is kept; `nil` for what no version of the program wrote.
    var kept: NodeStore.KeptDecision? {
        self.ends.map { NodeStore.KeptDecision(self.name, about: $0, self.bytes) }
    }

    /// What it says.
    var statement: SubjectStatement? {
        guard let (from, to) = self.ends else { return nil }
        var succession: SubjectSuccession?
        if let date, let kind = self.kind.flatMap({ SuccessionKind(rawValue: $0) }), let source {
            succession = try? SubjectSuccession(date: date, kind: kind, source: source)
        }
        guard
            let link = try? SubjectLink(
                from: from,
                relation: self.relation,
                to: to,
                reason: self.reason,
                succession: succession
            )
        else { return nil }
        return SubjectStatement(
            link: link,
            by: self.user,
            author: SubjectStatement.author(user: self.user),
            // Of a pair one thing that a user says is kept, but where records got the number of another since:
            // then the latest counts.
            sequence: self.at,
            milliseconds: self.at,
            caseID: nil
        )
    }
}
