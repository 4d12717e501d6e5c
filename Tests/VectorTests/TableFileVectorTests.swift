import Cryptography
import SyncLog
import Testing

/// Table files and their merging (`Protocol/keys.md` §3).
struct TableFileVectorTests {
    struct FileCase: VectorCase {
        let name: String
        let file: Hex
        let sha256: Hex
        let table: Hex
        let charters: Int
        let cards: [[UInt32]]
    }

    struct RefusedFile: VectorCase {
        let name: String
        let file: Hex
    }

    struct MergeCase: VectorCase {
        let name: String
        let held: Hex
        let received: Hex
        let merged: Hex
    }

    @Test(arguments: try VectorFile.cases("keys/accept/table-files.json") as [FileCase])
    func `table files are read and written again`(_ item: FileCase) throws {
        let file = try TableFile(parsing: item.file.bytes)
        #expect(Array(file.encodedText.utf8) == item.file.bytes)
        #expect(file.fileHash == (try item.sha256.digest()))
        #expect(file.table == (try item.table.digest()))
        #expect(file.charters.count == item.charters)
        let cards = file.cards.sorted { $0.key < $1.key }.map { member, card in
            [UInt32(member), card.version]
        }
        #expect(cards == item.cards)
    }

    @Test(arguments: try VectorFile.cases("keys/reject/table-files.json") as [RefusedFile])
    func `other table files are refused`(_ item: RefusedFile) {
        #expect(throws: TableFileError.self) { try TableFile(parsing: item.file.bytes) }
    }

    struct RefusedMerge: VectorCase {
        let name: String
        let held: Hex
        let received: Hex
    }

    @Test(arguments: try VectorFile.cases("keys/reject/table-merges.json") as [RefusedMerge])
    func `files of another table are not merged`(_ item: RefusedMerge) throws {
        var file = try TableFile(parsing: item.held.bytes)
        #expect(throws: TableFileError.otherTable) {
            try file.merge(try TableFile(parsing: item.received.bytes))
        }
        #expect(Array(file.encodedText.utf8) == item.held.bytes)
    }

    @Test(arguments: try VectorFile.cases("keys/accept/table-merges.json") as [MergeCase])
    func `merging takes over what the other file has more`(_ item: MergeCase) throws {
        var file = try TableFile(parsing: item.held.bytes)
        let isChanged = try file.merge(try TableFile(parsing: item.received.bytes))
        #expect(Array(file.encodedText.utf8) == item.merged.bytes)
        #expect(isChanged == (item.held != item.merged))
        #expect(try !file.merge(try TableFile(parsing: item.received.bytes)))
        #expect(try TableFile(parsing: item.merged.bytes) == file)
    }
}
