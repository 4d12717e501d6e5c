extension NodeKeys {
    /// Makes the keys that follow from a seed: for simulated nodes, whose runs are repeated.
    ///
    /// The TLS key is 32 bytes like the others and no more than that.
    package static func derived(from seed: borrowing SecretKey) -> NodeKeys {
        NodeKeys(
            storage: seed.derived("tafel/v1/simulated/storage"),
            identity: SigningKey(seed: seed.derived("tafel/v1/simulated/identity")),
            log: SigningKey(seed: seed.derived("tafel/v1/simulated/log")),
            witness: SigningKey(seed: seed.derived("tafel/v1/simulated/witness")),
            sealing: SealingKey(seed.derived("tafel/v1/simulated/sealing")),
            tls: seed.derived("tafel/v1/simulated/tls")
        )
    }
}
