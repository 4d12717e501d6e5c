import CaseModel
import Cryptography
import NodeInterface
import SyncEngine
import SyncLog
import Vocabulary

extension Reader {
    /// A share that was checked and not yet written.
    struct CheckedShare {
        let table: TableState
        let counted: CountedCase
        let recordID: ObjectID
        let audience: Audience
        let category: Vocabulary.Category
        let fields: [FragmentPayload.Field]
        let omitted: [String]
        let type: RecordType
        let expires: String?
        /// Why the category is below the record's; `nil` where it is not.
        let lowered: String?
        /// The fragment that the record was shared as before, withdrawn or not.
        let last: ObjectID?
        /// What is shared of the record now, withdrawn ones apart.
        let fragment: CaseFragment?
        /// What becomes of who has it and is left out; `nil` where that was not said.
        let leavingOut: ShareRecord.LeavingOut?

        /// Who was given an earlier version and is left out of this one, ascending by member, with the
        /// version each has.
        var leftOut: [(member: MemberNumber, version: UInt32)] {
            let kept = Set(self.audience.members)
            return (self.fragment?.given ?? []).filter { !kept.contains($0.recipient.member) }
                .map { ($0.recipient.member, $0.version) }
        }

        /// Whether what was shared is withdrawn, and this begins anew.
        var isTakenBack: Bool { self.leavingOut == .takeBack && !self.leftOut.isEmpty }

        /// The fragment this becomes a version of; `nil` where it is version 1 of its own.
        var previous: CaseFragment? { self.isTakenBack ? nil : self.fragment }

        /// The version that would be written.
        var version: UInt32 { (self.previous?.payload.version ?? 0) + 1 }

        /// A hash of everything that a preview of it says, and of the place it would take.
        ///
        /// Writing it changes that place, so it is the hash of one share alone: of the next version,
        /// or after a withdrawal of a fragment after another one.
        var seen: String {
            var texts = [
                TextEncoding.hex(self.table.file.table.bytes), self.counted.caseID.hex,
                self.recordID.hex, self.last?.hex ?? "",
                String((self.fragment?.payload.version ?? 0) + 1),
                self.type.rawValue, self.category.name, self.expires ?? "", self.lowered ?? "",
            ]
            texts.append(String(self.fields.count))
            for field in self.fields { texts += [field.name, field.value] }
            texts.append(String(self.omitted.count))
            texts += self.omitted
            for (member, version) in self.leftOut { texts += ["-\(member)", String(version)] }
            for recipient in self.audience.recipients {
                texts += [String(recipient.member), recipient.ground]
            }
            var bytes: [UInt8] = []
            for text in texts { bytes += Array("\(text.utf8.count):\(text)".utf8) }
            return TextEncoding.hex(Digest(label: "tafel/v1/preview", bytes).bytes)
        }
    }
}
