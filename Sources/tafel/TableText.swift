import NodeInterface
import NodeService
import Terminal

extension ListTables: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        let lines: [ShownText] = answer.tables.map { table in
            "\(table.table.prefix(16))  \(table.name) (\(table.theme)), version \(table.version), "
                + (table.effective ? "effective" : "not effective yet") + table.period.note
        }
        return lines.isEmpty
            ? "No tables yet. Draft one with 'tafel table create', or accept a file with "
                + "'tafel table accept'."
            : lines.joined(separator: "\n")
    }
}

extension ShowTable: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        guard let draft = answer.draft else { return answer.text }
        return answer.text
            + "\nversion \(draft.version) is a draft, signed by "
            + "\(draft.signatures.joined(separator: ", ")); \(draft.quorum) must sign\n"
            + ShowTable.text(of: draft.changes)
    }

    fileprivate static func text(of changes: [Change]) -> ShownText {
        guard !changes.isEmpty else { return "  nothing" }
        return changes.map { change -> ShownText in
            switch (change.before, change.after) {
            case (nil, let after): "  \(change.what): new: \(after ?? "")"
            case (let before?, nil): "  \(change.what): gone; it was: \(before)"
            case (let before?, let after?): "  \(change.what): \(after)\n    before: \(before)"
            }
        }
        .joined(separator: "\n")
    }
}

extension ShowTableFile: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        guard let standing = answer.standing else { return answer.text }
        let version = standing.version ?? 0
        let changes = ShowTable.text(of: answer.changes ?? [])
        let words: ShownText =
            switch standing.state {
            case .new: "a new table: nothing of it is held here\n" + changes
            case .notHeld:
                "changes since version \(version) (nothing of this table is held here)\n" + changes
            case .later: "changes since version \(version), which counts here\n" + changes
            case .notNewer:
                "Nothing in it is newer than version \(version), which counts here: it changes nothing."
            case .takesPlace:
                "Another text of version \(version) counts here, and its quorum signed both. This file's "
                    + "comes before it: it takes the place of that one at every node that meets both."
            case .givesWay:
                "Another text of version \(version) counts here, and its quorum signed both. That one "
                    + "comes before it: this file's does not count at a node that meets both."
            }
        return answer.text + "\n" + words
    }
}

extension ShowTable.Answer {
    /// The version as lines, without what differs.
    fileprivate var text: ShownText {
        let signers = self.signatures.isEmpty ? "nobody" : self.signatures.joined(separator: ", ")
        var lines: [ShownText] = [
            "\(self.name) (\(self.theme)), version \(self.version), "
                + (self.effective ? "effective" : "not effective yet"), "\(self.table)",
            "purpose  \(self.purpose)",
            "period   \(self.from) to \(self.until)" + self.period.note,
            "signed   by \(signers); \(self.quorum) must sign", "members",
        ]
        for member in self.members {
            lines.append("  \(member.number)  \(member.handle)  \(member.class)  \(member.role)")
            lines.append("      node \(member.node)")
        }
        lines.append("grounds, in order of preference")
        for ground in self.grounds {
            lines.append(
                "  \(ground.code): \(ground.from.joined(separator: ",")) -> "
                    + "\(ground.to.joined(separator: ",")), "
                    + "\(ground.categories.joined(separator: ", "))"
            )
            lines.append("      \(ground.text)")
        }
        for pin in self.pins {
            lines.append(
                "log \(pin.generation) of \(pin.author) is cut: \(pin.size) entries count"
            )
        }
        return lines.joined(separator: "\n")
    }
}

extension CreateTable: PrintedRequest {
    var shownBy: String? { "tafel table list" }
    var fileAgain: String? { SignedTable.again }

    func text(of answer: Answer) -> ShownText { answer.text }
}

extension AcceptTable: PrintedRequest {
    var shownBy: String? { "tafel table list" }
    var fileAgain: String? { SignedTable.again }

    func text(of answer: Answer) -> ShownText { answer.text }
}

extension AmendTable: PrintedRequest {
    var shownBy: String? { "tafel table list" }
    var fileAgain: String? { SignedTable.again }

    func text(of answer: Answer) -> ShownText { answer.text }
}

extension SignedTable {
    fileprivate static let again =
        "What it was to hold is signed and kept here: the same command writes it again"

    fileprivate var text: ShownText {
        let state: ShownText =
            self.effective
            ? "effective"
            : "not effective yet: send the file to the other members for 'tafel table accept'"
        let note = self.note.map { "\n            " + self.text(of: $0) } ?? ""
        return """
            table       \(self.table)
            name        \(self.name)
            version     \(self.version)
            signatures  \(self.signatures) of \(self.quorum) needed
            period      \(self.from) to \(self.until)\(self.period.note)
            state       \(state)\(note)
            """
    }

    private func text(of note: Note) -> ShownText {
        switch note {
        case .undone:
            "version \(self.undone?.version ?? 0) that counted here, '\(self.undone?.name ?? "")', gave way to "
                + "another text of that version, which a quorum signed too (Protocol/keys.md, 3): what was "
                + "agreed on in it counts no more. See 'tafel node status' for who signed both"
        case .rival: "nothing was signed: another text of a version of the file counts here"
        case .older: "nothing was signed: the file is older than what is held here"
        case .noVote: "nothing was signed: this node has no vote on this version"
        case .givenUp:
            "the draft that gave way was signed here before, and that signature stays with who has it. It "
                + "can still come to count, until this version does and another follows it"
        }
    }
}
