/// What goes wrong in a run, and how often, until the calm begins.
package struct Faults: Hashable, Sendable {
    /// Share of frames lost, from 0 to 1.
    package var lossRatio: Double
    /// Share of frames that come twice.
    package var duplicationRatio: Double
    /// Share of frames that later ones may overtake.
    package var reorderingRatio: Double
    /// How long a frame travels, in milliseconds.
    package var latencyMilliseconds: ClosedRange<Int>
    /// Share of chunks that the disk fails to sync.
    package var syncFailureRatio: Double
    /// Sessions that break.
    package var breakCount: Int
    /// Times that the table falls apart in two.
    package var partitionCount: Int
    /// Times that a node loses everything but its disk.
    package var crashCount: Int
    /// Times that a clock is put forward or back.
    package var clockJumpCount: Int
    /// Times that a member signs a new card.
    package var newCardCount: Int
    /// Whether one member, chosen by the seed, cannot be dialled.
    package var hasUnreachable: Bool
    /// Whether the folder of member 3 is copied while it runs, and both copies go on.
    package var hasCopy: Bool
    /// Whether the member with the highest number lies: changed bytes, forged checkpoints, boxes of
    /// its own making, entries to everybody, frames that do not decode.
    package var hasLiar: Bool

    /// Creates faults.
    package init(
        lossRatio: Double,
        duplicationRatio: Double,
        reorderingRatio: Double,
        latencyMilliseconds: ClosedRange<Int>,
        syncFailureRatio: Double,
        breakCount: Int,
        partitionCount: Int,
        crashCount: Int,
        clockJumpCount: Int,
        newCardCount: Int,
        hasUnreachable: Bool,
        hasCopy: Bool,
        hasLiar: Bool
    ) {
        self.lossRatio = lossRatio
        self.duplicationRatio = duplicationRatio
        self.reorderingRatio = reorderingRatio
        self.latencyMilliseconds = latencyMilliseconds
        self.syncFailureRatio = syncFailureRatio
        self.breakCount = breakCount
        self.partitionCount = partitionCount
        self.crashCount = crashCount
        self.clockJumpCount = clockJumpCount
        self.newCardCount = newCardCount
        self.hasUnreachable = hasUnreachable
        self.hasCopy = hasCopy
        self.hasLiar = hasLiar
    }

    /// A network that only takes its time.
    package static let none = Faults(
        lossRatio: 0,
        duplicationRatio: 0,
        reorderingRatio: 0,
        latencyMilliseconds: 5...40,
        syncFailureRatio: 0,
        breakCount: 0,
        partitionCount: 0,
        crashCount: 0,
        clockJumpCount: 0,
        newCardCount: 0,
        hasUnreachable: false,
        hasCopy: false,
        hasLiar: false
    )

    /// Everything but a liar.
    package static let honest = Faults(
        lossRatio: 0.05,
        duplicationRatio: 0.05,
        reorderingRatio: 0.1,
        latencyMilliseconds: 5...400,
        syncFailureRatio: 0.05,
        breakCount: 6,
        partitionCount: 2,
        crashCount: 4,
        clockJumpCount: 2,
        newCardCount: 3,
        hasUnreachable: true,
        hasCopy: false,
        hasLiar: false
    )

    /// Everything but a liar, and a folder that is copied.
    package static let copied: Faults = {
        var faults = Faults.honest
        faults.hasCopy = true
        return faults
    }()

    /// Everything but a copied folder.
    package static let all: Faults = {
        var faults = Faults.honest
        faults.hasLiar = true
        return faults
    }()
}

/// A fault planted in one node's shell, to see that the checks find it.
package enum Sabotage: String, CaseIterable, Hashable, Sendable {
    /// Every node is as it should be.
    case none
    /// Reports chunks as durable before they are.
    case acknowledgesEarly
    /// Says that fills were stored and throws them away.
    case dropsFills
    /// Gives full entries to everybody.
    case givesEverything
    /// Stores chunks as they come, without having the engine verify them.
    case storesUnverified
    /// Forgets after a crash what it wrote last.
    case losesOwnEntries
    /// Never writes a receipt and says that it did.
    case withholdsReceipts
}
