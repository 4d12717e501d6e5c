/// Why a round with a peer cannot end, as the peer itself shows.
package enum RoundHindrance: Hashable, Sendable {
    /// Its own log is shorter there than here: its store was put back, and it writes no receipt.
    case putBack
    /// Its store refuses what it is given, as on a full disk.
    case storeFails
}
