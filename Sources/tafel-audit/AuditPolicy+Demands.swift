import SyncLog

extension AuditPolicy {
    /// What this policy demands and the evidence does not show of a log.
    ///
    /// - Parameters:
    ///   - settlement: The log, held against all evidence.
    ///   - evidence: That of the call.
    ///   - number: The log's place among those of the evidence.
    /// - Returns: A finding for each demand that is not met, in the order of `Protocol/bundle.md` §3.
    func unmet(_ settlement: Settlement, _ evidence: Evidence, _ number: Int) -> [Finding] {
        var findings: [Finding] = []
        for handle in self.receipts { findings += self.unconfirmed(by: handle, settlement) }
        let covering = settlement.coveringCosignatures().filter {
            self.trusts($0.witness, at: settlement.log.table)
        }
        let witnesses = Set(covering.map(\.witness)).count
        if witnesses < self.witnesses {
            findings.append(
                Finding(
                    .policy,
                    nl: "Het beleid vraagt \(self.witnesses) "
                        + "\(self.witnesses == 1 ? "getuige" : "getuigen") van het einde; het "
                        + "\(witnesses == 1 ? "is er 1" : "zijn er \(witnesses)").",
                    en: "The policy asks for \(self.witnesses) "
                        + "\(self.witnesses == 1 ? "witness" : "witnesses") of the end; there "
                        + "\(witnesses == 1 ? "is 1" : "are \(witnesses)")."
                )
            )
        }
        if let until = self.until, let day = until.calendarDay {
            let end = settlement.log.window.upperBound
            if settlement.latest(of: covering, below: end).map({ $0 / 86_400 }) ?? 0 < day {
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
        let demanded = evidence.generations(at: number)
        for window in self.windows {
            findings += demanded.compactMap { $0.missing(of: window, settlement) }
        }
        return findings
    }

    /// Whether a member's word counts towards what is demanded: a policy of identities alone trusts
    /// those alone.
    private func trusts(_ identity: NodeID, at table: TableID) -> Bool {
        self.tables.contains(table) || self.identities.isEmpty || self.identities.contains(identity)
    }

    private func unconfirmed(by handle: String, _ settlement: Settlement) -> [Finding] {
        let log = settlement.log
        let named = log.members.values.filter { $0.handle == handle }
        guard !named.contains(where: { $0.number == log.log.member }) else { return [] }
        let trusted = Set(named.filter { self.trusts($0.identity, at: log.table) }.map(\.number))
        let given = log.given(to: Set(named.map(\.number))).flatMap { number, indices in
            indices.filter {
                !trusted.contains(number) || settlement.confirmations[number]?.holds($0) != true
            }
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
        guard trusted.contains(where: settlement.agreeing.contains) else {
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

/// What bundles have of one generation of a member's log.
struct KnownGeneration: Sendable {
    /// Its number.
    let generation: UInt16
    /// The windows, ascending; none where only a pin tells of it.
    let windows: [Range<UInt64>]
    /// Where a charter pins it.
    let pin: AppliedPin?
    /// Whether a bundle of the call says that it is of it, whatever it proves.
    var isGiven = false

    /// The finding about what is missing of the entries that a policy asks for: up to the pin, for
    /// nothing counts beyond.
    fileprivate func missing(of demanded: Range<UInt64>, _ settlement: Settlement) -> Finding? {
        var reached = demanded.lowerBound
        for window in self.windows where window.lowerBound <= reached {
            reached = max(reached, window.upperBound)
        }
        guard reached < min(demanded.upperBound, self.pin?.size ?? .max) else { return nil }
        let log = settlement.log.log
        let isOther = log.generation != self.generation
        let handle = settlement.handle(log.member)
        return Finding(
            .policy,
            index: reached,
            nl:
                "Het beleid vraagt de regels \(demanded.lowerBound) tot \(demanded.upperBound) (die niet "
                + "meegerekend); regel \(reached) ontbreekt"
                + (isOther ? " van generatie \(self.generation) van \(handle)." : "."),
            en:
                "The policy asks for entries \(demanded.lowerBound) up to but not including "
                + "\(demanded.upperBound); entry \(reached) is missing"
                + (isOther ? " of generation \(self.generation) of \(handle)." : ".")
        )
    }
}

extension Evidence {
    /// What a demand for entries looks at with the log at a place: nothing where an earlier one of the
    /// call stands for it; else this generation and, with the first log of its member, each one that a
    /// charter pins and no bundle shows.
    fileprivate func generations(at number: Int) -> [KnownGeneration] {
        let log = self.logs[number].log
        let earlier = self.logs[..<number].map(\.log)
        guard !earlier.contains(where: { $0.origin == log.origin }) else { return [] }
        let own = KnownGeneration(
            generation: log.log.generation,
            windows: self.windows(of: log.origin),
            pin: self.pins[log.origin]
        )
        let isFirst = !earlier.contains {
            $0.table == log.table && $0.log.member == log.log.member
        }
        return [own] + (isFirst ? self.missingGenerations(of: log.log.member, at: log.table) : [])
    }

    /// The generations of a member's log that a charter pins and no bundle shows, ascending.
    private func missingGenerations(
        of member: MemberNumber,
        at table: TableID
    ) -> [KnownGeneration] {
        let pinned = self.logs.filter { $0.log.table == table }.flatMap(\.log.pins.keys)
        return Set(pinned).filter { $0.member == member }.sorted().compactMap { log in
            let origin = log.origin(table: table)
            guard let pin = self.pins[origin], self.windows(of: origin).isEmpty else { return nil }
            return KnownGeneration(generation: log.generation, windows: [], pin: pin)
        }
    }

    /// The same, of the member whose log a bundle is of; `given`: origins of the logs that bundles of the
    /// call say they are of.
    func missingGenerations(_ report: BundleReport, given: Set<String>) -> [KnownGeneration] {
        let (member, table) = (report.log.member, report.table)
        return self.missingGenerations(of: member, at: table).map { missing in
            var missing = missing
            let log = LogID(member: member, generation: missing.generation)
            missing.isGiven = given.contains(log.origin(table: table))
            return missing
        }
    }
}
