import CaseModel
import SyncLog
import Vocabulary

/// A fragment that looks like an inspection, the same for the same number.
struct SampleFragment {
    /// Which one it is.
    let number: Int
    private let fields: [(name: String, value: String)]

    /// The day that the dates begin at.
    private static let places = ["Afvalstad", "Bermdorp", "Cokeshaven", "Dijkwoude"]

    /// Makes one about `subject` whose payload at `index` has exactly `byteCount` bytes.
    init(number: Int, subject: Int, index: UInt64, byteCount: Int) throws {
        func fragment(_ textBytes: Int) -> SampleFragment {
            SampleFragment(number: number, subject: subject, textBytes: textBytes)
        }
        // 128 to 16,383 letters have a length of the same size.
        let base = 200
        let baseBytes = try fragment(base).payload(index: index).payload.count
        self = fragment(base + byteCount - baseBytes)
        let found = try self.payload(index: index).payload.count
        precondition(found == byteCount, "350 to 16,000 bytes can be met exactly")
    }

    private init(number: Int, subject: Int, textBytes: Int) {
        let place = Self.places[subject % Self.places.count]
        let area = 1_000 + subject % 8_999
        // One in ten says something else about the name, so that there are conflicts to find.
        let suffix = number.isMultiple(of: 10) ? " \(number)" : ""
        let text = String(repeating: "Asbest op de stortplaats. ", count: textBytes / 26 + 1)
        self.number = number
        self.fields = [
            ("date", "2025-\(Self.padded(number % 12 + 1, 2))-\(Self.padded(number % 28 + 1, 2))"),
            ("location.address", "Havenweg \(subject % 400 + 1)"),
            ("location.place", place),
            ("location.postcode", "\(area)AB"),
            ("status", number.isMultiple(of: 3) ? "violation" : "compliant"),
            ("subject.kvk", Self.padded(10_000_000 + subject, 8)),
            ("subject.name", "Bedrijf \(subject)\(suffix) B.V."),
            ("text", String(text.prefix(textBytes))),
        ]
    }

    /// The payload when it is written at `index`.
    func payload(index: UInt64) throws -> FragmentPayload {
        try FragmentPayload(
            firstIndex: index,
            version: 1,
            type: .inspection,
            fields: self.fields.map { try FragmentPayload.Field(name: $0.name, value: $0.value) },
            expires: nil
        )
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
