import CaseModel
import Cryptography
import PeerTransport
import RecordStore
package import SyncLog

/// Making a node.
extension Node {
    /// What a new node is told about itself.
    package struct Identity: Sendable {
        let contents: Card.Contents
        let configuration: NodeConfiguration

        /// Creates an identity.
        package init(contents: Card.Contents, configuration: NodeConfiguration) {
            self.contents = contents
            self.configuration = configuration
        }
    }

    /// Makes a node in a new or empty folder: keys, store, card.
    ///
    /// The key file comes last: a folder without it is no node, whatever stopped this half-way.
    package static func create(
        at path: String,
        identity: Identity,
        passphrase: [UInt8]
    ) throws(NodeFailure) -> Card {
        var scalar = TLSIdentity.makePrivateScalar()
        defer { scalar.wipe() }
        guard let tls = SecretKey(scalar) else {
            throw NodeFailure(.bug, "TLS key: not 32 bytes. Report this")
        }
        let keys = NodeKeys.generate(tls: tls)
        let card = try self.card(identity.contents, keys: keys)
        let folder: DataFolder
        do throws(FolderError) { folder = try DataFolder.create(at: path) } catch {
            throw NodeFailure(error)
        }
        do throws(NodeStoreError) {
            let store = try NodeStore.create(in: folder, storageKey: keys.storage)
            do throws(SlotError) {
                try store.setSetting("card", card.note.encoded)
            } catch {
                throw .slot(error)
            }
        } catch {
            throw NodeFailure(error)
        }
        let hashing = PasswordHashing.recommended(
            salt: Randomness.bytes(count: PasswordHashing.saltByteCount)
        )
        let nonce = Randomness.bytes(count: AuthenticatedEncryption.nonceByteCount)
        let configuration = try identity.configuration.encoded()
        do {
            let file = try KeyFile.encode(
                keys,
                passphrase: passphrase,
                hashing: hashing,
                nonce: nonce
            )
            try folder.replace(.configuration, with: configuration)
            try folder.replace(.keys, with: file)
        } catch let error as FolderError {
            throw NodeFailure(error)
        } catch {
            throw .unavailable("key file: no memory for Argon2id (64 MiB). Free some memory")
        }
        return card
    }

    private static func card(
        _ contents: Card.Contents,
        keys: borrowing NodeKeys
    ) throws(NodeFailure) -> Card {
        do {
            let hash = try TLSIdentity.publicKeyHash(privateScalar: keys.tls.exposedBytes())
            guard let digest = Digest(hash) else {
                throw NodeFailure(.bug, "TLS key hash: not 32 bytes. Report this")
            }
            return try Card(contents, keys: keys, tlsKeyHash: digest)
        } catch let error as CardError {
            guard case .field(let field) = error else {
                throw NodeFailure(.bug, "card: cannot be signed. Report this")
            }
            throw .usage("\(field): not a value a card can have. See 'tafel node init --help'")
        } catch {
            throw NodeFailure(.bug, "card: \(error). Report this")
        }
    }
}
