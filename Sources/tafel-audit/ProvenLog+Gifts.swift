import Cryptography
import ReplicatedTypes
import SyncLog
import Vocabulary

/// What decides whether an entry may go to its list: entries that share it are judged once.
private struct Gift: Hashable {
    let charterVersion: UInt16
    let list: UInt32
    let category: Category?
    let isGrant: Bool
}

/// Whether the charters allow what the log gives (`Protocol/bundle.md` §2).
extension ProvenLog {
    /// What gives data outside the period of the charter that it names.
    func outOfPeriod() -> [Finding] {
        let periods = self.chain.map { charter in
            // A date before 1970 is before every time that a header can have.
            (
                from: charter.from.calendarDay ?? 0,
                until: charter.until.calendarDay.map { $0 + 1 } ?? 0
            )
        }
        var findings: [Finding] = []
        for (place, header) in self.headers.enumerated() {
            guard let header else { continue }
            let index = self.window.lowerBound + UInt64(place)
            switch header.kind {
            case .operations, .fragment: break
            case .keyGrant where self.histories[index] != nil: break
            default: continue
            }
            let (from, end) = periods[Int(header.charterVersion) - 1]
            let day = header.time.milliseconds / 86_400_000
            guard day < from || day >= end else { continue }
            let time = Timestamp.text(seconds: header.time.milliseconds / 1_000)
            findings.append(
                Finding(
                    .entry,
                    index: index,
                    nl: "Regel \(index) is van \(time), buiten de looptijd van convenantversie "
                        + "\(header.charterVersion).",
                    en: "Entry \(index) is of \(time), outside the period of charter version "
                        + "\(header.charterVersion)."
                )
            )
        }
        return findings
    }

    /// Entries that went to somebody who is no member, or on a ground that does not fit.
    func misgiven() -> [Finding] {
        var judged: [Gift: Bool] = [:]
        var findings: [Finding] = []
        for (place, header) in self.headers.enumerated() {
            guard let header, let audience = self.audience(of: header) else { continue }
            let index = self.window.lowerBound + UInt64(place)
            let isAllowed = self.gifts(of: header, at: index).allSatisfy { gift in
                if let known = judged[gift] { return known }
                let isAllowed = self.isAllowed(gift, audience)
                judged[gift] = isAllowed
                return isAllowed
            }
            guard !isAllowed else { continue }
            findings.append(
                Finding(
                    .audience,
                    index: index,
                    nl:
                        "Regel \(index) is gegeven aan iemand die geen lid is, of op een grondslag die "
                        + "niet past bij gever, ontvanger of categorie.",
                    en:
                        "Entry \(index) was given to somebody who is no member, or on a ground that "
                        + "does not fit giver, receiver or category."
                )
            )
        }
        return findings
    }

    /// What an entry gives: data of its own category and, of a grant of history, of those of the entries
    /// whose keys it gives, none of which may be without one.
    private func gifts(of header: SeenHeader, at index: UInt64) -> [Gift] {
        func gift(_ category: Category?, isGrant: Bool) -> Gift {
            Gift(
                charterVersion: header.charterVersion,
                list: header.listNumber,
                category: category,
                isGrant: isGrant
            )
        }
        let history = self.histories[index, default: []].compactMap { self.header(at: $0) }
        return [gift(header.category, isGrant: header.kind == .keyGrant)]
            + history.map { gift($0.category, isGrant: false) }
    }

    private func isAllowed(_ gift: Gift, _ audience: Audience) -> Bool {
        let charter = self.chain[Int(gift.charterVersion) - 1]
        let author = self.log.member
        if let category = gift.category {
            return charter.allows(audience, from: author, category: category)
        }
        // A grant of a chain key gives no data itself; any category of the pair will do.
        guard gift.isGrant else { return false }
        guard let sender = charter.member(author), !audience.contains(author) else { return false }
        return audience.recipients.allSatisfy { recipient in
            guard let receiver = charter.member(recipient.member),
                let ground = charter.grounds.first(where: { $0.code == recipient.ground })
            else { return false }
            return ground.from.contains(sender.memberClass)
                && ground.to.contains(receiver.memberClass)
        }
    }
}
