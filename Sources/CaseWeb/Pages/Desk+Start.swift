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

    /// What stands below the search while nothing is looked for.
    func start() async throws(PageError) -> [String: Any] {
        var request = ListCases()
        request.order = .changed
        request.reversed = true
        request.limit = Self.lookedMax
        let list = try await self.ask(request)
        let status = try await self.ask(ShowStatus())
        var (news, followed, disputed): ([ListCases.Item], [ListCases.Item], [ListCases.Item]) =
            ([], [], [])
        for item in list.cases {
            let isChanged = self.node.accounts.isChanged(
                item.case,
                mark: item.mark,
                for: self.account
            )
            switch isChanged {
            case true?: news.append(item)
            case false?: followed.append(item)
            // Own ones are new to nobody here.
            case nil: if item.owner != self.node.card.handle { news.append(item) }
            }
            if item.conflicts > item.variants { disputed.append(item) }
        }
        let waiting = await self.waiting(disputed)
        // Where there are more cases nothing is said of those.
        let areAll = list.total.map { $0 <= list.cases.count } ?? false
        return [
            "partText": areAll ? "" : self.words("startPart", self.words.number(list.cases.count)),
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
            "all": ListAddress("/records", .empty, names: []).href([("sort", "-date")]),
        ]
    }

    /// Of cases with conflicts those in which one is decided by no note yet, with how many these are.
    ///
    /// Of the first ``weighedMax`` it is looked up.
    private func waiting(_ disputed: [ListCases.Item]) async -> [ListCases.Item] {
        var waiting: [ListCases.Item] = []
        for var item in disputed.prefix(Self.weighedMax) {
            // One that cannot be read now is listed as it is.
            guard let choice = CaseChoice("/cases/\(item.case)", .empty),
                let page = try? await self.ask(choice.request(item.case))
            else {
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
