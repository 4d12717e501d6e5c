/// How the characters of a text file became bytes, as far as its first bytes tell.
package enum TextForm: String, Hashable, Sendable {
    /// UTF-8.
    case utf8 = "utf-8"
    /// UTF-16, the low byte of each unit first, as Windows writes it.
    case utf16LittleEndian = "utf-16le"
    /// UTF-16, the high byte of each unit first.
    case utf16BigEndian = "utf-16be"

    /// Bytes that are looked at.
    package static let signByteCount = 4

    /// A form that is certain, and the bytes of the mark that says so.
    package struct Sign: Hashable, Sendable {
        /// The form.
        package let form: TextForm
        /// Bytes of the byte-order mark, which is no part of the text; 0 when there is none.
        package let markByteCount: Int
    }

    /// Returns the form that the beginning of a file leaves no doubt about; nil where there is doubt.
    ///
    /// A byte-order mark is certain. So are two characters of ASCII as UTF-16: every other of the first
    /// four bytes is zero, and no text in another form begins so.
    ///
    /// - Parameter start: The first `signByteCount` bytes, or all when there are fewer.
    /// - Returns: The form and the size of its mark.
    package static func sign(of start: some Collection<UInt8>) -> Sign? {
        let bytes = Array(start.prefix(Self.signByteCount))
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            return Sign(form: .utf8, markByteCount: 3)
        }
        if bytes.starts(with: [0xFF, 0xFE]) {
            return Sign(form: .utf16LittleEndian, markByteCount: 2)
        }
        if bytes.starts(with: [0xFE, 0xFF]) {
            return Sign(form: .utf16BigEndian, markByteCount: 2)
        }
        guard bytes.count == Self.signByteCount else { return nil }
        let isZero = bytes.map { $0 == 0 }
        if isZero == [false, true, false, true] {
            return Sign(form: .utf16LittleEndian, markByteCount: 0)
        }
        if isZero == [true, false, true, false] {
            return Sign(form: .utf16BigEndian, markByteCount: 0)
        }
        return nil
    }
}
