import Cryptography
import SyncLog
import Testing
import Wire

/// Key chains, boxes, key grants and contents (`Protocol/keys.md` §6, §7).
struct ContentVectorTests {
    struct ChainCase: VectorCase {
        struct Step: Decodable, Sendable {
            let position: UInt32
            let chainKey: Hex
            let chainKeyCommitment: Hex
            let contentKey: Hex
            let contentKeyCommitment: Hex
        }

        let name: String
        let steps: [Step]
    }

    struct BoxCase: VectorCase {
        let name: String
        let sealingPrivate: Hex
        let sealingPublic: Hex?
        let message: Hex?
        let box: Hex
        let sha256: Hex?

        func opened() throws -> [UInt8]? {
            SealingKey(try self.sealingPrivate.secretKey()).opening(self.box.bytes)
        }
    }

    struct GrantCase: VectorCase {
        struct Box: Decodable, Sendable {
            let member: MemberNumber
            let sealingPrivate: Hex
            let box: Hex
        }

        let name: String
        let author: MemberNumber
        let index: UInt64
        let header: Hex
        let leaf: Hex
        let payload: Hex
        let recipients: [VectorRecipient]
        let history: [UInt64]
        let message: Hex
        let boxes: [Box]
    }

    struct ContentCase: VectorCase {
        let name: String
        let header: Hex
        let payload: Hex
        let contentKey: Hex
        let chainKey: Hex?
        let position: UInt32?
        let nonce: Hex?
        let plaintext: Hex?
        let associatedData: Hex?
        let payloadHash: Hex?
        let leaf: Hex?

        var entry: Entry {
            get throws {
                Entry(
                    header: try EntryHeader(decoding: self.header.bytes),
                    payload: self.payload.bytes,
                    boxes: []
                )
            }
        }

        /// Opens the payload after the checks against its header; `nil` when it is refused.
        func opened() throws -> [UInt8]? {
            let entry = try self.entry
            let key = try self.contentKey.secretKey()
            guard entry.isConsistent, key.commitment() == entry.header.keyCommitment else {
                return nil
            }
            return AuthenticatedEncryption.open(
                entry.payload,
                associatedData: entry.header.associatedData,
                key: key
            )
        }
    }

    @Test(arguments: try VectorFile.cases("keys/accept/key-chains.json") as [ChainCase])
    func `each link gives its content key and the next link`(_ item: ChainCase) throws {
        let first = try #require(item.steps.first)
        var link = ChainKey(try first.chainKey.secretKey(), position: first.position)
        for step in item.steps {
            while link.position < step.position { link = link.next() }
            let contentKey = link.contentKey()
            let content = (contentKey.exposedBytes(), contentKey.commitment().bytes)
            let chain = (link.exposedBytes(), link.commitment().bytes)
            let position = link.position
            #expect(position == step.position)
            #expect(chain == (step.chainKey.bytes, step.chainKeyCommitment.bytes))
            #expect(content == (step.contentKey.bytes, step.contentKeyCommitment.bytes))
        }
    }

    @Test(arguments: try VectorFile.cases("keys/accept/boxes.json") as [BoxCase])
    func `boxes open to their message`(_ item: BoxCase) throws {
        let key = SealingKey(try item.sealingPrivate.secretKey())
        let publicKey = key.publicKey
        let message = try #require(item.message).bytes
        #expect(publicKey.bytes == item.sealingPublic?.bytes)
        #expect(try item.opened() == message)
        #expect(Digest(hashing: item.box.bytes) == (try item.sha256?.digest()))
        let again = try #require(publicKey.sealing(message))
        let reopened = key.opening(again)
        #expect(again.count == item.box.bytes.count)
        #expect(reopened == message)
    }

    @Test(arguments: try VectorFile.cases("keys/reject/boxes.json") as [BoxCase])
    func `other boxes do not open`(_ item: BoxCase) throws {
        #expect(try item.opened() == nil)
    }

    @Test(arguments: try VectorFile.cases("keys/accept/grants.json") as [GrantCase])
    func `each box of a key grant opens to the keys it gives`(_ item: GrantCase) throws {
        let header = try EntryHeader(decoding: item.header.bytes)
        #expect(header.kind == .keyGrant)
        #expect(header.index == item.index)
        #expect(header.leafHash == (try item.leaf.digest()))
        let grant = try KeyGrant(payload: item.payload.bytes)
        #expect(grant.payload == item.payload.bytes)
        #expect(Entry(header: header, payload: item.payload.bytes, boxes: []).isConsistent)
        #expect(grant.audience == Audience(item.recipients))
        #expect(grant.audience.hash == header.audience)
        #expect(grant.isAllowed(from: item.author, at: item.index))
        #expect(grant.history == item.history)
        #expect(item.boxes.map(\.member) == [item.author] + grant.audience.members)
        for box in item.boxes {
            let hash = grant.boxHash(for: box.member, author: item.author)
            #expect(hash == Digest(hashing: box.box.bytes))
            let opened = SealingKey(try box.sealingPrivate.secretKey()).opening(box.box.bytes)
            #expect(opened == item.message.bytes)
        }
        if item.history.isEmpty {
            let commitment = try item.message.secretKey().commitment()
            #expect(header.keyCommitment == commitment)
        } else {
            #expect(item.message.bytes.count == SecretKey.byteCount * item.history.count)
            #expect(header.keyCommitment == .zero && header.epoch == 0 && header.position == 0)
        }
    }

    @Test(arguments: try VectorFile.cases("keys/accept/contents.json") as [ContentCase])
    func `contents open and are sealed again`(_ item: ContentCase) throws {
        let entry = try item.entry
        let plaintext = try #require(item.plaintext).bytes
        let associatedData = entry.header.associatedData
        #expect(try item.opened() == plaintext)
        #expect(associatedData == item.associatedData?.bytes)
        #expect(entry.header.payloadHash == (try item.payloadHash?.digest()))
        #expect(entry.header.leafHash == (try item.leaf?.digest()))
        #expect(entry.header.position == item.position)
        let sealed = AuthenticatedEncryption.seal(
            plaintext,
            nonce: try #require(item.nonce).bytes,
            associatedData: associatedData,
            key: try item.contentKey.secretKey()
        )
        #expect(sealed == item.payload.bytes)
        var link = ChainKey(try #require(item.chainKey).secretKey(), position: 0)
        while link.position < entry.header.position { link = link.next() }
        let contentKey = link.contentKey().exposedBytes()
        #expect(contentKey == item.contentKey.bytes)
    }

    @Test(arguments: try VectorFile.cases("keys/reject/contents.json") as [ContentCase])
    func `other contents do not open`(_ item: ContentCase) throws {
        #expect(try item.opened() == nil)
    }
}
