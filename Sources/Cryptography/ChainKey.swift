/// One link of an author's key chain (`Protocol/keys.md` §6).
///
/// Whoever holds the chain key of position n can derive every content key from n on and none
/// before.
package struct ChainKey: ~Copyable, Sendable {
    /// The position whose content key this link gives.
    package let position: UInt32
    private let key: SecretKey

    /// Wraps the chain key of `position`.
    package init(_ key: consuming SecretKey, position: UInt32) {
        self.key = key
        self.position = position
    }

    /// A new chain, at position 0.
    package static func random() -> ChainKey { ChainKey(.random(), position: 0) }

    /// The content key of this position.
    package borrowing func contentKey() -> SecretKey { self.key.derived("tafel/v1/content-key") }

    /// The next link.
    ///
    /// Positions end at 2^32 - 1; an epoch ends long before.
    package borrowing func next() -> ChainKey {
        precondition(self.position < .max, "an epoch has fewer than 2^32 positions")
        return ChainKey(self.key.derived("tafel/v1/chain-key"), position: self.position + 1)
    }

    /// The commitment that a key grant's header carries.
    package borrowing func commitment() -> Digest { self.key.commitment() }

    /// The chain key's bytes, to be sealed or stored under another key; the caller wipes them.
    package borrowing func exposedBytes() -> [UInt8] { self.key.exposedBytes() }

    /// A second owner of the same link.
    package borrowing func duplicate() -> ChainKey {
        ChainKey(self.key.duplicate(), position: self.position)
    }
}
