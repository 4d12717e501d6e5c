/// Pairs of subjects that may be one (`Protocol/subjects.md` §6).
package struct SuggestSubjects: Request {
    /// Its name to other processes.
    package static let name = "suggest-subjects"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]
    /// Most own records that all suggestions are made from, and most that those of one subject are compared
    /// with beside what is found for it.
    package static let itemsMax = 50_000
    /// Most own records beside those found that suggestions for one subject are learned from.
    package static let backgroundMax = 10_000
    /// Most fragments of others.
    package static let fragmentsMax = 20_000
    /// Most records, and fragments, that are found for a subject by each of its names and places.
    package static let foundMax = 200
    /// Most pairs that are answered.
    package static let pairsMax = 1_000
    /// Most pairs that are answered as alike with one.
    package static let alikeMax = 100

    /// Only pairs with this subject: its key, its ID, or the beginning of that.
    package var subject: String?
    /// Most pairs to answer, from 1.
    package var limit: Int?

    /// Asks for suggestions.
    package init(subject: String? = nil, limit: Int? = nil) {
        self.subject = subject
        self.limit = limit
    }

    /// The pairs.
    package struct Answer: Document {
        /// The pairs, the likeliest first.
        package var pairs: [Pair]
        /// How many there are, those alike counted once.
        package var total: Int
        /// How many further pairs are left out because others decided about them, and nobody here.
        package var decided_by_others: Int
        /// How many own records were compared.
        package var compared: Int
        /// How many own records and fragments were left out, being too many.
        package var left_out: Int
        /// Version of what is compared, and how.
        package var configuration: Int
        /// Version of the weights; 0 where they were learned for this question alone.
        package var weights: Int
        /// What the bits of every pair begin with: those of the odds that any two are one, with one decimal.
        package var prior: String

        /// Creates an answer.
        package init(
            pairs: [Pair],
            total: Int,
            decided_by_others: Int,
            compared: Int,
            left_out: Int,
            configuration: Int,
            weights: Int,
            prior: String
        ) {
            self.pairs = pairs
            self.total = total
            self.decided_by_others = decided_by_others
            self.compared = compared
            self.left_out = left_out
            self.configuration = configuration
            self.weights = weights
            self.prior = prior
        }
    }

    /// A pair of subjects that may be one.
    package struct Pair: Codable, Hashable, Sendable {
        /// One.
        package var a: SubjectEnd
        /// The other.
        package var b: SubjectEnd
        /// The probability that they are one, as the model sees it: 0 to 1, with three decimals.
        package var score: String
        /// The evidence in bits, with one decimal; 0 is even odds.
        package var bits: String
        /// What each comparison says.
        package var parts: [Part]
        /// What people said of it that count; empty, but for those unsure.
        package var state: PairOutcome
        /// Keys of further pairs that cannot be told from it: their values are the same.
        ///
        /// At most ``SuggestSubjects/alikeMax``.
        package var alike: [[String]]
        /// How many there are.
        package var alike_found: Int

        /// Creates a pair.
        package init(
            a: SubjectEnd,
            b: SubjectEnd,
            score: String,
            bits: String,
            parts: [Part],
            state: PairOutcome,
            alike: [[String]],
            alike_found: Int
        ) {
            self.a = a
            self.b = b
            self.score = score
            self.bits = bits
            self.parts = parts
            self.state = state
            self.alike = alike
            self.alike_found = alike_found
        }
    }

    /// What one comparison says of a pair.
    package struct Part: Codable, Hashable, Sendable {
        /// What is compared.
        package var comparison: String
        /// The value of the first, as its owner writes it.
        package var a: String?
        /// That of the other.
        package var b: String?
        /// How close they are; `nil` where a side has no value.
        package var level: String?
        /// The evidence in bits, with one decimal.
        package var bits: String
        /// How many of these are due to how rare the value is.
        package var rarity: String

        /// Creates a part.
        package init(
            comparison: String,
            a: String?,
            b: String?,
            level: String?,
            bits: String,
            rarity: String
        ) {
            self.comparison = comparison
            self.a = a
            self.b = b
            self.level = level
            self.bits = bits
            self.rarity = rarity
        }
    }
}
