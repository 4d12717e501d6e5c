import NodeInterface

/// The imports of a source, as they are kept (`Protocol/quality.md` §1).
struct ImportHistory: Codable {
    /// An import that ended.
    struct Import: Codable {
        var at: UInt64
        var counts: ImportedCounts
    }

    var source: String
    /// The newest first.
    var imports: [Import]
    /// Where the last one found something.
    var places: [FindingPlace]

    /// Its bytes in the store.
    var bytes: [UInt8] { StoredJSON.bytes(self) }

    /// Reads what is kept; `nil` for what no version of the program wrote.
    static func read(_ bytes: [UInt8]) -> ImportHistory? {
        StoredJSON.read(ImportHistory.self, bytes)
    }

    /// Takes in an import; the oldest goes where there are too many.
    mutating func add(_ asked: NoteImport, at milliseconds: UInt64) {
        self.imports.insert(Import(at: milliseconds, counts: asked.counts), at: 0)
        self.imports.removeLast(max(0, self.imports.count - NoteImport.importsMax))
        // Of each rule in turn, so that what is found most hides nothing.
        self.places = asked.places.fairly(by: \.rule, most: NoteImport.placesMax)
    }
}
