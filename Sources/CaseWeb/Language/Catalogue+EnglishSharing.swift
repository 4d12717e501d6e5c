extension Catalogue {
    /// What is said where data is shared, withdrawn or kept from somebody, in English.
    static let englishSharing: [String: String] = [
        "audienceTitle": "Change the audience",
        "audienceLead": """
        Who is left out is told so, keeps what it was given, and is given nothing more of this \
        case by this node. A partner still gives it what it writes before its node knows. Nobody comes in later: what was written before is not given to who comes later.
        """,
        "whoStays": "Who stays",
        "withdrawTitle": "Withdraw a fragment",
        "withdrawFromWhom": "Withdraw from",
        "withdrawFromAll": "Withdrawn from everybody who has it.",
        "nobodyToLeaveOut":
            "There is one partner in this case. It cannot be left out: withdraw what was shared.",
        "withdrawFromCertain":
            "From %1 it is withdrawn in any case: not in the case any more, or with another version.",
        "reasonReaders": "This reason is read by all who were given the fragment: %1.",
        "reasonTakenBack": "taken back by its owner",
        "sharedEarlier": "%1 still has version %2.",
        "sharedOther": "That version was shared as %1. Below stands %2, the record's category now.",
        "sharedLower":
            "That version was shared as %1, as a manager decided. Below stands %2, the record's category; a manager alone chooses a lower one.",
        "formerReader": "%1 is left out; the newest that it was given is of %2.",
        "closedHere": "Table %1: %2. Nothing is written or shared now; withdrawing is possible.",
        "uncountedNotes":
            "Own notes that count nowhere: they reached the case's owner after this organisation had been left out",
        "errorClosedCase":
            "Nothing can be shared or changed in this case now: this organisation is left out of it, or the table's charter is not in force today.",
        "errorOtherLogIn": """
        The form is from before you logged in. Nothing was changed. What you had typed stands \
        below, so that you can copy it.
        """,
        "withdrawFromHint": "Who is not ticked gets the same fields again, as a new fragment.",
        "withdrawHint": """
        After synchronising no case view shows it. That it was shared, with whom and on \
        which ground, stays in the log. This version does not yet confirm destruction at \
        recipients.
        """,
        "sharedBefore":
            "This record is shared in this case: version %1, with %2. The choices below begin with that.",
        "lowering": "Why a lower category",
        "loweringHint":
            "Only when the category is below the record's, or that of an earlier version. All who get the fragment read it.",
        "loweredCategory": "Category lowered:",
        "sharedGone": "No longer in the record, so not shared again: %1",
        "leftOutHere":
            "This organisation was left out of the case. It keeps what it was given; what it wrote that the case's owner did not have by then does not count.",
        "cutHere": "in no view: it reached the case's owner after this organisation was left out",
        "versionCut": "does not count",
        "versionOwnerKnows": "which version, its owner knows",
        "closedVersion":
            "This case is closed. It takes no new fragments; this becomes a new version of what was shared already.",
    ]
}
