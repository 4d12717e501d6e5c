import Cryptography
import ReplicatedTypes
import SyncLog

/// What a member's newest receipt says of a log.
struct Confirmation: Sendable {
    /// Entries below this size were looked at.
    let size: UInt64
    /// Those among them that the member could not open.
    let unopened: Set<UInt64>

    /// Whether the receipt confirms the entry at `index`, which was addressed to the member.
    func holds(_ index: UInt64) -> Bool { index < self.size && !self.unopened.contains(index) }
}

/// Entries of the window that were addressed to one member, and the hash over the first of them.
private struct GivenEntries {
    /// Ascending.
    let indices: [UInt64]
    /// The first of them, hashed.
    var entries = HeldEntries()
}

/// Holds the evidence of a whole call against one log (`Protocol/bundle.md` §2).
struct Settlement {
    /// The log.
    let log: ProvenLog
    /// Its pin, by the longest charter chain of the call.
    let pin: AppliedPin?
    /// Roots of the tree at every size that evidence names.
    let roots: [UInt64: Digest]
    /// Cosignatures of this very tree.
    let cosignatures: [WitnessedRoot]
    /// What each member's newest receipt confirms.
    private(set) var confirmations: [MemberNumber: Confirmation] = [:]
    /// Members whose receipts agree, ascending.
    private(set) var agreeing: [MemberNumber] = []
    /// Those among them whose count cannot be made again.
    private(set) var uncounted: [MemberNumber] = []
    /// Whether a receipt contradicted the log in a way that its pin explains.
    private(set) var isExplained = false
    /// What the author says of fragments, where it contradicts itself or what is shown.
    let referenceFindings: [Finding]
    /// The entries that these are about.
    let badReferences: Set<UInt64>
    /// Receipts of the log that quote what nobody signed.
    private let misquotes: [Finding]
    /// The auditor's clock, in seconds since 1970.
    let now: UInt64
    private let source: Int
    private let statements: [ReceiptStatement]

    /// Takes up the evidence about the log at `place` of it; `now`: seconds since 1970.
    ///
    /// - Complexity: O(entries).
    init(_ evidence: Evidence, at place: Int, now: UInt64) {
        let log = evidence.logs[place].log
        self.log = log
        self.now = now
        self.source = place
        self.pin = evidence.pins[log.origin]
        self.statements = evidence.statements(at: place)
        let cosignatures = evidence.cosignatures(of: log)
        var sizes = Set(self.statements.map(\.item.checkpoint.size))
        sizes.formUnion(cosignatures.map(\.root.size))
        if let pin = self.pin { sizes.insert(pin.size) }
        let roots = log.roots(at: sizes)
        self.roots = roots
        self.cosignatures = cosignatures.filter { roots[$0.root.size] == $0.root.root }
        self.misquotes = evidence.misquotes[place]
        self.referenceFindings = log.badReferences(evidence.earlierGenerations(of: log))
        self.badReferences = Set(self.referenceFindings.compactMap(\.index))
    }

    /// Cosignatures by others of a tree that holds every entry of the window but receipts at its end: a
    /// receipt calls for no receipt.
    func coveringCosignatures() -> [WitnessedRoot] {
        self.cosignatures.filter { cosignature in
            cosignature.witness != self.log.author && !self.isImpossible(cosignature)
                && self.log.lastSubstance.map { $0 < cosignature.root.size } ?? true
        }
    }

    /// What is found about the log, in order of class, but for ``referenceFindings``: what its entries come
    /// to, and what the evidence has against it.
    mutating func findings() -> [Finding] {
        self.log.versionsOutOfOrder() + self.log.outOfPeriod() + self.log.datedBack()
            + self.impossibleEntry() + self.beyondPin() + self.log.misgiven()
            + self.log.outOfChain() + self.misquotes + self.impossibleCosignatures() + self.late()
            + self.receipts()
    }

    /// Other members that cosigned the tree of a size, each once.
    func witnesses(at size: UInt64) -> [String] {
        let handles = self.cosignatures.filter {
            $0.root.size == size && $0.witness != self.log.author && !self.isImpossible($0)
        }.map(\.handle)
        return Set(handles).sorted()
    }

    /// The name of a member in reports.
    func handle(_ number: MemberNumber) -> String {
        self.log.members[number]?.handle ?? "\(number)"
    }

    /// What lies beyond the pin of the bundle's own charters.
    private func beyondPin() -> [Finding] {
        guard let pin = self.log.pins[self.log.log], self.log.window.upperBound > pin.size else {
            return []
        }
        let index = max(pin.size, self.log.window.lowerBound)
        return [
            Finding(
                .entry,
                index: index,
                nl:
                    "Vanaf regel \(index) telt dit logboek niet mee: convenantversie \(pin.version) kapt het "
                    + "af bij \(pin.size). Wat er verder staat, is wel verstrekt.",
                en:
                    "From entry \(index) on this log does not count: charter version \(pin.version) pins it "
                    + "at \(pin.size). What stands there was given all the same."
            )
        ]
    }

    private mutating func receipts() -> [Finding] {
        let byMember = Dictionary(grouping: self.statements, by: \.place.log.member)
        let given = self.log.given(to: Set(byMember.keys))
        var findings: [Finding] = []
        for (member, statements) in byMember.sorted(by: { $0.key < $1.key }) {
            let ordered = statements.sorted {
                ($0.item.checkpoint.size, $0.place, $0.leaf)
                    < ($1.item.checkpoint.size, $1.place, $1.leaf)
            }
            findings += self.compare(
                ordered,
                of: member,
                with: GivenEntries(indices: given[member, default: []])
            )
        }
        return findings
    }

    /// Compares what one member's receipts, ascending by size, say with what the log gave it.
    private mutating func compare(
        _ statements: [ReceiptStatement],
        of member: MemberNumber,
        with given: GivenEntries
    ) -> [Finding] {
        var given = given
        var findings: [Finding] = []
        var newest: ReceiptStatement?
        for statement in statements {
            let quoted = statement.item.checkpoint
            guard quoted.size <= self.log.window.upperBound else {
                // Of another bundle's, class consistency speaks.
                if statement.source == self.source {
                    findings.append(self.beyond(member, at: quoted.size))
                }
                continue
            }
            guard self.roots[quoted.size].map({ $0 == quoted.root }) ?? true else {
                if self.pinExplains(size: quoted.size) {
                    self.isExplained = true
                } else if statement.source == self.source {
                    findings.append(self.fork(seenBy: member, at: quoted.size))
                }
                continue
            }
            if newest.map({ ReceiptStatement.isOlder($0, statement) }) ?? true {
                newest = statement
            }
            if !self.agrees(statement.item, with: &given) {
                findings.append(self.disagreement(of: member, at: quoted.size))
            }
        }
        guard let item = newest?.item, findings.isEmpty else { return findings }
        let size = item.checkpoint.size
        if size > self.log.window.lowerBound {
            self.confirmations[member] = Confirmation(size: size, unopened: Set(item.unopened))
        }
        self.agreeing.append(member)
        if self.log.hiddenCount(below: size) > 0 { self.uncounted.append(member) }
        return item.unopened.filter { $0 >= self.log.window.lowerBound }.map { index in
            Finding(
                .receipt,
                index: index,
                signer: self.handle(member),
                nl: "\(self.handle(member)) meldt dat regel \(index) niet te openen was.",
                en: "\(self.handle(member)) says that entry \(index) could not be opened."
            )
        }
    }

    private func pinExplains(size: UInt64) -> Bool {
        guard let pin = self.pin else { return false }
        return size > pin.size || self.roots[pin.size] == pin.root
    }

    /// Whether count and hash are those of the entries that were given, the unopened ones among them.
    ///
    /// - Complexity: O(entries) for all receipts of a member together, plus O(n log n) in the entries
    ///   that each lists as unopened.
    private func agrees(_ item: LogReceipt, with given: inout GivenEntries) -> Bool {
        let size = item.checkpoint.size
        let count = given.indices.partitionPoint { $0 >= size }
        let isKnown = item.unopened.allSatisfy { index in
            index < self.log.window.lowerBound || given.indices.holdsAscending(index)
                || self.log.unseen.holdsAscending(index)
        }
        guard isKnown else { return false }
        // What the bundle does not show may have been given too, so neither count nor hash can be
        // made again; what it shows is the least that must be there.
        let hidden = self.log.hiddenCount(below: size)
        guard hidden == 0 else {
            return (UInt64(count)...UInt64(count) + hidden).contains(item.heldCount)
        }
        for index in given.indices[..<count].dropFirst(Int(given.entries.count)) {
            given.entries.add(index: index, leafHash: self.log.leaf(at: index))
        }
        return item.says(given.entries)
    }

    private func beyond(_ member: MemberNumber, at size: UInt64) -> Finding {
        Finding(
            .receipt,
            nl:
                "\(self.handle(member)) heeft een checkpoint van grootte \(size) gezien, ondertekend door de "
                + "schrijver; deze bundel houdt eerder op.",
            en:
                "\(self.handle(member)) saw a checkpoint of size \(size), signed by the author; this bundle "
                + "ends before it."
        )
    }

    private func fork(seenBy member: MemberNumber, at size: UInt64) -> Finding {
        Finding(
            .receipt,
            nl: "De schrijver heeft \(self.handle(member)) bij grootte \(size) een ander logboek "
                + "getoond: twee ondertekende checkpoints met verschillende wortels.",
            en: "The author showed \(self.handle(member)) another log at size \(size): two signed "
                + "checkpoints with different roots."
        )
    }

    private func disagreement(of member: MemberNumber, at size: UInt64) -> Finding {
        Finding(
            .receipt,
            signer: self.handle(member),
            nl:
                "\(self.handle(member)) heeft voor grootte \(size) een ontvangstbewijs ondertekend over "
                + "andere regels dan dit logboek aan \(self.handle(member)) heeft gegeven. Het is een "
                + "verklaring van \(self.handle(member)); in het logboek zelf is hierdoor niets fout.",
            en:
                "\(self.handle(member)) signed a receipt at size \(size) for other entries than this "
                + "log gave to it. The statement is \(self.handle(member))'s; it makes nothing in the "
                + "log itself wrong."
        )
    }
}

extension [UInt64] {
    /// Whether an ascending list has a value.
    fileprivate func holdsAscending(_ value: UInt64) -> Bool {
        let place = self.partitionPoint { $0 >= value }
        return place < self.count && self[place] == value
    }
}
