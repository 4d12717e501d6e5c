import CaseModel
import Cryptography
package import NodeInterface
import PeerTransport
import RecordStore
import SyncEngine
package import SyncLog
import Synchronization

extension ShowCard: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        Node.document(of: reader.card)
    }
}

extension ChangeCard: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.change(self)
    }
}

/// The node's own card: showing it, signing the next version.
extension Node {
    fileprivate static func document(of card: Card) -> CardDocument {
        CardDocument(card: card.note.encodedText, version: Int(card.version))
    }

    /// An endpoint that others can be told.
    package static func reachableEndpoint(_ text: String) throws(Refusal) -> Endpoint {
        guard let endpoint = Endpoint(text) else {
            throw .invalid(.endpoint, .form(text))
        }
        guard !["0.0.0.0", "::"].contains(endpoint.host) else {
            throw .invalid(.endpoint, .unreachable(endpoint.text))
        }
        return endpoint
    }

    /// Signs a card that names another endpoint, with the same keys, and tells everybody.
    ///
    /// Where the card names that endpoint alone already, nothing is signed.
    fileprivate func change(_ asked: ChangeCard) throws(Refusal) -> CardDocument {
        let endpoint = try Self.reachableEndpoint(asked.endpoint)
        let old = self.card
        // Where partners hold another card, the same address is news to them.
        let isDisputed = self.alarms.standing.contains { $0.code == .address }
        guard old.endpoints != [endpoint] || isDisputed else { return Self.document(of: old) }
        // The version after the one in an old folder may be signed already, with another endpoint.
        if let doubt = self.doubts.values.first { throw .unavailable(doubt.need) }
        guard old.version < UInt32.max else {
            throw .refused(.table(.lastCard))
        }
        let card: Card
        do throws(CardError) {
            card = try Card(
                Card.Contents(
                    version: old.version + 1,
                    handle: old.handle,
                    name: old.name,
                    oin: old.oin,
                    memberClass: old.memberClass,
                    endpoints: [endpoint]
                ),
                keys: self.keys.keys,
                tlsKeyHash: old.tlsKeyHash
            )
        } catch {
            guard case .malformed = error else {
                throw .bug("card: cannot be signed (\(error))")
            }
            throw .invalid(.endpoint, .tooLong(bytesMax: Card.bytesMax))
        }
        do throws(SlotError) { try self.adopt(card) } catch { throw Refusal(error) }
        self.endAlarms { $0.code == .address }
        return Self.document(of: self.card)
    }

    /// Makes an own card the one in use: durable first, then for new connections, then for everybody.
    private func adopt(_ card: Card) throws(SlotError) {
        try self.store.setSetting("card", card.note.encoded)
        self.readers.card = card
        do throws(NodeFailure) {
            self.endpoint?.replaceIdentity(try self.makeIdentity(of: card))
        } catch {
            self.raise(error.message)
        }
        self.dispatch(.cardChanged(card))
    }

    /// Takes over a newer card of this node that a partner gave back.
    ///
    /// The folder was put back to before it was signed. It is signed by this node, and names its keys.
    func takeBackCard(from file: TableFile) {
        let old = self.card
        guard let card = Self.newerCard(than: old, in: file) else { return }
        do throws(SlotError) { try self.adopt(card) } catch {
            return self.raise("card: version \(card.version) was not kept (\(error))")
        }
        // Where the node listens was put back with the folder, what partners dial was not.
        guard card.endpoints != old.endpoints else { return }
        self.raise(
            "card: partners hold version \(card.version), signed by this node, which names "
                + "\(Self.places(card)); that counts. Version \(old.version) in this folder named "
                + "\(Self.places(old)), so the folder is older. Say where this node is to be reached, the same "
                + "or another: 'tafel node card --endpoint HOST:PORT' signs its next card",
            .address
        )
    }

    private static func places(_ card: Card) -> String {
        card.endpoints.isEmpty ? "no address" : card.endpoints.map(\.text).joined(separator: ", ")
    }

    /// A partner holds another card of the own version: neither takes the place of the other.
    func noteOtherCard(_ card: Card) {
        self.raise(
            "card: partners hold another version \(card.version), signed by this node too, which names "
                + "\(Self.places(card)); the one here names \(Self.places(self.card)). The folder was put "
                + "back to before that was signed. Sign the next, which counts for all: "
                + "'tafel node card --endpoint HOST:PORT'",
            .address
        )
    }

    private static func newerCard(than own: Card, in file: TableFile) -> Card? {
        guard let number = file.member(identity: own.identity)?.number,
            let card = file.cards[number], card.version > own.version,
            card.logKey == own.logKey, card.witnessKey == own.witnessKey,
            card.sealingKey == own.sealingKey, card.tlsKeyHash == own.tlsKeyHash
        else { return nil }
        return card
    }

    /// Brings card and table files of a store in step: one of them may be older after a crash.
    ///
    /// - Returns: The newest own card, and the tables with it.
    static func settleCard(
        _ card: Card,
        _ tables: [(table: StoredTable, logs: [LogID: LogState])],
        in store: NodeStore
    ) throws(SlotError) -> (card: Card, tables: [(table: StoredTable, logs: [LogID: LogState])]) {
        var newest = card
        for (stored, _) in tables {
            newest = Self.newerCard(than: newest, in: stored.file) ?? newest
        }
        if newest != card { try store.setSetting("card", newest.note.encoded) }
        var settled: [(table: StoredTable, logs: [LogID: LogState])] = []
        for (stored, logs) in tables {
            var file = stored.file
            file.update(newest)
            settled.append(
                (file == stored.file ? stored : try store.storeTable(file), logs)
            )
        }
        return (newest, settled)
    }
}
