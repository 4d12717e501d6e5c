import Cryptography
import ReplicatedTypes
import SyncLog
import Wire

/// What a bundle proves of its log, small beside the file: for comparison with what others say.
struct ProvenLog: Sendable {
    /// The table.
    let table: TableID
    /// The log.
    let log: LogID
    /// The indices that the bundle covers.
    var window: Range<UInt64>
    /// The author's identity, once the charters hold.
    var author: NodeID?
    /// The key of the log, once the manifest holds.
    var logKey: VerifyingKey?
    /// Text hashes of the charter versions, in order.
    var charters: [Digest] = []
    /// The charters, in order.
    var chain: [Charter] = []
    /// The members of all versions, each as the newest that has it says.
    var members: [MemberNumber: Member] = [:]
    /// The logs that charters pin.
    var pins: [LogID: AppliedPin] = [:]
    /// The frontier at the start of the window.
    var frontier = MerkleFrontier()
    /// The leaf hashes of the window.
    var leaves: [Digest] = []
    /// What the headers say; `nil` where there is a leaf hash alone.
    var headers: [SeenHeader?] = []
    /// The cases that headers name.
    var cases = Numbering<ObjectID>()
    /// The hashes of the lists that headers name.
    var lists = Numbering<Digest>()
    /// The lists, by hash.
    var audiences: [Digest: Audience] = [:]
    /// What grants of history give, by index.
    var histories: [UInt64: [UInt64]] = [:]
    /// What the author says which fragment an entry is about.
    var said = References()
    /// Indices of entries of which it says different things.
    var contradicted: Set<UInt64> = []
    /// The list of each number, where it is shown.
    private var shown: [Audience?] = []
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
    ///
    /// `adopts`: version of the charter that it adopts, else 0.
    mutating func append(_ leaf: Digest, _ header: EntryHeader?, adopts: UInt16 = 0) {
        self.leaves.append(leaf)
        guard let header else {
            self.headers.append(nil)
            return
        }
        self.headers.append(
            SeenHeader(
                header,
                caseNumber: self.cases.number(of: header.caseID),
                listNumber: header.kind.hasAudience ? self.lists.number(of: header.audience) : 0,
                adopts: adopts
            )
        )
    }

    /// Works out what follows from all entries together.
    mutating func summarise() {
        self.shown = self.lists.values.map { self.audiences[$0] }
        self.latest.removeAll()
        self.latest.reserveCapacity(self.leaves.count)
        self.unseen.removeAll()
        self.lastSubstance = nil
        for place in self.leaves.indices {
            let index = self.window.lowerBound + UInt64(place)
            let header = self.headers[place]
            self.latest.append(max(header?.time.milliseconds ?? 0, self.latest.last ?? 0))
            if header?.kind != .receipt { self.lastSubstance = index }
            if header.map({ $0.kind.hasAudience && self.audience(of: $0) == nil }) ?? true {
                self.unseen.append(index)
            }
        }
    }

    /// What the header of an entry says; `nil` where it is not shown, or outside the window.
    func header(at index: UInt64) -> SeenHeader? {
        self.window.contains(index) ? self.headers[Int(index - self.window.lowerBound)] : nil
    }

    /// The list that a header names; `nil` where it names none or is unseen.
    func audience(of header: SeenHeader) -> Audience? {
        header.kind.hasAudience ? self.shown[Int(header.listNumber)] : nil
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
        let named = self.shown.map { $0?.members.filter(members.contains) ?? [] }
        var given: [MemberNumber: [UInt64]] = [:]
        for (place, header) in self.headers.enumerated() {
            guard let header, header.kind.hasAudience else { continue }
            for member in named[Int(header.listNumber)] {
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
