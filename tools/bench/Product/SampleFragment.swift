import CaseModel
import SyncLog

/// Fragments that look like inspections, the same for the same number.
enum SampleFragment {
    /// The day that the dates begin at.
    private static let places = ["Afvalstad", "Bermdorp", "Cokeshaven", "Dijkwoude"]

    /// The fields of fragment `number` about subject `subject`, with a text of `textBytes` letters.
    static func fields(
        number: Int,
        subject: Int,
        textBytes: Int
    ) throws -> [FragmentPayload.Field] {
        let place = self.places[subject % self.places.count]
        let area = 1_000 + subject % 8_999
        // One in ten says something else about the name, so that there are conflicts to find.
        let suffix = number.isMultiple(of: 10) ? " \(number)" : ""
        let text = String(repeating: "Asbest op de stortplaats. ", count: textBytes / 26 + 1)
        let values = [
            ("date", "2025-\(self.padded(number % 12 + 1, 2))-\(self.padded(number % 28 + 1, 2))"),
            ("location.address", "Havenweg \(subject % 400 + 1)"),
            ("location.place", place),
            ("location.postcode", "\(area)AB"),
            ("status", number.isMultiple(of: 3) ? "violation" : "compliant"),
            ("subject.kvk", self.padded(10_000_000 + subject, 8)),
            ("subject.name", "Bedrijf \(subject)\(suffix) B.V."),
            ("text", String(text.prefix(textBytes))),
        ]
        return try values.map { try FragmentPayload.Field(name: $0.0, value: $0.1) }
    }

    /// The payload of exactly `byteCount` bytes.
    static func payload(
        number: Int,
        subject: Int,
        index: UInt64,
        byteCount: Int
    ) throws -> FragmentPayload {
        func payload(_ textBytes: Int) throws -> FragmentPayload {
            try FragmentPayload(
                firstIndex: index,
                version: 1,
                type: .inspection,
                fields: self.fields(number: number, subject: subject, textBytes: textBytes),
                expires: nil
            )
        }
        // 128 to 16,383 letters have a length of the same size.
        let base = 200
        let found = try payload(base + byteCount - payload(base).payload.count)
        precondition(found.payload.count == byteCount, "350 to 16,000 bytes can be met exactly")
        return found
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
