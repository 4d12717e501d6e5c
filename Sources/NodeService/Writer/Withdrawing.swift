import CaseModel
import Cryptography
package import NodeInterface
import RecordImport
import RecordStore
import SyncEngine
import SyncLog
import Vocabulary
import Wire

extension WithdrawFragment: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(Refusal) -> Answer { try await node.withdraw(self, by: caller) }
}

/// Who keeps a fragment that is withdrawn from some.
extension Reader {
    /// What is left of a fragment once some of who has it are taken out.
    fileprivate struct Rest {
        let audience: Audience
        let category: Vocabulary.Category
        /// Why the category is below the record's; `nil` where it is not.
        let lowered: String?
        /// The record it was made from, as far as that is known.
        let record: ObjectID?
    }

    /// Who keeps what the newest version says; `nil` where nobody does.
    fileprivate func rest(
        of fragment: CaseFragment,
        without handles: [String],
        in counted: CountedCase,
        of table: TableState,
        by caller: Caller
    ) throws(Refusal) -> Rest? {
        guard !handles.isEmpty else {
            throw .invalid(.withdrawnFrom, .empty)
        }
        let charter = try self.charter(of: table)
        let given = fragment.given
        let everybody = given.map(\.recipient.member)
        let named = Set(try self.members(handles, in: charter, everybody: everybody))
        if let stranger = named.subtracting(everybody).sorted().first {
            throw .refused(
                .part(
                    .notGiven(
                        handle: counted.handle(stranger),
                        to: everybody.map { counted.handle($0) }
                    )
                )
            )
        }
        let remaining = given.filter { !named.contains($0.recipient.member) }
        guard let audience = Audience(remaining.map(\.recipient)) else { return nil }
        try self.checkPeriod(of: charter)
        let newest = fragment.payload
        if let older = remaining.first(where: { $0.version < newest.version }) {
            throw .refused(
                .part(
                    .older(
                        Refusal.Holder(
                            handle: counted.handle(older.recipient.member),
                            version: Int(older.version)
                        ),
                        newest: Int(newest.version)
                    )
                )
            )
        }
        let inCase = Set(counted.audience.members)
        if let gone = remaining.first(where: { !inCase.contains($0.recipient.member) }) {
            throw .refused(.part(.leftCase(handle: counted.handle(gone.recipient.member))))
        }
        let (category, record, isLowered) = try self.anew(fragment, of: table, by: caller)
        return Rest(
            audience: audience,
            category: category,
            lowered: isLowered ? newest.lowered : nil,
            record: record
        )
    }

    /// With what a fragment is given anew: its category, its record, and whether that is above it.
    private func anew(
        _ fragment: CaseFragment,
        of table: TableState,
        by caller: Caller
    ) throws(Refusal) -> (category: Vocabulary.Category, record: ObjectID?, isLowered: Bool) {
        let newest = fragment.payload
        if fragment.isExpired(on: self.today) {
            throw .refused(.part(.lastDayOver(newest.expires ?? "")))
        }
        guard let category = fragment.newest.header.category else {
            throw .bug("fragment: has no category")
        }
        let record = try self.read(table.file.table) { (snapshot) throws(SlotError) in
            try snapshot.record(ofFragment: fragment.id)
        }
        let isLowered = try self.checkAnew(newest, category, of: record, by: caller)
        return (category, record, isLowered)
    }

    /// Whether somebody could give a fragment anew to those from whom it is not withdrawn.
    func mayStay(
        _ fragment: CaseFragment,
        in counted: CountedCase,
        of table: TableState,
        for caller: Caller
    ) -> Bool {
        guard fragment.withdrawal == nil, counted.audience.members.contains(table.me) else {
            return false
        }
        do throws(Refusal) {
            try self.checkPeriod(of: try self.charter(of: table))
            _ = try self.anew(fragment, of: table, by: caller)
            return true
        } catch {
            return false
        }
    }

    /// What is given anew is held against the record as it is now, as any other share.
    ///
    /// - Returns: Whether its category is below the record's, as a manager decides.
    private func checkAnew(
        _ payload: FragmentPayload,
        _ category: Vocabulary.Category,
        of record: ObjectID?,
        by caller: Caller
    ) throws(Refusal) -> Bool {
        let held: StoredRecord?
        do throws(SlotError) { held = try record.flatMap(self.store.record) } catch {
            throw Refusal(error)
        }
        guard let held else {
            throw .refused(.part(.recordUnknown))
        }
        if let field = payload.fields.first(where: { held.record.neverShare.contains($0.name) }) {
            throw .refused(.part(.neverShared(field: field.name)))
        }
        let own = try self.category(held.record.category.name)
        guard category.rawValue < own.rawValue else { return false }
        guard payload.lowered != nil, try self.mayLower(caller) else {
            throw .refused(.part(.lower(category: category.name, own: own.name)))
        }
        return true
    }
}

/// Withdrawing fragments.
extension Node {
    /// Withdraws a fragment from everybody; where `handles` names some of who has it, the others are
    /// given a fragment of its own with the same fields (`Protocol/decisions/0020`).
    fileprivate func withdraw(
        _ asked: WithdrawFragment,
        by caller: Caller
    ) throws(Refusal) -> WithdrawFragment.Answer {
        let reader = self.reader
        let (table, counted, fragment) = try reader.findFragment(asked.fragment)
        guard fragment.owner == table.me else {
            throw .refused(
                .fragment(
                    .notOwner(fragment: asked.fragment, owner: counted.handle(fragment.owner))
                )
            )
        }
        guard fragment.withdrawal == nil else {
            throw .refused(.fragment(.withdrawn(fragment: asked.fragment)))
        }
        var drafts = try Self.withdrawals(of: fragment, in: counted.caseID, reason: asked.reason)
        let rest = try asked.from.flatMap { (handles) throws(Refusal) in
            try reader.rest(of: fragment, without: handles, in: counted, of: table, by: caller)
        }
        if let rest {
            drafts.append(
                Self.draft(
                    caseID: counted.caseID,
                    category: rest.category,
                    audience: rest.audience,
                    generation: table.ownLog.generation,
                    payload: fragment.payload,
                    lowered: rest.lowered,
                    version: 1,
                    firstIndex: nil
                )
            )
        }
        let id = table.file.table
        let entries = try self.append(drafts, to: id) {
            (transaction, entries) throws(SlotError) in
            guard let rest, let record = rest.record, let entry = entries.last else { return }
            try transaction.noteShare(
                record: record,
                caseID: counted.caseID,
                fragment: FragmentPayload.id(
                    table: id,
                    log: entry.log,
                    firstIndex: entry.header.index
                )
            )
        }
        guard let first = entries.first, let last = entries.last else {
            throw .bug("withdrawal: was not written")
        }
        let withdrawals = rest == nil ? entries[...] : entries.dropLast()
        let anew = rest.map { _ in
            FragmentPayload.id(table: id, log: last.log, firstIndex: last.header.index)
        }
        return WithdrawFragment.Answer(
            entry: EntryReference(first.header),
            entries: withdrawals.map { EntryReference($0.header) },
            fragment: anew?.hex,
            recipients: rest?.audience.members.map { counted.handle($0) } ?? []
        )
    }

    /// The entries that withdraw a fragment from everybody who was given a version.
    ///
    /// Each is told on the ground and in the category of what it was given: a ground of another
    /// version may not fit, and what fits no ground counts for nobody.
    static func withdrawals(
        of fragment: CaseFragment,
        in caseID: ObjectID,
        reason: String
    ) throws(Refusal) -> [Draft] {
        let payload: [UInt8]
        guard !reason.typedLine.isEmpty else {
            throw .invalid(.reason, .empty)
        }
        do throws(WireError) {
            payload =
                try WithdrawalPayload(
                    generation: fragment.log.generation,
                    firstIndex: fragment.firstIndex,
                    reason: reason.typedLine
                )
                .payload
        } catch {
            throw .invalid(.reason, .line(bytesMax: WithdrawalPayload.reasonBytesMax))
        }
        return fragment.recipientsByCategory.compactMap { category, recipients in
            Audience(recipients).map { audience in
                Draft(
                    kind: .withdrawal,
                    subject: .existing(caseID),
                    category: category,
                    audience: audience
                ) { _ in payload }
            }
        }
    }

    /// An entry with a version of a fragment.
    ///
    /// `payload`: What it says beside its place; `generation`, `firstIndex`: where version 1 stands,
    /// `nil` for a fragment that begins with it.
    static func draft(
        caseID: ObjectID,
        category: Vocabulary.Category,
        audience: Audience,
        generation: UInt16,
        payload: FragmentPayload,
        lowered: String?,
        version: UInt32,
        firstIndex: UInt64?
    ) -> Draft {
        Draft(
            kind: .fragment,
            subject: .existing(caseID),
            category: category,
            audience: audience
        ) { index in
            let placed = try? FragmentPayload(
                generation: generation,
                firstIndex: firstIndex ?? index,
                version: version,
                type: payload.type,
                fields: payload.fields,
                expires: payload.expires,
                lowered: lowered
            )
            guard let placed else { preconditionFailure("the parts were checked one by one") }
            return placed.payload
        }
    }
}
