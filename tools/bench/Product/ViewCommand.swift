import ArgumentParser
import CaseModel
import Cryptography
import JSONText
import ReplicatedTypes
import SyncLog
import Vocabulary

/// `tafel-bench view`: M3, the merged view of a case of many partners, from entries that are open.
struct ViewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "Merge the fragments of many partners in memory, and time it."
    )

    @Option(help: "How many partners.") var members = 40
    @Option(help: "How many fragments of each.") var fragments = 250
    @Option(help: "Bytes of each payload before encryption.") var bytes = 512
    @Option(help: "How often; the time is the mean.") var rounds = 5

    func run() throws {
        let sample = try SampleCase(members: self.members)
        let payloads = try sample.payloads(fragments: self.fragments, byteCount: self.bytes)
        let clock = ContinuousClock()
        var (reading, viewing) = (Duration.zero, Duration.zero)
        var counts = (fragments: 0, subjects: 0)
        for _ in 0..<self.rounds {
            let start = clock.now
            let state = try sample.state(of: payloads)
            let middle = clock.now
            guard let view = state.view(at: nil) else {
                preconditionFailure("the sample case is open")
            }
            viewing += clock.now - middle
            reading += middle - start
            counts = (view.fragments.count, view.subjects.count)
        }
        guard counts.fragments == self.members * self.fragments else {
            preconditionFailure("every sample fragment counts")
        }
        Timing.print(
            [("fragments", .integer(counts.fragments)), ("subjects", .integer(counts.subjects))],
            [
                ("view_seconds", viewing / self.rounds),
                ("read_seconds", reading / self.rounds),
            ]
        )
    }
}

/// A case at a table of many partners, as one of them sees it.
struct SampleCase {
    /// A decrypted entry.
    struct Plain {
        let log: LogID
        let header: EntryHeader
        let audience: Audience
        let plaintext: [UInt8]
    }

    private static let table = Digest(hashing: Array("a sample table".utf8))
    /// 2026-01-01T00:00:00Z, in milliseconds.
    private static let start: UInt64 = 1_767_225_600_000
    private static let ground = "WABO-5.12"

    private let charter: Charter
    private let caseID = ObjectID(
        table: Self.table,
        dot: Dot(member: 1, generation: 0, index: 0, operation: 0)
    )

    init(members count: Int) throws {
        let members = (1...count).compactMap { number -> Member? in
            var identity = [UInt8](repeating: 0, count: 32)
            identity.replaceSubrange(30..<32, with: [UInt8(number >> 8), UInt8(number & 0xFF)])
            return NodeID(identity).map {
                Member(
                    number: MemberNumber(number),
                    role: .partner,
                    memberClass: .odToezicht,
                    handle: "od-\(number)",
                    identity: $0
                )
            }
        }
        let ground = Ground(
            code: Self.ground,
            from: .all,
            to: .all,
            categories: [.business],
            retentionDays: nil,
            text: "Voorbeeld"
        )
        self.charter = Charter(
            version: 1,
            previous: nil,
            name: "Voorbeeld",
            theme: "afval",
            purpose: "Meten",
            from: "2026-01-01",
            until: "2028-12-31",
            evaluation: "2028-12-31",
            quorum: Charter.quorumMin(members: count),
            witnessQuorum: 0,
            members: members,
            grounds: ground.map { [$0] } ?? []
        )
    }

    /// An entry of a member to all others.
    func plain(
        _ author: MemberNumber,
        _ index: UInt64,
        _ kind: EntryKind,
        _ payload: [UInt8]
    ) -> Plain {
        let others = self.charter.members.map(\.number).filter { $0 != author }
        guard let audience = Audience(others.map { Recipient(member: $0, ground: Self.ground) })
        else { preconditionFailure("2 to 64 members make an audience") }
        let header = EntryHeader(
            kind: kind,
            charterVersion: 1,
            category: .business,
            index: index,
            time: HybridTime(milliseconds: Self.start + index * 1_000),
            caseID: self.caseID,
            audience: audience.hash
        )
        return Plain(
            log: LogID(member: author, generation: 0),
            header: header,
            audience: audience,
            plaintext: payload
        )
    }

    /// The opening of the case.
    func opening() throws -> Plain {
        let audience = try CaseAudience(
            version: 1,
            members: self.charter.members.map(\.number),
            category: .business,
            grounds: [],
            removed: []
        )
        let opening = try OperationsPayload(
            audienceVersion: 1,
            operations: [.openCase(title: "Zaak", summary: "", audience: audience)]
        )
        return self.plain(1, 0, .operations, opening.payload)
    }

    /// The opening of the case, then so many fragments of each member.
    func payloads(fragments count: Int, byteCount: Int) throws -> [Plain] {
        var entries = [try self.opening()]
        for member in self.charter.members.map(\.number) {
            for number in 0..<count {
                let index = UInt64(number + 1)
                // Partners know the same subjects, each by two of its fragments.
                let sample = try SampleFragment(
                    number: Int(member) * count + number,
                    subject: number / 2,
                    index: index,
                    byteCount: byteCount
                )
                let payload = try sample.payload(index: index).payload
                entries.append(self.plain(member, index, .fragment, payload))
            }
        }
        return entries
    }

    /// The case of which nothing is known yet.
    var empty: CaseState {
        let charter = self.charter
        return CaseState(table: Self.table, caseID: self.caseID, pins: []) { _ in charter }
    }

    /// An entry, read.
    func opened(_ entry: Plain) throws -> OpenedEntry {
        try OpenedEntry(
            log: entry.log,
            header: entry.header,
            audience: entry.audience,
            plaintext: entry.plaintext
        )
    }

    /// The case with every entry read and inserted.
    func state(of entries: [Plain]) throws -> CaseState {
        var state = self.empty
        for entry in entries { state.insert(try self.opened(entry)) }
        return state
    }
}
