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
        let sizes = Dictionary(grouping: self.bundles.flatMap(\.says.roots), by: \.origin)
            .mapValues { Set($0.map(\.size)) }
        for (origin, sizes) in sizes.sorted(by: { precedesInBytes($0.key, $1.key) }) {
            let pin = self.pins[origin]
            let trees = self.bundles.map(\.log).filter { $0.origin == origin }
            let histories = self.histories(of: origin, at: sizes, pin: pin)
            findings += histories.place.map { [self.fork(of: origin, at: $0)] } ?? []
            if let pin, histories.isExplained {
                explained.append(Explanation(origin: origin, pin: pin))
            }
            if let pin, histories.isOffPin { findings.append(self.offPin(origin, pin)) }
            let keys = Set(self.bundles.compactMap { $0.says.logKeys[origin] })
            if keys.count > 1 { findings.append(self.twoKeys(of: origin)) }
            findings += self.holes(in: origin, trees: trees, pin: pin)
        }
        return (findings + self.charterDisagreements(), explained)
    }

    /// The lowest place at which histories of one log differ without a pin that explains it, whether a
    /// pin explained something, and whether a tree has another root than the pin's.
    private func histories(
        of origin: String,
        at sizes: Set<UInt64>,
        pin: AppliedPin?
    ) -> (place: UInt64?, isExplained: Bool, isOffPin: Bool) {
        let isAlone = self.bundles.count { $0.log.origin == origin } == 1
        let sizes = sizes.union([pin?.size].compactMap { $0 })
        // For each place the values seen there, and whether one stands in a tree that does not show
        // the pin's root.
        var values: [Place: [Digest: Bool]] = [:]
        var isOffPin = false
        for (tree, says) in self.bundles {
            let roots = tree.origin == origin ? tree.roots(at: sizes) : [:]
            // What a bundle's own receipts say against its own tree is of class receipt.
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
            guard !isAlone else { continue }
            for (offset, leaf) in tree.leaves.enumerated() {
                let place = Place(number: tree.window.lowerBound + UInt64(offset), isLeaf: true)
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
    private func holes(in origin: String, trees: [ProvenLog], pin: AppliedPin?) -> [Finding] {
        guard var reached = trees.map(\.window.lowerBound).min() else { return [] }
        var findings: [Finding] = []
        let windows = trees.map(\.window).sorted {
            ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
        }
        for window in windows {
            if window.lowerBound > reached {
                let gap = reached..<window.lowerBound
                findings.append(
                    Finding(
                        .consistency,
                        index: gap.lowerBound,
                        nl:
                            "Van logboek \(origin) ontbreken de regels \(gap.lowerBound) tot en met "
                            + "\(gap.upperBound - 1): geen bundel heeft ze.",
                        en: "Of log \(origin) entries \(gap.lowerBound) up to and including "
                            + "\(gap.upperBound - 1) are missing: no bundle has them."
                    )
                )
            }
            reached = max(reached, window.upperBound)
        }
        let known = self.bundles.filter { $0.log.origin != origin }.flatMap(\.says.roots)
            .filter { $0.origin == origin }.map { min($0.size, pin?.size ?? .max) }.max()
        if let known, known > reached {
            findings.append(
                Finding(
                    .consistency,
                    index: reached,
                    nl:
                        "Logboek \(origin) is langer dan de bundels laten zien: de schrijver heeft grootte "
                        + "\(known) ondertekend, de bundels houden op bij \(reached).",
                    en:
                        "Log \(origin) is longer than the bundles show: its author signed size \(known), "
                        + "the bundles end at \(reached)."
                )
            )
        }
        return findings
    }

    private func charterDisagreements() -> [Finding] {
        var chains: [TableID: [Digest]] = [:]
        var findings: [Finding] = []
        for (log, _) in self.bundles {
            let chain = chains[log.table, default: []]
            if !zip(chain, log.charters).allSatisfy({ $0 == $1 }) {
                findings.append(
                    Finding(
                        .consistency,
                        nl: "De bundels hebben van één tafel verschillende convenanten.",
                        en: "The bundles have different charters of one table."
                    )
                )
            }
            if log.charters.count > chain.count { chains[log.table] = log.charters }
        }
        return findings
    }

    private func fork(of origin: String, at place: UInt64) -> Finding {
        Finding(
            .consistency,
            index: place,
            nl: "Van logboek \(origin) bestaan twee versies, die uiterlijk vanaf plaats \(place) "
                + "verschillen; de schrijver heeft beide ondertekend.",
            en: "Log \(origin) exists in two versions, which differ from place \(place) at the "
                + "latest; its author signed both."
        )
    }

    private func offPin(_ origin: String, _ pin: AppliedPin) -> Finding {
        Finding(
            .consistency,
            index: pin.size,
            nl:
                "Logboek \(origin) is niet de geschiedenis die convenantversie \(pin.version) vastlegt: bij "
                + "grootte \(pin.size) heeft het een andere wortel. Niets ervan telt mee.",
            en:
                "Log \(origin) is not the history that charter version \(pin.version) pins: at size "
                + "\(pin.size) it has another root. Nothing of it counts."
        )
    }

    private func twoKeys(of origin: String) -> Finding {
        Finding(
            .consistency,
            nl: "De bundels noemen van logboek \(origin) verschillende sleutels.",
            en: "The bundles name different keys of log \(origin)."
        )
    }
}
