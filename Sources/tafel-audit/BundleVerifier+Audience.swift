import Cryptography
import ReplicatedTypes
import SyncLog
import Wire

/// What decides whether an entry may go to its list: entries that share it are judged once.
private struct Gift: Hashable {
    let charterVersion: UInt16
    let audience: Digest
    let category: Category?
    let isGrant: Bool
}

extension BundleVerifier {
    mutating func checkAudiences() {
        var previous: Digest?
        let hasAllHeaders = self.report.entries.leaf + self.report.entries.lost == 0
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
            // An entry without its header may have named it.
            if hasAllHeaders, !self.namedAudiences.contains(hash) {
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
            let gifts = self.gifts(of: header)
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

    /// What an entry gives: data of its own category and, of a grant of history, of those of the entries
    /// whose keys it gives, none of which may be without one.
    private func gifts(of header: EntryHeader) -> [Gift] {
        func gift(_ category: Category?, isGrant: Bool) -> Gift {
            Gift(
                charterVersion: header.charterVersion,
                audience: header.audience,
                category: category,
                isGrant: isGrant
            )
        }
        let history = self.histories[header.index, default: []].compactMap {
            index -> EntryHeader? in
            index < self.start ? nil : self.headers[Int(index - self.start)]
        }
        return [gift(header.category, isGrant: header.kind == .keyGrant)]
            + history.map { gift($0.category, isGrant: false) }
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

    /// Writes down which list each entry names.
    mutating func noteLists() {
        let headers = self.headers
        self.proven.setLists(self.audiences) { place in
            let header = headers[place]
            return (header != nil, header.flatMap { $0.kind.hasAudience ? $0.audience : nil })
        }
    }

    /// The entries with contents, in order of index; who confirmed them is told by ``Settlement``.
    func disclosures() -> [Disclosure] {
        var disclosures: [Disclosure] = []
        disclosures.reserveCapacity(Int(self.report.entries.header) + self.histories.count)
        // Nearly all entries have the recipients of others: those share one array.
        let shared = self.audiences.mapValues { audience in
            audience.recipients.map { recipient in
                Disclosure.Recipient(
                    handle: self.handle(recipient.member),
                    ground: recipient.ground,
                    isConfirmed: false
                )
            }
        }
        for case let header? in self.headers {
            let history = self.histories[header.index, default: []]
            guard header.kind.isEncrypted || !history.isEmpty,
                let recipients = shared[header.audience]
            else { continue }
            disclosures.append(
                Disclosure(
                    index: header.index,
                    time: header.time,
                    charterVersion: header.charterVersion,
                    recipients: recipients,
                    history: history,
                    kind: header.kind,
                    category: header.category,
                    caseID: header.caseID,
                    fragment: self.references[header.index].flatMap { self.fragment($0) }
                )
            )
        }
        return disclosures
    }

    private func fragment(_ reference: FragmentReference) -> NamedFragment? {
        guard let generation = UInt16(exactly: reference.generation) else { return nil }
        let dot = Dot(
            member: self.author,
            generation: generation,
            index: reference.firstIndex,
            operation: 0
        )
        return NamedFragment(
            id: ObjectID(table: self.report.table, dot: dot),
            version: reference.version
        )
    }
}
