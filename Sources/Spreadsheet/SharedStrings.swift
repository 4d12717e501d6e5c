/// The texts that cells name by their number (ECMA-376 part 1, §18.4).
struct SharedStrings: Sendable {
    private var bytes: [UInt8] = []
    /// Where each text ends in `bytes`.
    private var ends: [UInt32] = []

    /// No texts.
    init() {}

    /// Reads the texts of a workbook.
    ///
    /// - Throws: `WorkbookError`.
    init(_ path: String, in archive: ZipArchive, limits: WorkbookLimits) throws(WorkbookError) {
        var document = try Part(
            path,
            in: archive,
            bytesMax: limits.stringsPartBytes,
            limits: limits
        )
        var text = RichText()
        while let event = try document.next() {
            guard text.take(event, of: "si") else { continue }
            guard self.ends.count < limits.strings else {
                throw document.overLimit("\(limits.strings) texts")
            }
            self.bytes += text.result.utf8
            guard self.bytes.count <= limits.stringBytes else {
                throw document.overLimit("\(limits.stringBytes) bytes of texts")
            }
            self.ends.append(UInt32(self.bytes.count))
        }
    }

    /// Returns a text; nil when there is none of that number.
    ///
    /// - Complexity: O(length).
    func text(_ index: Int) -> String? {
        guard self.ends.indices.contains(index) else { return nil }
        let start = index == 0 ? 0 : Int(self.ends[index - 1])
        return String(decoding: self.bytes[start..<Int(self.ends[index])], as: UTF8.self)
    }
}

/// A text of one or several runs, without how they look and how they are pronounced.
struct RichText: Sendable {
    /// The text since its element began.
    private(set) var result = ""
    private var isInText = false
    private var isInPronunciation = false

    /// Takes an event; true when the element `name` ends, which holds the text.
    mutating func take(_ event: XMLEvent, of name: String) -> Bool {
        switch event {
        case .start(let tag):
            switch tag.name {
            case name: self.result = ""
            case "t": self.isInText = true
            case "rPh": self.isInPronunciation = true
            default: break
            }
        case .text(let text): if self.isInText, !self.isInPronunciation { self.result += text }
        case .end("t"): self.isInText = false
        case .end("rPh"): self.isInPronunciation = false
        case .end(name):
            self.result = Self.unescaped(self.result)
            return true
        case .end: break
        }
        return false
    }

    /// Returns a text with the characters that XML cannot hold, which stand there as `_xHHHH_`
    /// (ECMA-376 part 1, §22.9.2.19).
    static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "_")) else { return text }
        let bytes = Array(text.utf8)
        var result = ""
        var place = 0
        var start = 0
        while let mark = bytes[place...].firstIndex(of: UInt8(ascii: "_")) {
            // Halves of one character stand side by side.
            var units: [UInt16] = []
            place = mark
            while let unit = self.unit(bytes[place...].prefix(7)) {
                units.append(unit)
                place += 7
            }
            guard !units.isEmpty else {
                place = mark + 1
                continue
            }
            result += String(decoding: bytes[start..<mark], as: UTF8.self)
            result += String(decoding: units, as: UTF16.self)
            start = place
        }
        return result + String(decoding: bytes[start...], as: UTF8.self)
    }

    private static func unit(_ bytes: ArraySlice<UInt8>) -> UInt16? {
        guard bytes.count == 7, bytes.starts(with: "_x".utf8), bytes.last == UInt8(ascii: "_")
        else {
            return nil
        }
        let digits = bytes.dropFirst(2).dropLast()
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
