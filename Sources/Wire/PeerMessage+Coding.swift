import Cryptography
import FoundationEssentials
import SwiftProtobuf
import SyncLog

extension PeerMessage {
    /// Reads a frame; every count and length is checked.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= Self.bytesMax else { throw .malformed }
        try FrameScan.check(bytes)
        let message = try Tafel_V1_PeerMessage(canonical: bytes)
        switch message.message {
        case .hello(let hello): self = .hello(try Hello(hello))
        case .tableFile(let file): self = .tableFile(try TableFile(message: file))
        case .headsDigest(let digest): self = .headsDigest(try HeadsDigest(digest))
        case .heads(let heads): self = .heads(try Heads(heads))
        case .chunk(let chunk): self = .chunk(try Chunk(chunk))
        case .ack(let ack):
            self = .ack(
                Ack(
                    table: try Digest(ack.table, field: "table"),
                    log: try LogID(member: ack.member, generation: ack.generation),
                    size: try size(ack.size)
                )
            )
        case .ask(let ask):
            guard ask.from < ask.until else { throw .field("until") }
            self = .ask(
                Ask(
                    table: try Digest(ask.table, field: "table"),
                    log: try LogID(member: ask.member, generation: ask.generation),
                    from: ask.from,
                    until: try size(ask.until)
                )
            )
        case .fill(let fill): self = .fill(try Fill(fill))
        case .prove(let prove): self = .prove(try Prove(prove))
        case .proof(let proof): self = .proof(try Proof(proof))
        case .evidence(let evidence): self = .evidence(try ForkEvidence(evidence))
        case .goodbye(let goodbye):
            guard let code = GoodbyeCode(rawValue: goodbye.code) else { throw .field("code") }
            guard goodbye.text.utf8.count <= Self.textBytesMax else { throw .limit("text") }
            guard
                goodbye.text.isSpecificationText(bytesMax: Self.textBytesMax, allowsLines: false)
            else { throw .field("text") }
            self = .goodbye(code, goodbye.text)
        case nil: throw .field("message")
        }
    }

    /// The bytes of a frame.
    package var encoded: [UInt8] {
        Tafel_V1_PeerMessage.with { message in
            switch self {
            case .hello(let hello): message.hello = hello.message
            case .tableFile(let file):
                message.tableFile = .with {
                    $0.table = file.table.data
                    $0.file = file.encodedText
                }
            case .headsDigest(let digest):
                message.headsDigest = .with {
                    $0.table = digest.table.data
                    $0.digest = digest.digest.data
                    $0.complete = digest.complete
                    $0.settled = digest.isSettled
                    $0.round = digest.isRound
                    $0.failing = digest.isFailing
                }
            case .heads(let heads): message.heads = heads.message
            case .chunk(let chunk): message.chunk = chunk.message
            case .ack(let ack):
                message.ack = .with {
                    $0.table = ack.table.data
                    $0.member = UInt32(ack.log.member)
                    $0.generation = UInt32(ack.log.generation)
                    $0.size = ack.size
                }
            case .ask(let ask):
                message.ask = .with {
                    $0.table = ask.table.data
                    $0.member = UInt32(ask.log.member)
                    $0.generation = UInt32(ask.log.generation)
                    $0.from = ask.from
                    $0.until = ask.until
                }
            case .fill(let fill): message.fill = fill.message
            case .prove(let prove): message.prove = prove.message
            case .proof(let proof): message.proof = proof.message
            case .evidence(let evidence): message.evidence = evidence.message
            case .goodbye(let code, let text):
                message.goodbye = .with {
                    $0.code = code.rawValue
                    $0.text = text
                }
            }
        }.canonicalBytes
    }
}

private func size(_ value: UInt64) throws(WireError) -> UInt64 {
    guard value <= EntryHeader.treeSizeMax else { throw .limit("size") }
    return value
}

func decodeCheckpoint(_ text: String) throws(WireError) -> Checkpoint {
    do throws(CheckpointError) {
        return try Checkpoint(parsing: text.utf8)
    } catch {
        throw .field("checkpoint")
    }
}

private func decodeHeader(_ data: Data) throws(WireError) -> EntryHeader {
    do throws(HeaderError) {
        return try EntryHeader(decoding: data.array)
    } catch {
        throw .field("header")
    }
}

extension Hello {
    fileprivate init(_ message: Tafel_V1_Hello) throws(WireError) {
        guard message.tables.count <= PeerMessage.tablesMax else { throw .limit("tables") }
        let card: Card
        do throws(CardError) {
            card = try Card(parsing: message.card.utf8)
        } catch {
            throw .field("card")
        }
        var tables: [TableID: Digest] = [:]
        var last: TableID?
        for head in message.tables {
            let table = try Digest(head.table, field: "table")
            guard last.map({ $0 < table }) ?? true else { throw .field("tables") }
            last = table
            tables[table] = try Digest(head.fileHash, field: "file_hash")
        }
        self.init(
            version: message.version,
            card: card,
            tables: tables,
            instance: message.instance
        )
    }

    fileprivate var message: Tafel_V1_Hello {
        .with {
            $0.version = self.version
            $0.card = self.card.note.encodedText
            $0.tables = self.tables.sorted { $0.key < $1.key }.map { table, hash in
                .with {
                    $0.table = table.data
                    $0.fileHash = hash.data
                }
            }
            $0.instance = self.instance
        }
    }
}

extension TableFile {
    fileprivate init(message: Tafel_V1_TableFile) throws(WireError) {
        do throws(TableFileError) {
            try self.init(parsing: message.file.utf8)
        } catch {
            throw .field("file")
        }
        guard self.table == (try Digest(message.table, field: "table")) else {
            throw .field("table")
        }
    }
}

extension HeadsDigest {
    fileprivate init(_ message: Tafel_V1_HeadsDigest) throws(WireError) {
        self.init(
            table: try Digest(message.table, field: "table"),
            digest: try Digest(message.digest, field: "digest"),
            complete: try size(message.complete),
            isSettled: message.settled,
            isRound: message.round,
            isFailing: message.failing
        )
    }
}

extension Heads {
    fileprivate init(_ message: Tafel_V1_Heads) throws(WireError) {
        guard message.logs.count <= Self.logsMax else { throw .limit("logs") }
        var logs: [LogHead] = []
        for head in message.logs {
            let log = try LogID(member: head.member, generation: head.generation)
            let checkpoint = try decodeCheckpoint(head.checkpoint)
            guard checkpoint.size > 0, logs.last.map({ $0.log < log }) ?? true else {
                throw .field("logs")
            }
            logs.append(LogHead(log: log, checkpoint: checkpoint))
        }
        guard message.refused.count <= Self.logsMax else { throw .limit("refused") }
        var refused: [LogID] = []
        for name in message.refused {
            let log = try LogID(member: name.member, generation: name.generation)
            guard refused.last.map({ $0 < log }) ?? true, !logs.contains(where: { $0.log == log })
            else { throw .field("refused") }
            refused.append(log)
        }
        self.init(
            table: try Digest(message.table, field: "table"),
            logs: logs,
            refused: refused,
            isRecovering: message.recovering
        )
    }

    fileprivate var message: Tafel_V1_Heads {
        .with {
            $0.table = self.table.data
            $0.logs = self.logs.map { head in
                .with {
                    $0.member = UInt32(head.log.member)
                    $0.generation = UInt32(head.log.generation)
                    $0.checkpoint = head.checkpoint.note.encodedText
                }
            }
            $0.refused = self.refused.map { log in
                .with {
                    $0.member = UInt32(log.member)
                    $0.generation = UInt32(log.generation)
                }
            }
            $0.recovering = self.isRecovering
        }
    }
}

extension Chunk {
    fileprivate init(_ message: Tafel_V1_Chunk) throws(WireError) {
        guard !message.items.isEmpty else { throw .field("items") }
        guard message.items.count <= Self.itemsMax else { throw .limit("items") }
        var items: [LogItem] = []
        items.reserveCapacity(message.items.count)
        var payloadBytes = 0
        for item in message.items {
            let item = try LogItem(item)
            if case .full(let entry) = item { payloadBytes += entry.payload.count }
            guard payloadBytes <= Self.payloadBytesMax else { throw .limit("items") }
            items.append(item)
        }
        self.init(
            table: try Digest(message.table, field: "table"),
            log: try LogID(member: message.member, generation: message.generation),
            from: try size(message.from),
            items: items,
            checkpoint: try decodeCheckpoint(message.checkpoint),
            isComplete: message.complete
        )
    }

    fileprivate var message: Tafel_V1_Chunk {
        .with {
            $0.table = self.table.data
            $0.member = UInt32(self.log.member)
            $0.generation = UInt32(self.log.generation)
            $0.from = self.from
            $0.items = self.items.map(\.message)
            $0.checkpoint = self.checkpoint.note.encodedText
            $0.complete = self.isComplete
        }
    }
}

extension LogItem {
    fileprivate init(_ message: Tafel_V1_Item) throws(WireError) {
        switch message.item {
        case .leaf(let hash): self = .leaf(try Digest(hash, field: "leaf"))
        case .header(let bytes): self = .header(try decodeHeader(bytes))
        case .full(let entry): self = .full(try Entry(entry))
        case nil: throw .field("item")
        }
    }

    fileprivate var message: Tafel_V1_Item {
        .with { message in
            switch self {
            case .leaf(let hash): message.leaf = hash.data
            case .header(let header): message.header = Data(header.bytes)
            case .full(let entry): message.full = entry.message
            }
        }
    }
}

extension Entry {
    fileprivate init(_ message: Tafel_V1_FullEntry) throws(WireError) {
        guard message.payload.count <= EntryHeader.payloadBytesMax else {
            throw .limit("payload")
        }
        guard message.boxes.count <= Audience.recipientsMax + 1 else { throw .limit("boxes") }
        var boxes: [Box] = []
        for box in message.boxes {
            guard box.sealed.count <= Box.bytesMax else { throw .limit("boxes") }
            guard let member = MemberNumber(exactly: box.member), member > 0,
                !boxes.contains(where: { $0.member == member })
            else { throw .field("boxes") }
            boxes.append(Box(member: member, sealed: box.sealed.array))
        }
        self.init(
            header: try decodeHeader(message.header),
            payload: message.payload.array,
            boxes: boxes
        )
    }

    fileprivate var message: Tafel_V1_FullEntry {
        .with {
            $0.header = Data(self.header.bytes)
            $0.payload = Data(self.payload)
            $0.boxes = self.boxes.map { box in
                .with {
                    $0.member = UInt32(box.member)
                    $0.sealed = Data(box.sealed)
                }
            }
        }
    }
}

extension Fill {
    fileprivate init(_ message: Tafel_V1_Fill) throws(WireError) {
        guard message.entries.count <= Chunk.itemsMax else { throw .limit("entries") }
        guard message.from < message.until else { throw .field("until") }
        var entries: [Entry] = []
        var payloadBytes = 0
        for item in message.entries {
            let entry = try Entry(item)
            let index = entry.header.index
            payloadBytes += entry.payload.count
            guard payloadBytes <= Chunk.payloadBytesMax else { throw .limit("entries") }
            guard index >= message.from, index < message.until,
                entries.last.map({ $0.header.index < index }) ?? true
            else { throw .field("entries") }
            entries.append(entry)
        }
        self.init(
            table: try Digest(message.table, field: "table"),
            log: try LogID(member: message.member, generation: message.generation),
            from: message.from,
            until: try size(message.until),
            entries: entries,
            isComplete: message.complete
        )
    }

    fileprivate var message: Tafel_V1_Fill {
        .with {
            $0.table = self.table.data
            $0.member = UInt32(self.log.member)
            $0.generation = UInt32(self.log.generation)
            $0.from = self.from
            $0.until = self.until
            $0.entries = self.entries.map(\.message)
            $0.complete = self.isComplete
        }
    }
}
