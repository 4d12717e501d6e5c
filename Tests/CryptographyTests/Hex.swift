import Cryptography
import Testing

/// Bytes of hexadecimal, read by Swift's own number parser; fails the test on anything else.
func hex(_ text: String) throws -> [UInt8] {
    let digits = Array(text)
    try #require(digits.count.isMultiple(of: 2))
    return try stride(from: 0, to: digits.count, by: 2).map { index in
        try #require(UInt8(String(digits[index...index + 1]), radix: 16))
    }
}

/// A key of 32 bytes in hexadecimal.
func secretKey(_ text: String) throws -> SecretKey { try secretKey(try hex(text)) }

/// A key of 32 bytes.
func secretKey(_ bytes: [UInt8]) throws -> SecretKey {
    guard let key = SecretKey(bytes) else { throw WrongLength(count: bytes.count) }
    return key
}

struct WrongLength: Error {
    let count: Int
}

extension [UInt8] {
    /// The bytes with one bit turned, counted from the lowest of the first byte.
    func flipping(bit: Int) -> [UInt8] {
        var bytes = self
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return bytes
    }
}
