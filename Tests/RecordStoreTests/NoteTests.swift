import SyncLog
import Testing

@testable import RecordStore

/// What a transaction gathers for look-ups before it writes.
struct NoteTests {
    private static func object(_ number: Int) -> ObjectID {
        // Not in the order in which they are noted.
        ObjectID(high: UInt64(number) &* 0x9E37_79B9_7F4A_7C15, low: UInt64(number))
    }

    @Test(arguments: [65_535, 65_536, 65_537])
    func `up to 65,536 notes are gathered at once and all are found`(count: Int) throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        let cases = [ObjectID(high: 1, low: 2), ObjectID(high: 3, low: 4)]
        try store.write(table: 1) { (transaction) throws(SlotError) in
            func note(_ number: Int, _ value: ObjectID) throws(SlotError) {
                let key = [0, 0, 0, 1] + Self.object(number).bytes
                try transaction.note(value.bytes, for: key, in: store.tables.objects)
            }
            for number in 0..<count { try note(number, cases[number % 2]) }
            // The last word counts, also when both are gathered.
            try note(0, cases[1])
            try note(count - 1, cases[0])
            try note(count - 1, cases[1])
        }
        try store.read(table: 1) { (snapshot) throws(SlotError) in
            for number in [0, count - 1] {
                #expect(try snapshot.caseIDs(ofObject: Self.object(number)) == [cases[1]])
            }
            for number in [1, 2, 65_533] {
                #expect(
                    try snapshot.caseIDs(ofObject: Self.object(number)) == [cases[number % 2]]
                )
            }
        }
        #expect(
            try store.read { (snapshot) throws(StoreError) in
                try snapshot.count(in: store.tables.objects)
            } == count
        )
        withExtendedLifetime(folder) {}
    }
}
