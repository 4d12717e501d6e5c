/// Whether a text is JSON as RFC 8259 has it, with each name once in an object: no reader takes it for
/// something else than another does.
struct StrictJSON {
    private let bytes: [UInt8]
    private var place = 0
    private var valueCount = 0
    private var isOverLimit = false

    /// Why a text is not taken.
    enum Fault: Error {
        /// It is not JSON.
        case form
        /// It has more values, or more objects and lists within each other, than may be.
        case limit
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Throws unless a text is one value, of at most ``WebLimits/apiValuesMax`` in all, in at most
    /// ``WebLimits/apiDepthMax`` objects and lists within each other.
    static func check(_ text: String) throws(Fault) {
        var reader = StrictJSON(Array(text.utf8))
        guard reader.value(depth: 0) else { throw reader.isOverLimit ? .limit : .form }
        reader.blanks()
        guard reader.place == reader.bytes.count else { throw .form }
    }

    private var next: UInt8? {
        self.place < self.bytes.count ? self.bytes[self.place] : nil
    }

    private mutating func blanks() {
        while let next = self.next {
            switch next {
            case 0x20, 0x09, 0x0A, 0x0D: self.place += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.next == byte else { return false }
        self.place += 1
        return true
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let wanted = Array("\(word)".utf8)
        guard self.bytes[self.place...].starts(with: wanted) else { return false }
        self.place += wanted.count
        return true
    }

    private mutating func value(depth: Int) -> Bool {
        self.blanks()
        self.valueCount += 1
        let isContainer = self.next == UInt8(ascii: "{") || self.next == UInt8(ascii: "[")
        guard self.valueCount <= WebLimits.apiValuesMax,
            !isContainer || depth < WebLimits.apiDepthMax
        else {
            self.isOverLimit = true
            return false
        }
        switch self.next {
        case UInt8(ascii: "{"): return self.object(depth: depth)
        case UInt8(ascii: "["): return self.list(depth: depth)
        case UInt8(ascii: "\""): return self.passText()
        case UInt8(ascii: "t"): return self.take("true")
        case UInt8(ascii: "f"): return self.take("false")
        case UInt8(ascii: "n"): return self.take("null")
        default: return self.number()
        }
    }

    private mutating func object(depth: Int) -> Bool {
        self.place += 1
        self.blanks()
        if self.take(UInt8(ascii: "}")) { return true }
        var names: Set<[UInt16]> = []
        while true {
            self.blanks()
            guard let name = self.text(), names.insert(name).inserted else { return false }
            self.blanks()
            guard self.take(UInt8(ascii: ":")), self.value(depth: depth + 1) else { return false }
            self.blanks()
            if self.take(UInt8(ascii: "}")) { return true }
            guard self.take(UInt8(ascii: ",")) else { return false }
        }
    }

    private mutating func list(depth: Int) -> Bool {
        self.place += 1
        self.blanks()
        if self.take(UInt8(ascii: "]")) { return true }
        while true {
            guard self.value(depth: depth + 1) else { return false }
            self.blanks()
            if self.take(UInt8(ascii: "]")) { return true }
            guard self.take(UInt8(ascii: ",")) else { return false }
        }
    }

    private mutating func digits() -> Bool {
        let start = self.place
        while let next = self.next, (0x30...0x39).contains(next) { self.place += 1 }
        return self.place > start
    }

    private mutating func number() -> Bool {
        _ = self.take(UInt8(ascii: "-"))
        guard self.take(UInt8(ascii: "0")) || self.digits() else { return false }
        if self.take(UInt8(ascii: ".")), !self.digits() { return false }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            return self.digits()
        }
        return true
    }

    /// A text without its quotation marks, in the units that escapes are of; `nil` for none.
    private mutating func text() -> [UInt16]? {
        guard self.take(UInt8(ascii: "\"")) else { return nil }
        var units: [UInt16] = []
        var start = self.place
        func plain(_ range: Range<Int>) -> [UInt16] {
            Array(String(decoding: self.bytes[range], as: UTF8.self).utf16)
        }
        while let next = self.next {
            switch next {
            case UInt8(ascii: "\""):
                units += plain(start..<self.place)
                self.place += 1
                return units
            case 0..<0x20: return nil
            case UInt8(ascii: "\\"):
                units += plain(start..<self.place)
                self.place += 1
                guard let unit = self.escaped() else { return nil }
                units.append(unit)
                start = self.place
            default: self.place += 1
            }
        }
        return nil
    }

    /// Passes over a text: what stands in it matters for names alone.
    private mutating func passText() -> Bool {
        self.place += 1
        while let next = self.next {
            switch next {
            case UInt8(ascii: "\""):
                self.place += 1
                return true
            case 0..<0x20: return false
            case UInt8(ascii: "\\"):
                self.place += 1
                guard self.escaped() != nil else { return false }
            default: self.place += 1
            }
        }
        return false
    }

    private mutating func escaped() -> UInt16? {
        guard let letter = self.next else { return nil }
        self.place += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(letter)
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"):
            let digits = self.bytes[self.place...].prefix(4)
            // A sign is no digit, though numbers are read with one.
            guard digits.count == 4,
                digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
                let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            self.place += 4
            return unit
        default: return nil
        }
    }
}
