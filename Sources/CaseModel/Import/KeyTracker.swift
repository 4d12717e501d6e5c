/// Remembers the keys of one file, to tell repeats with the same contents from other repeats.
///
/// Only digests are kept: 32 bytes a key (128 bits of the key, 64 of the contents, the line), so
/// ten million rows take some 0.6 GiB with the free room of the dictionary. Two keys with equal
/// digests would be reported as a repeat, and nothing else would follow from it.
package struct KeyTracker: Sendable {
    /// Most different keys of one file.
    package static let keysMax = 20_000_000

    /// What is known about a key when it comes.
    package enum Verdict: Hashable, Sendable {
        /// The key was not seen before.
        case new
        /// The key came with the same contents, last on that line.
        case same(line: Int)
        /// The key came with other contents, last on that line.
        case changed(line: Int)
        /// The key is one more than can be remembered.
        case full
    }

    private struct Digest: Hashable {
        let high: UInt64
        let low: UInt64
    }

    private struct Entry {
        let contents: UInt64
        let line: Int
    }

    private let hash: @Sendable ([UInt8]) -> [UInt8]
    private let keysMax: Int
    private var entries: [Digest: Entry] = [:]

    /// Creates a tracker that has seen nothing.
    ///
    /// - Parameters:
    ///   - keysMax: Most keys to remember, normally `KeyTracker.keysMax`.
    ///   - hash: A cryptographic hash of at least 16 bytes, such as SHA-256.
    package init(keysMax: Int, hash: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        self.keysMax = keysMax
        self.hash = hash
    }

    /// Notes the key and the contents of `record`, and says what was known of the key before.
    ///
    /// - Complexity: O(bytes of the record).
    package mutating func note(_ record: ImportedRecord, line: Int) -> Verdict {
        let keyHash = self.hash(Array(record.sourceKey.utf8))
        let contentHash = self.hash(record.contentBytes())
        precondition(keyHash.count >= 16 && contentHash.count >= 8, "a hash has 16 bytes or more")
        let key = Digest(high: Self.integer(keyHash[0..<8]), low: Self.integer(keyHash[8..<16]))
        let contents = Self.integer(contentHash[0..<8])
        let earlier = self.entries[key]
        guard earlier != nil || self.entries.count < self.keysMax else { return .full }
        self.entries[key] = Entry(contents: contents, line: line)
        guard let earlier else { return .new }
        return earlier.contents == contents
            ? .same(line: earlier.line) : .changed(line: earlier.line)
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
