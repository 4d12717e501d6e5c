import Cryptography
import SyncLog
import Wire

/// What decides whether an entry may go to its list: entries that share it are judged once.
private struct Gift: Hashable {
    let charterVersion: UInt16
    let audience: Digest
    let category: Category?
    let isGrant: Bool
}

/// A list of recipients with who of them confirmed.
private struct Confirmed: Hashable {
    let audience: Digest
    let members: [Bool]
}

/// A key chain of the author.
private struct Chain: Hashable {
    let audience: Digest
    /// Index of the grant that begins it.
    let epoch: UInt32
}

extension BundleVerifier {
    mutating func checkAudiences() {
        var previous: Digest?
        for (offset, list) in self.bundle.body.audiences.enumerated() {
            guard let audience = Audience(list) else {
                self.add(
                    Finding(
                        .audience,
                        nl: "Ontvangerslijst \(offset + 1) is geen geldige lijst.",
                        en: "Audience list \(offset + 1) is not a valid list."
                    )
                )
                continue
            }
            let hash = audience.hash
            if let previous, previous >= hash {
                self.add(
                    Finding(
                        .audience,
                        nl: "De ontvangerslijsten staan niet op volgorde of dubbel.",
                        en: "The audience lists are out of order or repeated."
                    )
                )
            }
            previous = hash
            if !self.namedAudiences.contains(hash) {
                self.add(
                    Finding(
                        .audience,
                        nl: "Ontvangerslijst \(offset + 1) hoort bij geen enkele regel.",
                        en: "Audience list \(offset + 1) belongs to no entry."
                    )
                )
            }
            self.audiences[hash] = audience
        }
        self.checkGifts()
    }

    private mutating func checkGifts() {
        var judged: [Gift: Bool] = [:]
        for case let header? in self.headers where header.kind.hasAudience {
            guard let audience = self.audiences[header.audience] else {
                self.add(
                    Finding(
                        .audience,
                        index: header.index,
                        nl: "De ontvangerslijst van regel \(header.index) ontbreekt.",
                        en: "The audience list of entry \(header.index) is missing."
                    )
                )
                continue
            }
            let gifts = self.categories(of: header).map { category in
                Gift(
                    charterVersion: header.charterVersion,
                    audience: header.audience,
                    category: category,
                    isGrant: header.kind == .keyGrant
                )
            }
            let isAllowed = gifts.allSatisfy { gift in
                if let known = judged[gift] { return known }
                let isAllowed = self.isAllowed(gift, audience)
                judged[gift] = isAllowed
                return isAllowed
            }
            if !isAllowed {
                self.add(
                    Finding(
                        .audience,
                        index: header.index,
                        nl:
                            "Regel \(header.index) is gegeven aan iemand die geen lid is, of op een "
                            + "grondslag die niet past bij gever, ontvanger of categorie.",
                        en: "Entry \(header.index) was given to somebody who is no member, or on a "
                            + "ground that does not fit giver, receiver or category."
                    )
                )
            }
        }
    }

    /// The categories that an entry gives: its own and, of a grant of history, those of the entries
    /// whose keys it gives.
    private func categories(of header: EntryHeader) -> [Category?] {
        let history = self.histories[header.index, default: []].compactMap {
            index -> EntryHeader? in
            index < self.start ? nil : self.headers[Int(index - self.start)]
        }
        return [header.category] + history.map(\.category)
    }

    private func isAllowed(_ gift: Gift, _ audience: Audience) -> Bool {
        let charter = self.charters[Int(gift.charterVersion) - 1].charter
        if let category = gift.category {
            return charter.allows(audience, from: self.author, category: category)
        }
        // A grant of a chain key gives no data itself; any category of the pair will do.
        guard gift.isGrant else { return false }
        guard let sender = charter.member(self.author), !audience.contains(self.author) else {
            return false
        }
        return audience.recipients.allSatisfy { recipient in
            guard let receiver = charter.member(recipient.member),
                let ground = charter.grounds.first(where: { $0.code == recipient.ground })
            else { return false }
            return ground.from.contains(sender.memberClass)
                && ground.to.contains(receiver.memberClass)
        }
    }

    mutating func checkChains() {
        var next: [Chain: UInt32] = [:]
        for case let header? in self.headers where header.kind.hasAudience {
            if header.kind == .keyGrant, header.keyCommitment == .zero { continue }
            let chain = Chain(audience: header.audience, epoch: header.epoch)
            let isInOrder: Bool
            if header.kind == .keyGrant {
                isInOrder = header.epoch == header.index && header.position == 0
                next[chain] = 0
            } else {
                let isBegun =
                    next[chain] != nil || header.epoch < self.start && header.epoch < header.index
                // The chain may have begun before the window: dense from here on.
                isInOrder = isBegun && header.position == next[chain] ?? header.position
                // Goes on from here, so that one gap is one finding.
                next[chain] = header.position &+ 1
            }
            guard !isInOrder else { continue }
            self.add(
                Finding(
                    .chain,
                    index: header.index,
                    nl: "De sleutel van regel \(header.index) volgt niet op de vorige van deze "
                        + "ontvangers: er is geen sleutelverstrekking, of een plaats ontbreekt "
                        + "of komt dubbel voor.",
                    en: "The key of entry \(header.index) does not follow the one before of "
                        + "these recipients: there is no key grant, or a position is missing "
                        + "or used twice."
                )
            )
        }
    }

    /// The entries with contents, in order of index, with what the receipts confirm.
    func disclosures() -> [Disclosure] {
        var disclosures: [Disclosure] = []
        disclosures.reserveCapacity(Int(self.report.entries.header) + self.histories.count)
        // Nearly all entries have the recipients of others: those share one array.
        var shared: [Confirmed: [Disclosure.Recipient]] = [:]
        for case let header? in self.headers {
            let history = self.histories[header.index, default: []]
            guard header.kind.isEncrypted || !history.isEmpty,
                let audience = self.audiences[header.audience]
            else { continue }
            let confirmed = Confirmed(
                audience: header.audience,
                members: audience.recipients.map {
                    self.confirmations[$0.member]?.holds(header.index) ?? false
                }
            )
            let recipients =
                shared[confirmed]
                ?? zip(audience.recipients, confirmed.members).map { recipient, isConfirmed in
                    Disclosure.Recipient(
                        handle: self.handle(recipient.member),
                        ground: recipient.ground,
                        isConfirmed: isConfirmed
                    )
                }
            shared[confirmed] = recipients
            disclosures.append(
                Disclosure(
                    index: header.index,
                    time: header.time,
                    recipients: recipients,
                    history: history,
                    kind: header.kind,
                    category: header.category
                )
            )
        }
        return disclosures
    }
}
