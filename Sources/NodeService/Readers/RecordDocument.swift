import CaseModel
import Cryptography
package import NodeInterface
import RecordImport
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Vocabulary

extension ShowRecord: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.record(self)
    }
}

/// Own records.
extension Reader {
    /// Name of the setting that says which fields a source's mapping fills.
    func fieldsSetting(_ source: String) -> String {
        "fields/" + self.store.recordID(source: source, key: "").hex
    }

    /// The fields that a source's mapping fills.
    func mappedFields(of source: String) throws(Refusal) -> Set<String> {
        do throws(SlotError) {
            let bytes = try self.store.setting(self.fieldsSetting(source)) ?? []
            return Set(
                String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            )
        } catch {
            throw Refusal(error)
        }
    }

    /// The record with an ID.
    func findRecord(_ prefix: String) throws(Refusal) -> (id: ObjectID, record: StoredRecord) {
        do {
            let ids = try self.store.recordIDs(prefix: prefix, limit: 16)
            let id = try Self.unique(
                prefix,
                among: ids.map { (hex: $0.hex, value: $0) },
                .record
            )
            guard let record = try self.store.record(id) else {
                throw Refusal.notFound(.deletedRecord, typed: prefix)
            }
            return (id, record)
        } catch let error as SlotError {
            throw Refusal(error)
        } catch let error as Refusal {
            throw error
        } catch {
            throw .bug("record: \(error)")
        }
    }

    fileprivate func record(_ asked: ShowRecord) throws(Refusal) -> ShowRecord.Answer {
        let (id, record) = try self.findRecord(asked.record)
        func members(_ fields: [ImportedRecord.Field]) -> Members<String> {
            Members(fields.lazy.map { ($0.name, $0.value) })
        }
        let places = try self.shares(of: id)
        var shares: [ShowRecord.Share] = []
        for (table, share) in places.prefix(ShowRecord.sharesMax) {
            guard let share = try self.share(share.fragment, in: share.caseID, of: table)
            else { continue }
            shares.append(share)
        }
        return ShowRecord.Answer(
            id: id.hex,
            type: record.record.type.rawValue,
            source: record.record.source,
            source_key: record.record.sourceKey,
            category: record.record.category.name,
            at: UTCTime.text(milliseconds: record.at),
            never_share: record.record.neverShare,
            fields: members(record.record.fields),
            history: record.history.map { version in
                ShowRecord.Version(
                    at: UTCTime.text(milliseconds: version.at),
                    fields: members(version.fields)
                )
            },
            shares: shares,
            share_count: places.count
        )
    }

    /// The cases that an own record was shared in, with the fragment in each, by table and ID.
    private func shares(
        of record: ObjectID
    ) throws(Refusal) -> [(
        table: TableState, share: (caseID: ObjectID, fragment: ObjectID)
    )] {
        var found: [(table: TableState, share: (caseID: ObjectID, fragment: ObjectID))] = []
        for (id, table) in self.tables.sorted(by: { $0.key < $1.key }) {
            let shares = try self.read(id) { (snapshot) throws(SlotError) in
                try snapshot.shares(of: record)
            }
            found += shares.map { (table, $0) }
        }
        return found
    }

    /// What was shared of a record in a case; `nil` where that is not open here.
    private func share(
        _ id: ObjectID,
        in caseID: ObjectID,
        of table: TableState
    ) throws(Refusal) -> ShowRecord.Share? {
        try self.checkGoesOn()
        guard let counted = try self.counted(caseID, in: table) else { return nil }
        let all = counted.fragments + counted.cutFragments
        guard let fragment = all.first(where: { $0.id == id }) else { return nil }
        func values(_ register: RegisterName) -> [String] {
            Self.distinct(counted.live(register).map(\.value))
        }
        return ShowRecord.Share(
            case: caseID.hex,
            titles: values(.title),
            phases: values(.phase),
            fragment: id.hex,
            version: Int(fragment.payload.version),
            at: UTCTime.text(milliseconds: fragment.time.milliseconds),
            to: fragment.given.map { counted.handle($0.recipient.member) },
            versions: Members(
                fragment.given.map {
                    (name: counted.handle($0.recipient.member), value: Int($0.version))
                }
            ),
            withdrawn: fragment.withdrawal.map {
                UTCTime.text(milliseconds: $0.time.milliseconds)
            },
            takes: fragment.withdrawal == nil
                && Period(of: table.file.governing, on: self.today) == .running
                && counted.audience.members.contains(table.me)
        )
    }
}
