import CaseModel
import Cryptography
import Foundation
package import NodeInterface
import RecordImport
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Vocabulary
import Wire

extension ShareRecord: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(Refusal) -> Answer { try await node.share(self, by: caller) }
}

extension PreviewShare: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.preview(self.share, by: caller)
    }
}

/// What sharing a record comes to, as it is checked for a preview and once more when it is written.
extension Reader {
    fileprivate func preview(
        _ asked: ShareRecord,
        by caller: Caller
    ) throws(Refusal) -> PreviewShare.Answer {
        let share = try self.check(asked, by: caller)
        let charter = try self.charter(of: share.table)
        return PreviewShare.Answer(
            fragment: share.previous?.id.hex,
            version: Int(share.version),
            omitted: share.omitted,
            recipients: GroundedRecipient.all(of: share.audience, in: charter),
            category: share.category.name,
            lowered: share.lowered,
            expires: share.expires,
            left_out: Self.leftOut(of: share, charter),
            fields: Members(share.fields.lazy.map { ($0.name, $0.value) }),
            seen: share.seen
        )
    }

    fileprivate static func leftOut(
        of share: Reader.CheckedShare,
        _ charter: Charter
    ) -> [ShareRecord.LeftOut] {
        share.leftOut.map { member, version in
            ShareRecord.LeftOut(
                handle: charter.member(member)?.handle ?? "#\(member)",
                version: Int(version)
            )
        }
    }

    fileprivate func check(
        _ asked: ShareRecord,
        by caller: Caller
    ) throws(Refusal) -> CheckedShare {
        let (table, counted) = try self.findCase(asked.case)
        let charter = try self.charter(of: table)
        let (recordID, record) = try self.findRecord(asked.record)
        if let expires = asked.expires, !expires.isCalendarDate {
            throw .invalid(.expires, .notADate(expires))
        }
        let today = UTCTime.date(milliseconds: self.clock)
        if let expires = asked.expires, expires < today {
            throw .invalid(.expires, .past(expires, today: today))
        }
        let (fields, omitted) = try self.fields(asked.fields, of: record)
        let last = try self.lastShare(of: recordID, in: counted, table: table)
        // What was withdrawn is gone; sharing again is a fragment of its own.
        let fragment = last.flatMap { counted.fragment($0) }.flatMap {
            $0.withdrawal == nil ? $0 : nil
        }
        let own = try self.category(record.record.category.name)
        let lowest = max(own.rawValue, fragment?.newest.header.category?.rawValue ?? 0)
        let least = Category(rawValue: lowest) ?? own
        let category = try self.category(asked.category ?? least.name)
        try self.checkLowering(asked.lowering, from: least, to: category, by: caller)
        // A last day that was set stays, unless another is given.
        let expires = asked.expires ?? fragment?.payload.expires
        if asked.expires == nil, let expires, expires < today {
            throw .refused(.fragment(.lastDayOver(expires)))
        }
        let others = counted.audience.members.filter { $0 != table.me }
        let members = try self.members(asked.to, in: charter, everybody: others)
        for member in members where !others.contains(member) {
            let handle = charter.member(member)?.handle ?? "#\(member)"
            throw .refused(
                .sharing(
                    member == table.me
                        ? .toSelf(handle: handle)
                        : .notInCase(
                            handle: handle,
                            members: others.map { counted.handle($0) }
                        )
                )
            )
        }
        guard counted.audience.members.contains(table.me) else {
            throw .refused(.case(.outside))
        }
        // What is shared already can be put right.
        guard fragment != nil || !counted.isClosed else { throw .refused(.case(.closed)) }
        try self.checkPeriod(of: charter)
        let audience: Audience
        do throws(SharingError) {
            audience = try SharingRules.audience(
                for: members,
                author: table.me,
                category: category,
                preferred: asked.grounds ?? counted.audience.grounds,
                charter: charter
            )
        } catch {
            throw Refusal(error)
        }
        return CheckedShare(
            table: table,
            counted: counted,
            recordID: recordID,
            audience: audience,
            category: category,
            fields: fields,
            omitted: omitted,
            type: record.record.type,
            expires: expires,
            lowered: asked.lowering?.typedLine,
            last: last,
            fragment: fragment,
            leavingOut: asked.leaving_out
        )
    }

    /// A category is lowered by a manager, who says why, or not at all.
    private func checkLowering(
        _ reason: String?,
        from least: Vocabulary.Category,
        to category: Vocabulary.Category,
        by caller: Caller
    ) throws(Refusal) {
        guard category.rawValue < least.rawValue else {
            guard reason == nil else {
                throw .refused(
                    .fragment(.notLower(category: category.name, least: least.name))
                )
            }
            return
        }
        guard let reason else {
            throw .refused(.fragment(.lower(category: category.name, least: least.name)))
        }
        guard try self.isManager(caller) else {
            throw .refused(.fragment(.notManager(user: caller.name)))
        }
        // A manager's token has the scope or not.
        guard caller.rights.contains(.lowerCategory) else {
            throw .notAllowed(.lowerCategory, user: caller.name)
        }
        let text = reason.typedLine
        guard !text.isEmpty,
            text.isSpecificationText(
                bytesMax: WithdrawalPayload.reasonBytesMax,
                allowsLines: false
            )
        else {
            throw .invalid(.lowering, .line(bytesMax: WithdrawalPayload.reasonBytesMax))
        }
    }

    /// Whether the account in whose name somebody comes may lower a category: asked of who has the data
    /// folder too.
    private func isManager(_ caller: Caller) throws(Refusal) -> Bool {
        try self.accounts.account(caller.name)?.account.role.rights.contains(.lowerCategory)
            ?? false
    }

    /// Whether somebody may lower a category.
    func mayLower(_ caller: Caller) throws(Refusal) -> Bool {
        try self.isManager(caller) && caller.rights.contains(.lowerCategory)
    }

    /// The fields to share; known but empty ones are left out and listed.
    private func fields(
        _ names: [String],
        of record: StoredRecord
    ) throws(Refusal) -> (fields: [FragmentPayload.Field], omitted: [String]) {
        func unknown(_ name: String) -> Refusal {
            .invalid(.fields, .notOneOf(name, allowed: record.record.fields.map(\.name)))
        }
        guard !names.isEmpty else { throw .invalid(.fields, .empty) }
        var fields: [FragmentPayload.Field] = []
        var omitted: [String] = []
        for name in Set(names).sorted(by: { precedesInBytes($0, $1) }) {
            guard name != FieldName.subjectBSN.text else {
                throw .refused(.fragment(.bsn))
            }
            guard !record.record.neverShare.contains(name) else {
                throw .refused(.fragment(.neverShared(field: name)))
            }
            guard FragmentPayload.Field.isName(name) else {
                throw unknown(name)
            }
            guard let value = record.value(name) else {
                let mapped = try self.mappedFields(of: record.record.source)
                guard FragmentPayload.Field.known.contains(name) || mapped.contains(name) else {
                    throw unknown(name)
                }
                omitted.append(name)
                continue
            }
            do throws(WireError) {
                fields.append(try FragmentPayload.Field(name: name, value: value))
            } catch {
                throw .refused(.fragment(.unfitValue(field: name)))
            }
        }
        guard !fields.isEmpty else {
            throw .refused(.fragment(.noValues))
        }
        guard fields.count <= FragmentPayload.fieldsMax else {
            throw .invalid(.fields, .tooMany(max: FragmentPayload.fieldsMax))
        }
        return (fields, omitted)
    }

    /// The fragment that a record was shared as in a case, withdrawn or not.
    func lastShare(
        of record: ObjectID,
        in counted: CountedCase,
        table: TableState
    ) throws(Refusal) -> ObjectID? {
        try self.read(table.file.table) { (snapshot) throws(SlotError) in
            try snapshot.share(record: record, caseID: counted.caseID)
        }
    }
}

/// Sharing records as fragments.
extension Node {
    /// `caller`: who asks for it; a manager alone lowers a category.
    fileprivate func share(
        _ asked: ShareRecord,
        by caller: Caller
    ) throws(Refusal) -> ShareRecord.Answer {
        let reader = self.reader
        let share = try reader.check(asked, by: caller)
        let charter = try reader.charter(of: share.table)
        // Nothing comes between this comparison and the write: both are one turn of the actor.
        guard asked.seen.map({ $0 == share.seen }) ?? true else {
            throw .conflict(.preview)
        }
        try Self.checkLeftOut(of: share, charter)
        let version = share.version
        let entry = try self.write(share, version: version)
        guard let payload = try? FragmentPayload(payload: entry.plaintext) else {
            throw .bug("fragment: was written and cannot be read")
        }
        return ShareRecord.Answer(
            fragment: payload.id(table: share.table.file.table, log: entry.log).hex,
            entry: EntryReference(entry.header),
            version: Int(version),
            omitted: share.omitted,
            recipients: GroundedRecipient.all(of: share.audience, in: charter),
            left_out: Reader.leftOut(of: share, charter)
        )
    }

    /// Leaving somebody out is a choice that was made.
    private static func checkLeftOut(
        of share: Reader.CheckedShare,
        _ charter: Charter
    ) throws(Refusal) {
        let leftOut = Reader.leftOut(of: share, charter)
        guard !leftOut.isEmpty, share.leavingOut == nil else { return }
        throw .refused(
            .fragment(
                .leavesOut(
                    leftOut.map { Refusal.Holder(handle: $0.handle, version: $0.version) }
                )
            )
        )
    }

    private func write(_ share: Reader.CheckedShare, version: UInt32) throws(Refusal) -> PlainEntry
    {
        let first = share.previous?.firstIndex
        let generation = share.previous?.log.generation ?? share.table.ownLog.generation
        let draft: Draft
        do throws(WireError) {
            draft = Self.draft(
                caseID: share.counted.caseID,
                category: share.category,
                audience: share.audience,
                generation: generation,
                payload: try FragmentPayload(
                    generation: generation,
                    firstIndex: first ?? 0,
                    version: version,
                    type: share.type,
                    fields: share.fields,
                    expires: share.expires,
                    lowered: share.lowered
                ),
                lowered: share.lowered,
                version: version,
                firstIndex: first
            )
        } catch {
            throw Refusal(error)
        }
        let table = share.table.file.table
        let (record, caseID) = (share.recordID, share.counted.caseID)
        var drafts = [draft]
        if share.isTakenBack, let given = share.fragment {
            let withdrawals = try Self.withdrawals(
                of: given,
                in: caseID,
                reason: WithdrawalReason.takenBack
            )
            drafts = withdrawals + drafts
        }
        let entries = try self.append(drafts, to: table) {
            (transaction, entries) throws(SlotError) in
            guard let entry = entries.last, first == nil else { return }
            let id = FragmentPayload.id(
                table: table,
                log: entry.log,
                firstIndex: entry.header.index
            )
            try transaction.noteShare(record: record, caseID: caseID, fragment: id)
        }
        guard let entry = entries.last else {
            throw .bug("fragment: was not written")
        }
        return entry
    }
}
