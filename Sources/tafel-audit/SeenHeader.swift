import Cryptography
import ReplicatedTypes
import SyncLog
import Vocabulary

/// What a header says, small beside it: what is checked along a log and over the joins of its windows.
struct SeenHeader: Sendable {
    /// What the entry is.
    let kind: EntryKind
    /// The charter version that it names.
    let charterVersion: UInt16
    /// Category of the data.
    let category: Category?
    /// When, as the author says.
    let time: HybridTime
    /// A number of the case's ID in the log.
    var caseNumber: UInt32
    /// A number of the list's hash in the log; without meaning where the kind has no list.
    var listNumber: UInt32
    /// Index of the grant that begins the chain.
    let epoch: UInt32
    /// Place behind it.
    let position: UInt32
    /// Whether it is in a chain or begins one: grants of history do neither.
    let isChained: Bool
    /// Version of the charter that the entry adopts; 0 where it adopts none.
    let adopts: UInt16

    /// Takes it from a header, with the numbers of its case and list.
    init(_ header: EntryHeader, caseNumber: UInt32, listNumber: UInt32, adopts: UInt16) {
        self.kind = header.kind
        self.charterVersion = header.charterVersion
        self.category = header.category
        self.time = header.time
        self.caseNumber = caseNumber
        self.listNumber = listNumber
        self.epoch = header.epoch
        self.position = header.position
        self.isChained =
            header.kind.hasAudience
            && (header.kind != .keyGrant || header.keyCommitment != .zero)
        self.adopts = adopts
    }
}

/// Values that entries of a log share, each with a number.
struct Numbering<Value: Hashable & Sendable>: Sendable {
    /// The values, each at its number.
    private(set) var values: [Value] = []
    private var numbers: [Value: UInt32] = [:]

    /// The number of a value, which is added where it is new.
    mutating func number(of value: Value) -> UInt32 {
        if let number = self.numbers[value] { return number }
        let number = UInt32(self.values.count)
        self.numbers[value] = number
        self.values.append(value)
        return number
    }

    /// The value of a number.
    subscript(number: UInt32) -> Value { self.values[Int(number)] }
}
