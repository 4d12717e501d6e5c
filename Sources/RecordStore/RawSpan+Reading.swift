extension [UInt8] {
    /// Copies the bytes of `span`.
    package init(_ span: RawSpan) {
        self = span.withUnsafeBytes { [UInt8]($0) }
    }
}

extension RawSpan {
    /// Reads an integer, most significant byte first; the span must hold it.
    package func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int,
        as type: Value.Type
    ) -> Value {
        precondition(
            offset >= 0 && offset <= self.byteCount - MemoryLayout<Value>.size,
            "an integer is read inside the span"
        )
        return self.withUnsafeBytes { buffer in
            Value(bigEndian: buffer.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
    }
}
