import Cryptography
import Foundation
import ReplicatedTypes
import SwiftProtobuf
import SyncLog
import Testing

@testable import Wire

/// Bodies are read without copying entries, and taken or refused as the protobuf library would.
struct BundleBodyTests {
    /// A body with every field, entries of every form among them.
    private let message = Tafel_V1_BundleBody.with {
        $0.charters = ["a", "bc"]
        $0.cards = ["d"]
        $0.from = "e"
        $0.until = "f"
        $0.frontier = [.init([1, 2]), .init()]
        $0.entries = [
            .with { $0.header = .init([3, 4]) },
            .with {
                $0.header = .init()
                $0.payload = .init([5])
            },
            .with { $0.leaf = .init([6]) },
            .init(),
            // A length of two bytes.
            .with { $0.payload = .init(repeating: 7, count: 200) },
        ]
        $0.audiences = [.with { $0.recipients = [.with { $0.member = 300 }] }]
        $0.receipts = [.with { $0.proof = [.init([8])] }]
        $0.fragments = [
            .with {
                $0.index = 1
                $0.firstIndex = 300
                $0.version = 2
            },
            .init(),
            .with {
                $0.index = .max
                $0.generation = .max
                $0.version = 1
            },
        ]
    }

    private func entries(_ message: Tafel_V1_BundleBody) -> [BundleEntry] {
        message.entries.map { entry in
            let item: BundleEntry.Item? =
                switch entry.item {
                case .header(let header): .header(Array(header))
                case .leaf(let leaf): .leaf(Array(leaf))
                case .lost(let leaf): .lost(Array(leaf))
                case nil: nil
                }
            return BundleEntry(item: item, payload: Array(entry.payload))
        }
    }

    /// Reads bytes in both ways, which must agree.
    private func compare(_ bytes: [UInt8], _ comment: @autoclosure () -> Comment) -> Bool {
        let wanted = try? Tafel_V1_BundleBody(canonical: bytes)
        // Behind something else, as in a file.
        let found = try? BundleBodyReader.read(PartedBytes([9, 9, 9] + bytes), from: 3)
        guard let wanted, let found else {
            #expect((wanted == nil) == (found == nil), comment())
            return false
        }
        #expect(Array(found.entries) == self.entries(wanted), comment())
        #expect(found.message == wanted, comment())
        return true
    }

    @Test func `every field is read`() {
        #expect(self.compare(self.message.canonicalBytes, "whole"))
        #expect(self.compare([], "empty"))
    }

    @Test func `whatever one byte is changed into, both ways agree`() {
        let bytes = self.message.canonicalBytes
        var taken = 0
        for place in bytes.indices {
            for value in UInt8.min...UInt8.max where value != bytes[place] {
                var other = bytes
                other[place] = value
                if self.compare(other, "byte \(place) is \(value)") { taken += 1 }
            }
        }
        // Contents may change, and the form is then still canonical: both kinds were seen.
        #expect(taken > 1_000 && taken < 250 * bytes.count)
    }

    @Test func `whatever is cut out, doubled or put in, both ways agree`() {
        let bytes = self.message.canonicalBytes
        var taken = 0
        for start in bytes.indices {
            for count in 1...9 where start + count <= bytes.count {
                let piece = bytes[start..<(start + count)]
                let cut = bytes[..<start] + bytes[(start + count)...]
                let doubled = bytes[..<start] + piece + bytes[start...]
                let moved = cut + piece
                for other in [Array(cut), Array(doubled), Array(moved)]
                where self.compare(other, "\(count) bytes at \(start)") {
                    taken += 1
                }
            }
            for piece: [UInt8] in [
                [0x32, 0], [0x0A, 0], [0x80, 0], [0x3A, 0], [0x30, 0], [0x2A, 0], [0x4A, 0],
                [0x20, 5],
            ] {
                let other = Array(bytes[..<start] + piece + bytes[start...])
                if self.compare(other, "\(piece) at \(start)") { taken += 1 }
            }
        }
        #expect(taken > 10)
    }

    @Test func `numbers over their range are refused as the library refuses them`() {
        let longest = [UInt8](repeating: 0xFF, count: 9)
        for tail: [UInt8] in [[1], [2], [0], [0x7F], [0xFF, 1]] {
            #expect(!self.compare([0x32] + longest + tail, "length"))
            #expect(!self.compare(longest + tail, "tag"))
        }
        // The numbers of a reference: of 64 bits and of 32.
        for key: UInt8 in [0x08, 0x10, 0x18, 0x20] {
            for number: [UInt8] in [
                [0], [1], [0x80, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
                [0x80, 0x80, 0x80, 0x80, 0x10],
                longest + [1], longest + [2],
            ] {
                let reference = [key] + number
                _ = self.compare(
                    [0x4A, UInt8(reference.count)] + reference,
                    "\(key): \(number)"
                )
            }
        }
        #expect(!self.compare([0x32, 0x80], "no end"))
        #expect(!self.compare([0x32, 0x80, 0x00], "zero in two bytes"))
        #expect(!self.compare([0xB2, 0x00, 0x00], "a tag in two bytes"))
    }

    @Test func `a body is read wherever the parts of its file end`() throws {
        var message = self.message
        // More than those between two places that are kept.
        message.entries = (0..<5).flatMap { _ in self.message.entries }
        message.fragments = (0..<9).flatMap { _ in self.message.fragments }
        let bytes = message.canonicalBytes
        let entries = self.entries(message)
        let part = PartedBytes.partByteCount
        for before in stride(from: part - bytes.count - 1, through: part, by: 3) {
            let file = PartedBytes([UInt8](repeating: 9, count: before) + bytes)
            let body = try BundleBodyReader.read(file, from: before)
            #expect(body.message == message)
            var read = body.entries
            #expect(read.elementsEqual(entries))
            // Those from there on are still what they were.
            for place in entries.indices {
                read.letGo(before: place)
                #expect(read[place...].elementsEqual(entries[place...]))
            }
        }
    }

    @Test func `entries change like an array of them`() throws {
        let bytes = self.message.canonicalBytes
        var array = self.entries(self.message)
        var read = try BundleBodyReader.read(PartedBytes(bytes), from: 0).entries
        #expect(read == EncodedList(array) && read.hashValue == EncodedList(array).hashValue)
        array.swapAt(0, 2)
        read.swapAt(0, 2)
        #expect(Array(read) == array)
        array.remove(at: 1)
        read.remove(at: 1)
        array.insert(array[0], at: 2)
        read.insert(read[0], at: 2)
        array[3].payload = [1]
        read[3].payload = [1]
        #expect(Array(read) == array && read.count == 5)
        #expect(read != EncodedList(self.entries(self.message)))
    }
}
