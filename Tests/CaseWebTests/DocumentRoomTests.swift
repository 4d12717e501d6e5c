import Testing

@testable import CaseWeb

/// How many large documents wait for clients.
struct DocumentRoomTests {
    @Test func `one document of any length is let through, and more up to the limit`() throws {
        let room = DocumentRoom()
        do {
            let large = try #require(room.take(3 * DocumentRoom.bytesMax))
            #expect(room.take(DocumentRoom.freeBytesMax + 1) == nil)
            // Small ones take none.
            #expect(room.take(DocumentRoom.freeBytesMax) != nil)
            withExtendedLifetime(large) {}
        }
        let first = try #require(room.take(DocumentRoom.bytesMax - 100_000))
        let second = try #require(room.take(100_000))
        #expect(room.take(100_000) == nil)
        withExtendedLifetime((first, second)) {}
    }

    @Test func `room is free again when its document is gone`() {
        let room = DocumentRoom()
        for _ in 0..<100 { #expect(room.take(DocumentRoom.bytesMax) != nil) }
    }
}
