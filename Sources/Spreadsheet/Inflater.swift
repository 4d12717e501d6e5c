/// Why bytes are not DEFLATE.
enum InflateError: Error, Hashable {
    /// They end before the last block does.
    case truncated
    /// A block has a kind, a size, a code or a distance that there is not.
    case malformed
}

/// Expands DEFLATE (RFC 1951) piece by piece.
///
/// Memory is bounded by the input that was fed and not read, the 32 KiB behind the newest byte, and
/// one piece.
struct Inflater: Sendable {
    private static let windowBytes = 1 << 15
    /// More bits than the header of a block and its codes can have, in bytes.
    private static let headerBytesMost = 1024
    /// More bytes than a length and a distance can have.
    private static let symbolBytesMost = 8

    private enum State {
        case header
        case stored(byteCount: Int)
        case codes(literals: HuffmanTable, distances: HuffmanTable)
        case done
    }

    private var state = State.header
    private var isLastBlock = false
    private var input: [UInt8] = []
    private var position = 0
    private var isLastInput = false
    private var bits: UInt64 = 0
    private var bitCount = 0
    /// The window, and behind it what was expanded since.
    private var output: [UInt8] = []
    private var given = 0

    /// Whether the last block has been read, and all of it given.
    var isDone: Bool {
        if case .done = self.state { self.given == self.output.count } else { false }
    }

    /// Takes more input.
    mutating func feed(_ bytes: [UInt8], isLast: Bool) {
        self.input.removeFirst(self.position)
        self.input += bytes
        self.position = 0
        self.isLastInput = isLast
    }

    /// Expands until there are `byteCount` bytes or a little more, or more input is needed.
    ///
    /// - Throws: `InflateError`.
    mutating func read(atLeast byteCount: Int) throws(InflateError) -> [UInt8] {
        while self.output.count - self.given < byteCount {
            switch self.state {
            case .header:
                guard self.hasInput(Self.headerBytesMost) else { return self.give() }
                try self.readHeader()
            case .stored(let count):
                guard self.hasInput(1) else { return self.give() }
                try self.copyStored(count)
            case .codes(let literals, let distances):
                guard self.hasInput(Self.symbolBytesMost) else { return self.give() }
                try self.expand(literals, distances, until: self.given + byteCount)
            case .done: return self.give()
            }
        }
        return self.give()
    }

    /// Whether so many bytes are there, or no more will come.
    private func hasInput(_ byteCount: Int) -> Bool {
        self.isLastInput || self.input.count - self.position >= byteCount
    }

    /// Gives what was expanded, and keeps what later matches may name.
    private mutating func give() -> [UInt8] {
        let piece = Array(self.output[self.given...])
        if self.output.count > Self.windowBytes {
            self.output.removeFirst(self.output.count - Self.windowBytes)
        }
        self.given = self.output.count
        return piece
    }

    private mutating func fill() {
        while self.bitCount <= 48, self.position < self.input.count {
            self.bits |= UInt64(self.input[self.position]) << UInt64(self.bitCount)
            self.position += 1
            self.bitCount += 8
        }
    }

    private mutating func take(_ count: Int) throws(InflateError) -> Int {
        self.fill()
        guard self.bitCount >= count else { throw .truncated }
        let value = Int(self.bits & (1 << UInt64(count) - 1))
        self.bits >>= UInt64(count)
        self.bitCount -= count
        return value
    }

    private mutating func symbol(_ table: HuffmanTable) throws(InflateError) -> Int {
        self.fill()
        let (symbol, length) = table.symbol(self.bits)
        guard length > 0 else { throw .malformed }
        guard self.bitCount >= length else { throw .truncated }
        self.bits >>= UInt64(length)
        self.bitCount -= length
        return symbol
    }

    private mutating func readHeader() throws(InflateError) {
        guard !self.isLastBlock else {
            self.state = .done
            return
        }
        self.isLastBlock = try self.take(1) == 1
        switch try self.take(2) {
        case 0:
            let odd = self.bitCount % 8
            _ = try self.take(odd)
            let count = try self.take(16)
            guard try self.take(16) == ~count & 0xFFFF else { throw .malformed }
            self.state = .stored(byteCount: count)
        case 1: self.state = .codes(literals: .fixedLiterals, distances: .fixedDistances)
        case 2: self.state = try self.readCodes()
        default: throw .malformed
        }
    }

    private mutating func copyStored(_ byteCount: Int) throws(InflateError) {
        var rest = byteCount
        // Bytes that were read ahead come first.
        while rest > 0, self.bitCount >= 8 {
            self.output.append(UInt8(truncatingIfNeeded: self.bits))
            self.bits >>= 8
            self.bitCount -= 8
            rest -= 1
        }
        let count = min(rest, self.input.count - self.position)
        self.output += self.input[self.position..<self.position + count]
        self.position += count
        rest -= count
        guard rest == 0 || !self.isLastInput else { throw .truncated }
        self.state = rest == 0 ? .header : .stored(byteCount: rest)
    }

    /// Reads the lengths of a block's own codes (RFC 1951 §3.2.7).
    private mutating func readCodes() throws(InflateError) -> State {
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        let literalCount = try self.take(5) + 257
        let distanceCount = try self.take(5) + 1
        let lengthCount = try self.take(4) + 4
        var lengthLengths = [UInt8](repeating: 0, count: 19)
        for place in order.prefix(lengthCount) { lengthLengths[place] = UInt8(try self.take(3)) }
        let lengths = try HuffmanTable(lengthLengths)
        var all: [UInt8] = []
        while all.count < literalCount + distanceCount {
            let symbol = try self.symbol(lengths)
            switch symbol {
            case 16:
                guard let last = all.last else { throw .malformed }
                all += [UInt8](repeating: last, count: 3 + (try self.take(2)))
            case 17: all += [UInt8](repeating: 0, count: 3 + (try self.take(3)))
            case 18: all += [UInt8](repeating: 0, count: 11 + (try self.take(7)))
            default: all.append(UInt8(symbol))
            }
        }
        guard all.count == literalCount + distanceCount, all[256] > 0, literalCount <= 286,
            distanceCount <= 30
        else { throw .malformed }
        return .codes(
            literals: try HuffmanTable(Array(all[..<literalCount])),
            distances: try HuffmanTable(Array(all[literalCount...]))
        )
    }

    /// Expands literals and matches until the block ends, `end` bytes are there or input runs short.
    private mutating func expand(
        _ literals: HuffmanTable,
        _ distances: HuffmanTable,
        until end: Int
    ) throws(InflateError) {
        while self.output.count < end, self.hasInput(Self.symbolBytesMost) {
            let symbol = try self.symbol(literals)
            guard symbol > 255 else {
                self.output.append(UInt8(symbol))
                continue
            }
            guard symbol != 256 else {
                self.state = .header
                return
            }
            guard symbol <= 285 else { throw .malformed }
            let index = symbol - 257
            let length =
                MatchCodes.lengthBase[index] + (try self.take(MatchCodes.lengthBits[index]))
            let code = try self.symbol(distances)
            guard code < 30 else { throw .malformed }
            let far = MatchCodes.distanceBase[code] + (try self.take(MatchCodes.distanceBits[code]))
            guard far <= self.output.count else { throw .malformed }
            self.copy(length, from: far)
        }
    }

    private mutating func copy(_ length: Int, from distance: Int) {
        let start = self.output.count - distance
        // Byte by byte: a match may reach into what it makes itself, and a slice of the output would have
        // it copied as a whole.
        for place in start..<start + length { self.output.append(self.output[place]) }
    }
}

/// What the codes of matches stand for (RFC 1951 §3.2.5).
private enum MatchCodes {
    static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    /// A code for 258 alone comes last, which the one before could name too.
    static let lengthBase = Self.bases(Self.lengthBits.dropLast(), from: 3) + [258]
    static let distanceBits = (0..<30).map { max(0, $0 / 2 - 1) }
    static let distanceBase = Self.bases(Self.distanceBits[...], from: 1)

    /// Each code begins where the one before ends.
    private static func bases(_ bits: ArraySlice<Int>, from first: Int) -> [Int] {
        var next = first
        return bits.map { count in
            defer { next += 1 << count }
            return next
        }
    }
}
