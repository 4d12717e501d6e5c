import HTTPTypes
import NodeInterface
import NodeService

/// Withdrawing a fragment.
extension Desk {
    func withdrawPage(_ id: String, _ fragment: String) async throws(PageError) -> PageAnswer {
        .page(try await self.withdrawForm(id, fragment).page)
    }

    private func withdrawForm(
        _ id: String,
        _ fragment: String
    ) async throws(PageError) -> (page: Page, item: ListDisclosures.Item) {
        let view = try await self.ask(ShowCase(case: id))
        let all = try await self.ask(ListDisclosures(case: id, withdrawing: fragment))
        // Any beginning that fits one fragment of the case alone.
        let found = all.disclosures.filter { $0.fragment.hasPrefix(fragment) }
        guard found.count == 1, let item = found.first, item.own, item.withdrawn == nil else {
            throw PageError(.notFound, "errorNotYours")
        }
        let chosen = self.form.fields.isEmpty ? nil : Set(self.form.all("from"))
        // Anew are given those who are in the case and have what the newest version says.
        func mayKeep(_ recipient: ListDisclosures.Recipient) -> Bool {
            item.may_stay == true && view.audience.contains(recipient.handle)
                && recipient.version == item.version
        }
        let certain = item.recipients.filter { !mayKeep($0) }.map(\.handle)
        let page = Page(
            template: "withdraw",
            title: self.words("withdrawTitle"),
            model: [
                "id": view.case, "caseTitle": Self.title(of: view),
                "fragment": item.fragment,
                "what": "\(self.words.term("type", item.type)), \(self.words.time(item.at))",
                "all": Self.handles(item),
                "offersChoice": certain.count < item.recipients.count,
                "certain": certain.map { ["handle": $0] }, "hasCertain": !certain.isEmpty,
                "certainText": self.words("withdrawFromCertain", self.words.list(certain)),
                "readersText": self.words(
                    "reasonReaders",
                    self.words.list(item.recipients.map(\.handle))
                ),
                "recipients": item.recipients.filter(mayKeep).map { recipient in
                    [
                        "handle": recipient.handle, "ground": recipient.ground,
                        "isChosen": chosen?.contains(recipient.handle) ?? true,
                    ] as [String: Any]
                },
                "typedReason": self.form["reason"] ?? "",
            ]
        )
        return (page.typed(at: "/cases/\(view.case)/withdraw/\(item.fragment)"), item)
    }

    /// Who has a fragment, as the form says it.
    private static func handles(_ item: ListDisclosures.Item) -> String {
        item.recipients.map { "\($0.handle) \($0.version ?? 0)" }.joined(separator: ",")
    }

    func withdraw(_ id: String, _ fragment: String) async throws(PageError) -> PageAnswer {
        let (page, item) = try await self.withdrawForm(id, fragment)
        return try await self.answer {
            let from = self.form.all("from")
            guard !from.isEmpty else { throw self.problem("problemFromNobody") }
            // Whoever was given it since was not on the form.
            guard self.form["all"] == Self.handles(item) else {
                throw self.problem("problemFragmentChanged")
            }
            let isWhole = item.recipients.allSatisfy { from.contains($0.handle) }
            let reason = try self.text(
                "reason",
                label: "reason",
                bytesMax: 500,
                allowsLines: false
            )
            try await self.submit(
                WithdrawFragment(
                    fragment: item.fragment,
                    from: isWhole ? nil : from,
                    reason: reason
                )
            )
            return .redirect(
                to: "/cases/\(id)#shared",
                Session.Flash(
                    key: isWhole ? "doneWithdrawn" : "doneWithdrawnFrom",
                    arguments: isWhole ? [] : [self.words.list(from)]
                )
            )
        } otherwise: { _ in
            page
        }
    }
}
