/// What goes wrong all the time in a run, until the calm begins, and how much else is planned.
package struct Faults: Hashable, Sendable {
    /// Share of frames lost, from 0 to 1.
    package var lossRatio = 0.0
    /// Share of frames that come twice.
    package var duplicationRatio = 0.0
    /// Share of frames that later ones may overtake.
    package var reorderingRatio = 0.0
    /// How long a frame travels, in milliseconds.
    package var latencyMilliseconds = 5...40
    /// Share of chunks that the disk fails to sync.
    package var syncFailureRatio = 0.0
    /// Sessions that break.
    package var breakCount = 0
    /// Times that the table falls apart in two.
    package var partitionCount = 0
    /// Times that a node loses everything but its disk.
    package var crashCount = 0
    /// Times that a clock is put forward or back, by an hour or by centuries.
    package var clockJumpCount = 0
    /// Times that a member signs a new card; all but member 1 then listen at another endpoint.
    package var newCardCount = 0
    /// Whether one member, chosen by the seed, cannot be dialled.
    package var hasUnreachable = false
    /// Whether the folder of member 3 is copied while it runs, and both copies go on.
    package var hasCopy = false
    /// Whether a folder is put back to an earlier state.
    package var hasPutBack = false
    /// Whether another member joins by a second version of the charter.
    package var hasJoin = false
    /// How member 4 lies; empty when it does not.
    package var lies: Set<Lie> = []
    /// Whether member 5 lies too: it confirms what member 4 withholds.
    package var hasSecondLiar = false
    /// Whether member 4 keeps two histories, each for other members.
    package var hasTwoFaces = false
    /// Whether the lies go on when everything else is calm.
    package var liesOn = false

    /// A network that only takes its time.
    package init() {}

    /// Everything but liars, copies, folders that are put back and new members.
    package static let honest: Faults = {
        var faults = Faults()
        faults.lossRatio = 0.05
        faults.duplicationRatio = 0.05
        faults.reorderingRatio = 0.1
        faults.latencyMilliseconds = 5...400
        faults.syncFailureRatio = 0.05
        faults.breakCount = 6
        faults.partitionCount = 2
        faults.crashCount = 4
        faults.clockJumpCount = 2
        faults.newCardCount = 3
        faults.hasUnreachable = true
        return faults
    }()

    /// Members of the table in the end.
    package var memberCount: Int { 4 + (self.hasSecondLiar ? 1 : 0) + (self.hasJoin ? 1 : 0) }

    /// Whether what a liar says may stay wrong for ever: then nothing is asked of its own log.
    var isLying: Bool { self.hasTwoFaces || self.liesOn || self.lies.contains(where: \.isLasting) }
}

/// Which faults a run has.
package enum Profile: String, CaseIterable, Hashable, Sendable {
    /// A network that only takes its time.
    case none
    /// Honest members under everything that happens by itself.
    case honest
    /// So, and a folder is copied.
    case copied
    /// So, and a folder is put back.
    case putBack = "put-back"
    /// So, and a member joins.
    case joined
    /// So, and a member lies in every way.
    case liar
    /// So, and another confirms what it withholds.
    case twoLiars = "two-liars"
    /// Chosen by the seed from all of these, and which lies are told.
    case mixed

    /// The faults of a run.
    package func faults(seed: UInt64) -> Faults {
        var faults = Faults.honest
        switch self {
        case .none: return Faults()
        case .honest: break
        case .copied: faults.hasCopy = true
        case .putBack: faults.hasPutBack = true
        case .joined: faults.hasJoin = true
        case .liar: faults.lies = Set(Lie.allCases)
        case .twoLiars:
            faults.lies = Set(Lie.allCases)
            faults.hasSecondLiar = true
        case .mixed: return Self.mixed(seed: seed)
        }
        return faults
    }

    private static func mixed(seed: UInt64) -> Faults {
        var generator = SeededGenerator(seed: ~seed)
        var faults = Faults.honest
        faults.hasCopy = generator.chance(0.25)
        faults.hasPutBack = generator.chance(0.3)
        faults.hasJoin = generator.chance(0.3)
        guard generator.chance(0.6) else { return faults }
        // A few lies at a time: one of them ends the sessions over which the others are told.
        for lie in Lie.allCases where generator.chance(0.25) { faults.lies.insert(lie) }
        faults.hasSecondLiar = generator.chance(0.3)
        if faults.hasSecondLiar { faults.lies.insert(.withholds) }
        faults.hasTwoFaces = !faults.lies.isEmpty && generator.chance(0.3)
        faults.liesOn = generator.chance(0.3)
        return faults
    }
}

/// A way in which a member lies.
package enum Lie: String, CaseIterable, Hashable, Comparable, Sendable {
    /// One byte of a chunk's items is another.
    case changesItems = "changes-items"
    /// Boxes beside the grants of others open nothing.
    case forgesBoxes = "forges-boxes"
    /// Checkpoints of trees that are not.
    case forgesCheckpoints = "forges-checkpoints"
    /// Leaf hashes of nothing.
    case forgesLeaves = "forges-leaves"
    /// One byte of a fill is another.
    case changesFills = "changes-fills"
    /// Frames that do not decode.
    case garbles
    /// Whole entries for whom they are not addressed to.
    case givesEverything = "gives-everything"
    /// Logs that cannot exist: generations that no charter lets begin.
    case namesGenerations = "names-generations"
    /// Heads that leave logs out, or say that they are refused.
    case hidesHeads = "hides-heads"
    /// Digests that say the opposite of what is.
    case falseDigests = "false-digests"
    /// Acknowledgements of what was not stored.
    case falseAcks = "false-acks"
    /// Evidence and proofs that prove nothing.
    case falseProofs = "false-proofs"
    /// Its first card, after newer ones.
    case oldCard = "old-card"
    /// A card with another log key, for one member alone.
    case otherCard = "other-card"
    /// Entries kept back although all is said to be given.
    case withholds
    /// Key grants in its own log whose boxes do not open.
    case sealsWrongly = "seals-wrongly"
    /// Key positions used twice.
    case reusesPositions = "reuses-positions"
    /// Receipts of other entries than it was given, and of such that are not.
    case falseReceipts = "false-receipts"
    /// Operations that supersede and remove what was not written yet.
    case namesFuture = "names-future"
    /// Operations under an audience version that another has followed.
    case staleAudience = "stale-audience"

    /// Whether what comes of it stays when the lying has ended.
    var isLasting: Bool {
        switch self {
        case .changesItems, .forgesBoxes, .forgesCheckpoints, .forgesLeaves, .changesFills,
            .garbles, .givesEverything, .namesGenerations, .hidesHeads, .falseDigests, .oldCard:
            false
        case .falseAcks, .falseProofs, .otherCard, .withholds, .sealsWrongly, .reusesPositions,
            .falseReceipts, .namesFuture, .staleAudience:
            true
        }
    }

    /// Orders by declaration.
    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
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
    /// Gives its keys with them.
    case givesKeys
    /// Stores chunks as they come, without having the engine verify them.
    case storesUnverified
    /// Fails to store one member's log, for ever.
    case refusesLog
    /// Forgets after a crash what it wrote last.
    case losesOwnEntries
    /// Reports own entries as durable, and gives them away, before they are.
    case sendsEarly
    /// Never writes a receipt and says that it did.
    case withholdsReceipts
    /// Never notes that an author has given everything.
    case forgetsCompleteness
    /// Takes every third entry into no case.
    case skipsEntries
    /// Opens nothing that it was not given in a chunk.
    case opensByArrival
    /// Changes what it relays.
    case changesRelayed
    /// Never lets go of a connection.
    case keepsSessions
    /// Throws table files away.
    case dropsTableFiles
    /// Throws evidence away.
    case dropsEvidence
    /// Repeats itself.
    case repeatsHeads
    /// Sends frames over the limit.
    case sendsTooMuch
    /// Tells its user that everybody received what was given.
    case saysReceived
    /// Withdraws from those alone who were given the newest version.
    case withdrawsNewest
    /// Quotes what not all readers were given.
    case quotesEverything
}
