/// A circle that a search looks in.
package struct SearchCircle: Codable, Hashable, Sendable {
    /// Degrees north of its centre in WGS84, with seven decimals.
    package var latitude: String
    /// Degrees east.
    package var longitude: String
    /// Metres.
    package var radius: Int

    /// Creates a circle.
    package init(latitude: String, longitude: String, radius: Int) {
        self.latitude = latitude
        self.longitude = longitude
        self.radius = radius
    }
}

/// A period that a search looks in.
package struct SearchPeriod: Codable, Hashable, Sendable {
    /// First date; `nil` for the beginning.
    package var from: String?
    /// Last date; `nil` for the end.
    package var until: String?
    /// The years that it comes of, where no date was given.
    package var years: Int?

    /// Creates a period.
    package init(from: String?, until: String?, years: Int?) {
        self.from = from
        self.until = until
        self.years = years
    }
}

/// What a list of numbers said.
package struct ListReading: Codable, Hashable, Sendable {
    /// Different numbers that were looked for.
    package var numbers: Int
    /// How many of them were found.
    package var found: Int
    /// Numbers that nothing has, the first ones.
    package var not_found: [String]
    /// Lines without a number.
    package var wrong: Int
    /// The first of these, with their numbers in the list.
    package var wrong_lines: [WrongLine]

    /// A line without a number.
    package struct WrongLine: Codable, Hashable, Sendable {
        /// From 1.
        package var line: Int
        /// Its beginning.
        package var text: String

        /// Creates a line.
        package init(line: Int, text: String) {
            self.line = line
            self.text = text
        }
    }

    /// Creates a reading.
    package init(
        numbers: Int,
        found: Int,
        not_found: [String],
        wrong: Int,
        wrong_lines: [WrongLine]
    ) {
        self.numbers = numbers
        self.found = found
        self.not_found = not_found
        self.wrong = wrong
        self.wrong_lines = wrong_lines
    }
}
