import ReplicatedTypes
import SyncLog
import Wire

/// The entries of a window of a log with contents, in order of index, with who confirmed them.
///
/// One is made anew each time it is asked for, and costs 12 bytes while it is not.
struct Disclosures: RandomAccessCollection, Sendable {
    /// A list with who of it confirmed: nearly all entries have those of others.
    private struct Confirmed: Hashable {
        let list: UInt32
        let members: [Bool]
    }

    private struct Place {
        /// Its index, less the first of the log.
        let entry: UInt32
        /// Which recipients.
        let recipients: UInt32
        /// Where what is said of it stands; ``none`` where nothing is, or what contradicts something.
        let reference: UInt32

        static let none = UInt32.max
    }

    private let log: ProvenLog?
    private var places: [Place] = []
    private var recipients: [[Disclosure.Recipient]] = []

    /// Creates those of a log that is not proven: none.
    init() { self.log = nil }

    fileprivate init(_ settlement: Settlement, in window: Range<UInt64>) {
        let log = settlement.log
        self.log = log
        let first = Int(window.lowerBound - log.window.lowerBound)
        let headers = log.headers[first..<first + window.count]
        self.places.reserveCapacity(
            headers.count { $0?.kind.isEncrypted == true } + log.histories.count
        )
        var numbers: [Confirmed: UInt32] = [:]
        var reference = log.said.place(from: window.lowerBound)
        for (index, header) in zip(window, headers) {
            while reference < log.said.count, log.said[place: reference].index < index {
                reference += 1
            }
            guard let header, let audience = log.audience(of: header),
                header.kind.isEncrypted || !log.histories[index, default: []].isEmpty
            else { continue }
            let confirmed = Confirmed(
                list: header.listNumber,
                members: audience.members.map {
                    settlement.confirmations[$0]?.holds(index) ?? false
                }
            )
            let number = numbers[confirmed] ?? UInt32(self.recipients.count)
            if numbers.updateValue(number, forKey: confirmed) == nil {
                self.recipients.append(
                    zip(audience.recipients, confirmed.members).map {
                        Disclosure.Recipient(
                            handle: settlement.handle($0.member),
                            ground: $0.ground,
                            isConfirmed: $1
                        )
                    }
                )
            }
            let isNamed =
                reference < log.said.count && log.said[place: reference].index == index
                && !settlement.badReferences.contains(index) && !log.contradicted.contains(index)
            self.places.append(
                Place(
                    entry: UInt32(index - log.window.lowerBound),
                    recipients: number,
                    reference: isNamed ? UInt32(reference) : Place.none
                )
            )
        }
    }

    /// Always 0.
    var startIndex: Int { 0 }

    /// How many there are.
    var endIndex: Int { self.places.count }

    /// One of them.
    subscript(position: Int) -> Disclosure {
        let place = self.places[position]
        guard let log = self.log, let header = log.headers[Int(place.entry)] else {
            preconditionFailure("an entry with contents has a header")
        }
        let index = log.window.lowerBound + UInt64(place.entry)
        return Disclosure(
            index: index,
            time: header.time,
            charterVersion: header.charterVersion,
            recipients: self.recipients[Int(place.recipients)],
            history: log.histories[index, default: []],
            kind: header.kind,
            category: header.category,
            caseID: log.cases[header.caseNumber],
            fragment: place.reference == Place.none
                ? nil : NamedFragment(log.said[place: Int(place.reference)], of: log)
        )
    }
}

extension NamedFragment {
    /// What is said of an entry; `nil` where there is no such log.
    fileprivate init?(_ reference: FragmentReference, of log: ProvenLog) {
        guard let generation = UInt16(exactly: reference.generation) else { return nil }
        self.init(
            table: log.table,
            first: Dot(
                member: log.log.member,
                generation: generation,
                index: reference.firstIndex,
                operation: 0
            ),
            version: reference.version
        )
    }
}

/// What was given, as all bundles of the log show it (`Protocol/bundle.md` §4).
extension Settlement {
    /// The entries of a window of the log with contents, in order of index, with who confirmed them.
    func disclosures(in window: Range<UInt64>) -> Disclosures { Disclosures(self, in: window) }

    /// How many entries of a window no bundle shows, or not for whom they are.
    func unseenCount(in window: Range<UInt64>) -> Int {
        self.log.unseen.partitionPoint { $0 >= window.upperBound }
            - self.log.unseen.partitionPoint { $0 >= window.lowerBound }
    }
}
