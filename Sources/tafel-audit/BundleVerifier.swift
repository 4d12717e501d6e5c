import Cryptography
import SyncLog
import Wire

/// Checks one bundle, class by class in the order of `Protocol/bundle.md` §2.
///
/// Pure: what it says follows from the bytes alone. Up to the tree, the first failure ends the
/// verification, since nothing behind it means anything. Behind the tree every step is taken and
/// reports all that it finds of this bundle alone. What its entries come to is about the log, which may
/// have other bundles, and comes after it, in ``Settlement``.
struct BundleVerifier {
    /// What is checked; of its entries those that were read are let go of.
    var bundle: Bundle
    /// What was found out so far.
    var report: BundleReport
    /// The charter chain, from version 1 on.
    var charters: [SignedCharter] = []
    /// The cards of the bundle.
    var ring: KeyRing
    /// The cosignatures that the report has.
    var listed: Set<Cosignature> = []
    /// The first checkpoint; `nil` when the window starts at 0.
    var first: Checkpoint?
    /// The last checkpoint; `nil` before it was checked.
    var last: Checkpoint?
    /// The charter version that the entry being read adopts; 0 where it adopts none.
    var adopting: UInt16 = 0
    /// Texts that the log adopted and that gave way to those of the chain.
    var rivals: [SignedCharter] = []
    /// The lists that headers name.
    var namedAudiences: Set<Digest> = []
    /// The lists, by hash.
    var audiences: [Digest: Audience] = [:]
    /// What the bundle proves of its log.
    var proven: ProvenLog
    /// What it says of this and of other logs under signatures that hold.
    var evidence = BundleEvidence()
    /// What receipts that are entries of this log quote.
    var ownQuotes: [Quote] = []
    /// Indices of entries without their header, and of those that the author says it lost; ascending.
    var (blinded, lost): ([UInt64], [UInt64]) = ([], [])

    /// The steps that take long; the raw value is how much is done after each, in hundredths of the
    /// time that 100,000 entries took.
    private enum Step: Int {
        case entries = 35
        case tree = 48
        case audiences = 60
        case receipts = 88
    }

    /// Checks a bundle.
    ///
    /// `progress`: Told how far it is, in entries of those of the window.
    ///
    /// - Complexity: O(entries × recipients), and one signature check for each distinct checkpoint.
    static func verify(
        _ bundle: consuming Bundle,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) -> BundleReport {
        let count = bundle.body.entries.count
        var verifier = BundleVerifier(consume bundle)
        func didTake(_ step: Step) { progress(count * step.rawValue / 100, count) }
        do throws(Finding) {
            try verifier.checkManifest()
            try verifier.checkCharters()
            try verifier.checkCards()
            try verifier.checkCheckpoints()
            try verifier.checkFrontier()
            try verifier.checkEntries { progress($0 * Step.entries.rawValue / 100, count) }
            try verifier.checkTree()
            didTake(.tree)
        } catch {
            verifier.add(error)
            verifier.report.cut()
            return verifier.report
        }
        verifier.checkReferences()
        verifier.checkBlinded()
        verifier.checkLost()
        verifier.checkAudiences()
        didTake(.audiences)
        verifier.checkReceipts()
        didTake(.receipts)
        verifier.conclude()
        verifier.report.cut()
        return verifier.report
    }

    private init(_ bundle: consuming Bundle) {
        self.report = BundleReport(
            table: bundle.manifest.table,
            log: bundle.manifest.log,
            window: bundle.manifest.window
        )
        self.ring = KeyRing(table: bundle.manifest.table)
        self.proven = ProvenLog(bundle.manifest)
        self.bundle = bundle
    }

    /// Keeps a finding; of too many those that stand first in a report, whenever they are found.
    mutating func add(_ finding: Finding) {
        self.report.findings.append(finding)
        if self.report.findings.count >= 2 * Finding.reportedMax { self.report.cut() }
    }

    /// The author's number.
    var author: MemberNumber { self.bundle.manifest.log.member }

    /// Size at the start of the window.
    var start: UInt64 { self.bundle.manifest.window.lowerBound }

    /// Size at the end of the window.
    var end: UInt64 { self.bundle.manifest.window.upperBound }

    /// The member with a number, as the newest charter that has it says.
    func member(_ number: MemberNumber) -> Member? {
        self.charters.reversed().lazy.compactMap { $0.charter.member(number) }.first
    }

    /// The name of a member in reports.
    func handle(_ number: MemberNumber) -> String {
        self.member(number)?.handle ?? "\(number)"
    }

    private mutating func checkManifest() throws(Finding) {
        let manifest = self.bundle.manifest
        guard manifest.bodyHash == self.bundle.bodyHash else {
            throw Finding(
                .manifest,
                nl: "De inhoud heeft een andere hash dan het manifest zegt.",
                en: "The body has another hash than the manifest says."
            )
        }
        guard UInt64(self.bundle.body.entries.count) == self.end - self.start else {
            throw Finding(
                .manifest,
                nl: "Het venster telt \(self.end - self.start) regels, de inhoud "
                    + "\(self.bundle.body.entries.count).",
                en: "The window has \(self.end - self.start) entries, the body "
                    + "\(self.bundle.body.entries.count)."
            )
        }
        guard self.start < self.end else {
            throw Finding(
                .manifest,
                nl: "Het venster is leeg: deze bundel bewijst niets.",
                en: "The window is empty: this bundle proves nothing."
            )
        }
        let identity = try self.authorIdentity()
        let card = self.bundle.body.cards.lazy.compactMap { try? Card(parsing: $0.utf8) }
            .filter { $0.identity == identity }
            .min { $0.version < $1.version }
        guard let card else {
            throw Finding(
                .manifest,
                nl: "Er is geen geldige kaart van lid \(manifest.log.member), de schrijver.",
                en: "There is no valid card of member \(manifest.log.member), the author."
            )
        }
        let key = Checkpoint.noteKey(origin: manifest.origin, logKey: card.logKey)
        guard manifest.note.signatures.count == 1, manifest.note.isSigned(by: key) else {
            throw Finding(
                .manifest,
                nl: "Het manifest is niet ondertekend met de sleutel van dit logboek.",
                en: "The manifest is not signed with the key of this log."
            )
        }
        self.proven.logKey = card.logKey
    }

    /// The identity that the newest charter with the author's number gives it.
    private func authorIdentity() throws(Finding) -> NodeID? {
        let number = self.author
        let charters = self.bundle.body.charters.map {
            try? SignedCharter(parsing: $0.utf8).charter
        }
        let identity = charters.reversed().lazy.compactMap { $0?.member(number)?.identity }.first
        if identity == nil, let broken = charters.firstIndex(where: { $0 == nil }) {
            throw self.unreadable(version: broken + 1)
        }
        return identity
    }

    private func unreadable(version: Int) -> Finding {
        Finding(
            .charter,
            nl: "Convenantversie \(version) is geen geldig convenant.",
            en: "Charter version \(version) is not a valid charter."
        )
    }

    private mutating func checkCharters() throws(Finding) {
        for (offset, text) in self.bundle.body.charters.enumerated() {
            guard let signed = try? SignedCharter(parsing: text.utf8) else {
                throw self.unreadable(version: offset + 1)
            }
            let previous = self.charters.last
            guard Int(signed.charter.version) == offset + 1,
                signed.charter.previous == previous?.textHash
            else {
                throw Finding(
                    .charter,
                    nl: "Convenantversie \(offset + 1) volgt niet op de vorige.",
                    en: "Charter version \(offset + 1) does not follow the one before."
                )
            }
            let voting = previous?.charter ?? signed.charter
            guard let signers = try? signed.verifySignatures(by: voting.members) else {
                throw Finding(
                    .charter,
                    nl:
                        "Convenantversie \(offset + 1) heeft een handtekening die niet klopt of van "
                        + "geen lid is.",
                    en: "Charter version \(offset + 1) has a signature that is wrong or by no "
                        + "member."
                )
            }
            guard signers.count >= voting.quorum else {
                throw Finding(
                    .charter,
                    nl: "Convenantversie \(offset + 1) heeft \(signers.count) handtekeningen; "
                        + "\(voting.quorum) zijn nodig.",
                    en: "Charter version \(offset + 1) has \(signers.count) signatures; "
                        + "\(voting.quorum) are needed."
                )
            }
            // Else a later version could pass one member's keys off as another's.
            for member in signed.charter.members {
                guard self.member(member.number).map({ $0.identity == member.identity }) ?? true
                else {
                    throw Finding(
                        .charter,
                        nl:
                            "Convenantversie \(offset + 1) geeft nummer \(member.number) opnieuw uit.",
                        en: "Charter version \(offset + 1) uses number \(member.number) again."
                    )
                }
            }
            self.charters.append(signed)
        }
        guard self.charters.first?.textHash == self.report.table else {
            throw Finding(
                .charter,
                nl: "Versie 1 van het convenant is die van een andere tafel.",
                en: "Version 1 of the charter is that of another table."
            )
        }
        guard self.isBegun(self.log) else {
            throw Finding(
                .charter,
                nl:
                    "Generatie \(self.log.generation) bestaat niet: geen convenantversie zegt waar de "
                    + "vorige ophoudt.",
                en:
                    "Generation \(self.log.generation) does not exist: no charter version pins the one "
                    + "before."
            )
        }
        self.report.charters = self.charters.map(\.charter)
        self.report.author = self.member(self.author)?.handle
        self.proven.author = self.member(self.author)?.identity
        self.proven.charters = self.charters.map(\.textHash)
        self.proven.chain = self.report.charters
        self.proven.pins = AppliedPin.all(in: self.charters.map(\.charter))
    }

    /// Whether a log can exist: one of a generation above 0 needs a pin of the generation before.
    func isBegun(_ log: LogID) -> Bool {
        guard log.generation > 0 else { return true }
        let before = LogID(member: log.member, generation: log.generation - 1)
        return self.charters.contains { $0.charter.pins.contains { $0.log == before } }
    }

    private mutating func checkCards() throws(Finding) {
        var newest: (member: MemberNumber, version: UInt32) = (0, 0)
        for (offset, text) in self.bundle.body.cards.enumerated() {
            guard let card = try? Card(parsing: text.utf8) else {
                throw Finding(
                    .card,
                    nl: "Kaart \(offset + 1) is geen geldig ondertekende kaart.",
                    en: "Card \(offset + 1) is not a validly signed card."
                )
            }
            // A member that left and came back has another number and the same identity.
            let owners = self.charters.reversed().compactMap {
                $0.charter.member(identity: card.identity)
            }
            guard let owner = owners.first else {
                throw Finding(
                    .card,
                    nl: "De kaart van \(card.handle) is van geen lid van de tafel.",
                    en: "The card of \(card.handle) is of no member of the table."
                )
            }
            guard newest < (owner.number, card.version) else {
                throw Finding(
                    .card,
                    nl: "De kaarten staan niet op volgorde of dubbel (\(owner.handle)).",
                    en: "The cards are out of order or repeated (\(owner.handle))."
                )
            }
            newest = (owner.number, card.version)
            self.ring.add(card, of: owner, numbers: Set(owners.map(\.number)))
            self.evidence.cards.insert(SignedCard(card))
        }
        let needed = [UInt32(self.author)] + self.bundle.body.receipts.map(\.member)
        for number in needed
        where MemberNumber(exactly: number).flatMap({ self.ring.cards[$0] }) == nil {
            throw Finding(
                .card,
                nl: "De kaart van lid \(number) ontbreekt.",
                en: "The card of member \(number) is missing."
            )
        }
        self.name(self.author)
        for (number, cards) in self.ring.cards.sorted(by: { $0.key < $1.key }) {
            guard let card = cards.last else { continue }
            self.report.organisations.append(
                Organisation(handle: self.handle(number), name: card.name, oin: card.oin)
            )
        }
    }

    /// Adds a member to those whose keys the report rests on.
    private mutating func name(_ number: MemberNumber) {
        guard let member = self.member(number) else { return }
        let key = NamedKey(handle: member.handle, identity: member.identity)
        if !self.report.keys.contains(key) { self.report.keys.append(key) }
    }

    /// Writes down what the steps behind the tree have established.
    private mutating func conclude() {
        self.report.cosignatures.sort {
            ($0.size, $0.root, $0.handle, $0.seconds) < ($1.size, $1.root, $1.handle, $1.seconds)
        }
        self.proven.members = Dictionary(
            uniqueKeysWithValues: Set(self.charters.flatMap { $0.charter.members.map(\.number) })
                .compactMap { number in self.member(number).map { (number, $0) } }
        )
        self.proven.audiences = self.audiences
        self.proven.summarise()
        self.report.proven = self.proven
        self.report.evidence = self.evidence
        self.report.ring = self.ring
    }
}
