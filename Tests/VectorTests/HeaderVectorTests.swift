import Cryptography
import ReplicatedTypes
import SyncLog
import Testing
import Vocabulary

/// Headers, times and object IDs (`Protocol/sync-log.md` §2 to §4).
struct HeaderVectorTests {
    struct HeaderCase: VectorCase {
        let name: String
        let header: Hex
        let leaf: Hex
        let version: UInt8
        let kind: UInt8
        let charterVersion: UInt16
        let category: UInt16
        let index: UInt64
        let timeMilliseconds: UInt64
        let timeCounter: UInt64
        let `case`: Hex
        let audience: Hex
        let epoch: UInt32
        let position: UInt32
        let payloadHash: Hex
        let payloadLength: UInt32
        let keyCommitment: Hex
    }

    struct RefusedHeader: VectorCase {
        let name: String
        let header: Hex
    }

    struct TimeCase: VectorCase {
        let name: String
        let own: [UInt64]
        let received: [[UInt64]]
        let clock: UInt64
        let next: [UInt64]

        static func time(_ parts: [UInt64]) throws -> HybridTime {
            try #require(parts.count == 2)
            return HybridTime(rawValue: parts[0] << 16 | parts[1])
        }
    }

    struct ObjectCase: VectorCase {
        let name: String
        let table: Hex
        let dot: Hex
        let member: UInt16
        let generation: UInt16
        let index: UInt64
        let operation: UInt8
        let object: Hex
    }

    @Test(arguments: try VectorFile.cases("sync-log/accept/headers.json") as [HeaderCase])
    func `headers are read and written again`(_ item: HeaderCase) throws {
        let header = try EntryHeader(decoding: item.header.bytes)
        #expect(header.bytes == item.header.bytes)
        #expect(header.leafHash == (try item.leaf.digest()))
        #expect(item.version == item.header.bytes[0])
        #expect(header.kind.rawValue == item.kind)
        #expect(header.charterVersion == item.charterVersion)
        #expect(header.category?.rawValue ?? 0 == item.category)
        #expect(header.index == item.index)
        #expect(header.time.milliseconds == item.timeMilliseconds)
        #expect(header.time.rawValue & 0xFFFF == item.timeCounter)
        #expect(header.caseID.bytes == item.case.bytes)
        #expect(header.audience.bytes == item.audience.bytes)
        #expect(header.epoch == item.epoch)
        #expect(header.position == item.position)
        #expect(header.payloadHash.bytes == item.payloadHash.bytes)
        #expect(header.payloadLength == item.payloadLength)
        #expect(header.keyCommitment.bytes == item.keyCommitment.bytes)
    }

    @Test(arguments: try VectorFile.cases("sync-log/reject/headers.json") as [RefusedHeader])
    func `other headers are refused`(_ item: RefusedHeader) {
        #expect(throws: HeaderError.self) { try EntryHeader(decoding: item.header.bytes) }
    }

    @Test(arguments: try VectorFile.cases("sync-log/accept/times.json") as [TimeCase])
    func `the next time follows the clock and what was seen`(_ item: TimeCase) throws {
        let clock = HybridTime(milliseconds: item.clock)
        let newest = try item.received.reduce(TimeCase.time(item.own)) { newest, received in
            newest.observing(try TimeCase.time(received), clock: clock)
        }
        #expect(newest.next(clock: clock) == (try TimeCase.time(item.next)))
    }

    @Test(arguments: try VectorFile.cases("sync-log/accept/object-ids.json") as [ObjectCase])
    func `an object's ID follows from table and dot`(_ item: ObjectCase) throws {
        let dot = Dot(
            member: item.member,
            generation: item.generation,
            index: item.index,
            operation: item.operation
        )
        #expect(dot.bytes == item.dot.bytes)
        #expect(ObjectID(table: try item.table.digest(), dot: dot).bytes == item.object.bytes)
    }
}
