import Cryptography
import FoundationEssentials
import SwiftProtobuf
import SyncLog

extension Prove {
    init(_ message: Tafel_V1_Prove) throws(WireError) {
        guard message.index < EntryHeader.treeSizeMax else { throw .limit("index") }
        self.init(
            table: try Digest(message.table, field: "table"),
            log: try LogID(member: message.member, generation: message.generation),
            index: message.index
        )
    }

    var message: Tafel_V1_Prove {
        .with {
            $0.table = self.table.data
            $0.member = UInt32(self.log.member)
            $0.generation = UInt32(self.log.generation)
            $0.index = self.index
        }
    }
}

extension Proof {
    init(_ message: Tafel_V1_Proof) throws(WireError) {
        guard message.index < EntryHeader.treeSizeMax else { throw .limit("index") }
        self.init(
            table: try Digest(message.table, field: "table"),
            log: try LogID(member: message.member, generation: message.generation),
            index: message.index,
            branch: try ForkBranch(message.branch)
        )
    }

    var message: Tafel_V1_Proof {
        .with {
            $0.table = self.table.data
            $0.member = UInt32(self.log.member)
            $0.generation = UInt32(self.log.generation)
            $0.index = self.index
            $0.branch = self.branch.message
        }
    }
}

extension ForkEvidence {
    init(_ message: Tafel_V1_ForkEvidence) throws(WireError) {
        guard message.index < EntryHeader.treeSizeMax else { throw .limit("index") }
        let first = try ForkBranch(message.first)
        let second = try ForkBranch(message.second)
        guard first.leaf < second.leaf else { throw .field("second") }
        self.init(
            table: try Digest(message.table, field: "table"),
            log: try LogID(member: message.member, generation: message.generation),
            index: message.index,
            first,
            second
        )
    }

    var message: Tafel_V1_ForkEvidence {
        .with {
            $0.table = self.table.data
            $0.member = UInt32(self.log.member)
            $0.generation = UInt32(self.log.generation)
            $0.index = self.index
            $0.first = self.first.message
            $0.second = self.second.message
        }
    }
}

extension ForkBranch {
    init(_ message: Tafel_V1_Branch) throws(WireError) {
        guard message.path.count <= MerkleProof.hashesMax else { throw .limit("path") }
        let card: Card
        do throws(CardError) {
            card = try Card(parsing: message.card.utf8)
        } catch {
            throw .field("card")
        }
        var path: [Digest] = []
        for hash in message.path { path.append(try Digest(hash, field: "path")) }
        self.init(
            card: card,
            checkpoint: try decodeCheckpoint(message.checkpoint),
            leaf: try Digest(message.leaf, field: "leaf"),
            path: path
        )
    }

    var message: Tafel_V1_Branch {
        .with {
            $0.card = self.card.note.encodedText
            $0.checkpoint = self.checkpoint.note.encodedText
            $0.leaf = self.leaf.data
            $0.path = self.path.map(\.data)
        }
    }
}
