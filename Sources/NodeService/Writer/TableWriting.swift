import CaseModel
import Cryptography
import Foundation
import Logging
package import NodeInterface
import RecordStore
import SyncEngine
import SyncLog
import Vocabulary

extension CreateTable: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.create(self)
    }
}

extension AcceptTable: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.accept(self)
    }
}

/// Drafting, accepting and listing tables.
extension Node {
    fileprivate func create(_ draft: CreateTable) throws(Refusal) -> SignedTable {
        var cards = [self.card]
        for text in draft.cards {
            do throws(CardError) {
                cards.append(try Card(parsing: text.utf8))
            } catch {
                throw .refused(.table(.card(Refusal.CardFault(error))))
            }
        }
        // Naming the own card is no mistake.
        cards = cards.enumerated().filter {
            $0.offset == 0 || $0.element.identity != self.card.identity
        }.map(\.element)
        let roles = try self.roles(draft.roles, cards: cards)
        let members = cards.enumerated().map { offset, card in
            Member(
                number: MemberNumber(offset + 1),
                role: roles[card.handle] ?? .partner,
                memberClass: card.memberClass,
                handle: card.handle,
                identity: card.identity
            )
        }
        let quorum = draft.quorum ?? Charter.quorumMin(members: members.count)
        guard (Charter.quorumMin(members: members.count)...members.count).contains(quorum) else {
            throw .invalid(
                .quorum,
                .outside(
                    quorum,
                    min: Charter.quorumMin(members: members.count),
                    max: members.count
                )
            )
        }
        let lines: [(Refusal.Field, String, Int)] = [
            (.tableName, draft.name, Charter.nameBytesMax),
            (.theme, draft.theme, Charter.nameBytesMax),
            (.purpose, draft.purpose, Charter.purposeBytesMax),
        ]
        for (field, text, bytesMax) in lines
        where text.isEmpty || !text.isSpecificationText(bytesMax: bytesMax, allowsLines: false) {
            throw .invalid(field, .line(bytesMax: bytesMax))
        }
        let charter = Charter(
            version: 1,
            previous: nil,
            name: draft.name,
            theme: draft.theme,
            purpose: draft.purpose,
            from: draft.from,
            until: draft.until,
            evaluation: draft.until,
            quorum: quorum,
            witnessQuorum: draft.witness_quorum ?? 0,
            members: members,
            grounds: try self.grounds(draft.grounds)
        )
        var file = try self.tableFile(charter, cards: cards)
        // The same once more, as where its file could not be written: what others signed stays.
        guard self.engine.tables[file.table] == nil else { return try self.signedTable(file.table) }
        try self.sign(&file)
        try self.adopt(file)
        return try self.signedTable(file.table)
    }

    func sign(_ file: inout TableFile) throws(Refusal) {
        do throws(TableFileError) {
            try file.sign(with: self.keys.keys.identity)
        } catch {
            throw Refusal(error)
        }
    }

    private func tableFile(
        _ charter: Charter,
        cards: [Card]
    ) throws(Refusal) -> TableFile {
        do {
            return try TableFile(SignedCharter(charter), cards: cards)
        } catch let error as CharterError {
            switch error {
            case .field(let field):
                throw .invalid(.charter(field), .unfit)
            case .tooLong:
                throw .refused(.table(.charterTooLong(bytesMax: Charter.newTextBytesMax)))
            case .duplicateHandle(let handle):
                throw .refused(.table(.sameHandle(handle)))
            case .duplicateIdentity: throw .refused(.table(.sameCard))
            case .malformed, .signature:
                throw .bug("charter: cannot be written")
            }
        } catch {
            throw .bug("charter: \(error)")
        }
    }

    private func roles(
        _ texts: [String],
        cards: [Card]
    ) throws(Refusal) -> [String: MemberRole] {
        var roles: [String: MemberRole] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let role = MemberRole(rawValue: parts[1]) else {
                throw .invalid(
                    .memberRole,
                    .notOneOf(text, allowed: MemberRole.allCases.map(\.rawValue))
                )
            }
            guard cards.contains(where: { $0.handle == parts[0] }) else {
                throw .notFound(.cardOfRole, typed: text)
            }
            roles[parts[0]] = role
        }
        return roles
    }

    private func grounds(_ text: String?) throws(Refusal) -> [Ground] {
        let declared: [GroundDeclaration]
        do throws(YAMLFileError) {
            declared = try GroundsFile.parse(Array((text ?? DefaultGrounds.yaml).utf8))
        } catch {
            throw .invalid(.grounds, .unreadable(words: "\(error)"))
        }
        var grounds: [Ground] = []
        for item in declared {
            guard let from = ClassSet(item.from.joined(separator: ",")),
                let to = ClassSet(item.to.joined(separator: ",")),
                let ground = Ground(
                    code: item.code,
                    from: from,
                    to: to,
                    categories: item.categories.compactMap { Category(name: $0) },
                    retentionDays: item.retention.map { UInt32($0) },
                    text: item.text
                )
            else { throw .refused(.table(.badGround(code: item.code))) }
            grounds.append(ground)
        }
        return grounds
    }

    /// Makes a table file durable and tells the engine.
    ///
    /// `isSignedBefore`: Whether it came with this node's own signature.
    func adopt(_ file: TableFile, isSignedBefore: Bool = false) throws(Refusal) {
        guard let me = file.member(identity: self.card.identity) else {
            throw .refused(.table(.notMember(table: file.governing.name)))
        }
        // Before the table is there: one of which the file beside the folder says nothing came with a
        // folder from elsewhere. So did one that this node signed and does not hold: it was there, and
        // maybe written at, when the folder was newer.
        if self.engine.tables[file.table] == nil, !self.marker.knows(file.table), !isSignedBefore {
            try self.noteNewLog(LogID(member: me.number, generation: 0), in: file.table)
        }
        do throws(SlotError) {
            self.numbers[file.table] = try self.store.storeTable(file).number
        } catch {
            throw Refusal(error)
        }
        let logs = self.engine.tables[file.table]?.logs ?? [:]
        var state = TableState(file: file, me: me.number, logs: logs, evidence: [:])
        if self.engine.tables[file.table] == nil {
            // The folder may be of a time before the table was accepted, and written at, once.
            self.doubts[file.table] = OwnLogDoubt(state: state, marker: self.marker)
            state.isOwnLogAhead = self.doubts[file.table] != nil
        }
        do throws(SlotError) {
            // With what its pins cut: before that nobody may judge by it.
            try self.publishing { () throws(SlotError) in
                self.dispatch(.tableChanged(state))
                let number = self.numbers[file.table] ?? 0
                self.carryOut(try self.forgetLogsOfOthers(file, number: number))
                let off = try self.store.logsOff(file, table: number)
                self.dispatch(.pinsCompared(file.table, off: off))
                self.carryOut(self.doubtGeneration(of: file.table))
            }
        } catch {
            throw Refusal(error)
        }
        self.admitted.replace(self.engine.peerCards)
    }

    /// Keeps beside the folder that the first log of a new table begins.
    ///
    /// On a full disk there is no new table: with room again it would be taken for one of a folder that
    /// was put back.
    private func noteNewLog(_ log: LogID, in table: TableID) throws(Refusal) {
        let known = self.marker
        do {
            try self.marker.note(0, of: log, in: table)
        } catch {
            guard (error as? CocoaError)?.code != .fileWriteOutOfSpace else {
                self.marker = known
                throw .unavailable(.roomBesideFolder(path: self.marker.path))
            }
            self.logger.warning("\(self.unprotectedText)")
        }
    }

    fileprivate func accept(_ asked: AcceptTable) throws(Refusal) -> SignedTable {
        let given: TableFile
        var file: TableFile
        do throws(TableFileError) {
            given = try TableFile(parsing: asked.file.utf8)
            file = try self.merged(given, replacing: asked.replaces)
        } catch {
            throw Refusal(error)
        }
        guard let me = file.newest.member(identity: self.card.identity) else {
            throw .refused(.table(.notMember(table: file.newest.name)))
        }
        guard me.handle == self.card.handle, me.memberClass == self.card.memberClass else {
            throw .refused(
                .table(
                    .otherCard(
                        table: file.newest.name,
                        handle: me.handle,
                        memberClass: me.memberClass.rawValue
                    )
                )
            )
        }
        file.update(self.card)
        let isGivenUp = self.hasSignedDraft(givingWayTo: file)
        let undone = self.effectiveVersion(givingWayTo: file)
        // What is signed is what the file has, and was shown; never a draft that is held besides.
        let isNewest = given.charters.last?.textHash == file.charters.last?.textHash
        let voters = file.voters(version: file.charters.count)
        let hasVote = voters.contains { $0.identity == self.card.identity }
        if isNewest, hasVote {
            try Self.checkNothingTaken(by: file)
            try self.checkPinsProven(in: file)
            try self.sign(&file)
        }
        try self.adopt(
            file,
            isSignedBefore: given.charters.indices.contains {
                given.signers(version: $0 + 1).contains(me.number)
            }
        )
        let note: SignedTable.Note? =
            if undone != nil {
                .undone
            } else if given.rivalVersion(in: file) != nil {
                .rival
            } else if !isNewest {
                .older
            } else if !hasVote {
                .noVote
            } else if isGivenUp {
                .givenUp
            } else {
                nil
            }
        var signed = try self.signedTable(file.table)
        signed.note = note
        signed.undone = undone.map { SignedTable.Undone(version: Int($0.version), name: $0.name) }
        return signed
    }

    /// The first version that counts here and has another text in a file that takes its place.
    private func effectiveVersion(givingWayTo file: TableFile) -> Charter? {
        guard let held = self.engine.tables[file.table]?.file else { return nil }
        return held.charters.prefix(held.effectiveVersion).enumerated().first { index, signed in
            file.charters.count <= index || file.charters[index].textHash != signed.textHash
        }?.element.charter
    }

    /// Whether this node signed the draft held, and another takes its place.
    private func hasSignedDraft(givingWayTo file: TableFile) -> Bool {
        guard let held = self.engine.tables[file.table]?.file,
            held.charters.count > held.effectiveVersion, held.charters.count > 1,
            let me = held.governing.member(identity: self.card.identity)?.number
        else { return false }
        let version = held.charters.count
        let isReplaced =
            version <= file.charters.count
            && file.charters[version - 1].textHash != held.charters[version - 1].textHash
        return isReplaced && held.signers(version: version).contains(me)
    }

    /// What is held of a table together with a file that an operator was given.
    func merged(
        _ given: TableFile,
        replacing isReplacing: Bool
    ) throws(TableFileError) -> TableFile {
        guard let held = self.engine.tables[given.table]?.file else { return given }
        var merged = held
        try merged.merge(given)
        if let version = held.rivalVersion(in: given) {
            let rival = RivalCharters(version: version, one: held, other: given)
            self.raise(rival, in: given.table)
            // The file's text gave way: of its drafts nothing can follow.
            guard given.charters[version - 1].textHash == rival.counting.hash else { return merged }
        }
        try merged.adoptDrafts(of: given, replacing: isReplacing)
        return merged
    }

    /// A table's file as it is held.
    func signedTable(_ table: TableID) throws(Refusal) -> SignedTable {
        guard let file = self.engine.tables[table]?.file else {
            throw .bug("table: not loaded")
        }
        let version = file.charters.count
        return SignedTable(
            table: TextEncoding.hex(table.bytes),
            name: file.newest.name,
            version: version,
            quorum: file.quorum(version: version),
            signatures: file.signers(version: version).count,
            effective: file.effectiveVersion == version,
            from: file.newest.from,
            until: file.newest.until,
            period: Period(of: file.newest, on: Reader.today),
            note: nil,
            undone: nil,
            file: file.encodedText
        )
    }
}
