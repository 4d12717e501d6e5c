import CaseModel
import Cryptography
import Matching
import NodeInterface
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Vocabulary

/// What somebody says of two subjects: at this node, or in a case (`Protocol/subjects.md` §4, §5).
struct SubjectStatement {
    /// What is said.
    let link: SubjectLink
    /// Who says so: a user of this node, or the handle of a member.
    let by: String
    /// One name for who says so, whoever else there is.
    let author: String
    /// Orders what one author says.
    let sequence: UInt64
    /// When, in milliseconds since 1970.
    let milliseconds: UInt64
    /// The case; `nil` for this node.
    let caseID: ObjectID?

    /// What it says of whether they are one; `nil` where it says nothing of that.
    var verdict: SubjectVerdict? {
        switch self.link.relation {
        case SubjectLink.sameAs: .same
        case SubjectLink.differentFrom: .different
        case SubjectLink.unsureAbout: .unsure
        default: nil
        }
    }

    /// The judgement that it is, of subjects that are called by what `name` says; `nil` where it is none.
    func judgement(_ name: (ObjectID) -> ObjectID) -> Judgement? {
        guard let verdict,
            let pair = SubjectPair(name(self.link.from).hex, name(self.link.to).hex)
        else { return nil }
        return try? Judgement(
            pair,
            verdict.matching,
            by: self.author,
            sequence: self.sequence,
            milliseconds: self.milliseconds,
            reason: self.link.reason
        )
    }

    /// The end that is none of some subjects; `nil` where both are, or neither.
    func other(than ids: Set<ObjectID>) -> ObjectID? {
        switch (ids.contains(self.link.from), ids.contains(self.link.to)) {
        case (true, false): self.link.to
        case (false, true): self.link.from
        default: nil
        }
    }

    /// The author of what users of this node decide.
    static func author(user: String) -> String { "user \(user)" }

    /// Whether an author is a user of this node.
    static func isUser(_ author: String) -> Bool { author.hasPrefix("user ") }

    /// The author of what a member writes to cases of a table.
    static func author(member: MemberNumber, table: TableID) -> String {
        "member \(member) \(TextEncoding.hex(table.bytes))"
    }
}

extension SubjectVerdict {
    /// The relation of a link that says so.
    var relation: String {
        switch self {
        case .same: SubjectLink.sameAs
        case .different: SubjectLink.differentFrom
        case .unsure: SubjectLink.unsureAbout
        }
    }

    fileprivate var matching: Verdict {
        switch self {
        case .same: .same
        case .different: .different
        case .unsure: .unsure
        }
    }
}

extension PairOutcome {
    /// What judgements come to.
    init(_ state: PairState) {
        switch state {
        case .open: self = .open
        case .same: self = .same
        case .different: self = .different
        case .conflict: self = .conflict
        case .unsure: self = .unsure
        }
    }
}

extension CountedCase {
    /// What its members say of pairs of subjects of which something can be read in it.
    ///
    /// A writer that keeps the rules names no others; one that does not would hide pairs of which the case has
    /// nothing, for an ID is a hash of a number.
    var statements: [SubjectStatement] {
        let known = self.knownSubjects
        return self.allStatements.filter {
            $0.link.from != $0.link.to && known.contains($0.link.from)
                && known.contains($0.link.to)
        }
    }

    /// The IDs of subjects of which something can be read: by number, and of each fragment alone.
    var knownSubjects: Set<ObjectID> {
        var known: Set<ObjectID> = []
        for fragment in self.fragments where fragment.withdrawal == nil {
            known.insert(fragment.subject.id)
            if let alone = SubjectKey("fragment:" + fragment.id.hex) { known.insert(alone.id) }
        }
        return known
    }

    /// As ``statements``, of whatever subjects: for who takes back what it said.
    var allStatements: [SubjectStatement] {
        self.links.live.map { add in
            let dot = add.dot
            return SubjectStatement(
                link: add.element,
                by: self.handle(dot.member),
                author: SubjectStatement.author(member: dot.member, table: self.table),
                // Places of a log are below 2^48.
                sequence: UInt64(dot.generation) << 48 | dot.index,
                milliseconds: self.time(of: dot).milliseconds,
                caseID: self.caseID
            )
        }
    }
}

/// What people said, and the keys of the subjects that they named.
struct SubjectStatements {
    /// Everything that was said.
    private(set) var all: [SubjectStatement] = []
    /// The keys that are known of subjects.
    private(set) var keys: [ObjectID: SubjectKey] = [:]
    private var cases: Set<ObjectID> = []
    private var names: Set<String> = []

    /// Takes in what a case says; once.
    mutating func take(_ counted: CountedCase) {
        guard self.cases.insert(counted.caseID).inserted else { return }
        self.all += counted.statements
        for fragment in counted.fragments where fragment.withdrawal == nil {
            self.keys[fragment.subject.id] = fragment.subject
            // A link may name it as it was before it had a number.
            if let alone = SubjectKey("fragment:" + fragment.id.hex) { self.keys[alone.id] = alone }
        }
    }

    /// Takes in what was kept at this node; each once.
    mutating func take(stored bytes: [[UInt8]]) {
        for stored in bytes.compactMap(StoredStatement.read) {
            guard let statement = stored.statement, self.names.insert(stored.name).inserted
            else { continue }
            self.all.append(statement)
            for key in [stored.from_key, stored.to_key].compactMap({ SubjectKey($0) }) {
                self.keys[key.id] = key
            }
        }
    }

    /// What was said of one of some subjects.
    func about(_ ids: Set<ObjectID>) -> [SubjectStatement] {
        self.all.filter { $0.other(than: ids) != nil }
    }

    /// All judgements, of ends that are wanted; subjects that have several IDs are called by what `name` says.
    func judgements(
        where isWanted: (ObjectID) -> Bool = { _ in true },
        _ name: (ObjectID) -> ObjectID
    ) -> JudgementSet {
        JudgementSet(
            self.all.filter { isWanted($0.link.from) && isWanted($0.link.to) }
                .compactMap { $0.judgement(name) }
        )
    }
}

extension [SubjectStatement] {
    /// At most so many: those of `own` authors first, then the newest of each other in turn, so that nobody's many
    /// push away what somebody else says.
    func fairly(most: Int, own: Set<String>) -> [SubjectStatement] {
        let newest = self.sorted {
            ($0.milliseconds, $0.sequence, $0.author) > ($1.milliseconds, $1.sequence, $1.author)
        }
        var chosen = Array(newest.filter { own.contains($0.author) }.prefix(most))
        chosen += newest.filter { !own.contains($0.author) }
            .fairly(by: \.author, most: most - chosen.count)
        return chosen
    }
}

/// What people said.
extension Reader {
    /// The authors of what this organisation says in cases.
    var ownAuthors: Set<String> {
        // Names that others can take decide nothing.
        Set(self.tables.map { SubjectStatement.author(member: $1.me, table: $0) })
    }

    /// What users of this node said about some subjects.
    func storedStatements(about ids: Set<ObjectID>) throws(Refusal) -> [[UInt8]] {
        do throws(SlotError) {
            var rows: [[UInt8]] = []
            for id in ids.sorted() { rows += try self.store.decisions(about: id) }
            return rows
        } catch {
            throw Refusal(error)
        }
    }

    /// Everything that users of this node said.
    func storedStatements() throws(Refusal) -> [[UInt8]] {
        do throws(SlotError) { return try self.store.decisions() } catch { throw Refusal(error) }
    }

    /// What was said about a subject, and in the cases that something of it stands in.
    func statements(about contents: SubjectContents) throws(Refusal) -> SubjectStatements {
        var statements = SubjectStatements()
        for (_, one) in contents.cases.sorted(by: { $0.key < $1.key }) {
            statements.take(one.counted)
        }
        statements.take(stored: try self.storedStatements(about: contents.ids))
        return statements
    }
}
