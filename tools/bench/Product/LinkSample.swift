import Matching

/// Made-up organisations, to see what many cost: a tenth of them stands in the list twice, the second time
/// with a slip in the name, another spelling of the address, or without its number.
///
/// Words, streets and towns are as uneven as real ones: the n-th is met in proportion to 1/n.
struct LinkSample {
    private var generator: SplitMix
    private let towns = 2_000
    private let words = 60_000

    init(seed: UInt64) { self.generator = SplitMix(state: seed) }

    /// So many items, and what each is.
    mutating func items(_ count: Int) -> [(item: MatchItem, truth: String)] {
        var result: [(item: MatchItem, truth: String)] = []
        result.reserveCapacity(count)
        var number = 0
        while result.count < count {
            number += 1
            let first = self.organisation(number)
            result.append((self.item(first, result.count), String(number)))
            if self.generator.index(10) == 0, result.count < count {
                result.append((self.item(self.changed(first), result.count), String(number)))
            }
        }
        return result
    }

    private struct Organisation {
        var values: [MatchField: String]
        var point: MatchPoint?
    }

    private mutating func organisation(_ number: Int) -> Organisation {
        let town = self.generator.zipf(self.towns)
        let street = self.generator.zipf(20_000)
        var name = Self.word(self.generator.zipf(self.words))
        if self.generator.index(4) > 0 { name += " " + Self.word(self.generator.zipf(self.words)) }
        if self.generator.index(3) == 0 { name += " " + Self.word(self.generator.zipf(200)) }
        name += ["", " B.V.", " BV", " VOF", ""][self.generator.index(5)]
        let letters = Array("ABCDEGHJKLMNPRTVWXZ")
        let pair = [letters[street % 19], letters[(street / 19) % 19]]
        var values: [MatchField: String] = [
            .name: name,
            .address: Self.word(street + 7) + "straat \(1 + self.generator.zipf(300))",
            .postcode: "\(1000 + town * 4 + street % 4)" + String(pair),
            .place: Self.word(town + 11),
            .kind: Self.word(self.generator.zipf(30)),
        ]
        if self.generator.index(10) < 7 {
            let text = String(10_000_000 + number)
            values[.kvk] = String(text.suffix(8))
        }
        let north = 51 + Double(town % 50) * 0.04 + Double(street % 97) * 0.0003
        let east = 4 + Double(town / 50) * 0.05 + Double(self.generator.index(1_000)) * 0.00002
        return Organisation(values: values, point: MatchPoint(latitude: north, longitude: east))
    }

    private mutating func changed(_ one: Organisation) -> Organisation {
        var other = one
        let name = other.values[.name] ?? ""
        switch self.generator.index(4) {
        case 0: other.values[.kvk] = nil
        case 1:
            other.values[.kvk] = nil
            let at = name.index(name.startIndex, offsetBy: self.generator.index(max(1, name.count)))
            other.values[.name] = name.replacingCharacters(at, with: "e")
        case 2:
            other.values[.kvk] = nil
            other.values[.address] = (other.values[.address] ?? "") + " A"
            other.point = nil
        default: other.values[.name] = name + " Nederland"
        }
        return other
    }

    private func item(_ one: Organisation, _ place: Int) -> MatchItem {
        let number = String(place)
        return MatchItem(
            id: String(repeating: "0", count: 8 - number.count) + number,
            source: "made up",
            values: one.values,
            point: one.point
        )
    }

    /// The n-th word: syllables for the digits of n.
    private static func word(_ number: Int) -> String {
        let starts = [
            "b", "d", "gr", "h", "k", "l", "m", "v", "s", "st", "w", "r", "p", "t", "n", "j",
        ]
        let ends = ["an", "oor", "ik", "ees", "uit", "ol", "erg", "aam"]
        var (rest, text) = (number * 7 + 3, "")
        repeat {
            text += starts[rest % 16] + ends[rest / 16 % 8]
            rest /= 128
        } while rest > 0
        return text
    }
}

extension String {
    fileprivate func replacingCharacters(_ index: Index, with text: String) -> String {
        guard index < self.endIndex else { return self }
        return self[..<index] + text + self[self.index(after: index)...]
    }
}

/// Choices of the sample (Steele, Lea, Flood 2014).
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var word = self.state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func index(_ bound: Int) -> Int { Int(self.next() >> 33) % bound }

    /// A number below `bound`, n in proportion to 1 / (n + 1), nearly: by steps of powers of two.
    mutating func zipf(_ bound: Int) -> Int {
        let even = Double(self.next() >> 11) / 9_007_199_254_740_992
        // An even choice among the powers of two below the bound, then an even one up to the next power.
        let powers = Int.bitWidth - bound.leadingZeroBitCount
        let low = 1 << Int(even * Double(powers))
        return min(bound, low + self.index(low)) - 1
    }
}
