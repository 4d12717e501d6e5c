import Search
import SyncLog

@testable import RecordStore

extension NodeStore {
    /// The own records that a question finds, by ID.
    func found(_ question: Question) throws -> [ObjectID] {
        try self.search { searcher in
            let most = Searcher.Most(records: 100_000, fragments: 100_000)
            let candidates = try searcher.candidates(for: question, most: most) {
                CountedHits(own: nil, all: $0.recordCount + $0.fragmentCount)
            }
            return candidates.records.map(\.key.objectID).sorted()
        }
    }

    /// The own records with a number.
    func found(_ kind: IdentifierKind, _ number: UInt64) throws -> [ObjectID] {
        var question = Question()
        question.identifiers = [.init(kind, [number])]
        return try self.found(question)
    }

    /// The own records with a postcode in a range.
    func found(postcode: String) throws -> [ObjectID] {
        var question = Question()
        question.postcodes = [try PostcodeRange(postcode)]
        return try self.found(question)
    }

    /// How many segments there are.
    func segmentCount() throws -> Int {
        try self.environment.read { (snapshot) throws(SlotError) in
            try self.segments(in: snapshot).parts.count
        }
    }

    /// How many rows a table has.
    func rowCount(_ table: StoreTable) throws -> Int {
        try self.read { (snapshot) throws(StoreError) in
            try snapshot.count(in: self.tables[table])
        }
    }

    /// Merges segments until none should be.
    func mergeAll() throws {
        while var merge = try self.beginMerge() { while try self.advance(&merge) {} }
    }
}
