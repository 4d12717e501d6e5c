import Cryptography
import ReplicatedTypes
import SyncLog
import Wire

/// What a header says, small beside it: what is checked across windows.
struct SeenHeader: Sendable {
    /// The entry's place in a key chain.
    struct Link: Hashable, Sendable {
        /// A number of the list's hash.
        var audience: UInt32
        /// Index of the grant that begins the chain.
        let epoch: UInt32
        /// Place behind it.
        let position: UInt32
        /// Whether the entry is such a grant.
        let isGrant: Bool
    }

    /// When, as the author says.
    let time: HybridTime
    /// Whether it is a receipt.
    let isReceipt: Bool
    /// `nil` of what is in no chain.
    var link: Link?
}

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
    private(set) var window: Range<UInt64>
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
    /// What the headers say; `nil` where there is a leaf hash alone.
    private(set) var headers: [SeenHeader?] = []
    /// The hashes of lists that links name, each with its number.
    private var linked: [Digest: UInt32] = [:]
    /// The audience lists.
    private var audiences: [Audience] = []
    private var lists: [UInt32] = []
    /// The latest time up to each entry, ascending: times may go back.
    private var latest: [UInt64] = []
    /// Index of the last entry that is not a receipt, or may be something else; `nil` without one.
    private(set) var lastSubstance: UInt64?
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
        self.headers.reserveCapacity(count)
    }

    /// Adds the next entry; `nil` for one without its header.
    mutating func append(_ leaf: Digest, _ header: EntryHeader?) {
        self.leaves.append(leaf)
        self.headers.append(
            header.map {
                SeenHeader(time: $0.time, isReceipt: $0.kind == .receipt, link: self.link($0))
            }
        )
    }

    /// Grants of history are in no chain: they have no commitment.
    private mutating func link(_ header: EntryHeader) -> SeenHeader.Link? {
        let isGrant = header.kind == .keyGrant
        guard header.kind.hasAudience, !isGrant || header.keyCommitment != .zero else { return nil }
        return SeenHeader.Link(
            audience: self.number(of: header.audience),
            epoch: header.epoch,
            position: header.position,
            isGrant: isGrant
        )
    }

    private mutating func number(of hash: Digest) -> UInt32 {
        if let number = self.linked[hash] { return number }
        let number = UInt32(self.linked.count)
        self.linked[hash] = number
        return number
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
            self.lists.append(number)
        }
        self.summarise()
    }

    /// Works out what follows from all entries together.
    private mutating func summarise() {
        self.latest.removeAll()
        self.latest.reserveCapacity(self.leaves.count)
        self.unseen.removeAll()
        self.lastSubstance = nil
        for place in self.leaves.indices {
            let index = self.window.lowerBound + UInt64(place)
            let header = self.headers[place]
            self.latest.append(max(header?.time.milliseconds ?? 0, self.latest.last ?? 0))
            if header?.isReceipt != true { self.lastSubstance = index }
            if self.lists[place] == ListNumber.unseen { self.unseen.append(index) }
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

    /// The windows of one log, in order of start and end, as one log; `nil` where they do not agree.
    ///
    /// Each begins at or before the end of those before it. Of an entry that several have, what one of
    /// them shows is shown.
    ///
    /// - Complexity: O(entries of all).
    static func joined(_ windows: [ProvenLog]) -> ProvenLog? {
        guard var whole = windows.first else { return nil }
        var starts: [UInt64: Digest] = [:]
        for next in windows.dropFirst() {
            guard whole.logKey == next.logKey, whole.author == next.author,
                zip(whole.charters, next.charters).allSatisfy({ $0 == $1 }),
                starts.updateValue(next.frontier.root, forKey: next.window.lowerBound)
                    .map({ $0 == next.frontier.root }) ?? true,
                whole.extend(with: next)
            else { return nil }
        }
        guard starts.isEmpty || whole.roots(at: Set(starts.keys)) == starts else { return nil }
        whole.summarise()
        return whole
    }

    /// Takes over the entries of a later window that begins no later than this one ends.
    ///
    /// - Returns: Whether both have the same leaf hashes where they overlap.
    private mutating func extend(with next: ProvenLog) -> Bool {
        if next.charters.count > self.charters.count {
            (self.charters, self.members, self.pins) = (next.charters, next.members, next.pins)
        }
        var numbers = Dictionary(
            uniqueKeysWithValues: self.audiences.enumerated().map {
                ($0.element, ListNumber.first + UInt32($0.offset))
            }
        )
        let renumbered = next.audiences.map { audience in
            if let number = numbers[audience] { return number }
            let number = ListNumber.first + UInt32(self.audiences.count)
            self.audiences.append(audience)
            numbers[audience] = number
            return number
        }
        let hashes = next.linked.sorted { $0.value < $1.value }.map(\.key)
        let relinked = hashes.map { self.number(of: $0) }
        let offset = Int(next.window.lowerBound - self.window.lowerBound)
        for place in next.leaves.indices {
            let list = next.lists[place]
            let number = list < ListNumber.first ? list : renumbered[Int(list - ListNumber.first)]
            var header = next.headers[place]
            if let link = header?.link { header?.link?.audience = relinked[Int(link.audience)] }
            let own = offset + place
            guard own < self.leaves.count else {
                self.leaves.append(next.leaves[place])
                self.headers.append(header)
                self.lists.append(number)
                continue
            }
            guard self.leaves[own] == next.leaves[place] else { return false }
            self.headers[own] = self.headers[own] ?? header
            if self.lists[own] == ListNumber.unseen { self.lists[own] = number }
        }
        let end = max(self.window.upperBound, next.window.upperBound)
        self.window = self.window.lowerBound..<end
        return true
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
