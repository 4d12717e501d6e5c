import ReplicatedTypes
import SyncLog
import Wire

/// What was given, as all bundles of the log show it (`Protocol/bundle.md` §4).
extension Settlement {
    /// The entries of a window of the log with contents, in order of index, with who confirmed them.
    func disclosures(in window: Range<UInt64>) -> [Disclosure] {
        struct Confirmed: Hashable {
            let list: UInt32
            let members: [Bool]
        }
        let log = self.log
        let first = Int(window.lowerBound - log.window.lowerBound)
        let headers = log.headers[first..<first + window.count]
        var disclosures: [Disclosure] = []
        disclosures.reserveCapacity(headers.count { $0?.kind.isEncrypted == true })
        // Nearly all entries have the recipients of others: those share one array.
        var shared: [Confirmed: [Disclosure.Recipient]] = [:]
        for (index, header) in zip(window, headers) {
            guard let header, let audience = log.audience(of: header) else { continue }
            let history = log.histories[index, default: []]
            guard header.kind.isEncrypted || !history.isEmpty else { continue }
            let confirmed = Confirmed(
                list: header.listNumber,
                members: audience.members.map { self.confirmations[$0]?.holds(index) ?? false }
            )
            let recipients =
                shared[confirmed]
                ?? zip(audience.recipients, confirmed.members).map {
                    Disclosure.Recipient(
                        handle: self.handle($0.member),
                        ground: $0.ground,
                        isConfirmed: $1
                    )
                }
            shared[confirmed] = recipients
            disclosures.append(
                Disclosure(
                    index: index,
                    time: header.time,
                    charterVersion: header.charterVersion,
                    recipients: recipients,
                    history: history,
                    kind: header.kind,
                    category: header.category,
                    caseID: log.cases[header.caseNumber],
                    fragment: self.fragment(at: index)
                )
            )
        }
        return disclosures
    }

    /// The fragment that an entry is about, where the author says so and nothing contradicts it.
    private func fragment(at index: UInt64) -> NamedFragment? {
        guard !self.badReferences.contains(index), let reference = self.log.statement(at: index),
            let generation = UInt16(exactly: reference.generation)
        else { return nil }
        let dot = Dot(
            member: self.log.log.member,
            generation: generation,
            index: reference.firstIndex,
            operation: 0
        )
        return NamedFragment(
            id: ObjectID(table: self.log.table, dot: dot),
            version: reference.version
        )
    }

    /// How many entries of a window no bundle shows, or not for whom they are.
    func unseenCount(in window: Range<UInt64>) -> Int {
        self.log.unseen.partitionPoint { $0 >= window.upperBound }
            - self.log.unseen.partitionPoint { $0 >= window.lowerBound }
    }
}
