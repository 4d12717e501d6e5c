import Testing

@testable import CaseWeb

/// How many large documents wait for clients.
struct DocumentRoomTests {
    @Test func `one document of any length is let through, and more up to the limit`() throws {
        let room = DocumentRoom()
        do {
            let large = try #require(room.take(3 * DocumentRoom.bytesMax, for: "a"))
            #expect(room.take(DocumentRoom.freeBytesMax + 1, for: "a") == nil)
            #expect(
                room.take(DocumentRoom.bytesMax, for: "b") != nil,
                "nor does it keep any from others"
            )
            // Small ones take none.
            #expect(room.take(DocumentRoom.freeBytesMax, for: "a") != nil)
            withExtendedLifetime(large) {}
        }
        let first = try #require(room.take(DocumentRoom.bytesMax - 100_000, for: "a"))
        let second = try #require(room.take(100_000, for: "a"))
        #expect(room.take(100_000, for: "a") == nil)
        withExtendedLifetime((first, second)) {}
    }

    @Test func `room is free again when its document is gone`() {
        let room = DocumentRoom()
        for _ in 0..<100 { #expect(room.take(DocumentRoom.bytesMax, for: "a") != nil) }
    }
}
