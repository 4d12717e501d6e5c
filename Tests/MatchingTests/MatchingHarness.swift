import Foundation
import Matching

/// Small inputs for matching, made of few words.
enum MatchingHarness {
    /// Unicode NFKD, as the program gives it.
    static func decompose(_ text: String) -> String {
        text.decomposedStringWithCompatibilityMapping
    }

    /// An item of one source.
    static func item(
        _ id: String,
        _ values: [MatchField: String],
        source: String = "list",
        point: MatchPoint? = nil
    ) -> MatchItem {
        MatchItem(id: id, source: source, values: values, point: point)
    }

    /// Items compared as a configuration says.
    static func matching(
        _ items: [MatchItem],
        _ configuration: MatchConfiguration = .organisations(scope: .all),
        successions: [Succession] = []
    ) throws -> Matching {
        try Matching(
            items,
            configuration: configuration,
            successions: successions,
            decompose: Self.decompose
        )
    }

    /// The level of each comparison of two items that has one, by the comparison's name.
    static func levels(
        _ one: [MatchField: String],
        _ other: [MatchField: String],
        _ configuration: MatchConfiguration = .organisations(scope: .all),
        points: (MatchPoint?, MatchPoint?) = (nil, nil),
        successions: [Succession] = []
    ) throws -> [String: String] {
        let items = [Self.item("a", one, point: points.0), Self.item("b", other, point: points.1)]
        let matching = try Self.matching(items, configuration, successions: successions)
        let parts = matching.parts(of: matching.score(0, 1))
        return Dictionary(
            uniqueKeysWithValues: parts.compactMap { part in
                part.level.map { (part.comparison, $0) }
            }
        )
    }

    /// A configuration of some comparisons, blocked on the values of their fields.
    static func configuration(
        _ comparisons: [Comparison],
        scope: PairScope = .all,
        blocking: [BlockingRule]? = nil
    ) -> MatchConfiguration {
        MatchConfiguration(
            version: 1,
            comparisons: comparisons,
            blocking: blocking ?? comparisons.map { BlockingRule($0.name, [.value($0.field)]) },
            scope: scope,
            suggestionProbability: 0.5,
            keptProbability: 0.01,
            seed: 1
        )
    }

    /// The pairs that are suggested, as IDs joined by a blank.
    static func suggested(_ matching: Matching) -> [String] {
        let ids = matching.table.ids
        return matching.run().pairs.filter(matching.isSuggestion).map {
            "\(ids[$0.first]) \(ids[$0.second])"
        }
        .sorted()
    }
}
