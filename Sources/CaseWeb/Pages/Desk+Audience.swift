import HTTPTypes
import NodeInterface
import NodeService
import SyncLog

/// Leaving partners out of an own case.
extension Desk {
    func audiencePage(_ id: String) async throws(PageError) -> PageAnswer {
        .page(try await self.audienceForm(id, isFirst: true).page)
    }

    private func audienceForm(
        _ id: String,
        isFirst: Bool
    ) async throws(PageError) -> (page: Page, view: ShowCase.Answer) {
        let view = try await self.writableCase(id)
        let handle = self.node.card.handle
        guard view.owner == handle else { throw PageError(.notFound, "errorNotYourCase") }
        let table = try await self.ask(ShowTable(table: view.table))
        let chosen = Set(self.form.all("to"))
        let page = Page(
            template: "audience",
            title: self.words("audienceTitle"),
            model: [
                "id": view.case, "caseTitle": Self.title(of: view),
                "mayLeaveOut": view.audience.count > 2,
                "members": view.audience.filter { $0 != handle }.map { member in
                    [
                        "handle": member,
                        "name": table.members.first { $0.handle == member }?.name ?? "",
                        "isChosen": isFirst || chosen.contains(member),
                    ] as [String: Any]
                },
            ]
        )
        return (page.typed(at: "/cases/\(view.case)/audience"), view)
    }

    func setAudience(_ id: String) async throws(PageError) -> PageAnswer {
        let (page, view) = try await self.audienceForm(id, isFirst: false)
        return try await self.answer {
            let stays = self.form.all("to")
            guard !stays.isEmpty else { throw self.problem("problemNobody") }
            let left = view.audience.filter {
                $0 != self.node.card.handle && !stays.contains($0)
            }
            guard !left.isEmpty else { throw self.problem("problemNobodyLeft") }
            try await self.submit(SetAudience(case: view.case, to: stays))
            return .redirect(
                to: "/cases/\(view.case)",
                Session.Flash(key: "doneAudience", arguments: [self.words.list(left)])
            )
        } otherwise: { _ in
            page
        }
    }
}
