package import Cryptography

/// A recipient of an entry, with the ground on which its author gives to it.
package struct Recipient: Hashable, Sendable {
    /// The member's number.
    package let member: MemberNumber
    /// Code of the ground.
    package let ground: String

    /// Creates a recipient.
    package init(member: MemberNumber, ground: String) {
        self.member = member
        self.ground = ground
    }
}

/// Who an entry is for: ascending by member, 1 to 64, never the author (`Protocol/keys.md` §4).
package struct Audience: Hashable, Sendable {
    /// Most recipients.
    package static let recipientsMax = 64

    /// The recipients, ascending by member number.
    package let recipients: [Recipient]
    /// SHA-256 of ``bytes``: what a header carries.
    package let hash: Digest

    /// Creates a list; `nil` when it is empty, too long, not in order or has a malformed code.
    package init?(_ recipients: [Recipient]) {
        guard (1...Self.recipientsMax).contains(recipients.count),
            recipients.allSatisfy({ $0.member > 0 && Ground.isCode($0.ground) }),
            zip(recipients, recipients.dropFirst()).allSatisfy({ $0.member < $1.member })
        else { return nil }
        self.recipients = recipients
        self.hash = Digest(hashing: Self.bytes(of: recipients))
    }

    /// The bytes that are hashed.
    package var bytes: [UInt8] { Self.bytes(of: self.recipients) }

    private static func bytes(of recipients: [Recipient]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt16(recipients.count))
        for recipient in recipients {
            bytes.append(bigEndian: recipient.member)
            bytes.append(UInt8(recipient.ground.utf8.count))
            bytes += Array(recipient.ground.utf8)
        }
        return bytes
    }

    /// The numbers of the recipients.
    package var members: [MemberNumber] { self.recipients.map(\.member) }

    /// Whether `member` is a recipient.
    package func contains(_ member: MemberNumber) -> Bool {
        self.recipients.contains { $0.member == member }
    }
}
