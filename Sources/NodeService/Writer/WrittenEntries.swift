import Cryptography
import NodeInterface
import SyncLog

extension EntryReference {
    /// Names an entry by its header.
    init(_ header: EntryHeader) {
        self.init(index: Int(header.index), leaf: TextEncoding.hex(header.leafHash.bytes))
    }
}

extension GroundedRecipient {
    /// The recipients of an audience, by member number.
    static func all(of audience: Audience, in charter: Charter) -> [GroundedRecipient] {
        audience.recipients.map { recipient in
            GroundedRecipient(
                handle: charter.member(recipient.member)?.handle ?? "",
                ground: recipient.ground
            )
        }
    }
}
