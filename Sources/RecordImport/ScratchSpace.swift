/// Bytes outside memory, for what grows with a file that is imported.
///
/// They need not outlive the process. An implementation takes disk, so that memory stays the same
/// whatever the size of the file.
package protocol ScratchSpace: Sendable {
    /// Reads `count` bytes from `offset` on, which were written before.
    ///
    /// - Throws: `ImportError.scratchFailed`.
    func read(count: Int, at offset: Int) throws(ImportError) -> [UInt8]

    /// Writes `bytes` at `offset`, over what stands there or beyond the end.
    ///
    /// - Throws: `ImportError.scratchFailed`.
    func write(_ bytes: [UInt8], at offset: Int) throws(ImportError)
}
