import PlainText

/// Reads the start of a text file: how its characters became bytes, and whether its first line names
/// the delimiter; then hands on the rest as it comes.
///
/// What is certain counts before what the mapping says: a byte-order mark, and UTF-16 that can be
/// nothing else (``PlainText/TextForm``).
struct FileStart: Sendable {
    /// Most bytes behind the delimiter that a line names.
    static let separatorLineBytesMax = 1024

    /// What the start of a file said.
    struct Verdict: Hashable, Sendable {
        /// How the rest is to be read, which comes as UTF-8 where it was UTF-16.
        let encoding: Mapping.Encoding
        /// The form of the file where it is not the one that the mapping says.
        let detected: TextForm?
        /// The delimiter that the first line named, which is no row.
        let separator: UInt8?
    }

    private let declared: Mapping.Encoding
    private let hasSeparatorLine: Bool
    private var start: [UInt8] = []
    private var decoder: UTF16Decoder?
    private var encoding: Mapping.Encoding?
    private var detected: TextForm?
    /// What was found; nil until enough of the file has come.
    private(set) var verdict: Verdict?

    /// Creates a reader at the start of a file.
    ///
    /// `hasSeparatorLine`: Whether the format is one whose first line may name the delimiter.
    init(declared: Mapping.Encoding, hasSeparatorLine: Bool) {
        self.declared = declared
        self.hasSeparatorLine = hasSeparatorLine
    }

    /// Takes the next piece of the file; the text that can be read by now, empty before the verdict.
    ///
    /// - Throws: `ImportError.encodingUncertain`, `.isWorkbook`.
    mutating func feed(_ chunk: [UInt8]) throws(ImportError) -> [UInt8] {
        try self.take(chunk, isLast: false)
    }

    /// Says that the file has ended; what is left of it.
    ///
    /// There is a verdict from then on.
    ///
    /// - Throws: `ImportError.encodingUncertain`, `.isWorkbook`.
    mutating func finish() throws(ImportError) -> [UInt8] {
        try self.take([], isLast: true)
    }

    private mutating func take(_ chunk: [UInt8], isLast: Bool) throws(ImportError) -> [UInt8] {
        guard self.verdict == nil else { return self.decoded(chunk, isLast: isLast) }
        if self.encoding == nil {
            self.start += chunk
            guard self.start.count >= TextForm.signByteCount || isLast else { return [] }
            let raw = try self.detect()
            self.start = self.decoded(raw, isLast: isLast)
        } else {
            self.start += self.decoded(chunk, isLast: isLast)
        }
        guard let encoding = self.encoding else { return [] }
        let line = self.hasSeparatorLine ? Self.separatorLine(self.start, isLast: isLast) : .none
        let separator: UInt8?
        switch line {
        case .uncertain: return []
        case .none: separator = nil
        case .found(let byte, let byteCount):
            separator = byte
            self.start.removeFirst(byteCount)
        }
        self.verdict = Verdict(encoding: encoding, detected: self.detected, separator: separator)
        defer { self.start = [] }
        return self.start
    }

    /// Settles the encoding, and returns what stands behind the mark.
    private mutating func detect() throws(ImportError) -> [UInt8] {
        if self.start.starts(with: [0x50, 0x4B, 0x03, 0x04]) { throw .isWorkbook(isOld: false) }
        if self.start.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { throw .isWorkbook(isOld: true) }
        let sign = TextForm.sign(of: self.start)
        let declared: TextForm? =
            switch self.declared {
            case .utf8: .utf8
            case .utf16LittleEndian: .utf16LittleEndian
            case .utf16BigEndian: .utf16BigEndian
            case .utf16, .latin1, .windows1252, .macRoman: nil
            }
        guard let form = sign?.form ?? declared else {
            if self.declared == .utf16 { throw .encodingUncertain }
            self.encoding = self.declared
            return self.start
        }
        let isExpected = form == declared || self.declared == .utf16 && form != .utf8
        self.detected = isExpected ? nil : form
        self.encoding = .utf8
        if form != .utf8 { self.decoder = UTF16Decoder(isBigEndian: form == .utf16BigEndian) }
        return Array(self.start.dropFirst(sign?.markByteCount ?? 0))
    }

    private mutating func decoded(_ bytes: [UInt8], isLast: Bool) -> [UInt8] {
        guard self.decoder != nil else { return bytes }
        let text = self.decoder?.decode(bytes) ?? []
        return isLast ? text + (self.decoder?.finish() ?? []) : text
    }

    private enum SeparatorLine {
        case uncertain
        case none
        case found(UInt8, byteCount: Int)
    }

    /// Looks for `sep=` and one character on the first line, in quotes or not, with nothing but
    /// delimiters behind it.
    private static func separatorLine(_ bytes: [UInt8], isLast: Bool) -> SeparatorLine {
        let isQuoted = bytes.first == UInt8(ascii: "\"")
        let body = isQuoted ? bytes.dropFirst() : bytes[...]
        let word = Array("sep=".utf8)
        for (byte, expected) in zip(body, word) {
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            guard (isUpper ? byte | 0x20 : byte) == expected else { return .none }
        }
        guard body.count > word.count else { return isLast ? .none : .uncertain }
        let separator = body[body.startIndex + word.count]
        guard separator >= 0x09, separator < 0x7F, !Array("\"\r\n".utf8).contains(separator) else {
            return .none
        }
        let rest = body.dropFirst(word.count + 1)
        let padding = [separator] + Array(" \t,;\"".utf8)
        let looked = rest.prefix(Self.separatorLineBytesMax + 1)
        guard let end = looked.firstIndex(where: { !padding.contains($0) }) else {
            guard looked.count <= Self.separatorLineBytesMax else { return .none }
            return isLast ? .found(separator, byteCount: bytes.count) : .uncertain
        }
        guard bytes[end] == UInt8(ascii: "\n") || bytes[end] == UInt8(ascii: "\r"),
            !isQuoted || rest.first == UInt8(ascii: "\"")
        else { return .none }
        guard bytes[end] == UInt8(ascii: "\r") else { return .found(separator, byteCount: end + 1) }
        guard end + 1 < bytes.count || isLast else { return .uncertain }
        let isPair = end + 1 < bytes.count && bytes[end + 1] == UInt8(ascii: "\n")
        return .found(separator, byteCount: end + (isPair ? 2 : 1))
    }
}
