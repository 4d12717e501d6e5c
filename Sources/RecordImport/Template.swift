extension Mapping {
    /// Text made of the columns of a row, such as `{Type}: {Text}`.
    ///
    /// `{NAME}` stands for the column NAME, `{{` and `}}` for braces.
    package struct Template: Hashable, Sendable {
        private enum Part: Hashable {
            case literal(String)
            case column(String)
        }

        private let parts: [Part]

        /// Creates the template that is one column and nothing else.
        package init(column: String) {
            self.parts = [.column(column)]
        }

        /// Reads a template.
        ///
        /// - Throws: `MappingError.templateMalformed`, `MappingError.templateWithoutColumn`.
        package init(_ text: String) throws(MappingError) {
            var parts: [Part] = []
            var piece = ""
            var isColumn = false
            var rest = text.unicodeScalars[...]
            while let scalar = rest.popFirst() {
                switch (scalar, isColumn) {
                case ("{", false) where rest.first == "{", ("}", false) where rest.first == "}":
                    rest.removeFirst()
                    piece.unicodeScalars.append(scalar)
                case ("{", false):
                    if !piece.isEmpty { parts.append(.literal(piece)) }
                    piece = ""
                    isColumn = true
                case ("}", true) where !piece.isEmpty:
                    parts.append(.column(piece))
                    piece = ""
                    isColumn = false
                case ("{", true), ("}", _): throw .templateMalformed(text)
                default: piece.unicodeScalars.append(scalar)
                }
            }
            guard !isColumn else { throw .templateMalformed(text) }
            if !piece.isEmpty { parts.append(.literal(piece)) }
            self.parts = parts
            guard !self.columns.isEmpty else { throw .templateWithoutColumn(text) }
        }

        /// Whether it is one column and nothing else.
        package var isColumn: Bool {
            guard case .column = self.parts.first else { return false }
            return self.parts.count == 1
        }

        /// The columns it names, in order, with repeats; at least one.
        package var columns: [String] {
            self.parts.compactMap { part in
                if case .column(let name) = part { name } else { nil }
            }
        }

        /// Returns the text for a row, empty when all its columns are empty.
        ///
        /// - Parameter values: The values of `columns`, in the same order.
        /// - Returns: The parts end to end.
        package func text(with values: [String]) -> String {
            guard !values.allSatisfy(\.isEmpty) else { return "" }
            var text = ""
            var index = 0
            for part in self.parts {
                switch part {
                case .literal(let literal): text += literal
                case .column:
                    text += values[index]
                    index += 1
                }
            }
            return text
        }
    }
}
