import CaseModel
import NodeInterface
import NodeService
import Vocabulary

/// The fragments of a page, one line each: what happened when, who says so, and behind it all that it says and
/// with whom it was shared.
extension CaseModelBuilder {
    func fragments(mayWithdraw: Bool) -> [String: Any] {
        let counts = self.page.counts
        let labels: [(ShowCasePage.FragmentOrder, String)] = [
            (.date, self.words("sortDate")), (.shared, self.words("sortShared")),
            (.owner, self.words("sortOwner")), (.type, self.words("type")),
        ]
        let shown = self.page.disclosures.map { self.fragment($0, mayWithdraw: mayWithdraw) }
        var model: [String: Any] = [
            "noFragments": self.words(counts.fragments == 0 ? "nothingShared" : "noneFits"),
            "hasFragments": !shown.isEmpty, "fragments": shown,
            "fragmentSorts": self.choice.fragments.heads(
                labels.map { (column: $0.0, label: $0.1) },
                turned: [.shared],
                name: "fragments",
                page: "fragmentpage",
                address: self.choice.address,
                anchor: "fragments",
                words: self.words
            ),
            "hasFragmentSorts": counts.fragments_found > 1,
            "owners": self.view.audience.map {
                ["handle": $0, "isChosen": $0 == self.choice.owner] as [String: Any]
            },
            "offersOwners": counts.fragments > 1,
            "ownerHidden": self.choice.address.hidden(without: ["owner", "fragmentpage"]),
        ]
        if counts.fragments > counts.fragments_current, self.choice.owner == nil,
            self.choice.subject == nil
        {
            model["goneText"] = self.words.count(
                "fragmentsGone",
                counts.fragments - counts.fragments_current
            )
        }
        model["printedFilter"] = self.choice.owner.map { self.words("onlyOwner", $0) }
        model["about"] = self.choice.subject.flatMap { id in
            self.name(ofSubject: id).map { self.words("onlyAbout", $0) }
        }
        model["fragmentParts"] = self.choice.fragmentPart.model(
            of: counts.fragments_found,
            shown: shown.count,
            name: "fragmentpage",
            address: self.choice.address,
            anchor: "fragments",
            words: self.words
        )
        return model
    }

    /// What a fragment says; the beginning of what is very long, unless the page was asked for with this fragment.
    private func fields(_ fields: Members<String>, isWhole: Bool) -> [[String: Any]] {
        fields.all.map { field in
            let value = self.words.value(field.value, of: field.name)
            return [
                "label": self.words.field(field.name), "value": isWhole ? value : Self.cut(value),
            ]
        }
    }

    /// Which version somebody was given, where it is not the newest or not known here.
    private func versionText(
        of recipient: ListDisclosures.Recipient,
        _ item: ListDisclosures.Item
    ) -> String {
        guard let version = recipient.version else { return self.words("versionOwnerKnows") }
        guard version != item.version else { return "" }
        let text = self.words("versionNumber", self.words.number(version))
        // A later one is known to who gave it, and was cut.
        return version < item.version ? text : "\(text), \(self.words("versionCut"))"
    }

    /// The beginning of what a fragment says, on one line; `nil` where it says nothing in words.
    private func gist(_ fields: Members<String>) -> String? {
        let said = [FieldName.status.text, FieldName.text.text].compactMap { name in
            fields[name].map { self.words.value($0, of: name) }
        }
        .joined(separator: ": ")
        guard !said.isEmpty else { return nil }
        let line = said.split(whereSeparator: \.isNewline).joined(separator: " ")
        return Desk.short(line)
    }

    /// With how many it was shared, and how many of them were left out of its newest version.
    private func withText(_ item: ListDisclosures.Item) -> String {
        let all = self.words.count("withCount", item.recipients.count)
        let earlier = item.recipients.count { ($0.version ?? item.version) < item.version }
        return earlier == 0 ? all : self.words("withEarlier", all, self.words.number(earlier))
    }

    private func fragment(_ item: ListDisclosures.Item, mayWithdraw: Bool) -> [String: Any] {
        let fragment = self.view.fragments.first { $0.id == item.fragment }
        var model: [String: Any] = [
            "id": item.fragment, "type": self.words.term("type", item.type),
            "owner": self.partner(item.owner),
            "category": self.words.term("category", item.category),
            "versionText": self.words("versionNumber", self.words.number(item.version)),
            "at": item.at, "atText": self.words.time(item.at),
            "withText": self.withText(item),
            "recipients": item.recipients.map { recipient in
                [
                    "handle": recipient.handle, "ground": recipient.ground,
                    "organisation": self.organisations[recipient.handle] ?? "",
                    "versionText": self.versionText(of: recipient, item),
                    "received": recipient.received == true,
                    "waiting": recipient.received == false,
                ] as [String: Any]
            },
            "isShown": item.withdrawn == nil, "isExpired": item.expired, "isCut": !item.counts,
            // Also of a case that this node was left out of.
            "mayWithdraw": item.own && mayWithdraw && item.withdrawn == nil,
            "fields": fragment.map {
                self.fields($0.fields, isWhole: self.choice.fragment == item.fragment)
            } ?? [],
        ]
        if self.choice.fragment != item.fragment,
            fragment?.fields.all.contains(where: { Self.cut($0.value) != $0.value }) ?? false
        {
            model["whole"] = self.choice.address.href(
                [("fragment", item.fragment), ("fragmentpage", nil)],
                anchor: "fragment-\(item.fragment)"
            )
        }
        let byShared = self.choice.fragments.column == .shared
        if !byShared, let date = fragment?.fields[FieldName.date.text] {
            model["day"] = ["date": date, "text": self.words.date(date)]
        } else if byShared {
            model["day"] = ["date": item.at, "text": self.words.day(item.at)]
        }
        let subject = self.subject(of: item.fragment, fragment)
        model["subjectName"] = subject
        model["gist"] = fragment.flatMap { self.gist($0.fields) }
        model["mark"] = self.markText(item, fragment)
        model["lowered"] = item.lowered
        model["expires"] = item.expires
        model["expiresText"] = item.expires.map { self.words.date($0) }
        if let withdrawn = item.withdrawn {
            var gone: [String: Any] = ["at": withdrawn, "atText": self.words.time(withdrawn)]
            // What the node itself writes when no person gave a reason is told in words of the page.
            gone["reason"] = item.reason.map {
                $0 == WithdrawalReason.takenBack ? self.words("reasonTakenBack") : $0
            }
            model["withdrawn"] = gone
        }
        return model
    }

    /// What stands beside a fragment's line that it does not say itself.
    private func markText(
        _ item: ListDisclosures.Item,
        _ fragment: ShowCase.Fragment?
    ) -> String? {
        if item.withdrawn != nil { return self.words("withdrawnFlag") }
        let words = [
            item.counts ? nil : self.words("notInView"),
            item.expired ? self.words("expired") : nil,
            fragment?.outside_period == true ? self.words("outsidePeriod") : nil,
        ].compactMap(\.self)
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }

    /// What a fragment is about: what its subject is called, as the fragment itself has it.
    private func subject(of id: String, _ fragment: ShowCase.Fragment?) -> String? {
        guard let fragment else { return nil }
        let facts = FactName.allCases.compactMap { fact in
            fragment.fields[fact.fieldName.text].map { value in
                Members.Member(
                    name: fact.rawValue,
                    value: [ShowCase.Claim(value: value, sources: [])]
                )
            }
        }
        guard !facts.isEmpty else { return nil }
        let said = ShowCase.Subject(
            id: id,
            key: "",
            parent: nil,
            facts: Members(facts),
            conflicts: [],
            variants: [],
            fragments: [],
            same_as: []
        )
        return SubjectName(words: self.words).text(said)
    }
}
