import SyncLog

extension AuditPolicy {
    /// What this policy demands and the evidence does not show of a log.
    ///
    /// - Parameters:
    ///   - settlement: The log, held against all evidence.
    ///   - windows: The windows of all bundles of the log; `nil` where another bundle's report says what
    ///     they leave out.
    /// - Returns: A finding for each demand that is not met, in the order of `Protocol/bundle.md` §3.
    func unmet(_ settlement: Settlement, windows: [Range<UInt64>]?) -> [Finding] {
        var findings: [Finding] = []
        for handle in self.receipts { findings += self.unconfirmed(by: handle, settlement) }
        let covering = settlement.coveringCosignatures()
        let witnesses = Set(covering.map(\.witness)).count
        if witnesses < self.witnesses {
            findings.append(
                Finding(
                    .policy,
                    nl: "Het beleid vraagt \(self.witnesses) getuigen van het einde; het zijn er "
                        + "\(witnesses).",
                    en: "The policy asks for \(self.witnesses) witnesses of the end; there are "
                        + "\(witnesses)."
                )
            )
        }
        if let until = self.until, let day = until.calendarDay {
            if settlement.latest(of: covering).map({ $0 / 86_400 }) ?? 0 < day {
                findings.append(
                    Finding(
                        .policy,
                        nl:
                            "Het beleid vraagt het logboek tot en met \(until); zo ver is het niet bekend.",
                        en: "The policy asks for the log up to \(until); it is not known that far."
                    )
                )
            }
        }
        for demanded in windows == nil ? [] : self.windows {
            guard let missing = demanded.firstMissing(in: windows ?? []) else { continue }
            findings.append(
                Finding(
                    .policy,
                    index: missing,
                    nl:
                        "Het beleid vraagt de regels \(demanded.lowerBound) tot \(demanded.upperBound) "
                        + "(die niet meegerekend); regel \(missing) ontbreekt.",
                    en:
                        "The policy asks for entries \(demanded.lowerBound) up to but not including "
                        + "\(demanded.upperBound); entry \(missing) is missing."
                )
            )
        }
        return findings
    }

    private func unconfirmed(by handle: String, _ settlement: Settlement) -> [Finding] {
        let log = settlement.log
        let numbers = log.members.values.filter { $0.handle == handle }.map(\.number)
        guard !numbers.contains(log.log.member) else { return [] }
        let given = log.given(to: Set(numbers)).flatMap { number, indices in
            indices.filter { settlement.confirmations[number]?.holds($0) != true }
        }
        if let index = given.min() {
            return [
                Finding(
                    .policy,
                    index: index,
                    nl:
                        "Het beleid vraagt een ontvangstbewijs van \(handle); regel \(index) heeft die niet "
                        + "bevestigd.",
                    en:
                        "The policy asks for a receipt of \(handle), which did not confirm entry \(index)."
                )
            ]
        }
        guard numbers.contains(where: settlement.agreeing.contains) else {
            return [
                Finding(
                    .policy,
                    nl: "Het beleid vraagt een ontvangstbewijs van \(handle); er is er geen.",
                    en: "The policy asks for a receipt of \(handle); there is none."
                )
            ]
        }
        return []
    }
}

extension Range<UInt64> {
    /// The first number of this range that none of `windows` has.
    fileprivate func firstMissing(in windows: [Range<UInt64>]) -> UInt64? {
        var reached = self.lowerBound
        for window in windows.sorted(by: { $0.lowerBound < $1.lowerBound })
        where window.lowerBound <= reached {
            reached = Swift.max(reached, window.upperBound)
        }
        return reached < self.upperBound ? reached : nil
    }
}
