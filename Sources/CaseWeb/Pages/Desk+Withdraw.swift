import HTTPTypes
import NodeService

/// Withdrawing a fragment.
extension Desk {
    func withdrawPage(_ id: String, _ fragment: String) async throws(PageError) -> PageAnswer {
        .page(try await self.withdrawForm(id, fragment).page)
    }

    private func withdrawForm(
        _ id: String,
        _ fragment: String
    ) async throws(PageError) -> (page: Page, fragment: String) {
        let view: Documents.View = try await self.ask(
            .showCase(id: id, canonical: false, at: nil)
        )
        let all: Documents.Disclosures = try await self.ask(.caseDisclosures(id: id))
        // Any beginning that fits one fragment of the case alone.
        let found = all.disclosures.filter { $0.fragment.hasPrefix(fragment) }
        guard found.count == 1, let item = found.first, item.own, item.withdrawn == nil else {
            throw PageError(.notFound, "errorNotYours")
        }
        let handles = item.recipients.map { "\($0.handle) (\($0.ground))" }
        let page = Page(
            template: "withdraw",
            title: self.words("withdrawTitle"),
            model: [
                "id": view.case, "caseTitle": Self.title(of: view),
                "fragment": item.fragment,
                "what": "\(self.words.term("type", item.type)), \(self.words.time(item.at))",
                "recipientsText": self.words("withdrawFrom", self.words.list(handles)),
                "typedReason": self.form["reason"] ?? "",
            ]
        )
        return (page, item.fragment)
    }

    func withdraw(_ id: String, _ fragment: String) async throws(PageError) -> PageAnswer {
        let (page, fragment) = try await self.withdrawForm(id, fragment)
        return try await self.answer {
            let reason = try self.text(
                "reason",
                label: "reason",
                bytesMax: 500,
                allowsLines: false
            )
            try await self.submit(
                .withdraw(fragment: fragment, reason: reason),
                as: Documents.Anything.self
            )
            return .redirect(
                to: "/cases/\(id)#shared",
                Session.Flash(key: "doneWithdrawn", arguments: [])
            )
        } otherwise: { _ in
            page
        }
    }
}
