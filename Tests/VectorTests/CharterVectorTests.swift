import Cryptography
import SyncLog
import Testing

/// Charters and their chains (`Protocol/keys.md` §3).
struct CharterVectorTests {
    struct CharterCase: VectorCase {
        let name: String
        let charter: Hex
        let version: UInt16
        let hash: Hex
        let quorum: Int
        let members: [MemberNumber]
        let signers: [MemberNumber]
        let effective: Bool
    }

    struct RefusedCharter: VectorCase {
        let name: String
        let charter: Hex
    }

    struct ChainCase: VectorCase {
        let name: String
        let charters: [Hex]
        let table: Hex?
        let hashes: [Hex]?
        let effective: [Bool]?

        /// The table file of these charters, without cards.
        var file: [UInt8] {
            self.charters.reduce(into: Array("tafel/v1/table\n".utf8)) { file, charter in
                file += Array("=== charter\n".utf8) + charter.bytes
            }
        }
    }

    @Test(arguments: try VectorFile.cases("keys/accept/charters.json") as [CharterCase])
    func `charters are read and written again`(_ item: CharterCase) throws {
        let signed = try SignedCharter(parsing: item.charter.bytes)
        #expect(signed.note.encoded == item.charter.bytes)
        #expect(signed.charter.text.hasSameBytes(as: signed.note.text))
        #expect(signed.charter.version == item.version)
        #expect(signed.textHash == (try item.hash.digest()))
        #expect(signed.charter.quorum == item.quorum)
        #expect(signed.charter.members.map(\.number) == item.members)
        #expect(try signed.verifySignatures(by: signed.charter.members) == item.signers)
        let file = try TableFile(signed, cards: [])
        #expect(file.table == (try item.hash.digest()))
        #expect(file.effectiveVersion == (item.effective ? 1 : 0))
    }

    @Test(arguments: try VectorFile.cases("keys/reject/charters.json") as [RefusedCharter])
    func `other charters are refused`(_ item: RefusedCharter) {
        #expect(throws: CharterError.self) {
            let signed = try SignedCharter(parsing: item.charter.bytes)
            _ = try signed.verifySignatures(by: signed.charter.members)
        }
    }

    @Test(arguments: try VectorFile.cases("keys/accept/chains.json") as [ChainCase])
    func `each version that its quorum signed counts`(_ item: ChainCase) throws {
        let file = try TableFile(parsing: item.file)
        #expect(Array(file.encodedText.utf8) == item.file)
        #expect(file.table == (try item.table?.digest()))
        #expect(file.charters.map(\.textHash) == (try item.hashes?.map { try $0.digest() }))
        let effective = (1...file.charters.count).map { $0 <= file.effectiveVersion }
        #expect(effective == item.effective)
    }

    @Test(arguments: try VectorFile.cases("keys/reject/chains.json") as [ChainCase])
    func `versions that do not follow on each other are refused`(_ item: ChainCase) {
        #expect(throws: TableFileError.self) { try TableFile(parsing: item.file) }
    }
}
