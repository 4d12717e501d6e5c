import Cryptography
import Foundation
import RecordStore
import Simulator
import Testing

struct SlotAllocatorTests {
    private enum Interruption: StoreFailure, Equatable {
        case power
        case store(StoreError)
    }

    private let folder: TemporaryFolder
    private let environment: Environment
    private let allocator: SlotAllocator
    private let slots: SlotFile

    init() throws {
        self.folder = try TemporaryFolder()
        self.environment = try Environment(new: self.folder.file("store.lmdb"))
        self.allocator = SlotAllocator(
            meta: self.environment.table("a"),
            lists: self.environment.table("b")
        )
        self.slots = try SlotFile.create(
            at: self.folder.file("slots"),
            storageKey: SecretKey.random()
        )
    }

    private func allocate(_ count: Int) throws(StoreError) -> [UInt64] {
        try self.environment.write { (transaction) throws(StoreError) in
            try self.allocator.allocate(count: count, in: &transaction)
        }
    }

    private func doom(_ numbers: [UInt64]) throws(StoreError) {
        try self.environment.write { (transaction) throws(StoreError) in
            for number in numbers { try self.allocator.doom(number, in: &transaction) }
        }
    }

    private func destroyDoomed(countMax: Int = 1_000) throws(SlotError) -> Int {
        try self.environment.write { (transaction) throws(SlotError) in
            try self.allocator.destroyDoomed(
                slots: self.slots,
                countMax: countMax,
                in: &transaction
            )
        }
    }

    private func fill(_ numbers: [UInt64]) throws(SlotError) {
        for number in numbers { try self.slots.write(SecretKey.random(), to: number) }
        try self.slots.sync()
    }

    private func isZero(_ number: UInt64) -> Bool {
        do throws(SlotError) { _ = try self.slots.read(number) } catch {
            return error == .destroyed(number: number)
        }
        return false
    }

    @Test func `numbers count up from zero`() throws {
        #expect(try self.allocate(3) == [0, 1, 2])
        #expect(try self.allocate(0) == [])
        #expect(try self.allocate(2) == [3, 4])
    }

    @Test func `numbers of an aborted transaction are given again`() throws {
        _ = try self.allocate(2)
        try self.fill([0, 1])
        try self.doom([0])
        #expect(try self.destroyDoomed() == 1)
        var taken: [UInt64] = []
        #expect(throws: Interruption.power) {
            try self.environment.write { (transaction) throws(Interruption) in
                taken = try Interruption.lifting { () throws(StoreError) in
                    try self.allocator.allocate(count: 3, in: &transaction)
                }
                throw .power
            }
        }
        #expect(taken == [0, 2, 3])
        #expect(try self.allocate(3) == [0, 2, 3])
    }

    @Test func `a doomed slot is destroyed before it is given again`() throws {
        let numbers = try self.allocate(5)
        try self.fill(numbers)
        try self.doom([1, 3])
        #expect(try self.allocate(1) == [5])
        #expect(!self.isZero(1))
        #expect(try self.destroyDoomed() == 2)
        #expect([0, 1, 2, 3, 4].map { self.isZero($0) } == [false, true, false, true, false])
        #expect(try self.destroyDoomed() == 0)
        #expect(try self.allocate(3) == [1, 3, 6])
    }

    @Test func `more freed numbers than are read at once are taken in order`() throws {
        let numbers = try self.allocate(600)
        try self.doom(numbers)
        while try self.destroyDoomed() > 0 {}
        #expect(try self.allocate(599) == Array(0..<599))
        #expect(try self.allocate(2) == [599, 600])
    }

    @Test func `what a transaction dooms it does not destroy, for it may abort`() throws {
        let numbers = try self.allocate(2)
        try self.fill(numbers)
        let count = try self.environment.write { (transaction) throws(SlotError) in
            do throws(StoreError) { try self.allocator.doom(0, in: &transaction) } catch {
                throw .store(error)
            }
            return try self.allocator.destroyDoomed(
                slots: self.slots,
                countMax: 10,
                in: &transaction
            )
        }
        #expect(count == 0)
        #expect(!self.isZero(0))
        try self.environment.read { (snapshot) throws(StoreError) in
            #expect(try self.allocator.hasDoomed(in: snapshot))
        }
        #expect(try self.destroyDoomed() == 1)
        #expect(self.isZero(0))
        try self.environment.read { (snapshot) throws(StoreError) in
            #expect(try self.allocator.hasDoomed(in: snapshot) == false)
        }
    }

    @Test func `a destruction whose transaction aborts is done again`() throws {
        try self.fill(try self.allocate(3))
        try self.doom([0, 2])
        #expect(throws: SlotError.version(99)) {
            try self.environment.write { (transaction) throws(SlotError) in
                _ = try self.allocator.destroyDoomed(
                    slots: self.slots,
                    countMax: 10,
                    in: &transaction
                )
                throw .version(99)
            }
        }
        #expect(self.isZero(0))
        // Zeroed but not freed: it may not be given before its destruction is on record.
        #expect(try self.allocate(1) == [3])
        #expect(try self.destroyDoomed() == 2)
        #expect(try self.allocate(2) == [0, 2])
    }

    @Test func `destroying goes on where its limit ended it`() throws {
        try self.fill(try self.allocate(10))
        try self.doom(Array(0..<10))
        #expect(try self.destroyDoomed(countMax: 4) == 4)
        #expect(try self.destroyDoomed(countMax: 4) == 4)
        #expect(try self.destroyDoomed(countMax: 4) == 2)
        #expect((0..<10).allSatisfy { self.isZero($0) })
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `no number is ever taken twice`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var taken: Set<UInt64> = []
        for _ in 0..<150 {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                for number in try self.allocate(Int.random(in: 0..<20, using: &generator)) {
                    #expect(taken.insert(number).inserted)
                }
            case 1:
                let doomed = taken.sorted().filter { _ in Bool.random(using: &generator) }
                try self.doom(doomed)
                taken.subtract(doomed)
            case 2:
                _ = try self.destroyDoomed(countMax: Int.random(in: 1..<30, using: &generator))
            default:
                _ = try? self.environment.write { (transaction) throws(Interruption) in
                    try Interruption.lifting { () throws(StoreError) in
                        _ = try self.allocator.allocate(count: 5, in: &transaction)
                        if let number = taken.min() {
                            try self.allocator.doom(number, in: &transaction)
                        }
                    }
                    throw .power
                }
            }
        }
        // What is not taken is free or doomed, so a full sweep hands out the gaps first.
        while try self.destroyDoomed() > 0 {}
        let gaps = (0..<(taken.max() ?? 0)).filter { !taken.contains($0) }
        let next = try self.allocate(gaps.count)
        #expect(next == gaps)
    }

    @Test func `a number in the store that does not decode is damage`() throws {
        try self.environment.write { (transaction) throws(StoreError) in
            let key = Array("slots/next".utf8)
            try transaction.put([1, 2], for: key, in: self.environment.table("a"))
        }
        #expect(throws: StoreError.corrupted(operation: "next slot")) { try self.allocate(1) }
    }
}
