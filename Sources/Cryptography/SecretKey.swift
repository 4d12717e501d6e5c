import CSodium

/// A 32-byte secret: wiped when it goes, never printed, never copied by accident.
///
/// Hand it on with `consuming`, lend it with ``withBytes(_:)``, and say ``duplicate()`` where two
/// owners are really meant. The memory is wiped but not locked: locked pages are few, and a table
/// has thousands of chain keys.
package struct SecretKey: ~Copyable, Sendable {
    /// Length in bytes.
    package static let byteCount = 32

    // Owned by this value alone and never written after `init`, so it may cross threads.
    nonisolated(unsafe) private let storage: UnsafeMutableRawBufferPointer

    private init(uninitialised: Void) {
        Sodium.initialise()
        self.storage = .allocate(byteCount: Self.byteCount, alignment: 8)
    }

    /// Creates a key from the system's random number generator.
    package static func random() -> SecretKey {
        SecretKey { randombytes_buf($0, Self.byteCount) }
    }

    /// Takes over the bytes of a key; `nil` for another length than 32.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(uninitialised: ())
        self.storage.copyBytes(from: bytes)
    }

    /// Creates a key by filling its memory.
    init<Failure>(
        filling fill: (UnsafeMutablePointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        self.init(uninitialised: ())
        guard let address = self.storage.bindMemory(to: UInt8.self).baseAddress else {
            preconditionFailure("a key of 32 bytes has an address")
        }
        try fill(address)
    }

    deinit {
        sodium_memzero(self.storage.baseAddress, Self.byteCount)
        self.storage.deallocate()
    }

    /// Lends the key's bytes for the length of one call.
    package borrowing func withBytes<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(self.storage))
    }

    borrowing func withPointer<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        guard let address = self.storage.bindMemory(to: UInt8.self).baseAddress else {
            preconditionFailure("a key of 32 bytes has an address")
        }
        return body(address)
    }

    /// A second owner of the same secret.
    package borrowing func duplicate() -> SecretKey {
        let copy = SecretKey(uninitialised: ())
        copy.storage.copyMemory(from: UnsafeRawBufferPointer(self.storage))
        return copy
    }

    /// The key's bytes, for a container that is itself secret (a key file, a sealed box).
    ///
    /// The caller wipes the array with ``Swift/Array/wipe()``.
    package borrowing func exposedBytes() -> [UInt8] { Array(self.storage) }

    /// A key for another purpose: `BLAKE2b-256(key, label)` (`Protocol/keys.md` §6).
    package borrowing func derived(_ label: StaticString) -> SecretKey {
        SecretKey { output in
            self.withPointer { key in
                label.withUTF8Buffer { label in
                    _ = crypto_generichash(
                        output,
                        Self.byteCount,
                        label.baseAddress,
                        UInt64(label.count),
                        key,
                        Self.byteCount
                    )
                }
            }
        }
    }

    /// `BLAKE2b(key, bytes)` cut to 16 bytes: a name for `bytes` that tells nothing without the key.
    package borrowing func keyedHash16(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 16)
        self.withPointer { key in
            _ = crypto_generichash(
                &output,
                16,
                bytes,
                UInt64(bytes.count),
                key,
                Self.byteCount
            )
        }
        return output
    }

    /// Poly1305 of `bytes` under the key (RFC 8439 §2.5), 16 bytes.
    ///
    /// Of different bytes it is the same only by a chance below 2⁻⁹⁰ for a page of 4 KiB, for who does not know
    /// the key. Under a key that is used more than once it tells about the key: it is no seal by itself, and
    /// nobody may see it.
    package borrowing func polynomialHash(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: Int(crypto_onetimeauth_BYTES))
        self.withPointer { key in
            _ = crypto_onetimeauth(&output, bytes, UInt64(bytes.count), key)
        }
        return output
    }

    /// `SHA-256("tafel/v1/key-commitment", key)` (`Protocol/keys.md` §6).
    package borrowing func commitment() -> Digest {
        var bytes = self.exposedBytes()
        defer { bytes.wipe() }
        return Digest(label: "tafel/v1/key-commitment", bytes)
    }
}

extension [UInt8] {
    /// Overwrites the elements with zeros in a way the optimiser keeps.
    package mutating func wipe() {
        self.withUnsafeMutableBytes { buffer in
            guard let address = buffer.baseAddress else { return }
            sodium_memzero(address, buffer.count)
        }
    }
}

/// One-time initialisation of libsodium.
enum Sodium {
    private static let isReady = sodium_init() >= 0

    static func initialise() {
        precondition(self.isReady, "libsodium could not be initialised")
    }
}

/// The system's random number generator.
package enum Randomness {
    /// Fresh random bytes.
    package static func bytes(count: Int) -> [UInt8] {
        Sodium.initialise()
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            guard let address = buffer.baseAddress else { return }
            randombytes_buf(address, count)
            initializedCount = count
        }
    }
}
