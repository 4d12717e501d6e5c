import CSodium

/// Hexadecimal and base64 as the specification has them: one text per value.
package enum TextEncoding {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Lower-case hexadecimal.
    package static func hex(_ bytes: some Sequence<UInt8>) -> String { self.hex(Array(bytes)) }

    /// Lower-case hexadecimal.
    ///
    /// For arrays of their own: a view has thousands of IDs.
    package static func hex(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
            for (place, byte) in bytes.enumerated() {
                text[2 * place] = self.digits[Int(byte >> 4)]
                text[2 * place + 1] = self.digits[Int(byte & 15)]
            }
            return 2 * bytes.count
        }
    }

    /// Bytes of lower-case hexadecimal; `nil` for anything else.
    package static func bytes(hex text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = self.value(digits[index]), let low = self.value(digits[index + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// Base64 with padding (RFC 4648 §4).
    package static func base64(_ bytes: [UInt8]) -> String {
        let variant = sodium_base64_VARIANT_ORIGINAL
        var output = [CChar](
            repeating: 0,
            count: sodium_base64_encoded_len(bytes.count, variant)
        )
        sodium_bin2base64(&output, output.count, bytes, bytes.count, variant)
        return String(decoding: output.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Bytes of base64 with padding; `nil` for anything else, unused bits that are not zero included.
    package static func bytes(base64 text: some StringProtocol) -> [UInt8]? {
        let characters = text.utf8.map { CChar(bitPattern: $0) }
        var output = [UInt8](repeating: 0, count: characters.count / 4 * 3 + 3)
        var count = 0
        let code = sodium_base642bin(
            &output,
            output.count,
            characters,
            characters.count,
            nil,
            &count,
            nil,
            sodium_base64_VARIANT_ORIGINAL
        )
        guard code == 0 else { return nil }
        output.removeLast(output.count - count)
        // libsodium skips nothing here, but one text per value is what we promise.
        return self.base64(output).utf8.elementsEqual(text.utf8) ? output : nil
    }
}
