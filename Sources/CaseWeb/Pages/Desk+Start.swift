import NodeInterface
import NodeService
import SyncLog

/// The first page after logging in, beside its search: what is new, what waits, which cases somebody follows.
extension Desk {
    /// Most cases of each list.
    private static let listedMax = 10
    /// Cases that are looked at: those that changed last.
    private static let lookedMax = 200
    /// Cases with conflicts of which it is looked up whether a note decides them.
    private static let weighedMax = 20
    /// Fragments of all those cases together: what a page costs is bounded, whoever fills cases.
    private static let weighedFragmentsMax = 5_000

    /// What stands below the search while nothing is looked for.
    func start() async throws(PageError) -> [String: Any] {
        let list = try await self.looked()
        let status = try await self.ask(ShowStatus())
        var (news, followed, disputed): ([ListCases.Item], [ListCases.Item], [ListCases.Item]) =
            ([], [], [])
        for (item, isChanged) in list.cases {
            switch isChanged {
            case false?: followed.append(item)
            case true?, nil: news.append(item)
            }
            if item.conflicts > item.variants { disputed.append(item) }
        }
        let waiting = await self.waiting(disputed)
        return [
            "partText": list.areAll
                ? "" : self.words("startPart", self.words.number(list.cases.count)),
            "noNewsText": self.words(list.areAll ? "startNoNews" : "startNoNewsSeen"),
            "news": self.startList(news) { self.words("changedAt", self.words.time($0.changed)) },
            "waiting": self.startList(waiting) {
                self.words.count("conflictCount", $0.conflicts - $0.variants)
            },
            "followed": self.startList(followed) {
                self.words("changedAt", self.words.time($0.changed))
            },
            "alarms": status.alarms.isEmpty
                ? "" : self.words.count("alarmCount", status.alarms.count),
            "isAllQuiet": waiting.isEmpty && status.alarms.isEmpty,
            // Where there are more cases nothing is said of those.
            "quietText": self.words(list.areAll ? "startNothingWaits" : "startNothingWaitsSeen"),
            "all": ListAddress("/records", .empty, names: []).href([("sort", "-date")]),
        ]
    }

    /// The cases that the lists are made of, with whether they changed since the user looked: `nil` for new ones.
    ///
    /// Half of the room is for what the user opened, half for those of each owner in turn, the last changed first: nobody's
    /// many push away others'.
    private func looked() async throws(PageError) -> (
        cases: [(item: ListCases.Item, isChanged: Bool?)], areAll: Bool
    ) {
        var (all, total): ([ListCases.Item], Int?) = ([], nil)
        var request = ListCases()
        request.order = .changed
        request.reversed = true
        request.limit = ListCases.pageMax
        repeat {
            request.start = all.count
            let part = try await self.ask(request)
            guard !part.cases.isEmpty else { break }
            all += part.cases
            total = part.total
            // Without a number there are too many for an order.
        } while all.count < total ?? 0
        let marked = all.map { item in
            (
                item: item,
                isChanged: self.node.accounts.isChanged(
                    item.case,
                    mark: item.mark,
                    for: self.account
                )
            )
        }
        let opened = marked.filter { $0.isChanged != nil }
        let others = marked.filter { $0.isChanged == nil }.fairly(by: \.item.owner)
        // Half of the room is for either, where there is so much of both.
        let room = max(Self.lookedMax / 2, Self.lookedMax - others.count)
        let taken = opened.prefix(room)
        let looked = taken + others.prefix(Self.lookedMax - taken.count)
        return (Array(looked), total.map { $0 <= looked.count } ?? false)
    }

    /// Of cases with conflicts those in which one is decided by no note yet, with how many these are.
    ///
    /// Of the first ``weighedMax`` it is looked up.
    private func waiting(_ disputed: [ListCases.Item]) async -> [ListCases.Item] {
        var waiting: [ListCases.Item] = []
        let disputed = disputed.fairly(by: \.owner)
        var fragments = 0
        for var item in disputed.prefix(Self.weighedMax) {
            fragments += item.fragments + item.expired
            // One that is too large, or cannot be read now, is listed as it is.
            guard fragments <= Self.weighedFragmentsMax,
                let choice = CaseChoice("/cases/\(item.case)", .empty),
                let page = try? await self.ask(choice.glance(at: item.case))
            else {
                fragments -= item.fragments + item.expired
                waiting.append(item)
                continue
            }
            let builder = CaseModelBuilder(
                words: self.words,
                page: page,
                choice: choice,
                organisations: [:],
                openWeighing: nil,
                handle: self.node.card.handle,
                offersWeighing: false
            )
            item.conflicts -= builder.closedConflictCount
            if item.conflicts > item.variants { waiting.append(item) }
        }
        return waiting + disputed.dropFirst(Self.weighedMax)
    }

    private func startList(
        _ cases: [ListCases.Item],
        _ detail: (ListCases.Item) -> String
    ) -> [String: Any] {
        [
            "isEmpty": cases.isEmpty,
            "cases": cases.prefix(Self.listedMax).map { item in
                [
                    "id": item.case, "titles": item.titles.map { ["title": $0] },
                    "detail": detail(item),
                ] as [String: Any]
            },
            "moreText": cases.count > Self.listedMax
                ? self.words.count("moreCasesInList", cases.count - Self.listedMax) : "",
        ]
    }
}
