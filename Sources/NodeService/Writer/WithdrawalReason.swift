/// Reasons that the node itself gives for a withdrawal.
package enum WithdrawalReason {
    /// Where a record is shared anew with fewer and what was given before is taken back.
    ///
    /// Everybody reads it who had the fragment, also those who were left out: it says nothing of what
    /// others are given.
    package static let takenBack = "taken back by its owner"
}
