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
        String(decoding: self.base64Characters(bytes), as: UTF8.self)
    }

    private static func base64Characters(_ bytes: [UInt8]) -> [UInt8] {
        let variant = sodium_base64_VARIANT_ORIGINAL
        // With a zero at the end, which is none of the text.
        let count = sodium_base64_encoded_len(bytes.count, variant)
        return [UInt8](unsafeUninitializedCapacity: count) { output, outputCount in
            output.withMemoryRebound(to: CChar.self) { characters in
                guard let start = characters.baseAddress else { return }
                sodium_bin2base64(start, count, bytes, bytes.count, variant)
            }
            outputCount = count - 1
        }
    }

    /// Bytes of base64 with padding; `nil` for anything else, unused bits that are not zero included.
    package static func bytes(base64 text: some StringProtocol) -> [UInt8]? {
        let characters = Array(text.utf8)
        var output = [UInt8](repeating: 0, count: characters.count / 4 * 3 + 3)
        var count = 0
        let code = characters.withUnsafeBytes { bytes in
            sodium_base642bin(
                &output,
                output.count,
                bytes.bindMemory(to: CChar.self).baseAddress,
                bytes.count,
                nil,
                &count,
                nil,
                sodium_base64_VARIANT_ORIGINAL
            )
        }
        guard code == 0 else { return nil }
        output.removeLast(output.count - count)
        // libsodium skips nothing here, but one text per value is what we promise.
        return self.base64Characters(output) == characters ? output : nil
    }
}
