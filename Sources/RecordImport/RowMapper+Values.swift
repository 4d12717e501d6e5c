import Vocabulary

extension RowMapper {
    /// Converts and checks the text of one field; empty when it has none or is refused.
    ///
    /// `kind`: What the cell is of which the field alone is made, `text` where there are several.
    func value(
        of field: Mapping.Field,
        text: String,
        kind: CellKind,
        isHidden: Bool,
        notes: inout RowNotes
    ) -> String {
        let name = field.name.text
        let errorCount = notes.errorCount
        let converted = self.converted(
            field,
            text: text,
            kind: kind,
            isHidden: isHidden,
            notes: &notes
        )
        let value = self.tidy(converted)
        guard notes.errorCount == errorCount, !value.isEmpty else { return "" }
        guard value.utf8.count <= Self.valueBytesMax else {
            let limit = "a value has at most \(Self.valueBytesMax) bytes"
            notes.add(.valueLength, .error, name, isHidden ? "" : value, limit)
            return ""
        }
        let country = self.mapping.country
        if let violation = FieldCheck.violation(value, in: field.name, country: country) {
            let shown = isHidden ? "" : value
            notes.add(violation.rule, .warning, name, shown, violation.suggestion)
        }
        return value
    }

    private func converted(
        _ field: Mapping.Field,
        text: String,
        kind: CellKind,
        isHidden: Bool,
        notes: inout RowNotes
    ) -> String {
        let name = field.name.text
        let shown = isHidden ? "" : text
        switch field.conversion {
        case .keep: return text
        case .pad(let width):
            let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard isNumber, text.utf8.count < width else { return text }
            let padded = String(repeating: "0", count: width - text.utf8.count) + text
            let rule: ImportRule = field.name == .subjectKvK ? .kvkPadded : .valuePadded
            notes.add(rule, .info, name, shown, shown.isEmpty ? "" : padded)
            return padded
        case .date(let formats):
            return self.date(text, formats, in: field, kind: kind, shown: shown, notes: &notes)
        case .number(let style):
            // A cell with a number in it has no style: the program that shows it chooses one.
            let style = kind == .number ? .plain : style
            if let number = style.canonical(text) { return number }
            if let number = style.canonical(self.tidy(CellText.visible(text))) { return number }
            notes.add(.numberUnreadable, .error, name, shown, Self.advice(on: text, style: style))
            return ""
        case .values(let values, let otherwise):
            if let value = values[text] { return value }
            if let value = values[self.tidy(CellText.visible(text))] { return value }
            let severity: ImportFinding.Severity = otherwise == .keep ? .warning : .error
            notes.add(.valueUnmapped, severity, name, shown, "add it to the mapping's values")
            return text
        }
    }

    private func date(
        _ text: String,
        _ formats: [DateFormat],
        in field: Mapping.Field,
        kind: CellKind,
        shown: String,
        notes: inout RowNotes
    ) -> String {
        let name = field.name.text
        func read(_ text: String) -> ImportDate? {
            formats.lazy.compactMap { $0.date(in: text, offset: self.offset) }.first
        }
        // A cell with a date in it is written as yyyy-MM-dd, with or without a time.
        let whole = kind == .date ? String(text.prefix(10)) : text
        let own = kind == .date ? DateFormat.iso.date(in: whole, offset: self.offset) : nil
        guard let date = own ?? read(text) ?? read(self.tidy(CellText.visible(text))) else {
            // That there is no end is no reason to lose the record; that a day cannot be read is.
            if field.name == .endDate, Self.namesNoDay(text) {
                let advice = "means no day: left out. Say so in the mapping, none: [\"\(shown)\"]"
                notes.add(.dateNone, .warning, name, shown, advice)
                return ""
            }
            let list = formats.map(\.text).joined(separator: ", ")
            let hint = Self.dayNumber(text, today: self.today)
            notes.add(.dateUnreadable, .error, name, shown, "no date in the form \(list)\(hint)")
            return ""
        }
        if !date.isPlausible(today: self.today) {
            let hint = field.name == .endDate ? ", or name it under none if it means no end" : ""
            let advice = "before 1950 or more than 2 years ahead: check at the source\(hint)"
            notes.add(.dateImplausible, .warning, name, shown, advice)
        }
        return date.text
    }

    /// Whether a text has no digit but zeros, as `0000-00-00` and `n.v.t.` have none.
    private static func namesNoDay(_ text: String) -> Bool {
        !text.utf8.contains { (0x31...0x39).contains($0) }
    }

    /// What a number may be that stands where a date is expected.
    private static func dayNumber(_ text: String, today: ImportDate) -> String {
        guard let date = SpreadsheetDay.since1900.date(in: text), date.isPlausible(today: today)
        else {
            return ""
        }
        return ", but \(date.text) if it is a spreadsheet's number of a day: add the format excel"
    }

    private static func advice(on text: String, style: NumberStyle) -> String {
        if Amount.hasOtherCurrency(text) { return "an amount in another currency than the euro" }
        if KeyDoubt.isScientific(text) {
            return "scientific notation: digits are lost. Export the column as a plain number"
        }
        return "no number in the style \(style.rawValue)"
    }

    /// Tells of pairs of coordinates that lie elsewhere than they should.
    func checkCoordinates(_ fields: [ImportedRecord.Field], notes: inout RowNotes) {
        func value(_ name: FieldName) -> String? { fields.first { $0.name == name.text }?.value }
        let degrees = CoordinateCheck(country: self.mapping.country)
        for (check, first, second) in [
            (degrees, FieldName.locationLatitude, FieldName.locationLongitude),
            (.rijksdriehoek, .locationX, .locationY),
        ] {
            let one = value(first)
            let two = value(second)
            guard let violation = check.violation(one, two) else { continue }
            let shown = [one, two].compactMap(\.self).joined(separator: ", ")
            let label = one == nil ? second.text : first.text
            notes.add(violation.rule, .warning, label, shown, violation.suggestion)
        }
    }
}
