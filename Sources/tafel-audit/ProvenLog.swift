import Cryptography
import SyncLog
import Wire

/// What a bundle proves of its log, small beside the file: for comparison with what others say.
struct ProvenLog: Sendable {
    /// What an entry's list is; the raw value is kept for each entry.
    private enum ListNumber {
        static let none: UInt32 = 0
        static let unseen: UInt32 = 1
        static let first: UInt32 = 2
    }

    /// The table.
    let table: TableID
    /// The log.
    let log: LogID
    /// The indices that the bundle covers.
    let window: Range<UInt64>
    /// The author's identity, once the charters hold.
    var author: NodeID?
    /// The key of the log, once the manifest holds.
    var logKey: VerifyingKey?
    /// Text hashes of the charter versions, in order.
    var charters: [Digest] = []
    /// The members of all versions, each as the newest that has it says.
    var members: [MemberNumber: Member] = [:]
    /// The logs that charters pin.
    var pins: [LogID: AppliedPin] = [:]
    /// The frontier at the start of the window.
    var frontier = MerkleFrontier()
    /// The leaf hashes of the window.
    private(set) var leaves: [Digest] = []
    /// The milliseconds of each entry; one without its header has those of the one before.
    private(set) var milliseconds: [UInt64] = []
    /// The latest of them up to each entry, ascending: times may go back.
    private var latest: [UInt64] = []
    /// Index of the last entry that is not a receipt, or may be something else; `nil` without one.
    private(set) var lastSubstance: UInt64?
    /// The audience lists.
    private var audiences: [Audience] = []
    private var lists: [UInt32] = []
    /// Indices of entries whose list is not known, ascending.
    private(set) var unseen: [UInt64] = []

    /// Begins with no entry.
    init(_ manifest: BundleManifest) {
        self.table = manifest.table
        self.log = manifest.log
        self.window = manifest.window
    }

    /// Origin of the log.
    var origin: String { self.log.origin(table: self.table) }

    /// Makes room for so many entries.
    mutating func reserveCapacity(_ count: Int) {
        self.leaves.reserveCapacity(count)
        self.milliseconds.reserveCapacity(count)
    }

    /// Adds the next entry; one without its header has neither time nor kind.
    mutating func append(_ leaf: Digest, milliseconds: UInt64? = nil, isReceipt: Bool = false) {
        if !isReceipt { self.lastSubstance = self.window.lowerBound + UInt64(self.leaves.count) }
        self.leaves.append(leaf)
        let time = milliseconds ?? self.milliseconds.last ?? 0
        self.milliseconds.append(time)
        self.latest.append(max(time, self.latest.last ?? 0))
    }

    /// Takes over which list each entry names: `nil` for one that names none.
    ///
    /// `hash` gives for a place of the window what its header names; a place without header is unseen.
    mutating func setLists(
        _ audiences: [Digest: Audience],
        hash: (_ place: Int) -> (isSeen: Bool, audience: Digest?)
    ) {
        let ordered = audiences.sorted { $0.key < $1.key }
        self.audiences = ordered.map(\.value)
        let numbers = Dictionary(
            uniqueKeysWithValues: ordered.enumerated().map {
                ($0.element.key, ListNumber.first + UInt32($0.offset))
            }
        )
        self.lists.reserveCapacity(self.leaves.count)
        for place in self.leaves.indices {
            let (isSeen, audience) = hash(place)
            let number =
                isSeen
                ? audience.map { numbers[$0] ?? ListNumber.unseen } ?? ListNumber.none
                : ListNumber.unseen
            if number == ListNumber.unseen {
                self.unseen.append(self.window.lowerBound + UInt64(place))
            }
            self.lists.append(number)
        }
    }

    /// A number that entries of the window share exactly when they share their list.
    func listNumber(at index: UInt64) -> UInt32 { self.lists[Int(index - self.window.lowerBound)] }

    /// The list that an entry of the window names; `nil` where it names none or is unseen.
    func audience(at index: UInt64) -> Audience? {
        let number = self.lists[Int(index - self.window.lowerBound)]
        return number < ListNumber.first ? nil : self.audiences[Int(number - ListNumber.first)]
    }

    /// The leaf hash of an entry of the window.
    func leaf(at index: UInt64) -> Digest { self.leaves[Int(index - self.window.lowerBound)] }

    /// How many entries below a size the bundle does not show, or not for whom they are.
    func hiddenCount(below size: UInt64) -> UInt64 {
        self.window.lowerBound + UInt64(self.unseen.partitionPoint { $0 >= size })
    }

    /// The indices of what was given to each of some members, ascending.
    ///
    /// - Complexity: O(entries × recipients).
    func given(to members: Set<MemberNumber>) -> [MemberNumber: [UInt64]] {
        let named = self.audiences.map { $0.members.filter(members.contains) }
        var given: [MemberNumber: [UInt64]] = [:]
        for (place, number) in self.lists.enumerated() where number >= ListNumber.first {
            for member in named[Int(number - ListNumber.first)] {
                given[member, default: []].append(self.window.lowerBound + UInt64(place))
            }
        }
        return given
    }

    /// Index of the first entry dated after a time; `nil` when none is.
    func first(after milliseconds: UInt64) -> UInt64? {
        let place = self.latest.partitionPoint { $0 > milliseconds }
        return place < self.latest.count ? self.window.lowerBound + UInt64(place) : nil
    }

    /// Roots of the tree at those of `sizes` that lie in the window.
    ///
    /// - Complexity: O(leaves).
    func roots(at sizes: Set<UInt64>) -> [UInt64: Digest] {
        var tree = self.frontier
        var roots: [UInt64: Digest] = [:]
        if sizes.contains(tree.size) { roots[tree.size] = tree.root }
        for leaf in self.leaves {
            tree.append(leaf)
            if sizes.contains(tree.size) { roots[tree.size] = tree.root }
        }
        return roots
    }
}

extension Array {
    /// How many elements stand before the first for which `isBehind` holds, as it does for all after it.
    func partitionPoint(_ isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (0, self.count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// A pin with the version of the charter that has it.
struct AppliedPin: Hashable, Sendable {
    /// Version of the charter.
    let version: UInt16
    /// Entries that count.
    let size: UInt64
    /// Root of the tree of that size.
    let root: Digest

    /// The pins of a chain; of one log that of the newest version.
    static func all(in chain: [Charter]) -> [LogID: AppliedPin] {
        var pins: [LogID: AppliedPin] = [:]
        for charter in chain {
            for pin in charter.pins {
                pins[pin.log] = AppliedPin(
                    version: charter.version,
                    size: pin.size,
                    root: pin.root
                )
            }
        }
        return pins
    }
}
