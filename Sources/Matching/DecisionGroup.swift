/// Subjects that decisions connect, directly or over others, and how well each connection holds.
///
/// It joins nothing: it shows what somebody would join who followed every decision, and where that would
/// be weakest.
package struct DecisionGroup: Hashable, Sendable {
    /// Most subjects of a group that is worked out whole.
    package static let subjectsMax = 10_000

    /// A pair that was decided, and its evidence.
    package struct Link: Hashable, Sendable {
        /// The pair.
        package let pair: SubjectPair
        /// Evidence in bits, as the score of the pair; nil where nothing was compared.
        package let bits: Double?

        /// A link.
        package init(_ pair: SubjectPair, bits: Double?) {
            self.pair = pair
            self.bits = bits
        }

        /// Whether this holds less well than another: fewer bits; nothing compared is least.
        func isWeaker(than other: Link) -> Bool {
            let (own, others) = (self.bits ?? -.infinity, other.bits ?? -.infinity)
            return own == others ? self.pair < other.pair : own < others
        }
    }

    /// The subjects, by their bytes.
    package let subjects: [ByteText]
    /// The decisions that hold the group together, strongest first: with any of them gone it would fall
    /// apart, or hold by a weaker one.
    package let spanning: [Link]
    /// Pairs within the group that somebody decided to be different, or on which people disagree; in
    /// order.
    package let contradictions: [SubjectPair]

    /// The weakest link that the group needs: of all ways to connect its subjects, the best one is only
    /// as good as this.
    package var weakest: Link? { self.spanning.last }

    /// Returns the groups that decisions make.
    ///
    /// - Parameters:
    ///   - judgements: What people said.
    ///   - bits: The evidence of a pair; nil where it was not compared.
    /// - Returns: Groups of two and more subjects, by their first subject. A group over `subjectsMax` is
    ///   told without its spanning links: it is a mistake of its own.
    /// - Complexity: O(decisions · log decisions).
    package static func groups(
        of judgements: JudgementSet,
        bits: (SubjectPair) -> Double?
    ) -> [DecisionGroup] {
        let states = judgements.states
        var forest = Forest()
        let links = states.filter { $0.state == .same }
            .map { Link($0.pair, bits: bits($0.pair)) }
            .sorted { $1.isWeaker(than: $0) }
        // Strongest first (Kruskal 1956), so what joins two parts is the best that does.
        let spanning = links.filter { forest.join($0.pair.first, $0.pair.second) }
        var members: [ByteText: [ByteText]] = [:]
        for subject in Set(links.flatMap { [$0.pair.first, $0.pair.second] }) {
            members[forest.root(subject), default: []].append(subject)
        }
        let linksOf = Dictionary(grouping: spanning) { forest.root($0.pair.first) }
        let against = states.filter { $0.state == .different || $0.state == .conflict }
        let contradictions = Dictionary(
            grouping: against.map(\.pair).filter { pair in
                members[forest.root(pair.first)] != nil
                    && forest.root(pair.first) == forest.root(pair.second)
            }
        ) { forest.root($0.first) }
        return members.map { root, subjects in
            DecisionGroup(
                subjects: subjects.sorted(),
                spanning: subjects.count > Self.subjectsMax ? [] : linksOf[root] ?? [],
                contradictions: contradictions[root] ?? []
            )
        }.sorted { $0.subjects.lexicographicallyPrecedes($1.subjects) }
    }
}

/// Which subjects are connected (Tarjan 1975: union by size, paths halved).
private struct Forest {
    private var parents: [ByteText: ByteText] = [:]
    private var sizes: [ByteText: Int] = [:]

    mutating func root(_ subject: ByteText) -> ByteText {
        var at = subject
        while let parent = self.parents[at] {
            if let grandparent = self.parents[parent] { self.parents[at] = grandparent }
            at = parent
        }
        return at
    }

    /// Joins two subjects; false where they were.
    mutating func join(_ one: ByteText, _ other: ByteText) -> Bool {
        let (a, b) = (self.root(one), self.root(other))
        guard a != b else { return false }
        let (sizeA, sizeB) = (self.sizes[a] ?? 1, self.sizes[b] ?? 1)
        let (large, small) = sizeA >= sizeB ? (a, b) : (b, a)
        self.parents[small] = large
        self.sizes[large] = sizeA + sizeB
        return true
    }
}
