/// A file that can be read at any place.
package protocol RandomBytes: Sendable {
    /// Bytes that it has.
    var byteCount: Int { get }

    /// Reads `count` bytes from `offset` on, all of which it has.
    ///
    /// - Throws: `WorkbookError.unreadable`.
    func read(count: Int, at offset: Int) throws(WorkbookError) -> [UInt8]
}

extension [UInt8] {
    /// The two bytes from `offset` on as a number, the low one first.
    func number16(at offset: Int) -> Int { Int(self[offset]) | Int(self[offset + 1]) << 8 }

    /// The four bytes from `offset` on as a number, the low ones first.
    func number32(at offset: Int) -> Int {
        self.number16(at: offset) | self.number16(at: offset + 2) << 16
    }
}
