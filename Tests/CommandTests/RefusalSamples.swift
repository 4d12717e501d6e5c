import NodeInterface

/// Refusals with every case there is, at least once.
enum RefusalSamples {
    private static let days = Refusal.Days(
        from: "2026-01-01",
        until: "2026-12-31",
        today: "2027-02-03"
    )
    private static let cut = Refusal.Cut(handle: "politie", log: "2/0", size: 7)
    private static let holder = Refusal.Holder(handle: "politie", version: 1)

    static let fields: [Refusal.Field] = {
        let all: [Refusal.Field] = [
            .content("title"), .content("text"), .content("tag"), .content("audience"),
            .charter("from"), .category, .register, .phase, .note, .relation, .successionKind,
            .successionSource, .weights, .source, .partner, .recipients,
            .pinned, .author, .peer, .recordType, .memberRole, .userRole, .userName, .password,
            .tableName, .theme, .purpose, .quorum, .grounds, .endpoint, .after, .limit, .last,
            .before, .key, .kvk,
            .vestiging, .postcode, .day, .point, .radius, .years, .list, .searchText, .sort,
            .offset, .index, .generation, .window, .records, .reason,
            .lowering, .fields, .expires, .withdrawnFrom, .scope, .until,
        ]
        return all + Refusal.Thing.allCases.map { .id($0) }
    }()

    static let rules: [Refusal.Rule] = [
        .empty, .tooShort(bytesMin: 8), .tooLong(bytesMax: 1_024), .line(bytesMax: 500),
        .tooMany(max: 64), .form("x?"), .notADate("31-31"),
        .past("2020-01-01", today: "2027-02-03"), .order(first: "9000", last: "1000"),
        .outside(0, min: 1, max: 10),
        .outsideDays("1899-12-31", first: "1900-01-01", last: "2028-12-31"),
        .window(from: 3, until: 2, size: 9), .digits("abc", max: 8),
        .notOneOf("x", allowed: ["title", "business"]), .notOneOf("x", allowed: []),
        .unreachable("0.0.0.0:1"), .unfit, .malformed, .unreadable(words: "line 3: not YAML"),
    ]

    private static let tables: [Refusal.TableReason] = {
        var all: [Refusal.TableReason] = [
            .notEffective(table: "Vuil", signatures: 1, quorum: 2), .notBegun(table: "Vuil", days),
            .over(table: "Vuil", days), .notMember(table: "Vuil"),
            .otherCard(table: "Vuil", handle: "om", memberClass: "om"),
            .sameHandle("politie"), .sameCard, .charterTooLong(bytesMax: 9_000),
            .badGround(code: "G-1"), .lastVersion(65_535), .noFork(handle: "politie", log: "2/0"),
            .otherDraft(version: 2), .noRoomForPin, .lastCard,
        ]
        let taken: [Refusal.Taken] = [
            .member(handle: "om"), .memberLine(handle: "politie"), .ground(code: "G-1"),
            .pin(handle: "politie", generation: 0),
        ]
        all.append(.takesAway(table: "Vuil", version: 2, taken))
        let cuts: [Refusal.CutFault] = [.noFork, .early(index: 9), .late(index: 3), .otherRoot]
        all += cuts.map { .unproven(table: "Vuil", version: 2, cut, $0) }
        let cards: [Refusal.CardFault] = [.malformed, .line("oin"), .signature]
        all += cards.map { .card($0) }
        let files: [Refusal.FileFault] = [
            .malformed, .signature(version: 1, name: "om"), .line(version: 1, name: "from"),
            .handle("om"), .version(2), .chain(version: 2), .cardLine("oin"), .card, .cardOwner,
            .otherTable, .otherDraft(version: 2), .tooLarge,
        ]
        return all + files.map { .file($0) }
    }()

    private static let cases: [Refusal.CaseReason] = {
        var all: [Refusal.CaseReason] = [
            .notPartner(role: "contributor"), .notPartner(role: nil), .outside,
            .notOwner(owner: "om"), .cannotJoin(["om", "ilt"]), .sameAudience, .ownerAlone, .closed,
            .lastAudience(max: 64), .selfLink, .tellsOfSubject(["om", "ilt"]),
        ]
        all += Refusal.CaseQuota.allCases.map { .full($0, max: 1_024) }
        let uncounted: [Refusal.Uncounted] = [
            .charterUnknown(version: 2), .notAMember, .role("witness"), .caseNotOpen, .openCase,
            .audienceVersion(3), .notOwner, .audienceOrder(3), .removals, .notInAudience, .removed,
            .category, .recipients, .outsideCase, .ground, .pinned,
        ]
        return all + uncounted.map { .uncounted($0) }
    }()

    private static let sharing: [Refusal.SharingReason] = [
        .noRecipients, .tooMany(65, max: 64), .notAMember(9),
        .role(handle: "om", role: "witness"), .toAuthor(handle: "om"), .unknownGround("G-9"),
        .noGround([Refusal.Pair(from: "om", to: "ilt")], category: "police"),
        .toSelf(handle: "om"), .notInCase(handle: "om", members: ["ilt", "politie"]),
        .noCard(handle: "om"), .unusableKey(handle: "om"),
    ]

    private static let fragments: [Refusal.FragmentReason] = [
        .leavesOut([holder]), .lastDayOver("2026-01-01"),
        .notLower(category: "police", least: "public"),
        .lower(category: "public", least: "police"), .notManager(user: "eva"), .bsn,
        .neverShared(field: "text"), .unfitValue(field: "text"), .noValues,
        .notOwner(fragment: "012345", owner: "om"), .withdrawn(fragment: "012345"),
    ]

    private static let parts: [Refusal.PartReason] = [
        .notGiven(handle: "om", to: ["ilt"]), .older(holder, newest: 2), .leftCase(handle: "om"),
        .lastDayOver("2026-01-01"), .recordUnknown, .neverShared(field: "text"),
        .lower(category: "public", own: "police"),
    ]

    private static let logs: [Refusal.LogReason] = [
        .empty, .notHeld, .cardNotHeld, .bundleTooLarge(bytesMax: 1 << 30), .noStream,
        .entryTooLarge(bytesMax: 1 << 20),
    ]

    private static let reasons: [Refusal.Reason] = {
        var all: [Refusal.Reason] = [
            .userExists("eva"), .tokensFull(max: 1_000),
            .scopeBeyondRole(.administer, user: "eva", .auditor), .usersFull(max: 1_000),
            .decisionsFull(max: 100_000), .tooFewToLearn(count: 3, min: 100),
            .requestTooLarge(bytesMax: 1 << 26),
        ]
        all += RefusalSamples.tables.map { .table($0) }
        all += RefusalSamples.cases.map { .case($0) }
        all += RefusalSamples.sharing.map { .sharing($0) }
        all += RefusalSamples.fragments.map { .fragment($0) }
        all += RefusalSamples.parts.map { .part($0) }
        return all + RefusalSamples.logs.map { .log($0) }
    }()

    private static let needs: [Refusal.Need] = {
        var all: [Refusal.Need] = [
            .logBeingFetched, .recovering, .unchangedLog, .roomBesideFolder(path: "/x"), .accounts,
            .tokens,
            .memory, .knownRequest, .knownAnswer, .runningNode, .reader,
            .turn(waitingMax: 256), .goingOn,
        ]
        all += Refusal.StoreTrouble.allCases.map { .store($0, words: "the disk is full. Free it") }
        return all + Refusal.OwnLogTrouble.allCases.map { .ownLog($0, words: "log: so. Look") }
    }()

    static let all: [Refusal] = {
        var all: [Refusal] = [
            .notAllowed(.administer, user: "eva"), .conflict(.register("title")),
            .conflict(.preview), .conflict(.decision), .bug("thing: not there"),
            .notFound(.fork, typed: ""),
        ]
        let candidates = ["abcdef01", "abcdef02"]
        for thing in Refusal.Thing.allCases {
            all.append(.notFound(thing, typed: "abcdef"))
            all.append(.ambiguous(thing, typed: "abcdef", candidates: candidates))
        }
        for field in RefusalSamples.fields {
            all += RefusalSamples.rules.map { .invalid(field, $0) }
        }
        all += RefusalSamples.reasons.map { .refused($0) }
        return all + RefusalSamples.needs.map { .unavailable($0) }
    }()
}
