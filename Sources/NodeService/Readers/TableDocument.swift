import CaseModel
import Cryptography
import Logging
package import NodeInterface
import SyncEngine
import SyncLog
import Vocabulary

extension ShowTable: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.show(self)
    }
}

extension ShowTableFile: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.show(self)
    }
}

/// A table's charter, drafts and changes, as they are shown.
extension Reader {
    fileprivate func show(_ asked: ShowTable) throws(Refusal) -> ShowTable.Answer {
        let file = try self.table(asked.table).file
        let version = max(file.effectiveVersion, 1)
        var answer = self.answer(of: version, in: file)
        if file.charters.count > version {
            answer.draft = ShowTable.Draft(
                version: file.charters.count,
                signatures: Self.signers(of: file.charters.count, in: file),
                quorum: file.quorum(version: file.charters.count),
                changes: Self.changes(of: file.newest, since: file.governing)
            )
        }
        return answer
    }

    /// What a file that was not accepted would bring: its newest version, and in what that differs from
    /// the one that counts here, or where no version does from the one before it.
    fileprivate func show(_ asked: ShowTableFile) throws(Refusal) -> ShowTable.Answer {
        let file: TableFile
        do throws(TableFileError) { file = try TableFile(parsing: asked.file.utf8) } catch {
            throw Refusal(error)
        }
        let version = file.charters.count
        var answer = self.answer(of: version, in: file)
        answer.changes = []
        if let held = self.tables[file.table]?.file {
            guard version > held.effectiveVersion else {
                answer.standing = Self.standing(of: file, beside: held)
                return answer
            }
            answer.changes = Self.changes(of: file.newest, since: held.governing)
            answer.standing = ShowTable.Standing(
                state: .later,
                version: Int(held.governing.version)
            )
        } else if version > 1 {
            answer.changes = Self.changes(
                of: file.newest,
                since: file.charters[version - 2].charter
            )
            answer.standing = ShowTable.Standing(state: .notHeld, version: version - 1)
        } else {
            answer.standing = ShowTable.Standing(state: .new, version: nil)
        }
        return answer
    }

    /// Of a file whose versions are no newer than the one that counts: it changes nothing of that.
    private static func standing(
        of file: TableFile,
        beside held: TableFile
    ) -> ShowTable.Standing {
        guard let version = held.rivalVersion(in: file) else {
            return ShowTable.Standing(state: .notNewer, version: held.effectiveVersion)
        }
        let rival = RivalCharters(version: version, one: held, other: file)
        let isFirst = file.charters[version - 1].textHash == rival.counting.hash
        return ShowTable.Standing(state: isFirst ? .takesPlace : .givesWay, version: version)
    }

    /// Handles of who signed a version, in order of member number.
    private static func signers(of version: Int, in file: TableFile) -> [String] {
        let voters = file.voters(version: version)
        return file.signers(version: version).sorted().map { number in
            voters.first { $0.number == number }?.handle ?? "#\(number)"
        }
    }

    private static func changes(
        of charter: Charter,
        since earlier: Charter
    ) -> [ShowTable.Change] {
        charter.changes(since: earlier).map { change in
            ShowTable.Change(what: change.what, before: change.before, after: change.after)
        }
    }

    private static func names(_ classes: ClassSet) -> [String] {
        switch classes {
        case .all: ["*"]
        case .some(let classes): classes.map(\.rawValue)
        }
    }

    fileprivate static func handle(of member: MemberNumber, in file: TableFile) -> String {
        let charter = file.charters.last { $0.charter.member(member) != nil }?.charter
        return charter?.member(member)?.handle ?? "#\(member)"
    }

    private func answer(of version: Int, in file: TableFile) -> ShowTable.Answer {
        let charter = file.charters[version - 1].charter
        return ShowTable.Answer(
            table: TextEncoding.hex(file.table.bytes),
            version: version,
            name: charter.name,
            theme: charter.theme,
            purpose: charter.purpose,
            from: charter.from,
            until: charter.until,
            period: Period(of: charter, on: self.today),
            evaluation: charter.evaluation,
            members: charter.members.map { member in
                ShowTable.Member(
                    handle: member.handle,
                    number: Int(member.number),
                    class: member.memberClass.rawValue,
                    role: member.role.rawValue,
                    name: file.cards[member.number]?.name,
                    card_version: file.cards[member.number].map { Int($0.version) },
                    node: TextEncoding.hex(member.identity.bytes)
                )
            },
            grounds: charter.grounds.map { ground in
                ShowTable.Ground(
                    code: ground.code,
                    text: ground.text,
                    from: Self.names(ground.from),
                    to: Self.names(ground.to),
                    categories: ground.categories.map(\.name)
                )
            },
            pins: charter.pins.map { pin in
                ShowTable.Pin(
                    author: Self.handle(of: pin.log.member, in: file),
                    generation: Int(pin.log.generation),
                    size: Int(clamping: pin.size),
                    root: TextEncoding.hex(pin.root.bytes)
                )
            },
            signatures: Self.signers(of: version, in: file),
            quorum: file.quorum(version: version),
            witness_quorum: charter.witnessQuorum,
            effective: file.effectiveVersion >= version,
            draft: nil,
            changes: nil,
            standing: nil
        )
    }
}

extension Node {
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
            numbers.map { number in file.map { Reader.handle(of: number, in: $0) } ?? "#\(number)" }
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
