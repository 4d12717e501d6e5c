/// Likeness of two short texts: Jaro's measure with Winkler's weight for a common beginning.
///
/// Source: Jaro 1989, "Advances in record-linkage methodology"; Winkler 1990, "String comparator metrics
/// and enhanced decision rules in the Fellegi-Sunter model of record linkage".
package enum JaroWinkler {
    /// Most scalars of a text that are looked at; the rest counts as absent.
    package static let scalarsMax = 64

    /// Returns the likeness of two texts, 0 for nothing in common to 1 for equal.
    ///
    /// - Parameters:
    ///   - lhs: Scalars of one text.
    ///   - rhs: Scalars of the other.
    /// - Returns: `jaro + prefix · 0.1 · (1 − jaro)`, where the common prefix counts up to 4 scalars and
    ///   only from a Jaro of 0.7 on.
    /// - Complexity: O(length²), at most 64 × 64 steps.
    package static func likeness(_ lhs: Span<UInt32>, _ rhs: Span<UInt32>) -> Double {
        let jaro = self.jaro(lhs, rhs)
        guard jaro >= 0.7 else { return jaro }
        let limit = min(4, lhs.count, rhs.count)
        var prefix = 0
        while prefix < limit, lhs[prefix] == rhs[prefix] { prefix += 1 }
        return jaro + Double(prefix) * 0.1 * (1 - jaro)
    }

    /// The likeness of two texts.
    package static func likeness(_ lhs: String, _ rhs: String) -> Double {
        let (left, right) = (lhs.unicodeScalars.map(\.value), rhs.unicodeScalars.map(\.value))
        return self.likeness(left.span, right.span)
    }

    /// Jaro's measure: a third of the matched part of each text and of the matches in order.
    private static func jaro(_ lhs: Span<UInt32>, _ rhs: Span<UInt32>) -> Double {
        let (left, right) = (min(lhs.count, self.scalarsMax), min(rhs.count, self.scalarsMax))
        guard left > 0, right > 0 else { return left == right ? 1 : 0 }
        let window = max(0, max(left, right) / 2 - 1)
        // Bit n: scalar n is matched.
        var (leftMatched, rightMatched): (UInt64, UInt64) = (0, 0)
        for index in 0..<left {
            let (low, high) = (max(0, index - window), min(right - 1, index + window))
            guard low <= high else { continue }
            let scalar = lhs[index]
            for other in low...high
            where rightMatched & (1 << UInt64(other)) == 0 && rhs[other] == scalar {
                leftMatched |= 1 << UInt64(index)
                rightMatched |= 1 << UInt64(other)
                break
            }
        }
        let matches = leftMatched.nonzeroBitCount
        guard matches > 0 else { return 0 }
        var (transposed, ones, others) = (0, leftMatched, rightMatched)
        while ones != 0 {
            let (one, other) = (ones.trailingZeroBitCount, others.trailingZeroBitCount)
            if lhs[one] != rhs[other] { transposed += 1 }
            ones &= ones - 1
            others &= others - 1
        }
        let m = Double(matches)
        return (m / Double(left) + m / Double(right) + (m - Double(transposed / 2)) / m) / 3
    }
}
