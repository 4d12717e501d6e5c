/// The private keys of a node and the key its store is encrypted under (`Protocol/keys.md` §1, §8).
package struct NodeKeys: ~Copyable, Sendable {
    /// Encrypts everything at rest.
    package let storage: SecretKey
    /// Signs cards and charters.
    package let identity: SigningKey
    /// Signs checkpoints.
    package let log: SigningKey
    /// Cosigns the checkpoints of others.
    package let witness: SigningKey
    /// Opens boxes.
    package let sealing: SealingKey
    /// Private scalar of the P-256 key for TLS, 32 bytes.
    package let tls: SecretKey

    /// Makes the keys of a new node.
    ///
    /// `tls`: A valid P-256 private scalar, made by the TLS library.
    package static func generate(tls: consuming SecretKey) -> NodeKeys {
        NodeKeys(
            storage: .random(),
            identity: SigningKey(seed: .random()),
            log: SigningKey(seed: .random()),
            witness: SigningKey(seed: .random()),
            sealing: SealingKey(.random()),
            tls: tls
        )
    }
}
