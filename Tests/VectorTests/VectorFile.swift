import Cryptography
import Foundation
import SyncLog
import Testing

/// One case of a vector file; tests report it by its name.
protocol VectorCase: Decodable, Sendable, CustomTestStringConvertible {
    /// Unique in its file.
    var name: String { get }
}

extension VectorCase {
    var testDescription: String { self.name }
}

/// Reads the files of `Protocol/vectors`, which a program in another language wrote.
enum VectorFile {
    /// A file as its README describes it.
    struct Contents<Case: Decodable>: Decodable {
        let source: String
        let cases: [Case]
    }

    /// A vector file that would let a test pass without testing.
    struct Empty: Error {
        let path: String
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Protocol/vectors")

    /// The cases of a file, by its path below `Protocol/vectors`.
    ///
    /// `snake_case` keys are read into `camelCase` properties.
    static func cases<Case: VectorCase>(_ path: String) throws -> [Case] {
        let data = try Data(contentsOf: self.folder.appending(path: path))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let cases = try decoder.decode(Contents<Case>.self, from: data).cases
        guard !cases.isEmpty else { throw Empty(path: path) }
        return cases
    }
}

/// Bytes, in lower-case hexadecimal.
struct Hex: Decodable, Hashable, Sendable {
    let bytes: [UInt8]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let bytes = TextEncoding.bytes(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not lower-case hexadecimal"
            )
        }
        self.bytes = bytes
    }

    /// The bytes as a hash; fails the test when they are not 32.
    func digest() throws -> Digest { try #require(Digest(self.bytes)) }

    /// The bytes as a public key; fails the test when they are not 32.
    func verifyingKey() throws -> VerifyingKey { try #require(VerifyingKey(self.bytes)) }

    /// The bytes as a secret; fails the test when they are not 32.
    func secretKey() throws -> SecretKey {
        guard let key = SecretKey(self.bytes) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "a key has 32 bytes")
            )
        }
        return key
    }
}

/// A recipient as the vectors name it; the number may be outside its range.
struct VectorRecipient: Decodable, Sendable {
    let member: UInt64
    let ground: String
}

extension Audience {
    /// The list of a vector; `nil` when it is refused, or a number is none.
    init?(_ recipients: [VectorRecipient]) {
        var list: [Recipient] = []
        for recipient in recipients {
            guard let member = MemberNumber(exactly: recipient.member) else { return nil }
            list.append(Recipient(member: member, ground: recipient.ground))
        }
        self.init(list)
    }
}
