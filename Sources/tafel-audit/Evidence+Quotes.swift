import Cryptography
import ReplicatedTypes
import SyncLog

/// The keys of members' logs, as the cards of every bundle of a call tell them.
struct ToldKeys: Sendable {
    private struct Owner: Hashable {
        let table: TableID
        let member: MemberNumber
    }

    private var first: [Owner: [VerifyingKey]] = [:]
    private var all: [Owner: [VerifyingKey]] = [:]

    /// Gathers the cards of bundles.
    init(_ rings: [KeyRing]) {
        for ring in rings {
            for (member, cards) in ring.cards {
                let owner = Owner(table: ring.table, member: member)
                for (offset, card) in cards.enumerated() {
                    if offset == 0, self.first[owner]?.contains(card.logKey) != true {
                        self.first[owner, default: []].append(card.logKey)
                    }
                    if self.all[owner]?.contains(card.logKey) != true {
                        self.all[owner, default: []].append(card.logKey)
                    }
                }
            }
        }
    }

    /// What bundles say is the key of a member's logs: that of the card of the lowest version in each.
    ///
    /// More than one where bundles contradict each other.
    func first(of member: MemberNumber, at table: TableID) -> [VerifyingKey] {
        self.first[Owner(table: table, member: member), default: []]
    }

    /// Every log key on a card of the member.
    func all(of member: MemberNumber, at table: TableID) -> [VerifyingKey] {
        self.all[Owner(table: table, member: member), default: []]
    }
}

/// Which item of which receipt of a log.
struct QuotePlace: Hashable, Comparable {
    private let index: UInt64
    private let about: LogID

    /// Takes it from a quote.
    init(_ quote: Quote) {
        self.index = quote.header.index
        self.about = quote.item.log
    }

    /// Orders by index, then by the log that the item is about.
    static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.index, lhs.about) < (rhs.index, rhs.about)
    }
}

/// What receipts of a log quote, as its bundles have it.
struct OwnQuotes {
    /// What somebody signed.
    var good: Set<QuotePlace> = []
    /// What nobody did.
    var bad: [QuotePlace: Quote] = [:]

    /// What nobody signed, in order: what one bundle's cards show to be signed is.
    var misquoted: [Quote] {
        self.bad.filter { !self.good.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension OwnQuotes {
    /// Puts those of a log's bundles together.
    init(_ parts: [OwnQuotes]) {
        for part in parts {
            self.good.formUnion(part.good)
            self.bad.merge(part.bad) { first, _ in first }
        }
    }
}

extension KeyRing {
    /// Opens what a receipt quotes.
    ///
    /// - Returns: `nil` where it is no evidence: not signed with the key of the log that it is about, or
    ///   not cosigned, in its last line, by the receipt's author before the receipt was written.
    mutating func open(_ quote: Quote, _ keys: ToldKeys) -> OpenedCheckpoint? {
        self.open(quote, signedWith: keys.first(of: quote.item.log.member, at: self.table))
    }

    /// Whether some key on the cards of the author of the log that it is about signed what a receipt quotes.
    mutating func isSigned(_ quote: Quote, _ keys: ToldKeys) -> Bool {
        self.open(quote, signedWith: keys.all(of: quote.item.log.member, at: self.table)) != nil
    }

    private mutating func open(
        _ quote: Quote,
        signedWith keys: [VerifyingKey]
    ) -> OpenedCheckpoint? {
        let text = quote.item.checkpoint.note.encodedText
        for key in keys {
            guard let opened = self.open(text, of: quote.item.log, signedWith: key),
                let cosigner = opened.cosigners.last,
                self.owner(of: cosigner)?.identity == quote.identity,
                quote.header.allows(cosigner)
            else { continue }
            return opened
        }
        return nil
    }
}

extension EntryHeader {
    /// Whether a cosignature in this receipt is dated no more than five minutes later than the receipt:
    /// it is made when the receipt is written.
    func allows(_ cosigner: Cosigner) -> Bool {
        cosigner.seconds
            <= (self.time.milliseconds + HybridTime.aheadMillisecondsMax) / 1_000
    }
}

extension ProvenLog {
    /// The finding about a receipt entry of this log that quotes what nobody signed.
    func misquoted(_ quote: Quote) -> Finding {
        let index = quote.header.index
        let number = quote.item.log.member
        let handle = self.members[number]?.handle ?? "\(number)"
        return Finding(
            .receipt,
            index: index,
            nl:
                "Regel \(index), een ontvangstbewijs, noemt van \(handle) een checkpoint dat die niet heeft "
                + "ondertekend, of dat de schrijver niet of pas later heeft medeondertekend.",
            en:
                "Entry \(index), a receipt, quotes of \(handle) a checkpoint that it did not sign, or that "
                + "the author did not cosign or cosigned only later."
        )
    }
}
