import Cryptography
import Foundation
import LocalFiles
import StorePages
import Testing

/// The pages of a store that no LMDB wrote are sealed, compared and told of.
struct SealTests {
    private let store: SampleStore

    init() throws {
        let rows = (0..<20).map { ([UInt8($0), 1], [UInt8](repeating: UInt8($0), count: 50)) }
        self.store = try SampleStore(rows: rows)
    }

    private static func key(_ byte: UInt8 = 7) -> SecretKey {
        guard let key = SecretKey([UInt8](repeating: byte, count: 32)) else {
            preconditionFailure("32 bytes are a key")
        }
        return key
    }

    private func open(isNew: Bool = false) throws(PageGuardError) -> PageGuard {
        try PageGuard(path: self.store.path, key: Self.key(), isNew: isNew)
    }

    /// Seals the store.
    ///
    /// Until the guard is closed every opening compares all pages.
    @discardableResult
    private func seal() throws -> PageGuard {
        let pages = try self.open(isNew: true)
        try pages.sealAll()
        return pages
    }

    private func report() throws -> (report: PageReport, rowCount: Int) {
        var rowCount = 0
        let report = try PageReport(
            path: self.store.path,
            key: Self.key(),
            progress: { _, _ in }
        ) { table, _, _ in
            if table == "a" { rowCount += 1 }
        }
        return (report, rowCount)
    }

    /// What an opening says of the pages; `nil` when it takes them.
    private func refusal() throws -> PageGuardError? {
        do throws(PageGuardError) {
            _ = try self.open()
            return nil
        } catch {
            return error
        }
    }

    @Test func `a seal and its complement stand at 160 + 16 n`() throws {
        try self.seal().close()
        let store = try self.store.bytes()
        let seals = Array(try Data(contentsOf: URL(filePath: self.store.sealPath)))
        #expect(seals.count == 160 + 4 * 16)
        #expect(seals.starts(with: Array("TAFELSUM".utf8) + [0, 0, 0, 2, 1, 0, 0, 0]))
        #expect(Array(seals[24..<40]) == Self.key().keyedHash16(Array(store[4_096..<4_248])))
        #expect(Array(seals[144..<160]) == Self.key().keyedHash16(Array(seals[..<144])))
        for page in 2..<4 {
            let bytes = Array(store[page * 4_096..<(page + 1) * 4_096])
            let polynomial = Self.key().derived("tafel/v1/page-polynomial").polynomialHash(bytes)
            let seal = Self.key().keyedHash16(polynomial).prefix(8)
            let place = 160 + 16 * page
            #expect(Array(seals[place..<place + 16]) == seal + seal.map { ~$0 })
        }
    }

    /// Writes the seals as programs did that sealed with BLAKE2b of each page.
    private func sealWithVersion1(pages: [UInt8]? = nil) throws {
        try self.seal().close()
        let store = try pages ?? self.store.bytes()
        var seals = Array(try Data(contentsOf: URL(filePath: self.store.sealPath)))
        seals[11] = 1
        seals.replaceSubrange(144..<160, with: Self.key().keyedHash16(Array(seals[..<144])))
        for page in 2..<4 {
            let bytes = Array(store[page * 4_096..<(page + 1) * 4_096])
            let seal = Self.key().keyedHash16(bytes).prefix(8)
            let place = 160 + 16 * page
            seals.replaceSubrange(place..<place + 16, with: seal + seal.map { ~$0 })
        }
        try Data(seals).write(to: URL(filePath: self.store.sealPath))
    }

    @Test func `seals of version 1 are compared and made anew`() throws {
        try self.sealWithVersion1()
        let (report, rowCount) = try self.report()
        #expect(report.isSealed && report.damages.isEmpty && rowCount == 20)
        #expect(try self.refusal() == nil)
        let seals = Array(try Data(contentsOf: URL(filePath: self.store.sealPath)))
        #expect(seals[8..<12] == [0, 0, 0, 2])
        #expect(try self.report().report.isSealed)
        try SampleStore.flip(self.store.path, at: 2 * 4_096 + 4_000)
        #expect(
            try self.refusal()
                == .storeDamaged(what: "page 2 of a, other bytes than were written")
        )
    }

    @Test func `damage under seals of version 1 is named, and they stay`() throws {
        try self.sealWithVersion1()
        let seals = try Data(contentsOf: URL(filePath: self.store.sealPath))
        try SampleStore.flip(self.store.path, at: 2 * 4_096 + 4_000)
        #expect(
            try self.refusal()
                == .storeDamaged(what: "page 2 of a, other bytes than were written")
        )
        #expect(try Data(contentsOf: URL(filePath: self.store.sealPath)) == seals)
        let (report, _) = try self.report()
        #expect(report.isSealed && report.damages.map(\.page) == [2])
    }

    @Test func `a transaction under seals of version 1 that was not sealed is taken`() throws {
        try self.sealWithVersion1()
        var seals = Array(try Data(contentsOf: URL(filePath: self.store.sealPath)))
        seals[12] = 0
        seals.replaceSubrange(144..<160, with: Self.key().keyedHash16(Array(seals[..<144])))
        try Data(seals).write(to: URL(filePath: self.store.sealPath))
        try self.store.commit(rows: [([1], [1])])
        #expect(try self.refusal() == nil)
        try SampleStore.flip(self.store.path, at: 4 * 4_096 + 4_000)
        #expect(
            try self.refusal()
                == .storeDamaged(what: "page 4 of a, other bytes than were written")
        )
    }

    @Test func `a changed bit anywhere in a page in use is named`() throws {
        try self.seal()
        #expect(try self.refusal() == nil)
        for offset in stride(from: 2 * 4_096, to: 4 * 4_096, by: 7) {
            try SampleStore.flip(self.store.path, at: offset)
            guard case .storeDamaged(let what) = try self.refusal() else {
                Issue.record("the bit at \(offset) was not noticed")
                continue
            }
            #expect(what.hasPrefix("page \(offset / 4_096) of "))
            let (report, _) = try self.report()
            #expect(report.isSealed && report.damages.map(\.page) == [UInt64(offset / 4_096)])
            try SampleStore.flip(self.store.path, at: offset)
        }
    }

    @Test func `a transaction seals what it wrote`() throws {
        let pages = try self.seal()
        pages.willCommit()
        try self.store.commit(rows: [([1], [1]), ([2], [2])])
        pages.didCommit()
        #expect(try self.refusal() == nil)
        let (report, rowCount) = try self.report()
        #expect(report.isSealed && report.damages.isEmpty && report.sealDamage == nil)
        #expect(rowCount == 2 && report.pageCount == 4)
        try SampleStore.flip(self.store.path, at: 4 * 4_096 + 4_000)
        #expect(
            try self.refusal()
                == .storeDamaged(what: "page 4 of a, other bytes than were written")
        )
    }

    @Test func `a transaction whose seals were not written is taken, and sealed then`() throws {
        try self.seal().close()
        try self.open().willCommit()
        try self.store.commit(rows: [([1], [1])])
        #expect(try self.report().report.damages.isEmpty)
        #expect(try self.refusal() == nil)
        try SampleStore.flip(self.store.path, at: 4 * 4_096 + 4_000)
        #expect(
            try self.refusal()
                == .storeDamaged(what: "page 4 of a, other bytes than were written")
        )
    }

    @Test func `a file of an earlier transaction is older than its seals`() throws {
        let before = try self.store.bytes()
        for number in UInt8(2)...3 {
            try self.store.commit(rows: [([number], [number])])
        }
        try self.seal()
        try Data(before).write(to: URL(filePath: self.store.path))
        #expect(try self.refusal() == .storeDamaged(what: "older than its seals, transaction 3"))
    }

    @Test func `a file that went on without seals is newer than them`() throws {
        try self.seal().close()
        for number in UInt8(2)...3 { try self.store.commit(rows: [([number], [number])]) }
        #expect(try self.refusal() == .storeDamaged(what: "newer than its seals, transaction 1"))
        let (report, _) = try self.report()
        #expect(report.damages.map(\.what) == ["transaction 3, sealed is 1"])
    }

    @Test func `that there were no seals is known`() throws {
        #expect(try self.open().wasUnsealed)
        #expect(try !self.open().wasUnsealed)
    }

    @Test func `damage that a file's times do not show is found under seals of version 1`() throws {
        let whole = try self.store.bytes()
        try SampleStore.flip(self.store.path, at: 2 * 4_096 + 4_000)
        // The stamp is that of the changed file, the seals are of the pages before.
        try self.sealWithVersion1(pages: whole)
        #expect(
            try self.refusal()
                == .storeDamaged(what: "page 2 of a, other bytes than were written")
        )
    }

    @Test func `seals of a form that is not known are told as newer`() throws {
        try self.seal().close()
        var seals = Array(try Data(contentsOf: URL(filePath: self.store.sealPath)))
        seals[11] = 3
        seals.replaceSubrange(144..<160, with: Self.key().keyedHash16(Array(seals[..<144])))
        try Data(seals).write(to: URL(filePath: self.store.sealPath))
        #expect(
            try self.refusal() == .sealsDamaged(what: "its form, which a newer program made")
        )
    }

    @Test func `changed seals are told from changed pages`() throws {
        try self.seal()
        let seals = try Data(contentsOf: URL(filePath: self.store.sealPath))
        for offset in [0, 100, 150] {
            try SampleStore.flip(self.store.sealPath, at: offset)
            #expect(try self.refusal() == .sealsDamaged(what: "its head, or of another node"))
            try seals.write(to: URL(filePath: self.store.sealPath))
        }
        #expect(throws: PageGuardError.sealsDamaged(what: "its head, or of another node")) {
            try PageGuard(path: self.store.path, key: Self.key(8), isNew: false)
        }
        try SampleStore.flip(self.store.sealPath, at: 160 + 16 * 3)
        #expect(try self.refusal() == .sealsDamaged(what: "the seal of page 3"))
        #expect(try self.report().report.sealDamage == "the seal of page 3")
    }

    @Test func `without seals the form is checked and all is sealed`() throws {
        #expect(try self.report().report.isSealed == false)
        #expect(try self.refusal() == nil)
        #expect(try self.report().report.isSealed)
        #expect(try self.report().rowCount == 20)
        try FileManager.default.removeItem(atPath: self.store.sealPath)
        try SampleStore.flip(self.store.path, at: 2 * 4_096)
        #expect(
            try self.refusal()
                == .storeDamaged(what: "page 2 of a, another page's number")
        )
    }

    @Test func `a file that is not there is said so`() throws {
        let path = self.store.path + "-none"
        #expect(throws: PageGuardError.file(.missing(path: path))) {
            try PageGuard(path: path, key: Self.key(), isNew: false)
        }
    }
}
