import CaseModel
import Cryptography
import Foundation
import JSONText
import NodeInterface
import RecordImport
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Terminal
import Vocabulary
import Wire

/// Sharing records as fragments.
extension Node {
    /// `user`: who asks for it; a manager alone lowers a category.
    func share(_ draft: ShareDraft, by user: String) throws(NodeFailure) -> NodeAnswer {
        let share = try self.check(draft, by: user)
        let charter = try self.charter(of: share.table)
        let recipients = JSONValue.array(
            share.audience.recipients.map { recipient in
                [
                    "handle": .string(charter.member(recipient.member)?.handle ?? ""),
                    "ground": .string(recipient.ground),
                ]
            }
        )
        let version = share.version
        let omitted = JSONValue.array(share.omitted.map { .string($0) })
        // Nothing comes between this comparison and the write: both are one turn of the actor.
        let isOutdated = !draft.isPreview && draft.seen.map { $0 != share.seen } ?? false
        if draft.isPreview || isOutdated {
            var members: [JSONValue.Member] = [
                .init("fragment", JSONValue(share.previous?.id.hex)),
                .init("version", .integer(Int(version))), .init("omitted", omitted),
                .init("recipients", recipients),
                .init("category", .string(share.category.name)),
                .init("lowered", JSONValue(share.lowered)),
                .init("expires", JSONValue(share.expires)),
                .init("left_out", Self.leftOut(of: share, charter)),
                .init(
                    "fields",
                    .object(share.fields.map { JSONValue.Member($0.name, .string($0.value)) })
                ),
            ]
            if draft.seen != nil { members.append(.init("seen", .string(share.seen))) }
            return NodeAnswer(
                exitCode: isOutdated ? 1 : 0,
                json: .object(members),
                text: Self.preview(share, charter: charter),
                file: nil
            )
        }
        try Self.checkLeftOut(of: share, charter)
        let entry = try self.write(share, version: version)
        guard let payload = try? FragmentPayload(payload: entry.plaintext) else {
            throw NodeFailure(.bug, "fragment: was written and cannot be read. Report this")
        }
        let id = payload.id(table: share.table.file.table, log: entry.log)
        return NodeAnswer(
            exitCode: 0,
            json: [
                "fragment": .string(id.hex), "entry": Self.json(of: entry.header),
                "version": .integer(Int(version)), "omitted": omitted, "recipients": recipients,
                "left_out": Self.leftOut(of: share, charter),
            ],
            text: "fragment \(id.hex), version \(version)\n"
                + Self.recipients(share.audience, charter)
                + Self.leftOutText(of: share, charter),
            file: nil
        )
    }

    private static func recipients(_ audience: Audience, _ charter: Charter) -> ShownText {
        audience.recipients.map { recipient -> ShownText in
            "  to \(charter.member(recipient.member)?.handle ?? "?") on \(recipient.ground)"
        }.joined(separator: "\n")
    }

    private static func leftOut(of share: CheckedShare, _ charter: Charter) -> JSONValue {
        .array(
            share.leftOut.map { member, version in
                [
                    "handle": .string(charter.member(member)?.handle ?? "#\(member)"),
                    "version": .integer(Int(version)),
                ]
            }
        )
    }

    private static func leftOutText(of share: CheckedShare, _ charter: Charter) -> ShownText {
        share.leftOut.map { member, version -> ShownText in
            let handle = charter.member(member)?.handle ?? "#\(member)"
            let what =
                switch share.leavingOut {
                case .keep: "left out, and keeps version \(version)"
                case .takeBack: "left out; version \(version) is withdrawn, from everybody"
                case nil: "left out, and has version \(version): say --keep or --take-back"
                }
            return "\n  \(handle): \(what)"
        }.joined(separator: "")
    }

    /// Leaving somebody out is a choice that was made.
    private static func checkLeftOut(
        of share: CheckedShare,
        _ charter: Charter
    ) throws(NodeFailure) {
        let leftOut = share.leftOut
        guard !leftOut.isEmpty, share.leavingOut == nil else { return }
        let who = leftOut.map { member, version in
            "\(charter.member(member)?.handle ?? "#\(member)") has version \(version)"
        }.joined(separator: ", ")
        throw .usage(
            "fragment: \(who), and would be left out. Add --keep to leave it that, or --take-back to "
                + "withdraw what was shared and share anew with the others"
        )
    }

    private static func preview(_ share: CheckedShare, charter: Charter) -> ShownText {
        var lines: [ShownText] = ["Nothing was written. Each of these would see:"]
        lines.append(
            self.recipients(share.audience, charter) + self.leftOutText(of: share, charter)
        )
        for field in share.fields { lines.append("  \(field.name): \(field.value)") }
        lines.append(
            "  category \(share.category.name)"
                + (share.expires.map { ", last day \($0)" } ?? ", no last day")
        )
        if let lowered = share.lowered {
            lines.append("  the category is lowered, and each is told why: \(lowered)")
        }
        if !share.omitted.isEmpty {
            lines.append("  empty and left out: \(share.omitted.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n")
    }

    private func check(
        _ draft: ShareDraft,
        by user: String
    ) throws(NodeFailure) -> CheckedShare {
        let (table, counted) = try self.findCase(draft.caseID)
        let charter = try self.charter(of: table)
        let (recordID, record) = try self.findRecord(draft.record)
        if let expires = draft.expires, !expires.isCalendarDate {
            throw .usage("--expires '\(expires)': not a date. Write YYYY-MM-DD")
        }
        let today = UTCTime.date(milliseconds: self.clock)
        if let expires = draft.expires, expires < today {
            throw .usage("--expires '\(expires)': is over. Write today, \(today), or a later day")
        }
        let (fields, omitted) = try self.fields(draft.fields, of: record)
        let last = try self.lastShare(of: recordID, in: counted, table: table)
        // What was withdrawn is gone; sharing again is a fragment of its own.
        let fragment = last.flatMap { counted.fragment($0) }.flatMap {
            $0.withdrawal == nil ? $0 : nil
        }
        let own = try self.category(record.record.category.name)
        let lowest = max(own.rawValue, fragment?.newest.header.category?.rawValue ?? 0)
        let least = Category(rawValue: lowest) ?? own
        let category = try self.category(draft.category ?? least.name)
        try self.checkLowering(draft.lowering, from: least, to: category, by: user)
        // A last day that was set stays, unless another is given.
        let expires = draft.expires ?? fragment?.payload.expires
        if draft.expires == nil, let expires, expires < today {
            throw .usage(
                "fragment: its last day, \(expires), is over. Give a new one with --expires"
            )
        }
        let others = counted.audience.members.filter { $0 != table.me }
        let members = try self.members(draft.to, in: charter, everybody: others)
        for member in members where !others.contains(member) {
            let handle = charter.member(member)?.handle ?? "#\(member)"
            throw .usage(
                member == table.me
                    ? "'\(handle)': is this node itself. Name other partners"
                    : "'\(handle)': not in the case's audience. "
                        + "Choose from \(others.map { counted.handle($0) }.joined(separator: ", "))"
            )
        }
        guard counted.audience.members.contains(table.me) else {
            throw .usage("case: this node is not in its audience. Ask its owner")
        }
        try self.checkPeriod(of: charter)
        let audience: Audience
        do throws(SharingError) {
            audience = try SharingRules.audience(
                for: members,
                author: table.me,
                category: category,
                preferred: draft.grounds ?? counted.audience.grounds,
                charter: charter
            )
        } catch {
            throw NodeFailure(error)
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
            lowered: draft.lowering?.typedLine,
            last: last,
            fragment: fragment,
            leavingOut: draft.leavingOut
        )
    }

    /// A category is lowered by a manager, who says why, or not at all.
    private func checkLowering(
        _ reason: String?,
        from least: Vocabulary.Category,
        to category: Vocabulary.Category,
        by user: String
    ) throws(NodeFailure) {
        guard category.rawValue < least.rawValue else {
            guard reason == nil else {
                throw .usage(
                    "--lower: category \(category.name) is not below \(least.name), the one of the record "
                        + "or of what is shared of it. Leave --lower out"
                )
            }
            return
        }
        guard let reason else {
            throw .usage(
                "category \(category.name): below \(least.name), the one of the record or of what is "
                    + "shared of it. Share it with --category \(least.name), have its source's mapping say "
                    + "what it is, or have a manager decide with --lower REASON"
            )
        }
        guard try self.account(user)?.account.role == .manager else {
            throw .usage(
                "--lower: '\(user)' is no manager, and a manager decides. Name one with --as; "
                    + "'tafel user add NAME --role manager' makes one"
            )
        }
        let text = reason.typedLine
        guard !text.isEmpty,
            text.isSpecificationText(
                bytesMax: WithdrawalPayload.reasonBytesMax,
                allowsLines: false
            )
        else {
            throw .usage("--lower: not 1 to 500 bytes on one line. Write a short reason")
        }
    }

    /// The fields to share; known but empty ones are left out and listed.
    private func fields(
        _ names: [String],
        of record: StoredRecord
    ) throws(NodeFailure) -> (fields: [FragmentPayload.Field], omitted: [String]) {
        var fields: [FragmentPayload.Field] = []
        var omitted: [String] = []
        for name in Set(names).sorted(by: { precedesInBytes($0, $1) }) {
            guard name != FieldName.subjectBSN.text else {
                throw .usage("field 'subject.bsn': a BSN is never shared. Leave it out")
            }
            guard !record.record.neverShare.contains(name) else {
                throw .usage("field '\(name)': its mapping says never_share. Leave it out")
            }
            guard FragmentPayload.Field.isName(name) else {
                throw .usage(
                    "field '\(name)': not a field. "
                        + "This record has \(record.record.fields.map(\.name).joined(separator: ", "))"
                )
            }
            guard let value = record.value(name) else {
                let mapped = try self.mappedFields(of: record.record.source)
                guard FragmentPayload.Field.known.contains(name) || mapped.contains(name) else {
                    throw .usage(
                        "field '\(name)': this record has no such field. It has "
                            + record.record.fields.map(\.name).joined(separator: ", ")
                    )
                }
                omitted.append(name)
                continue
            }
            do throws(WireError) {
                fields.append(try FragmentPayload.Field(name: name, value: value))
            } catch {
                throw .usage(
                    "field '\(name)': its value is too long or has control characters. "
                        + "Leave it out, or mend it at the source"
                )
            }
        }
        guard !fields.isEmpty else {
            throw .usage("fields: all empty in this record. See 'tafel record show'")
        }
        guard fields.count <= FragmentPayload.fieldsMax else {
            throw .usage("fields: more than \(FragmentPayload.fieldsMax). Share fewer")
        }
        return (fields, omitted)
    }

    /// The fragment that a record was shared as in a case, withdrawn or not.
    func lastShare(
        of record: ObjectID,
        in counted: CountedCase,
        table: TableState
    ) throws(NodeFailure) -> ObjectID? {
        try self.read(table.file.table) { (snapshot) throws(SlotError) in
            try snapshot.share(record: record, caseID: counted.caseID)
        }
    }

    private func write(_ share: CheckedShare, version: UInt32) throws(NodeFailure) -> PlainEntry {
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
            throw NodeFailure(error)
        }
        let table = share.table.file.table
        let (record, caseID) = (share.recordID, share.counted.caseID)
        var drafts = [draft]
        if share.isTakenBack, let given = share.fragment {
            let withdrawals = try self.withdrawals(
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
            throw NodeFailure(.bug, "fragment: was not written. Report this")
        }
        return entry
    }
}
