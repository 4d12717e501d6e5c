extension [UInt8] {
    /// Appends the bytes of `value`, most significant first.
    ///
    /// Inlined: other modules write every length and count through it.
    @inlinable
    package mutating func append<Value: FixedWidthInteger>(bigEndian value: Value) {
        for shift in stride(from: Value.bitWidth - 8, through: 0, by: -8) {
            self.append(UInt8(truncatingIfNeeded: value >> Value(shift)))
        }
    }
}

extension FixedWidthInteger {
    /// Reads the bytes of an integer, most significant first; `bytes` must be as long as the type.
    @inlinable
    package init(bigEndian bytes: some Collection<UInt8>) {
        precondition(bytes.count == Self.bitWidth / 8, "an integer is read from its own length")
        self = bytes.reduce(0) { $0 << 8 | Self($1) }
    }
}
