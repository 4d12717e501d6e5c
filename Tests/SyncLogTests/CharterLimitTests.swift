import Cryptography
import SyncLog
import Testing
import Vocabulary

/// Limits of charters and table files, met exactly and passed by one (`Protocol/keys.md` §3).
struct CharterLimitTests {
    private let nodes = [Fixture(), Fixture()]
    /// Bytes of a signature line by an identity key, as `Protocol/keys.md` §3 has it.
    private static let line = 176

    /// A charter whose text has `byteCount` bytes.
    private func charter(byteCount: Int) throws -> Charter {
        let members = zip(self.nodes, ["een", "twee"]).enumerated().map { offset, node in
            Member(
                number: MemberNumber(offset + 1),
                role: .partner,
                memberClass: .om,
                handle: node.1,
                identity: node.0.identity
            )
        }
        var charter = Charter(
            version: 1,
            previous: nil,
            name: "Afval",
            theme: "afval",
            purpose: "p",
            from: "2026-01-01",
            until: "2028-12-31",
            evaluation: "2028-12-31",
            quorum: 2,
            witnessQuorum: 0,
            members: members,
            grounds: []
        )
        func ground(_ byteCount: Int) throws -> Ground {
            try #require(
                Ground(
                    code: "G-\(100 + charter.grounds.count)",
                    from: .all,
                    to: .all,
                    categories: [.public],
                    retentionDays: nil,
                    text: String(repeating: "t", count: byteCount)
                )
            )
        }
        let empty = charter.text.utf8.count
        let most = try ground(500)
        charter.grounds = [most]
        let size = charter.text.utf8.count - empty
        charter.grounds = []
        let count = (byteCount - empty) / size
        for _ in 0..<count { charter.grounds.append(try ground(500)) }
        // What is left goes into the purpose.
        charter.purpose += String(repeating: "p", count: byteCount - empty - count * size)
        #expect(charter.text.utf8.count == byteCount)
        return charter
    }

    @Test func `a charter note of 131,072 bytes is read and one byte more is not`() throws {
        // Beside the text: a blank line and a signature.
        func signed(_ charter: Charter) -> [UInt8] { self.nodes[0].signed(charter.text) }
        let fits = try self.charter(byteCount: 131_071 - Self.line)
        #expect(signed(fits).count == 131_072)
        #expect(try SignedCharter(parsing: signed(fits)).charter == fits)
        let over = try self.charter(byteCount: 131_072 - Self.line)
        #expect(signed(over).count == 131_073)
        #expect(throws: CharterError.malformed) { try SignedCharter(parsing: signed(over)) }
    }

    @Test func `a new charter has room for the signatures of all`() throws {
        let most = try self.charter(byteCount: Charter.newTextBytesMax)
        #expect(Charter.newTextBytesMax + 1 + 64 * Self.line == Charter.bytesMax)
        #expect(try SignedCharter(most).charter == most)
        let over = try self.charter(byteCount: Charter.newTextBytesMax + 1)
        #expect(throws: CharterError.tooLong) { try SignedCharter(over) }
    }

    @Test func `a signature that has no room is not added`() throws {
        // By another program: the text leaves room for both signatures, or for one and a bit.
        for (missing, isTaken) in [(0, true), (1, false)] {
            let text = try self.charter(byteCount: 131_071 - 2 * Self.line + missing).text
            func file(by signer: Int) throws -> TableFile {
                let head = "tafel/v1/table\n=== charter\n"
                return try TableFile(parsing: head.utf8 + self.nodes[signer].signed(text))
            }
            var signed = try file(by: 0)
            var merged = signed
            let before = signed
            if isTaken {
                try signed.sign(with: self.nodes[1].keys.identity)
                #expect(signed.effectiveVersion == 1)
                #expect(try TableFile(parsing: Array(signed.encodedText.utf8)) == signed)
                #expect(try merged.merge(file(by: 1)))
                #expect(merged == signed)
            } else {
                #expect(throws: TableFileError.tooLarge) {
                    try signed.sign(with: self.nodes[1].keys.identity)
                }
                #expect(throws: TableFileError.tooLarge) { try merged.merge(file(by: 1)) }
                #expect(signed == before && merged == before)
            }
        }
    }

    @Test func `a table file has at most 64 charters`() throws {
        var charter = try self.charter(byteCount: 600)
        // Signed by both, for only the last may lack its quorum.
        func signed(_ charter: Charter) throws -> [UInt8] {
            var signed = try SignedCharter(charter)
            for node in self.nodes {
                signed.sign(with: node.keys.identity, members: charter.members)
            }
            return signed.note.encoded
        }
        var text = Array("tafel/v1/table\n=== charter\n".utf8) + (try signed(charter))
        for version in UInt16(2)...65 {
            charter.previous = try SignedCharter(charter).textHash
            charter.version = version
            text += Array("=== charter\n".utf8) + (try signed(charter))
            if version == 64 {
                #expect(try TableFile(parsing: text).charters.count == 64)
            }
        }
        #expect(throws: TableFileError.malformed) { try TableFile(parsing: text) }
    }
}
