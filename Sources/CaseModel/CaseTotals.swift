import SyncLog

/// A bound on what counts of one author in one case (`Protocol/case-model.md` §1).
package enum CaseLimit: CaseIterable, Hashable, Sendable {
    case tags
    case links
    case notes
    case writes
    case references
    case text

    /// The most that counts.
    package var max: Int {
        switch self {
        case .tags: CaseTotals.tagsMax
        case .links: CaseTotals.linksMax
        case .notes: CaseTotals.notesMax
        case .writes: CaseTotals.writesMax
        case .references: CaseTotals.referencesMax
        case .text: CaseTotals.textBytesMax
        }
    }
}

/// How much some operations add to a case, as far as it is bounded for each author.
package struct CaseTotals: Hashable, Sendable {
    /// Most tags of one author in one case.
    package static let tagsMax = 1_024
    /// Most links of one author in one case.
    package static let linksMax = 1_024
    /// Most notes of one author in one case.
    package static let notesMax = 4_096
    /// Most writes of registers of one author in one case.
    package static let writesMax = 4_096
    /// Most references that one author's removes and writes of registers name in one case: every
    /// tag and every link that 64 members can add.
    package static let referencesMax = 131_072
    /// Most bytes of one author's notes and values of registers in one case.
    package static let textBytesMax = 4_194_304

    /// What one entry can add at most.
    static let mostOfEntry = CaseTotals(
        tags: OperationsPayload.operationsMax,
        links: OperationsPayload.operationsMax,
        notes: OperationsPayload.operationsMax,
        writes: OperationsPayload.operationsMax,
        references: OperationsPayload.operationsMax * CaseOperation.referencesMax,
        textBytes: EntryHeader.payloadBytesMax
    )

    /// Tags added.
    package private(set) var tags = 0
    /// Links added.
    package private(set) var links = 0
    /// Notes added.
    package private(set) var notes = 0
    /// Writes of registers.
    package private(set) var writes = 0
    /// References of removes and of writes of registers, repeated ones too.
    package private(set) var references = 0
    /// Bytes of notes and of values of registers.
    package private(set) var textBytes = 0

    /// Nothing.
    init() {}

    private init(
        tags: Int,
        links: Int,
        notes: Int,
        writes: Int,
        references: Int,
        textBytes: Int
    ) {
        self.tags = tags
        self.links = links
        self.notes = notes
        self.writes = writes
        self.references = references
        self.textBytes = textBytes
    }

    /// What some operations add; opening a case and setting its audience add nothing.
    package init(of operations: [CaseOperation]) {
        for operation in operations {
            switch operation {
            case .openCase, .setAudience: break
            case .setRegister(_, let value, let supersedes):
                self.writes += 1
                self.references += supersedes.count
                self.textBytes += value.utf8.count
            case .addNote(let text):
                self.notes += 1
                self.textBytes += text.utf8.count
            case .addLink: self.links += 1
            case .addTag: self.tags += 1
            case .remove(let references): self.references += references.count
            }
        }
    }

    /// The sum of two.
    static func + (lhs: Self, rhs: Self) -> Self {
        CaseTotals(
            tags: lhs.tags + rhs.tags,
            links: lhs.links + rhs.links,
            notes: lhs.notes + rhs.notes,
            writes: lhs.writes + rhs.writes,
            references: lhs.references + rhs.references,
            textBytes: lhs.textBytes + rhs.textBytes
        )
    }

    /// The first limit that is passed; `nil` when all are kept.
    var limitPassed: CaseLimit? { CaseLimit.allCases.first { self.value(of: $0) > $0.max } }

    private func value(of limit: CaseLimit) -> Int {
        switch limit {
        case .tags: self.tags
        case .links: self.links
        case .notes: self.notes
        case .writes: self.writes
        case .references: self.references
        case .text: self.textBytes
        }
    }
}
