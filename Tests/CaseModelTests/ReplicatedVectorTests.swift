import Cryptography
import Foundation
import ReplicatedTypes
import Testing

/// `Protocol/vectors/case-model`, registers and sets, worked out by a program in another language.
struct ReplicatedVectorTests {
    private struct File<Case: Decodable>: Decodable {
        let cases: [Case]
    }

    private struct Reference: Decodable {
        let member: UInt16
        let generation: UInt16
        let index: UInt64
        let operation: UInt8
        let entry: String

        var reference: DotReference {
            get throws {
                DotReference(
                    dot: Dot(
                        member: self.member,
                        generation: self.generation,
                        index: self.index,
                        operation: self.operation
                    ),
                    entry: try #require(UInt128(self.entry, radix: 16))
                )
            }
        }
    }

    private struct Write: Decodable {
        let value: String
        let supersedes: [Reference]
    }

    private struct RegisterCase: Decodable {
        let name: String
        let writes: [Pair<Write>]
        let live: [[UInt64]]
    }

    private struct Add: Decodable {
        let element: String
    }

    private struct SetCase: Decodable {
        let name: String
        let adds: [Pair<Add>]
        let removes: [[Reference]]
        let live: [[UInt64]]
    }

    /// A reference with what stands beside it in one object.
    private struct Pair<Rest: Decodable>: Decodable {
        let reference: Reference
        let rest: Rest

        init(from decoder: any Decoder) throws {
            self.reference = try Reference(from: decoder)
            self.rest = try Rest(from: decoder)
        }
    }

    private func cases<Case: Decodable>(_ path: String) throws -> [Case] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Protocol/vectors/case-model")
        let data = try Data(contentsOf: folder.appending(path: path))
        return try JSONDecoder().decode(File<Case>.self, from: data).cases
    }

    private func numbers(_ dot: Dot) -> [UInt64] {
        [UInt64(dot.member), UInt64(dot.generation), dot.index, UInt64(dot.operation)]
    }

    @Test func `what is live in a register is what the vectors say, in either order`() throws {
        let items: [RegisterCase] = try self.cases("accept/registers.json")
        #expect(items.count > 20)
        for item in items {
            for writes in [item.writes, item.writes.reversed()] {
                var register = MultiValueRegister<String>()
                for write in writes {
                    register.apply(
                        .init(try write.reference.reference, value: write.rest.value),
                        superseding: try write.rest.supersedes.map { try $0.reference }
                    )
                }
                #expect(register.live.map { self.numbers($0.dot) } == item.live, "\(item.name)")
            }
        }
    }

    @Test func `what is live in a set is what the vectors say, in either order`() throws {
        let items: [SetCase] = try self.cases("accept/sets.json")
        #expect(items.count > 10)
        for item in items {
            for removesFirst in [false, true] {
                var set = ObservedRemoveSet<String>()
                func remove() throws {
                    for references in item.removes {
                        set.remove(try references.map { try $0.reference })
                    }
                }
                if removesFirst { try remove() }
                for add in item.adds { set.add(add.rest.element, try add.reference.reference) }
                if !removesFirst { try remove() }
                #expect(set.live.map { self.numbers($0.dot) } == item.live, "\(item.name)")
            }
        }
    }
}
