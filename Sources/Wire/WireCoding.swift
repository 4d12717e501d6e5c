package import SwiftProtobuf

import FoundationEssentials

/// Why bytes from outside are not a message we take.
package enum WireError: Error, Hashable, Sendable {
    /// Not protobuf of this message.
    case malformed
    /// Protobuf of this message in another than the canonical form, or with unknown fields.
    case notCanonical
    /// A field, by its name in the `.proto` file, is missing or outside its range.
    case field(String)
    /// A field, by its name in the `.proto` file, or the frame itself as `message`, is past a limit of
    /// `Protocol/sync.md` §4.
    case limit(String)
}

extension Message {
    /// Decodes a message and refuses every form but the canonical one.
    ///
    /// Canonical is what this library writes: fields ascending, defaults left out, shortest
    /// numbers, nothing unknown (`Protocol/proto/payloads.proto`).
    ///
    /// - Complexity: O(bytes), twice.
    package init(canonical bytes: [UInt8]) throws(WireError) {
        do {
            var options = BinaryDecodingOptions()
            options.messageDepthLimit = 8
            options.discardUnknownFields = true
            self = try Self(serializedBytes: bytes, options: options)
        } catch {
            throw .malformed
        }
        guard self.canonicalBytes == bytes else { throw .notCanonical }
    }

    /// The canonical bytes.
    package var canonicalBytes: [UInt8] {
        do {
            return try self.serializedBytes()
        } catch {
            preconditionFailure("a message without required fields and under 2 GiB can be written")
        }
    }
}

extension Data {
    /// The bytes as an array.
    package var array: [UInt8] { Array(self) }
}
