import SyncLog
import Testing

/// Evidence of forks as files (`Protocol/sync-log.md` §8).
struct ForkVectorTests {
    struct ForkCase: VectorCase {
        let name: String
        let file: Hex
        let member: MemberNumber
        let generation: UInt16
        let index: UInt64
        let handle: String
    }

    struct RefusedFork: VectorCase {
        let name: String
        let file: Hex
    }

    @Test(arguments: try VectorFile.cases("sync-log/accept/forks.json") as [ForkCase])
    func `evidence is read and written again`(_ item: ForkCase) throws {
        let file = try ForkFile(parsing: item.file.bytes)
        #expect(Array(file.encodedText.utf8) == item.file.bytes)
        #expect(file.evidence.log == LogID(member: item.member, generation: item.generation))
        #expect(file.evidence.index == item.index)
        #expect(file.author.handle == item.handle)
    }

    @Test(arguments: try VectorFile.cases("sync-log/reject/forks.json") as [RefusedFork])
    func `what proves nothing is refused`(_ item: RefusedFork) {
        #expect(throws: ForkError.self) { try ForkFile(parsing: item.file.bytes) }
    }
}
