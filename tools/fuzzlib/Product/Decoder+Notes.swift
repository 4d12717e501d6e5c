import Cryptography
import SyncLog

extension Decoder {
    /// Signed texts: cards, charters, table files, checkpoints.
    ///
    /// A change breaks the signature, and a decoder looks no further. So each is read a second time
    /// with the signatures of the vectors' nodes made anew.
    static let notes: [Decoder] = [
        signed(
            "card",
            bytesMax: Card.bytesMax + 64,
            decode: { try Card(parsing: $0) },
            encode: { $0.note.encoded }
        ),
        signed(
            "charter",
            bytesMax: 16_384,
            decode: { try SignedCharter(parsing: $0) },
            encode: { Array(($0.charter.text + "\n").utf8) + signatureLines(of: $0.note) }
        ),
        Decoder("table-file", bytesMax: 32_768) { bytes in
            for bytes in [bytes, VectorSigner.tableFile(bytes)].compactMap({ $0 }) {
                readTableFile(bytes)
            }
        },
        canonical(
            "note",
            bytesMax: 8_192,
            decode: { try SignedNote(parsing: $0, bytesMax: Charter.bytesMax) },
            encode: { $0.encoded }
        ),
        signed(
            "checkpoint",
            bytesMax: 8_192,
            decode: { try Checkpoint(parsing: $0) },
            encode: { checkpoint in
                let root = TextEncoding.base64(checkpoint.root.bytes)
                let text = "\(checkpoint.origin)\n\(checkpoint.size)\n\(root)\n\n"
                return Array(text.utf8) + signatureLines(of: checkpoint.note)
            }
        ),
        Decoder("text", bytesMax: 512) { bytes in readTexts(bytes) },
    ]

    private static func signed<Value>(
        _ name: String,
        bytesMax: Int,
        decode: @escaping @Sendable ([UInt8]) throws -> Value?,
        encode: @escaping @Sendable (Value) -> [UInt8]
    ) -> Decoder {
        Decoder(name, bytesMax: bytesMax) { bytes in
            for bytes in [bytes, VectorSigner.note(bytes)].compactMap({ $0 }) {
                Self.checkCanonical(name, bytes, decode: decode, encode: encode)
            }
        }
    }

    /// The part of a note behind its text and the blank line.
    private static func signatureLines(of note: SignedNote) -> ArraySlice<UInt8> {
        note.encoded.dropFirst(note.text.utf8.count + 1)
    }

    private static func readTableFile(_ bytes: [UInt8]) {
        guard let file = try? TableFile(parsing: bytes) else { return }
        // Nobody orders the cards of a file that comes, so it need not be the file that is written.
        guard let again = try? TableFile(parsing: file.encodedText.utf8) else {
            FuzzProgram.fail("a table file cannot be read again")
        }
        check(again == file, "a table file reads back as another one")
        var merged = file
        check((try? merged.merge(again)) == false, "a table file changes when merged with itself")
    }

    /// The small texts within other forms: each has one spelling.
    private static func readTexts(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        if let value = TextEncoding.bytes(hex: text) {
            check(TextEncoding.hex(value).hasSameBytes(as: text), "hexadecimal in two spellings")
        }
        if let value = TextEncoding.bytes(base64: text) {
            check(TextEncoding.base64(value).hasSameBytes(as: text), "base64 in two spellings")
        }
        if let value = UInt64(canonicalDecimal: text) {
            check(String(value).hasSameBytes(as: text), "a number in two spellings")
        }
        if let key = NoteKey(verifierText: text) {
            check(key.verifierText.hasSameBytes(as: text), "a vkey in two spellings")
        }
        if let endpoint = Endpoint(text) {
            // A name may be written with and without brackets; a card refuses one of the two.
            check(Endpoint(endpoint.text) == endpoint, "an endpoint reads back as another one")
        }
        if text.isCalendarDate { check(text.utf8.count == 10, "a day of another form") }
        check(text.normalised.isNormalised, "a normal form that is none")
    }
}
