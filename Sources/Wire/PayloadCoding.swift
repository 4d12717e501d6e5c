import Cryptography
import FoundationEssentials
import SwiftProtobuf
package import SyncLog

extension Audience {
    init(_ recipients: [Tafel_V1_Recipient]) throws(WireError) {
        var list: [Recipient] = []
        for recipient in recipients {
            guard let member = MemberNumber(exactly: recipient.member) else {
                throw .field("audience")
            }
            list.append(Recipient(member: member, ground: recipient.ground))
        }
        guard let audience = Audience(list) else { throw .field("audience") }
        self = audience
    }

    var message: [Tafel_V1_Recipient] {
        self.recipients.map { recipient in
            .with {
                $0.member = UInt32(recipient.member)
                $0.ground = recipient.ground
            }
        }
    }
}

extension Digest {
    init(_ data: Data, field: String) throws(WireError) {
        guard let digest = Digest(Array(data)) else { throw .field(field) }
        self = digest
    }

    var data: Data { Data(self.bytes) }
}

extension KeyGrant {
    /// Reads the payload of a key grant.
    package init(payload: [UInt8]) throws(WireError) {
        let message = try Tafel_V1_KeyGrantPayload(canonical: payload)
        var hashes: [Digest] = []
        for hash in message.boxHashes { hashes.append(try Digest(hash, field: "box_hashes")) }
        guard
            let grant = KeyGrant(
                audience: try Audience(message.audience),
                boxHashes: hashes,
                history: message.history
            )
        else { throw .field("box_hashes") }
        self = grant
    }

    /// The canonical payload.
    package var payload: [UInt8] {
        Tafel_V1_KeyGrantPayload.with {
            $0.audience = self.audience.message
            $0.boxHashes = self.boxHashes.map(\.data)
            $0.history = self.history
        }.canonicalBytes
    }
}

extension Receipt {
    /// Reads the payload of a receipt.
    ///
    /// Signatures in it are the caller's to check.
    package init(payload: [UInt8]) throws(WireError) {
        guard payload.count <= Self.payloadBytesMax else { throw .field("logs") }
        let message = try Tafel_V1_ReceiptPayload(canonical: payload)
        guard message.logs.count <= Self.logsMax else { throw .field("logs") }
        var logs: [LogReceipt] = []
        for item in message.logs {
            let checkpoint: Checkpoint
            do throws(CheckpointError) {
                checkpoint = try Checkpoint(parsing: item.checkpoint.utf8)
            } catch {
                throw .field("checkpoint")
            }
            guard
                let log = LogReceipt(
                    log: try LogID(member: item.member, generation: item.generation),
                    checkpoint: checkpoint,
                    heldCount: item.heldCount,
                    heldHash: try Digest(item.heldHash, field: "held_hash"),
                    unopened: item.unopened
                )
            else { throw .field("unopened") }
            logs.append(log)
        }
        guard let receipt = Receipt(logs) else { throw .field("logs") }
        self = receipt
    }

    /// The canonical payload.
    package var payload: [UInt8] {
        Tafel_V1_ReceiptPayload.with {
            $0.logs = self.logs.map { item in
                .with {
                    $0.member = UInt32(item.log.member)
                    $0.generation = UInt32(item.log.generation)
                    $0.checkpoint = item.checkpoint.note.encodedText
                    $0.heldCount = item.heldCount
                    $0.heldHash = item.heldHash.data
                    $0.unopened = item.unopened
                }
            }
        }.canonicalBytes
    }
}

extension LogID {
    init(member: UInt32, generation: UInt32) throws(WireError) {
        guard let number = MemberNumber(exactly: member), number > 0 else {
            throw .field("member")
        }
        guard let generation = UInt16(exactly: generation) else { throw .field("generation") }
        self.init(member: number, generation: generation)
    }
}
