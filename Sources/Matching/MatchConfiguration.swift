/// What is compared, which pairs are looked at, and from when on a pair is a suggestion.
///
/// It is a value with a version, kept beside what was judged with it: the same configuration and the
/// same items give the same pairs on every node.
package struct MatchConfiguration: Hashable, Sendable {
    /// Most comparisons: the levels of a pair are packed into one word.
    package static let comparisonsMax = 15
    /// Most blocking rules.
    package static let rulesMax = 24

    /// Grows with every change that can change a score.
    package let version: Int
    /// What is compared, in the order in which a score is explained.
    package let comparisons: [Comparison]
    /// Which pairs are looked at: those that share a key of one of these rules.
    package let blocking: [BlockingRule]
    /// Whether items of one source are compared with each other.
    package let scope: PairScope
    /// From this probability on a pair is a suggestion; between 0 and 1.
    package let suggestionProbability: Double
    /// Below this probability a pair is not kept.
    package let keptProbability: Double
    /// What the choices of samples begin with.
    package let seed: UInt64
    /// A source that nobody's many items push out of a block, and that says how rare values are; `nil` where all
    /// sources are alike.
    package let firstSource: String?

    /// A configuration.
    package init(
        version: Int,
        comparisons: [Comparison],
        blocking: [BlockingRule],
        scope: PairScope,
        suggestionProbability: Double,
        keptProbability: Double,
        seed: UInt64,
        firstSource: String? = nil
    ) {
        precondition(comparisons.count <= Self.comparisonsMax, "at most 15 comparisons")
        precondition(blocking.count <= Self.rulesMax, "at most 24 blocking rules")
        precondition(
            Set(comparisons.map(\.name)).count == comparisons.count,
            "comparisons have names of their own"
        )
        precondition(
            0 < keptProbability && suggestionProbability < 1,
            "probabilities lie between 0 and 1"
        )
        self.version = version
        self.comparisons = comparisons
        self.blocking = blocking
        self.scope = scope
        self.suggestionProbability = suggestionProbability
        self.keptProbability = keptProbability
        self.seed = seed
        self.firstSource = firstSource
    }

    /// For organisations and places in the Netherlands.
    ///
    /// Two different KvK numbers or RSINs are evidence against that no name, address or place outweighs.
    ///
    /// - Parameters:
    ///   - scope: Whether items of one source are compared with each other.
    ///   - extra: More comparisons, of fields that only some sources have. Those of identifiers block.
    ///   - firstSource: A source that nobody's many items push out of a block.
    /// - Returns: Version 1 of it.
    package static func organisations(
        scope: PairScope,
        extra: [Comparison] = [],
        firstSource: String? = nil
    ) -> MatchConfiguration {
        let comparisons: [Comparison] = [
            Comparison("kvk", of: .kvk, as: .identifier(.kvk), conflictBits: Self.conflictBits),
            Comparison("vestiging", of: .vestiging, as: .identifier(.vestiging)),
            Comparison("rsin", of: .rsin, as: .identifier(.rsin), conflictBits: Self.conflictBits),
            Comparison("bag", of: .bag, as: .identifier(.bag)),
            Comparison("name", of: .name, as: .organisationName),
            Comparison("address", of: .address, as: .address),
            Comparison("postcode", of: .postcode, as: .postcode),
            Comparison("place", of: .place, as: .text),
            Comparison("distance", of: .point, as: .distance),
            Comparison("kind", of: .kind, as: .category),
        ]
        return MatchConfiguration(
            version: 1,
            comparisons: comparisons + extra,
            blocking: [
                BlockingRule("kvk", [.identifier(.kvk, .kvk)]),
                BlockingRule("vestiging", [.identifier(.vestiging, .vestiging)]),
                BlockingRule("rsin", [.identifier(.rsin, .rsin)]),
                BlockingRule("bag", [.identifier(.bag, .bag)]),
            ] + Self.blocking(ofIdentifiersIn: extra) + [
                BlockingRule("postcode and number", [.value(.postcode), .houseNumber(.address)]),
                BlockingRule("words of the name", [.words(.name)]),
                BlockingRule("sounds of the name", [.sounds(.name)]),
                BlockingRule("postcode", [.value(.postcode)]),
                BlockingRule("place", [.value(.place)]),
                BlockingRule("cell", [.cell]),
                BlockingRule("kind", [.value(.kind)]),
            ],
            scope: scope,
            suggestionProbability: 0.5,
            keptProbability: 0.01,
            seed: 1,
            firstSource: firstSource
        )
    }

    /// For persons, where the law allows them to be compared at all.
    ///
    /// - Parameters:
    ///   - scope: Whether items of one source are compared with each other.
    ///   - extra: More comparisons, of fields that only some sources have. All of them block.
    /// - Returns: Version 1 of it.
    package static func persons(
        scope: PairScope,
        extra: [Comparison] = []
    ) -> MatchConfiguration {
        let comparisons: [Comparison] = [
            Comparison("given name", of: .givenName, as: .personName(crossed: .surname)),
            Comparison("surname", of: .surname, as: .personName(crossed: .givenName)),
            Comparison("birth date", of: .birthDate, as: .date),
            Comparison("postcode", of: .postcode, as: .postcode),
            Comparison("place", of: .place, as: .text),
            Comparison("occupation", of: .occupation, as: .text),
        ]
        return MatchConfiguration(
            version: 1,
            comparisons: comparisons + extra,
            blocking: Self.blocking(ofIdentifiersIn: extra) + [
                BlockingRule("birth date", [.value(.birthDate)]),
                BlockingRule("postcode", [.value(.postcode)]),
                BlockingRule("surname", [.words(.surname)]),
                BlockingRule("given name", [.words(.givenName)]),
                BlockingRule("sound of the surname", [.sounds(.surname)]),
                BlockingRule("sound of the given name", [.sounds(.givenName)]),
                BlockingRule("place", [.value(.place)]),
                BlockingRule("year of birth", [.year(.birthDate)]),
                BlockingRule("birthday", [.monthAndDay(.birthDate)]),
            ] + Self.blocking(ofOthersIn: extra),
            scope: scope,
            suggestionProbability: 0.5,
            keptProbability: 0.01,
            seed: 1
        )
    }

    /// What two different numbers of one register count: more than all other evidence together can reach.
    package static let conflictBits = -200.0

    private static func blocking(ofIdentifiersIn extra: [Comparison]) -> [BlockingRule] {
        extra.compactMap { comparison in
            guard case .identifier(let form) = comparison.kind else { return nil }
            return BlockingRule(comparison.name, [.identifier(comparison.field, form)])
        }
    }

    private static func blocking(ofOthersIn extra: [Comparison]) -> [BlockingRule] {
        extra.compactMap { comparison in
            switch comparison.kind {
            case .identifier, .distance: nil
            case .personName, .organisationName:
                BlockingRule(comparison.name, [.words(comparison.field)])
            case .text, .date, .postcode, .address, .category:
                BlockingRule(comparison.name, [.value(comparison.field)])
            }
        }
    }
}

/// Which pairs of items are looked at.
package enum PairScope: Hashable, Sendable {
    /// All.
    case all
    /// Only pairs of different sources: each source has no repeats of its own.
    case acrossSources
}

/// A rule that gives items keys; items with a key in common are compared.
package struct BlockingRule: Hashable, Sendable {
    /// Most keys that one item has under a rule; the rarest words are kept.
    package static let keysMax = 16

    /// What it is called where it is told what was left out.
    package let name: String
    /// A key has one value of each.
    package let features: [BlockingFeature]

    /// A rule.
    package init(_ name: String, _ features: [BlockingFeature]) {
        precondition(
            !features.isEmpty,
            "a rule without features would put all items into one block"
        )
        self.name = name
        self.features = features
    }
}

/// What a key is made of.
package enum BlockingFeature: Hashable, Sendable {
    /// The folded value of a field.
    case value(MatchField)
    /// A number, where it has the form.
    case identifier(MatchField, IdentifierForm)
    /// Each of the rarest words of a name.
    case words(MatchField)
    /// How each of these words sounds.
    case sounds(MatchField)
    /// The year of a date.
    case year(MatchField)
    /// Month and day of a date.
    case monthAndDay(MatchField)
    /// The house number at the end of an address.
    case houseNumber(MatchField)
    /// Cells of some 200 m, four for each place, of which places within 100 m share one.
    case cell

    /// The field that it reads.
    package var field: MatchField {
        switch self {
        case .value(let field), .identifier(let field, _), .words(let field), .sounds(let field),
            .year(let field), .monthAndDay(let field), .houseNumber(let field):
            field
        case .cell: .point
        }
    }
}
