import CaseModel
import Cryptography
import NodeInterface
import RecordStore
import ReplicatedTypes
import SyncLog
import Testing
import Vocabulary

@testable import NodeService
@testable import SyncEngine

/// Which cases are kept open.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct CaseCacheTests {
    private func isKept(_ caseID: ObjectID, at node: LiveNode, _ table: TableID) async throws
        -> Bool
    {
        let key = CaseCache.Key(table: table, caseID: caseID)
        return try await node.node.readers.cases.state(key, judgement: table) != nil
    }

    @Test func `eight cases are kept, and the ninth takes the place of the one used longest ago`()
        async throws
    {
        let node = try LiveNode("od-noord", .odToezicht)
        let partner = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([node, partner]).id
        var cases: [ObjectID] = []
        for number in 0..<9 {
            cases.append(try await node.openCase("Zaak \(number)", in: table, to: nil))
        }
        func use(_ numbers: [Int]) async throws {
            for number in numbers {
                try await node.ask(AddNote(case: cases[number].hex, text: "gezien"))
            }
        }
        try await use([0, 1, 2, 3, 4, 5, 6, 7])
        for number in 0..<9 {
            #expect(try await self.isKept(cases[number], at: node, table) == (number != 8))
        }
        // Used again in another order, so that 3 was used longest ago; and 4 twice.
        try await use([3, 1, 2, 0, 7, 6, 5, 4, 4])
        try await use([8])
        for number in 0..<9 {
            #expect(try await self.isKept(cases[number], at: node, table) == (number != 3))
        }
    }

    @Test func `a case judged under another charter is read anew`() async throws {
        let node = try LiveNode("od-noord", .odToezicht)
        let partner = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([node, partner]).id
        let caseID = try await node.openCase("Zaak", in: table, to: nil)
        try await node.ask(AddNote(case: caseID.hex, text: "gezien"))
        #expect(try await self.isKept(caseID, at: node, table))
        let cache = try await node.node.readers.cases
        let key = CaseCache.Key(table: table, caseID: caseID)
        #expect(cache.counted(key, judgement: Digest(hashing: [2]), isHeadEnough: true) == nil)
    }

    @Test func `a case that changed while it was read is not kept as it was`() async throws {
        let node = try LiveNode("od-noord", .odToezicht)
        let partner = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([node, partner]).id
        let (first, second) = (
            try await node.openCase("Eerste", in: table, to: nil),
            try await node.openCase("Tweede", in: table, to: nil)
        )
        let cache = try await node.node.readers.cases
        let key = CaseCache.Key(table: table, caseID: first)
        try await node.ask(AddNote(case: first.hex, text: "een"))
        let old = try #require(cache.state(key, judgement: table))
        // Nothing is held of it when the change comes, as in a cache whose place was taken.
        cache.forgetAll(of: table)
        let reading = cache.begin(key)
        let other = cache.begin(CaseCache.Key(table: table, caseID: second))
        try await node.ask(AddNote(case: first.hex, text: "twee"))
        cache.end(reading, with: old, judgement: table)
        cache.end(other, with: nil, judgement: table)
        let shown = try await node.ask(ShowCase(case: first.hex))
        #expect(shown.notes.map(\.text).sorted() == ["een", "twee"])
    }

    @Test(arguments: [CaseCache.changesMax, CaseCache.changesMax + 1])
    func `a case is kept although up to 4,096 others change meanwhile`(count: Int) async throws {
        let node = try LiveNode("od-noord", .odToezicht)
        let partner = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([node, partner]).id
        let caseID = try await node.openCase("Zaak", in: table, to: nil)
        try await node.ask(AddNote(case: caseID.hex, text: "gezien"))
        let cache = CaseCache()
        let key = CaseCache.Key(table: table, caseID: caseID)
        let state = try #require(
            try await node.node.readers.cases.state(key, judgement: table)
        )
        let reading = cache.begin(key)
        for number in 0..<count {
            let header = EntryHeader(
                kind: .operations,
                charterVersion: 1,
                category: .business,
                index: 0,
                time: .zero,
                caseID: ObjectID(high: 1, low: UInt64(number)),
                audience: .zero
            )
            let entry = PlainEntry(
                log: LogID(member: 1, generation: 0),
                header: header,
                audience: nil,
                plaintext: []
            )
            cache.forget([ReadableEntry(entry)], table: table)
        }
        cache.end(reading, with: state, judgement: table)
        #expect((cache.state(key, judgement: table) != nil) == (count == CaseCache.changesMax))
    }

    @Test
    func
        `cases that searches meet have half of the places, and one that is worked in keeps its own`()
    {
        let cache = CaseCache()
        let table = Digest(hashing: [1])
        let judgement = Digest(hashing: [2])
        func key(_ number: Int) -> CaseCache.Key {
            CaseCache.Key(table: table, caseID: ObjectID(high: 1, low: UInt64(number)))
        }
        func read(_ number: Int, isMet: Bool) {
            let key = key(number)
            let state = CaseState(table: table, caseID: key.caseID, pins: []) { _ in nil }
            cache.end(cache.begin(key), with: state, judgement: judgement, isMet: isMet)
        }
        func kept(_ numbers: Range<Int>) -> [Int] {
            numbers.filter { cache.state(key($0), judgement: judgement) != nil }
        }
        for number in 0..<3 { read(number, isMet: false) }
        read(3, isMet: true)
        // From now on it is worked in.
        _ = cache.counted(key(3), judgement: judgement, isHeadEnough: false)
        for number in 10..<20 { read(number, isMet: true) }
        #expect(kept(0..<4) == [0, 1, 2, 3])
        #expect(kept(10..<20) == [16, 17, 18, 19])
        // Met again, it is worked in still.
        read(3, isMet: true)
        for number in 20..<30 { read(number, isMet: true) }
        #expect(kept(0..<4) == [0, 1, 2, 3])
        // What people work in takes the places of all others.
        for number in 30..<38 { read(number, isMet: false) }
        #expect(kept(30..<38).count == CaseCache.casesMax)
    }

    @Test func `a large case that a search met is kept, and a small one is not`() async throws {
        let noord = try LiveNode("od-noord", .odToezicht)
        let ilt = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([noord, ilt]).id
        for node in [noord, ilt] { try await node.start() }
        var cases: [ObjectID] = []
        for name in ["Klein", "Groot"] {
            let record = try await ilt.importRecord(key: name, name: name, kvk: "20000001")
            let caseID = try await ilt.openCase(name, in: table, to: nil)
            _ = try await ilt.share(record, in: caseID, to: nil)
            cases.append(caseID)
        }
        // With the entries that open it and share in it.
        for _ in 0..<(CaseCache.largeMin - 2) {
            _ = try await ilt.ask(AddNote(case: cases[1].hex, text: "gezien"))
        }
        try await eventually("everything is there") {
            _ = try await noord.ask(SyncNow())
            let fragments = try await noord.ask(ListCases()).cases.map(\.fragments)
            guard fragments == [1, 1] else { return false }
            let notes = try await noord.ask(ShowCase(case: cases[1].hex)).notes
            return notes.count == CaseCache.largeMin - 2
        }
        let cache = try await noord.node.readers.cases
        cache.forgetAll(of: table)
        #expect(try await noord.ask(SearchRecords(kvk: "20000001")).total == 2)
        #expect(try await !self.isKept(cases[0], at: noord, table))
        #expect(try await self.isKept(cases[1], at: noord, table))
        // Who works in a case keeps it, however many others are met; a look in passing takes nobody's place.
        for caseID in cases { _ = try await noord.ask(ShowCase(case: caseID.hex)) }
        var others: [ObjectID] = []
        for number in 0..<CaseCache.casesMax {
            others.append(try await noord.openCase("Zaak \(number)", in: table, to: nil))
        }
        for caseID in others {
            var glance = ShowCasePage(case: caseID.hex, limit: 1)
            glance.glances = true
            _ = try await noord.ask(glance)
        }
        #expect(try await noord.ask(SearchRecords(kvk: "20000001")).total == 2)
        for caseID in cases { #expect(try await self.isKept(caseID, at: noord, table)) }
        for caseID in others { #expect(try await !self.isKept(caseID, at: noord, table)) }
        for node in [noord, ilt] { try await node.stop() }
    }
}
