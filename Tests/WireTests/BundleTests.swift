import Cryptography
import Foundation
import SyncLog
import Testing
import Wire

/// The form of a bundle (`Protocol/bundle.md` §1).
final class BundleTests {
    struct File: Decodable {
        struct Case: Decodable {
            let name: String
            let bundle: Data
        }
        let cases: [Case]
    }

    private let key = SigningKey(seed: .random())

    private func bundle() throws -> Wire.Bundle {
        let log = LogID(member: 7, generation: 2)
        let table = Digest(hashing: [1])
        var tree = MerkleFrontier()
        for number in 0..<5 { tree.append(Digest(hashing: [UInt8(number)])) }
        let start = Checkpoint(
            origin: log.origin(table: table),
            size: 5,
            root: tree.root,
            signedWith: self.key
        )
        let leaf = Digest(hashing: [9])
        var end = tree
        end.append(leaf)
        let audience = try #require(Audience([Recipient(member: 3, ground: "G")]))
        let other = try #require(Audience([Recipient(member: 4, ground: "G")]))
        let body = BundleBody(
            charters: [],
            cards: [],
            from: start,
            until: Checkpoint(
                origin: log.origin(table: table),
                size: 6,
                root: end.root,
                signedWith: self.key
            ),
            frontier: tree,
            entries: [BundleEntry(item: .leaf(leaf.bytes), payload: [])],
            audiences: [audience, other],
            receipts: [
                BundleReceipt(
                    member: 3,
                    generation: 0,
                    header: [1],
                    payload: [2],
                    checkpoint: "x",
                    proof: [[3], []]
                )
            ]
        )
        return Wire.Bundle(table: table, log: log, window: 5..<6, body: body)
    }

    @Test(arguments: [1, 2, 3, 7])
    func `a body in parts has the bytes of the whole`(portion: Int) throws {
        var body = try self.bundle().body
        body.fragments = EncodedList(
            (UInt64(5)..<10).map { index in
                FragmentReference(index: index, generation: 0, firstIndex: 5, version: 1)
            }
        )
        let entries = (UInt8(0)..<7).map { number -> BundleEntry in
            guard number % 2 == 0 else {
                return BundleEntry(item: .header([number, 1]), payload: [number])
            }
            return BundleEntry(item: .leaf([number]), payload: [])
        }
        body.entries = EncodedList(entries)
        let whole = Wire.Bundle(
            table: Digest(hashing: [1]),
            log: LogID(member: 7, generation: 2),
            window: 5..<12,
            body: body
        )
        var parts = body.head
        for first in stride(from: 0, to: entries.count, by: portion) {
            let last = min(first + portion, entries.count)
            parts += BundleBody.bytes(of: Array(entries[first..<last]))
        }
        parts += body.middle
        for first in stride(from: 0, to: body.fragments.count, by: portion) {
            let last = min(first + portion, body.fragments.count)
            parts += BundleBody.bytes(of: body.fragments[first..<last])
        }
        var hasher = DigestHasher()
        hasher.update(parts)
        #expect(hasher.finish() == whole.bodyHash)
        let manifest = whole.manifest.signed(with: self.key)
        let file = whole.encoded(signedWith: self.key)
        #expect(file.dropFirst(manifest.count).elementsEqual(parts))
    }

    @Test func `what is written is read back`() throws {
        let bundle = try self.bundle()
        let file = bundle.encoded(signedWith: self.key)
        let read = try Wire.Bundle(parsing: file)
        #expect(read.body == bundle.body)
        #expect(read.manifest.table == bundle.manifest.table)
        #expect(read.manifest.log == LogID(member: 7, generation: 2))
        #expect(read.manifest.window == 5..<6)
        #expect(read.manifest.bodyHash == read.bodyHash)
        let key = Checkpoint.noteKey(origin: read.manifest.origin, logKey: self.key.verifyingKey)
        #expect(read.manifest.note.isSigned(by: key))
        #expect(read.manifest.note.signatures.count == 1)
        #expect(read.encoded(signedWith: self.key) == file)
    }

    @Test func `the file is the manifest of the specification and then the body`() throws {
        let bundle = try self.bundle()
        let file = bundle.encoded(signedWith: self.key)
        let text = """
            tafel/v1/bundle
            table \(bundle.manifest.table.bytes.map { String(format: "%02x", $0) }.joined())
            member 7
            generation 2
            window 5 6
            body \(Data(bundle.bodyHash.bytes).base64EncodedString())

            — tafel/v1/log/
            """
        #expect(file.starts(with: text.utf8))
        let lines = file.split(separator: 0x0A, maxSplits: 8, omittingEmptySubsequences: false)
        #expect(Digest(hashing: Array(lines[8])) == bundle.bodyHash)
    }

    @Test func `lists are written in order of their hash`() throws {
        let hashes = try self.bundle().body.audiences.compactMap { Audience($0)?.hash }
        #expect(hashes.count == 2)
        #expect(hashes == hashes.sorted())
    }

    @Test func `a bundle cut off or padded is refused`() throws {
        let file = try self.bundle().encoded(signedWith: self.key)
        var taken: [Int] = []
        for count in file.indices {
            // What is left may be a body of fewer fields; then its hash is not the manifest's.
            guard let read = try? Wire.Bundle(parsing: Array(file[..<count])) else { continue }
            if read.bodyHash == read.manifest.bodyHash { taken.append(count) }
        }
        #expect(taken.isEmpty)
        for padding: [UInt8] in [[0], [10], [0x0A, 0], [0x12, 0], Array("x".utf8)] {
            let read = try? Wire.Bundle(parsing: file + padding)
            #expect(read?.bodyHash != .some(read?.manifest.bodyHash ?? .zero))
        }
    }

    @Test func `every file of the vectors that is no bundle is refused`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let url = root.appending(path: "Protocol/vectors/bundle/reject/form.json")
        let cases = try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).cases
        #expect(cases.count > 15)
        for item in cases {
            #expect(throws: BundleError.self, Comment(rawValue: item.name)) {
                try Wire.Bundle(parsing: Array(item.bundle))
            }
        }
    }
}
