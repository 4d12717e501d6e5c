import CaseModel
import Cryptography
import JSONText
import Logging
import NodeInterface
import SyncEngine
import SyncLog
import Terminal
import Vocabulary

/// A table's charter, drafts and changes, as they are shown.
extension Node {
    func showTable(_ prefix: String) throws(NodeFailure) -> NodeAnswer {
        let file = try self.table(prefix).file
        let version = max(file.effectiveVersion, 1)
        var text = self.text(of: version, in: file)
        var draft: JSONValue = .null
        if file.charters.count > version {
            let changes = file.newest.changes(since: file.governing)
            let signers = Self.signers(of: file.charters.count, in: file)
            draft = [
                "version": .integer(file.charters.count),
                "signatures": .array(signers.map { .string($0) }),
                "quorum": .integer(file.quorum(version: file.charters.count)),
                "changes": Self.json(of: changes),
            ]
            text =
                text
                + "\nversion \(file.charters.count) is a draft, signed by "
                + "\(signers.joined(separator: ", ")); "
                + "\(file.quorum(version: file.charters.count)) must sign\n"
                + Self.text(of: changes)
        }
        let json = self.json(of: version, in: file, and: JSONValue.Member("draft", draft))
        return NodeAnswer(exitCode: 0, json: json, text: text, file: nil)
    }

    /// What a file that was not accepted would bring: its newest version, and in what that differs from
    /// the one that counts here, or where no version does from the one before it.
    func showTableFile(_ text: String) throws(NodeFailure) -> NodeAnswer {
        let file: TableFile
        do throws(TableFileError) { file = try TableFile(parsing: text.utf8) } catch {
            throw NodeFailure(error)
        }
        let version = file.charters.count
        let held = self.engine.tables[file.table]?.file
        if let held, version <= held.effectiveVersion {
            return self.showOld(file, beside: held)
        }
        let earlier = held?.governing ?? (version > 1 ? file.charters[version - 2].charter : nil)
        let changes = earlier.map { file.newest.changes(since: $0) } ?? []
        let since: ShownText =
            if let earlier {
                "\nchanges since version \(earlier.version)"
                    + (held == nil
                        ? " (nothing of this table is held here)\n" : ", which counts here\n")
            } else {
                "\na new table: nothing of it is held here\n"
            }
        return NodeAnswer(
            exitCode: 0,
            json: self.json(
                of: version,
                in: file,
                and: JSONValue.Member("changes", Self.json(of: changes))
            ),
            text: self.text(of: version, in: file) + since + Self.text(of: changes),
            file: nil
        )
    }

    /// A file whose versions are no newer than the one that counts: it changes nothing of that.
    private func showOld(_ file: TableFile, beside held: TableFile) -> NodeAnswer {
        let version = file.charters.count
        let rival = held.rivalVersion(in: file).map { version in
            RivalCharters(version: version, one: held, other: file)
        }
        let words: ShownText =
            if let rival, file.charters[rival.version - 1].textHash == rival.counting.hash {
                "\nAnother text of version \(rival.version) counts here, and its quorum signed both. This "
                    + "file's comes before it: it takes the place of that one at every node that meets both."
            } else if let rival {
                "\nAnother text of version \(rival.version) counts here, and its quorum signed both. That "
                    + "one comes before it: this file's does not count at a node that meets both."
            } else {
                "\nNothing in it is newer than version \(held.effectiveVersion), which counts here: it changes "
                    + "nothing."
            }
        return NodeAnswer(
            exitCode: 0,
            json: self.json(of: version, in: file, and: JSONValue.Member("changes", .array([]))),
            text: self.text(of: version, in: file) + words,
            file: nil
        )
    }

    /// Handles of who signed a version, in order of member number.
    private static func signers(of version: Int, in file: TableFile) -> [String] {
        let voters = file.voters(version: version)
        return file.signers(version: version).sorted().map { number in
            voters.first { $0.number == number }?.handle ?? "#\(number)"
        }
    }

    private static func json(of changes: [CharterChange]) -> JSONValue {
        .array(
            changes.map { change in
                [
                    "what": .string(change.what), "before": JSONValue(change.before),
                    "after": JSONValue(change.after),
                ]
            }
        )
    }

    private static func text(of changes: [CharterChange]) -> ShownText {
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

    private static func names(_ classes: ClassSet) -> [String] {
        switch classes {
        case .all: ["*"]
        case .some(let classes): classes.map(\.rawValue)
        }
    }

    private static func handle(of member: MemberNumber, in file: TableFile) -> String {
        let charter = file.charters.last { $0.charter.member(member) != nil }?.charter
        return charter?.member(member)?.handle ?? "#\(member)"
    }

    private func json(
        of version: Int,
        in file: TableFile,
        and more: JSONValue.Member
    ) -> JSONValue {
        let charter = file.charters[version - 1].charter
        let members = charter.members.map { member -> JSONValue in
            [
                "handle": .string(member.handle), "number": .integer(Int(member.number)),
                "class": .string(member.memberClass.rawValue),
                "role": .string(member.role.rawValue),
                "name": JSONValue(file.cards[member.number]?.name),
                "card_version": file.cards[member.number].map { .integer(Int($0.version)) }
                    ?? .null,
                "node": .string(TextEncoding.hex(member.identity.bytes)),
            ]
        }
        let grounds = charter.grounds.map { ground -> JSONValue in
            [
                "code": .string(ground.code), "text": .string(ground.text),
                "from": .array(Self.names(ground.from).map { .string($0) }),
                "to": .array(Self.names(ground.to).map { .string($0) }),
                "categories": .array(ground.categories.map { .string($0.name) }),
            ]
        }
        let pins = charter.pins.map { pin -> JSONValue in
            [
                "author": .string(Self.handle(of: pin.log.member, in: file)),
                "generation": .integer(Int(pin.log.generation)),
                "size": .integer(Int(pin.size)),
                "root": .string(TextEncoding.hex(pin.root.bytes)),
            ]
        }
        return .object([
            .init("table", .string(TextEncoding.hex(file.table.bytes))),
            .init("version", .integer(version)),
            .init("name", .string(charter.name)),
            .init("theme", .string(charter.theme)),
            .init("purpose", .string(charter.purpose)),
            .init("from", .string(charter.from)),
            .init("until", .string(charter.until)),
            .init("period", .string(Period(of: charter, on: self.today).rawValue)),
            .init("evaluation", .string(charter.evaluation)),
            .init("members", .array(members)),
            .init("grounds", .array(grounds)),
            .init("pins", .array(pins)),
            .init("signatures", .array(Self.signers(of: version, in: file).map { .string($0) })),
            .init("quorum", .integer(file.quorum(version: version))),
            .init("witness_quorum", .integer(charter.witnessQuorum)),
            .init("effective", .bool(file.effectiveVersion >= version)),
            more,
        ])
    }

    private func text(of version: Int, in file: TableFile) -> ShownText {
        let charter = file.charters[version - 1].charter
        let signers = Self.signers(of: version, in: file)
        var lines: [ShownText] = [
            "\(charter.name) (\(charter.theme)), version \(charter.version), "
                + (file.effectiveVersion >= version ? "effective" : "not effective yet"),
            "\(TextEncoding.hex(file.table.bytes))",
            "purpose  \(charter.purpose)",
            "period   \(charter.from) to \(charter.until)"
                + Period(of: charter, on: self.today).note,
            "signed   by \(signers.isEmpty ? "nobody" : signers.joined(separator: ", ")); "
                + "\(file.quorum(version: version)) must sign",
            "members",
        ]
        for member in charter.members {
            lines.append(
                "  \(member.number)  \(member.handle)  \(member.memberClass.rawValue)  "
                    + "\(member.role.rawValue)"
            )
            lines.append("      node \(TextEncoding.hex(member.identity.bytes))")
        }
        lines.append("grounds, in order of preference")
        for ground in charter.grounds {
            lines.append(
                "  \(ground.code): \(ground.from.text) -> \(ground.to.text), "
                    + "\(ground.categories.map(\.name).joined(separator: ", "))"
            )
            lines.append("      \(ground.text)")
        }
        for pin in charter.pins {
            lines.append(
                "log \(pin.log.generation) of \(Self.handle(of: pin.log.member, in: file)) is cut: "
                    + "\(pin.size) entries count"
            )
        }
        return lines.joined(separator: "\n")
    }

    /// Tells of two texts of one version, until a next version settles it.
    func raise(_ rival: RivalCharters, in table: TableID) {
        let text = self.text(of: rival, in: table)
        // Sent again after that it is no news.
        let effective = self.engine.tables[table]?.file.effectiveVersion ?? 0
        guard rival.version >= effective else { return self.logger.info("\(text)") }
        self.raise(text, .charter, about: Self.subject(version: rival.version, of: table))
    }

    /// What is told of two texts of one version.
    private func text(of rival: RivalCharters, in table: TableID) -> String {
        let file = self.engine.tables[table]?.file
        func handles(_ numbers: [MemberNumber]) -> String {
            numbers.map { number in file.map { Self.handle(of: number, in: $0) } ?? "#\(number)" }
                .joined(separator: ", ")
        }
        func name(_ hash: Digest) -> String { TextEncoding.hex(hash.bytes.prefix(6)) }
        let (counting, other) = (rival.counting, rival.other)
        return
            "charter of table \(TextEncoding.hex(table.bytes.prefix(6))): a quorum signed two texts of "
            + "version \(rival.version). At every node \(name(counting.hash)) counts, signed by "
            + "\(handles(counting.signers)), and not \(name(other.hash)), signed by "
            + "\(handles(other.signers)). \(handles(rival.signersOfBoth)) signed both, maybe the second in "
            + "place of the first: agree on what is missing, and draft it as the next version"
    }
}
