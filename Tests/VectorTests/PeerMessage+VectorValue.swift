import Cryptography
import SyncLog
import Wire

/// What a message says, in the words of `Protocol/proto/session.proto`.
extension PeerMessage {
    var vectorValue: VectorValue {
        switch self {
        case .hello(let hello):
            [
                "hello": [
                    "version": .number(UInt64(hello.version)),
                    "card": .text(hello.card.note.encodedText),
                    "tables": .list(
                        hello.tables.sorted { $0.key < $1.key }.map { table, hash in
                            ["table": .hex(table.bytes), "file_hash": .hex(hash.bytes)]
                        }
                    ),
                    "instance": .number(hello.instance),
                ]
            ]
        case .tableFile(let file):
            [
                "table_file": [
                    "table": .hex(file.table.bytes), "file": .text(file.encodedText),
                ]
            ]
        case .headsDigest(let digest):
            [
                "heads_digest": [
                    "table": .hex(digest.table.bytes), "digest": .hex(digest.digest.bytes),
                    "complete": .number(digest.complete), "settled": .bool(digest.isSettled),
                    "round": .bool(digest.isRound), "failing": .bool(digest.isFailing),
                ]
            ]
        case .heads(let heads):
            [
                "heads": [
                    "table": .hex(heads.table.bytes),
                    "logs": .list(
                        heads.logs.map {
                            $0.log.vectorValue(with: [
                                "checkpoint": .text($0.checkpoint.note.encodedText)
                            ])
                        }
                    ),
                    "refused": .list(heads.refused.map { $0.vectorValue(with: [:]) }),
                    "recovering": .bool(heads.isRecovering),
                ]
            ]
        case .chunk(let chunk): ["chunk": chunk.vectorValue]
        case .ack(let ack):
            [
                "ack": ack.log.vectorValue(with: [
                    "table": .hex(ack.table.bytes), "size": .number(ack.size),
                ])
            ]
        case .ask(let ask):
            [
                "ask": ask.log.vectorValue(with: [
                    "table": .hex(ask.table.bytes), "from": .number(ask.from),
                    "until": .number(ask.until),
                ])
            ]
        case .fill(let fill): ["fill": fill.vectorValue]
        case .prove(let prove):
            [
                "prove": prove.log.vectorValue(with: [
                    "table": .hex(prove.table.bytes), "index": .number(prove.index),
                ])
            ]
        case .proof(let proof):
            [
                "proof": proof.log.vectorValue(with: [
                    "table": .hex(proof.table.bytes), "index": .number(proof.index),
                    "branch": proof.branch.vectorValue,
                ])
            ]
        case .evidence(let evidence):
            [
                "evidence": evidence.log.vectorValue(with: [
                    "table": .hex(evidence.table.bytes), "index": .number(evidence.index),
                    "first": evidence.first.vectorValue, "second": evidence.second.vectorValue,
                ])
            ]
        case .goodbye(let code, let text):
            ["goodbye": ["code": .number(UInt64(code.rawValue)), "text": .text(text)]]
        }
    }
}

extension VectorValue {
    fileprivate static func hex(_ bytes: [UInt8]) -> VectorValue { .text(TextEncoding.hex(bytes)) }
}

extension LogID {
    fileprivate func vectorValue(with fields: [String: VectorValue]) -> VectorValue {
        let log: [String: VectorValue] = [
            "member": .number(UInt64(self.member)), "generation": .number(UInt64(self.generation)),
        ]
        return .object(log.merging(fields) { $1 })
    }
}

extension ForkBranch {
    fileprivate var vectorValue: VectorValue {
        [
            "card": .text(self.card.note.encodedText),
            "checkpoint": .text(self.checkpoint.note.encodedText), "leaf": .hex(self.leaf.bytes),
            "path": .list(self.path.map { .hex($0.bytes) }),
        ]
    }
}

extension Chunk {
    fileprivate var vectorValue: VectorValue {
        self.log.vectorValue(with: [
            "table": .hex(self.table.bytes), "from": .number(self.from),
            "items": .list(
                self.items.map { item in
                    switch item {
                    case .leaf(let hash): ["leaf": .hex(hash.bytes)]
                    case .header(let header): ["header": .hex(header.bytes)]
                    case .full(let entry): ["full": entry.vectorValue]
                    }
                }
            ),
            "checkpoint": .text(self.checkpoint.note.encodedText),
            "complete": .bool(self.isComplete),
        ])
    }
}

extension Fill {
    fileprivate var vectorValue: VectorValue {
        self.log.vectorValue(with: [
            "table": .hex(self.table.bytes), "from": .number(self.from),
            "until": .number(self.until), "entries": .list(self.entries.map(\.vectorValue)),
            "complete": .bool(self.isComplete),
        ])
    }
}

extension Entry {
    fileprivate var vectorValue: VectorValue {
        [
            "header": .hex(self.header.bytes), "payload": .hex(self.payload),
            "boxes": .list(
                self.boxes.map {
                    ["member": .number(UInt64($0.member)), "sealed": .hex($0.sealed)]
                }
            ),
        ]
    }
}
