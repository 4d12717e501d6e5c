import CaseModel
import Cryptography
import Foundation
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Terminal
import Wire

/// Commands about fragments: sharing, withdrawing, who has what.
extension Node {
    func share(_ draft: ShareDraft) throws(NodeFailure) -> NodeAnswer {
        let share = try self.check(draft)
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
                .init("fragment", JSONValue(share.fragment?.id.hex)),
                .init("version", .integer(Int(version))), .init("omitted", omitted),
                .init("recipients", recipients),
                .init("category", .string(share.category.name)),
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
            ],
            text: "fragment \(id.hex), version \(version)\n"
                + Self.recipients(share.audience, charter),
            file: nil
        )
    }

    private static func recipients(_ audience: Audience, _ charter: Charter) -> ShownText {
        audience.recipients.map { recipient -> ShownText in
            "  to \(charter.member(recipient.member)?.handle ?? "?") on \(recipient.ground)"
        }.joined(separator: "\n")
    }

    private static func preview(_ share: CheckedShare, charter: Charter) -> ShownText {
        var lines: [ShownText] = ["Nothing was written. Each of these would see:"]
        lines.append(self.recipients(share.audience, charter))
        for field in share.fields { lines.append("  \(field.name): \(field.value)") }
        if !share.omitted.isEmpty {
            lines.append("  empty and left out: \(share.omitted.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n")
    }

    private func check(_ draft: ShareDraft) throws(NodeFailure) -> CheckedShare {
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
        guard let type = RecordType(rawValue: record.record.type.rawValue) else {
            throw NodeFailure(.bug, "record: has an unknown type. Report this")
        }
        let (fields, omitted) = try self.fields(draft.fields, of: record)
        let category = try self.category(draft.category ?? record.record.category.rawValue)
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
        let last = try self.lastShare(of: recordID, in: counted, table: table)
        let fragment = last.flatMap { counted.fragment($0) }
        return CheckedShare(
            table: table,
            counted: counted,
            recordID: recordID,
            audience: audience,
            category: category,
            fields: fields,
            omitted: omitted,
            type: type,
            expires: draft.expires,
            last: last,
            // What was withdrawn is gone; sharing again is a fragment of its own.
            fragment: fragment?.withdrawal == nil ? fragment : nil
        )
    }

    /// The fields to share; known but empty ones are left out and listed.
    private func fields(
        _ names: [String],
        of record: StoredRecord
    ) throws(NodeFailure) -> (fields: [FragmentPayload.Field], omitted: [String]) {
        var fields: [FragmentPayload.Field] = []
        var omitted: [String] = []
        for name in Set(names).sorted(by: { precedesInBytes($0, $1) }) {
            guard name != "subject.bsn" else {
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
    private func lastShare(
        of record: ObjectID,
        in counted: CountedCase,
        table: TableState
    ) throws(NodeFailure) -> ObjectID? {
        try self.read(table.file.table) { (snapshot) throws(SlotError) in
            try snapshot.share(record: record, caseID: counted.caseID)
        }
    }

    private func write(_ share: CheckedShare, version: UInt32) throws(NodeFailure) -> PlainEntry {
        let first = share.fragment?.firstIndex
        let generation = share.fragment?.log.generation ?? share.table.ownLog.generation
        let (type, fields, expires) = (share.type, share.fields, share.expires)
        let draft = Draft(
            kind: .fragment,
            subject: .existing(share.counted.caseID),
            category: share.category,
            audience: share.audience
        ) { index in
            let payload = try? FragmentPayload(
                generation: generation,
                firstIndex: first ?? index,
                version: version,
                type: type,
                fields: fields,
                expires: expires
            )
            guard let payload else { preconditionFailure("the parts were checked one by one") }
            return payload.payload
        }
        let table = share.table.file.table
        let (record, caseID) = (share.recordID, share.counted.caseID)
        let entries = try self.append([draft], to: table) {
            (transaction, entries) throws(SlotError) in
            guard let entry = entries.first, first == nil else { return }
            let id = FragmentPayload.id(
                table: table,
                log: entry.log,
                firstIndex: entry.header.index
            )
            try transaction.noteShare(record: record, caseID: caseID, fragment: id)
        }
        guard let entry = entries.first else {
            throw NodeFailure(.bug, "fragment: was not written. Report this")
        }
        return entry
    }

    func withdraw(_ id: String, reason: String) throws(NodeFailure) -> NodeAnswer {
        let (table, counted, fragment) = try self.findFragment(id)
        guard fragment.owner == table.me else {
            throw .usage(
                "fragment '\(id)': belongs to \(counted.handle(fragment.owner)). "
                    + "Only its owner can withdraw it"
            )
        }
        guard fragment.withdrawal == nil else {
            throw .usage("fragment '\(id)': was withdrawn already. There is nothing more to do")
        }
        guard let audience = Audience(fragment.recipients) else {
            throw NodeFailure(.bug, "fragment: has no recipients. Report this")
        }
        let payload: [UInt8]
        do throws(WireError) {
            payload =
                try WithdrawalPayload(
                    generation: fragment.log.generation,
                    firstIndex: fragment.firstIndex,
                    reason: reason.normalised
                )
                .payload
        } catch {
            throw .usage("--reason: not 1 to 500 bytes on one line. Write a short reason")
        }
        let entries = try self.append(
            [
                Draft(
                    kind: .withdrawal,
                    subject: .existing(counted.caseID),
                    category: fragment.newest.header.category,
                    audience: audience
                ) { _ in payload }
            ],
            to: table.file.table
        ) { _, _ in }
        guard let entry = entries.first else {
            throw NodeFailure(.bug, "withdrawal: was not written. Report this")
        }
        return NodeAnswer(
            exitCode: 0,
            json: ["entry": Self.json(of: entry.header)],
            text: "withdrawn, entry \(entry.header.index); hidden in every view once synchronised",
            file: nil
        )
    }

    func fragmentStatus(_ id: String) throws(NodeFailure) -> NodeAnswer {
        let (table, counted, fragment) = try self.findFragment(id)
        let confirmed = try self.confirmations(of: fragment, in: table)
        let isOwn = fragment.owner == table.me
        let recipients = fragment.recipients.map { recipient in
            // Receipts speak to the owner; another knows of itself alone.
            let isKnown = isOwn || recipient.member == table.me
            let received = !isOwn || confirmed.contains(recipient.member)
            return (
                handle: counted.handle(recipient.member), ground: recipient.ground,
                received: isKnown ? received : nil
            )
        }
        let lines: [ShownText] = recipients.map { recipient in
            let state =
                recipient.received.map { $0 ? "received" : "not confirmed yet" }
                ?? "known to the owner alone"
            return "  \(recipient.handle) on \(recipient.ground): \(state)"
        }
        return NodeAnswer(
            exitCode: 0,
            json: [
                "fragment": .string(fragment.id.hex),
                "withdrawn": fragment.withdrawal.map {
                    .string(UTCTime.text(milliseconds: $0.time.milliseconds))
                } ?? .null,
                "recipients": .array(
                    recipients.map {
                        [
                            "handle": .string($0.handle), "ground": .string($0.ground),
                            "received": $0.received.map { .bool($0) } ?? .null,
                            "destroyed": .bool(false),
                        ]
                    }
                ),
            ],
            text: ([
                "fragment \(fragment.id.hex)"
                    + (fragment.withdrawal == nil ? "" : ", withdrawn")
            ] + lines)
            .joined(separator: "\n"),
            file: nil
        )
    }

    /// The members whose newest receipts confirm the newest version they were given.
    func confirmations(
        of fragment: CaseFragment,
        in table: TableState
    ) throws(NodeFailure) -> Set<MemberNumber> {
        let index = fragment.newest.header.index
        let log = fragment.log
        let known = self.givenEntries
        return try self.read(table.file.table) { (snapshot) throws(SlotError) in
            var newest: [LogID: UInt64] = [:]
            for place in try snapshot.receipts(quoting: log) { newest[place.log] = place.index }
            var confirmed: Set<MemberNumber> = []
            for (place, receiptIndex) in newest {
                guard let entry = try snapshot.plaintext(at: receiptIndex, of: place),
                    let receipt = try? Receipt(payload: entry.plaintext),
                    let item = receipt.logs.first(where: { $0.log == log }),
                    item.checkpoint.size > index, !item.unopened.contains(index)
                else { continue }
                let key = ReceiptKey(table: table.file.table, log: log, member: place.member)
                var given = known[key] ?? GivenEntries()
                // One that confirms something else confirms nothing.
                if case .confirmed = try snapshot.verdict(
                    on: item,
                    by: place.member,
                    given: &given
                ) {
                    confirmed.insert(place.member)
                }
            }
            return confirmed
        }
    }
}
