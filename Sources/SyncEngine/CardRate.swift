package import SyncLog

/// How often a newer card of one member is taken over (`Protocol/sync.md` §3).
///
/// A card costs every member a durable write and a table file to each of its peers, so whoever signs
/// many would have all of them work. Of those that come too soon the newest waits: nothing is lost.
struct CardRate: Sendable {
    /// Time between two cards of one member, at one table, in milliseconds.
    static let cardTime: UInt64 = 60_000

    private struct Owner: Hashable, Sendable {
        let table: TableID
        let identity: NodeID
    }

    private var takenAt: [Owner: UInt64] = [:]
    private var waiting: [Owner: Card] = [:]

    /// Whether a newer card is taken over now; else it waits, unless a newer one waits already.
    mutating func takes(_ card: Card, at table: TableID, now: UInt64) -> Bool {
        let owner = Owner(table: table, identity: card.identity)
        guard let last = self.takenAt[owner], now - last < Self.cardTime else {
            self.takenAt[owner] = now
            self.waiting[owner] = nil
            return true
        }
        if card.version > self.waiting[owner]?.version ?? 0 { self.waiting[owner] = card }
        return false
    }

    /// When the next card that waits is to be taken over; `.max` for never.
    var nextDue: UInt64 {
        self.waiting.keys.map { self.takenAt[$0, default: 0] + Self.cardTime }.min() ?? .max
    }

    /// Takes the cards whose time has come, in order of table and owner.
    mutating func takeDue(now: UInt64) -> [(table: TableID, card: Card)] {
        guard self.nextDue <= now else { return [] }
        let due = self.waiting.filter {
            self.takenAt[$0.key, default: 0] + Self.cardTime <= now
        }
        for owner in due.keys {
            self.waiting[owner] = nil
            self.takenAt[owner] = now
        }
        return due.map { (table: $0.key.table, card: $0.value) }
            .sorted { ($0.table, $0.card.identity) < ($1.table, $1.card.identity) }
    }
}

extension SyncEngine {
    /// Takes over a card of a hello, unless it comes too soon.
    mutating func update(_ file: inout TableFile, with card: Card) {
        guard let member = file.member(identity: card.identity) else { return }
        if let held = file.cards[member.number] {
            guard card.version > held.version,
                self.cardRate.takes(card, at: file.table, now: self.schedule.now)
            else { return }
        }
        file.update(card)
    }

    /// A table file as far as it may be merged now: without the newer cards that come too soon.
    mutating func timely(_ file: TableFile, held: TableFile) -> TableFile {
        var late: Set<MemberNumber> = []
        for (number, card) in file.cards.sorted(by: { $0.key < $1.key }) {
            guard let member = held.member(identity: card.identity),
                let known = held.cards[member.number], card.version > known.version,
                !self.cardRate.takes(card, at: file.table, now: self.schedule.now)
            else { continue }
            late.insert(number)
        }
        return late.isEmpty ? file : file.withoutCards(of: late)
    }

    /// Takes over the cards that waited.
    mutating func takeWaitingCards() -> [Effect] {
        self.cardRate.takeDue(now: self.schedule.now).flatMap { table, card in
            self.takeCard(card, at: table)
        }
    }

    /// Takes over a card and sends it on.
    private mutating func takeCard(_ card: Card, at table: TableID) -> [Effect] {
        guard var held = self.tables[table] else { return [] }
        let before = held.file
        held.file.update(card)
        guard held.file != before else { return [] }
        self.tables[table] = held
        return [.storeTable(held.file)] + self.announce(table, except: nil)
    }

    /// The own card of this node is another: it goes to everybody.
    mutating func cardChanged(_ card: Card) -> [Effect] {
        precondition(card.identity == self.node, "a node's card has the node's identity")
        self.card = card
        return self.tables.keys.sorted().flatMap { self.takeCard(card, at: $0) }
    }

    /// The newest card held of every peer; `nil` where none is held.
    package var peerCards: [NodeID: Card?] {
        var cards: [NodeID: Card?] = [:]
        for state in self.tables.values {
            for member in state.file.governing.members where member.identity != self.node {
                let card = state.file.cards[member.number]
                let known = cards[member.identity] ?? nil
                if known == nil || card?.version ?? 0 > known?.version ?? 0 {
                    cards.updateValue(card, forKey: member.identity)
                }
            }
        }
        return cards
    }
}
