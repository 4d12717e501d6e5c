/// Text files that people write or carry, as editors and mail programs leave them.
package enum TextFile {
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Returns a whole file as UTF-8 without a byte-order mark, its lines ending in LF.
    ///
    /// A file that is certainly UTF-16 becomes UTF-8; CR LF and a CR alone become LF. Bytes that are no
    /// text stay, or become others that are none: whoever decodes them finds that out.
    ///
    /// - Complexity: O(length).
    package static func lines(of bytes: [UInt8]) -> [UInt8] {
        let text = Self.utf8(of: bytes)
        guard text.contains(Self.carriageReturn) else { return text }
        var lines: [UInt8] = []
        lines.reserveCapacity(text.count)
        var isAfterReturn = false
        for byte in text {
            if byte == Self.carriageReturn {
                lines.append(Self.lineFeed)
            } else if byte != Self.lineFeed || !isAfterReturn {
                lines.append(byte)
            }
            isAfterReturn = byte == Self.carriageReturn
        }
        return lines
    }

    /// Returns a whole file as UTF-8 without a byte-order mark.
    private static func utf8(of bytes: [UInt8]) -> [UInt8] {
        guard let sign = TextForm.sign(of: bytes) else { return bytes }
        let text = bytes.dropFirst(sign.markByteCount)
        guard sign.form != .utf8 else { return Array(text) }
        var decoder = UTF16Decoder(isBigEndian: sign.form == .utf16BigEndian)
        return decoder.decode(text) + decoder.finish()
    }
}
