/// Why a round with a peer cannot end, as the peer itself shows.
package enum RoundHindrance: Hashable, Sendable {
    /// Its own log is shorter there than here: its store was put back, and it writes no receipt.
    case putBack
    /// It holds more of the own log than this node, whose store was put back.
    case ownPutBack
    /// Its store refuses what it is given, as on a full disk.
    case storeFails
}
