import Cryptography
import SyncLog

/// A place at which histories of one log can differ.
private struct Place: Hashable {
    /// Size of a tree, or index of an entry.
    let number: UInt64
    /// Whether it is an index.
    let isLeaf: Bool
}

extension Evidence {
    /// What bundles say against each other and against pins: of each log in order of its origin, then
    /// of charters (`Protocol/bundle.md` §2, Consistency).
    ///
    /// - Complexity: O(entries + roots).
    func disagreements() -> (findings: [Finding], explained: [Explanation]) {
        var findings: [Finding] = []
        var explained: [Explanation] = []
        let roots = Dictionary(grouping: self.logs.flatMap(\.says.roots), by: \.origin)
        for (origin, roots) in roots.sorted(by: { precedesInBytes($0.key, $1.key) }) {
            guard let about = roots.first else { continue }
            let pin = self.pins[origin]
            let name = self.name(of: about.log, at: about.table)
            var found: [Finding] = []
            let histories = self.histories(of: origin, at: Set(roots.map(\.size)), pin: pin)
            found += histories.place.map { [self.fork(of: name, at: $0)] } ?? []
            if let pin, histories.isExplained {
                let handle = self.handle(of: about.log, at: about.table)
                explained.append(Explanation(origin: origin, handle: handle, pin: pin))
            }
            if let pin, histories.isOffPin { found.append(self.offPin(name, pin)) }
            if self.keys.first(of: about.log.member, at: about.table).count > 1 {
                found.append(self.twoKeys(of: name))
            }
            found += self.holes(in: origin, named: name, pin: pin)
            findings += found.map { $0.about(origin) }
        }
        findings += self.charterDisagreements() + self.cardDisagreements()
        return (findings, explained)
    }

    /// The short name of a log's author.
    func handle(of log: LogID, at table: TableID) -> String {
        self.logs.lazy.filter { $0.log.table == table }
            .compactMap { $0.log.members[log.member]?.handle }.first ?? "\(log.member)"
    }

    /// A log as a person knows it, with its origin.
    private func name(of log: LogID, at table: TableID) -> Wording {
        let origin = log.origin(table: table)
        let handle =
            self.logs.lazy.filter { $0.log.table == table }
            .compactMap { $0.log.members[log.member]?.handle }.first ?? "\(log.member)"
        return Wording(
            nl: "het logboek van \(handle) (\(origin))",
            en: "the log of \(handle) (\(origin))"
        )
    }

    /// The lowest place at which histories of one log differ without a pin that explains it, whether a
    /// pin explained something, and whether a tree has another root than the pin's.
    private func histories(
        of origin: String,
        at sizes: Set<UInt64>,
        pin: AppliedPin?
    ) -> (place: UInt64?, isExplained: Bool, isOffPin: Bool) {
        let isAlone = self.logs.count { $0.log.origin == origin } == 1
        let said = self.logs.flatMap(\.says.leaves).filter { $0.origin == origin }
        let saidIndices = Set(said.map(\.index))
        let sizes = sizes.union([pin?.size].compactMap { $0 })
        // For each place the values seen there, and whether one stands in a tree that does not show
        // the pin's root.
        var values: [Place: [Digest: Bool]] = [:]
        var isOffPin = false
        for leaf in said {
            let place = Place(number: leaf.index, isLeaf: true)
            values[place, default: [:]][leaf.leaf] = false
        }
        for (tree, says) in self.logs.map({ ($0.log, $0.says) }) {
            let roots = tree.origin == origin ? tree.roots(at: sizes) : [:]
            // What receipts in a log's own bundles say against its tree is of class receipt.
            for root in says.roots
            where root.origin == origin && roots[root.size].map({ $0 == root.root }) ?? true {
                let place = Place(number: root.size, isLeaf: false)
                values[place, default: [:]][root.root, default: false] =
                    values[place]?[root.root] == true
            }
            guard tree.origin == origin else { continue }
            let atPin = pin.flatMap { roots[$0.size] }
            let isFree = atPin == nil || atPin != pin?.root
            if let atPin, atPin != pin?.root { isOffPin = true }
            for (size, root) in roots {
                let place = Place(number: size, isLeaf: false)
                values[place, default: [:]][root, default: false] =
                    values[place]?[root] == true || isFree
            }
            guard !isAlone || !saidIndices.isEmpty else { continue }
            for (offset, leaf) in tree.leaves.enumerated() {
                let index = tree.window.lowerBound + UInt64(offset)
                guard !isAlone || saidIndices.contains(index) else { continue }
                let place = Place(number: index, isLeaf: true)
                values[place, default: [:]][leaf, default: false] =
                    values[place]?[leaf] == true || isFree
            }
        }
        var lowest: UInt64?
        var isExplained = false
        for (place, seen) in values where seen.count > 1 {
            let size = place.isLeaf ? place.number + 1 : place.number
            if let pin, size > pin.size || !seen.values.contains(true) {
                isExplained = true
            } else {
                lowest = min(lowest ?? place.number, place.number)
            }
        }
        return (lowest, isExplained, isOffPin)
    }

    /// Gaps between windows, and an end that others know to be later.
    private func holes(
        in origin: String,
        named name: Wording,
        pin: AppliedPin?
    ) -> [Finding] {
        let windows = self.windows(of: origin)
        guard var reached = windows.first?.lowerBound else { return [] }
        var findings: [Finding] = []
        for window in windows {
            if window.lowerBound > reached {
                let gap = reached..<window.lowerBound
                guard gap.count > 1 else {
                    findings.append(
                        Finding(
                            .consistency,
                            index: reached,
                            nl: "Van \(name.nl) ontbreekt regel \(reached): geen bundel heeft hem.",
                            en: "Of \(name.en) entry \(reached) is missing: no bundle has it."
                        )
                    )
                    reached = window.upperBound
                    continue
                }
                findings.append(
                    Finding(
                        .consistency,
                        index: gap.lowerBound,
                        nl:
                            "Van \(name.nl) ontbreken de regels \(gap.lowerBound) tot en met "
                            + "\(gap.upperBound - 1): geen bundel heeft ze.",
                        en: "Of \(name.en) entries \(gap.lowerBound) up to and including "
                            + "\(gap.upperBound - 1) are missing: no bundle has them."
                    )
                )
            }
            reached = max(reached, window.upperBound)
        }
        let known = self.logs.filter { $0.log.origin != origin }.flatMap(\.says.roots)
            .filter { $0.origin == origin }.map { min($0.size, pin?.size ?? .max) }.max()
        if let known, known > reached {
            findings.append(
                Finding(
                    .consistency,
                    index: reached,
                    nl:
                        "Van \(name.nl) laten de bundels niet alles zien: de schrijver heeft grootte "
                        + "\(known) ondertekend, de bundels houden op bij \(reached).",
                    en:
                        "Of \(name.en) the bundles do not show everything: its author signed size "
                        + "\(known), the bundles end at \(reached)."
                )
            )
        }
        return findings
    }

    /// The windows that bundles have of a log, ascending.
    func windows(of origin: String) -> [Range<UInt64>] {
        self.logs.map(\.log).filter { $0.origin == origin }.map(\.window).sorted {
            ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
        }
    }

    /// One finding for each identity that signed two texts as one version of its card.
    private func cardDisagreements() -> [Finding] {
        struct Version: Hashable {
            let identity: NodeID
            let version: UInt32
        }
        let cards = self.logs.reduce(into: Set<SignedCard>()) { $0.formUnion($1.says.cards) }
        let versions = Dictionary(grouping: cards) {
            Version(identity: $0.identity, version: $0.version)
        }
        let doubled = versions.filter { $0.value.count > 1 }.keys
        let lowest = Dictionary(grouping: doubled, by: \.identity)
            .compactMap { $0.value.min { $0.version < $1.version } }
        return lowest.map { card in
            let handle =
                self.logs.lazy.flatMap { $0.log.members.values }
                .first { $0.identity == card.identity }?.handle ?? "?"
            return (handle, card.version)
        }
        .sorted { $0 < $1 }
        .map { handle, version in
            Finding(
                .consistency,
                nl: "\(handle) heeft twee verschillende kaarten als versie \(version) ondertekend: "
                    + "naam, OIN of sleutels zijn niet overal dezelfde.",
                en: "\(handle) signed two different cards as version \(version): name, OIN or keys "
                    + "are not the same everywhere."
            )
        }
    }

    /// One finding for each table of which logs have different charters.
    private func charterDisagreements() -> [Finding] {
        let chains = Dictionary(grouping: self.logs.map(\.log), by: \.table)
        let disputed = chains.values.filter { logs in
            let longest = logs.map(\.charters).max { $0.count < $1.count } ?? []
            return !logs.allSatisfy { zip($0.charters, longest).allSatisfy { $0 == $1 } }
        }
        return disputed.map { _ in
            Finding(
                .consistency,
                nl: "De bundels hebben van één tafel verschillende convenanten.",
                en: "The bundles have different charters of one table."
            )
        }
    }

    private func fork(of name: Wording, at place: UInt64) -> Finding {
        Finding(
            .consistency,
            index: place,
            nl: "Er bestaan twee versies van \(name.nl), die uiterlijk vanaf plaats \(place) "
                + "verschillen; de schrijver heeft beide ondertekend.",
            en: "There are two versions of \(name.en), which differ from place \(place) at the "
                + "latest; its author signed both."
        )
    }

    private func offPin(_ name: Wording, _ pin: AppliedPin) -> Finding {
        Finding(
            .consistency,
            index: pin.size,
            nl:
                "Convenantversie \(pin.version) legt een andere geschiedenis vast van \(name.nl): bij "
                + "grootte \(pin.size) is de wortel een andere. Niets ervan telt mee.",
            en:
                "Charter version \(pin.version) pins another history of \(name.en): at size "
                + "\(pin.size) the root is another. Nothing of it counts."
        )
    }

    private func twoKeys(of name: Wording) -> Finding {
        Finding(
            .consistency,
            nl: "De bundels noemen verschillende sleutels van \(name.nl).",
            en: "The bundles name different keys of \(name.en)."
        )
    }
}
