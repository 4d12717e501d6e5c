/// A decoder that faces a peer or a file, as the fuzzer feeds it.
///
/// An input is refused or understood; the process ending, a property that does not hold, more than
/// the time or the memory that `tools/fuzz` allows is a finding.
struct Decoder: Sendable {
    /// Its name on the command line.
    let name: String
    /// Most bytes of an input: enough to reach every part of the decoder, small enough to be fast.
    let bytesMax: Int
    /// Gives it one input, and checks what is promised of what it understood.
    let run: @Sendable ([UInt8]) -> Void
    /// Inputs that the product's own encoders made, for forms that `Protocol/vectors` has none of.
    let seeds: @Sendable () throws -> [[UInt8]]

    init(
        _ name: String,
        bytesMax: Int,
        seeds: @escaping @Sendable () throws -> [[UInt8]] = { [] },
        run: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.name = name
        self.bytesMax = bytesMax
        self.run = run
        self.seeds = seeds
    }

    /// A decoder that accepts one form of each value: what it understood writes back to the bytes
    /// it came from.
    static func canonical<Value>(
        _ name: String,
        bytesMax: Int,
        seeds: @escaping @Sendable () throws -> [[UInt8]] = { [] },
        decode: @escaping @Sendable ([UInt8]) throws -> Value?,
        encode: @escaping @Sendable (Value) -> [UInt8]
    ) -> Decoder {
        Decoder(name, bytesMax: bytesMax, seeds: seeds) { bytes in
            Self.checkCanonical(name, bytes, decode: decode, encode: encode)
        }
    }

    /// Checks that bytes are refused, or are the ones that their value writes.
    static func checkCanonical<Value>(
        _ name: String,
        _ bytes: [UInt8],
        decode: ([UInt8]) throws -> Value?,
        encode: (Value) -> [UInt8]
    ) {
        guard let value = try? decode(bytes) else { return }
        self.check(encode(value) == bytes, "\(name) was accepted in a form that is not the one")
    }

    /// A promise about what was understood.
    static func check(_ holds: Bool, _ sentence: @autoclosure () -> String) {
        guard holds else { FuzzProgram.fail(sentence()) }
    }

    /// All decoders, in the order in which they are fed.
    static let all = messages + notes + audits + stored + files + requests
}
