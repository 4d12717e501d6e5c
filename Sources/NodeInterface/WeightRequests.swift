/// What the levels of comparisons say, as it was learned (`Protocol/matching.md` §8).
///
/// Numbers are texts that give the same IEEE 754 double back.
package struct MatchWeights: Codable, Hashable, Sendable {
    /// The least of a part or a probability that is over 0.
    package static let least = 1e-15
    /// Most pairs that are one.
    package static let supportMax = 1e15

    /// Version of what is compared; weights go with no other.
    package var configuration: Int
    /// The probability that any two are one, ``least`` to 0.5.
    package var prior: String
    /// In the order of the configuration.
    package var comparisons: [Comparison]

    /// Creates weights.
    package init(configuration: Int, prior: String, comparisons: [Comparison]) {
        self.configuration = configuration
        self.prior = prior
        self.comparisons = comparisons
    }

    /// What one comparison says.
    package struct Comparison: Codable, Hashable, Sendable {
        /// What is compared.
        package var comparison: String
        /// How many pairs that are one were expected among those learned from, 0 to
        /// ``MatchWeights/supportMax``.
        package var support: String
        /// From the closest to the farthest.
        package var levels: [Level]

        /// Whether what is assumed still weighs more than what was learned: it weighs as twenty pairs.
        package var isAssumed: Bool { (Double(self.support) ?? 0) < 20 }

        /// Creates a comparison.
        package init(comparison: String, support: String, levels: [Level]) {
            self.comparison = comparison
            self.support = support
            self.levels = levels
        }
    }

    /// What one level says.
    package struct Level: Codable, Hashable, Sendable {
        /// How close values are.
        package var level: String
        /// The part of pairs that are one, ``MatchWeights/least`` to 1.
        package var same: String
        /// The part of others, ``MatchWeights/least`` to 1.
        package var others: String
        /// How common a value is on which such a pair agrees, ``MatchWeights/least`` to 1; 0 where that is not looked at.
        package var reference: String
        /// The evidence that it makes, in bits with one decimal, which is not read; empty for a level that no pair has.
        package var bits: String

        /// Creates a level.
        package init(
            level: String,
            same: String,
            others: String,
            reference: String,
            bits: String
        ) {
            self.level = level
            self.same = same
            self.others = others
            self.reference = reference
            self.bits = bits
        }
    }
}

/// Shows the weights that suggestions are made with, and the versions there are.
package struct ShowWeights: Request {
    /// Its name to other processes.
    package static let name = "show-weights"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]

    /// A version; `nil` for the one in force.
    package var version: Int?

    /// Asks for weights.
    package init(version: Int? = nil) { self.version = version }

    /// The versions, and one of them.
    package struct Answer: Document {
        /// The version in force; 0 where each question learns its own.
        package var in_force: Int
        /// The version that is shown; 0 for none.
        package var shown: Int
        /// All that are kept, the newest first.
        package var versions: [Version]
        /// Those of the version that is shown.
        package var weights: MatchWeights?
        /// How many own records there are now.
        package var records: Int

        /// Whether so many more or fewer own records are here than the version in force was learned from that it
        /// should be learned anew: twice, or half.
        package var isOutgrown: Bool {
            guard let version = self.versions.first(where: { $0.version == self.in_force }),
                version.learned
            else { return false }
            return self.records > 2 * version.records || 2 * self.records < version.records
        }

        /// Creates an answer.
        package init(
            in_force: Int,
            shown: Int,
            versions: [Version],
            weights: MatchWeights?,
            records: Int
        ) {
            self.in_force = in_force
            self.shown = shown
            self.versions = versions
            self.weights = weights
            self.records = records
        }
    }

    /// A version of weights.
    package struct Version: Codable, Hashable, Sendable {
        /// Its number, from 1.
        package var version: Int
        /// When it was kept.
        package var at: String
        /// Who kept it.
        package var by: String
        /// Whether it was learned here, or given.
        package var learned: Bool
        /// From how many own records it was learned; 0 where it was given.
        package var records: Int
        /// From how many fragments of others.
        package var fragments: Int

        /// Creates a version.
        package init(
            version: Int,
            at: String,
            by: String,
            learned: Bool,
            records: Int,
            fragments: Int
        ) {
            self.version = version
            self.at = at
            self.by = by
            self.learned = learned
            self.records = records
            self.fragments = fragments
        }
    }
}

/// Learns weights from what can be read here, keeps them as the next version, and puts that in force.
package struct LearnWeights: Request {
    /// Its name to other processes.
    package static let name = "learn-weights"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents, .writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false
    /// Most versions that are kept; the oldest that is not in force goes.
    package static let versionsMax = 20
    /// Least records and fragments that are learned from: of fewer what is assumed would be all.
    package static let itemsMin = 100

    /// Asks for it.
    package init() {}

    /// What it would change.
    package var change: Change? { Change("learn weights") }

    /// The versions, and the new one.
    package typealias Answer = ShowWeights.Answer
}

/// Puts a version of weights in force, or none.
package struct UseWeights: Request {
    /// Its name to other processes.
    package static let name = "use-weights"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents, .writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// The version; 0 for none: then each question learns its own.
    package var version: Int

    /// Asks for a version.
    package init(version: Int) { self.version = version }

    /// What it would change.
    package var change: Change? { Change("use weights", "version \(self.version)") }

    /// The versions, and the one in force.
    package typealias Answer = ShowWeights.Answer
}

/// Keeps weights that were learned at another node as the next version, and puts that in force.
package struct TakeWeights: Request {
    /// Its name to other processes.
    package static let name = "take-weights"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents, .writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// The weights.
    package var weights: MatchWeights

    /// Asks for them.
    package init(weights: MatchWeights) { self.weights = weights }

    /// What it would change.
    package var change: Change? { Change("take weights") }

    /// The versions, and the new one.
    package typealias Answer = ShowWeights.Answer
}
