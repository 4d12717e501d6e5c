import Foundation

/// libFuzzer's driver, which `-sanitize=fuzzer` links.
///
/// The types are those of its C declaration.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Feeds one decoder with the inputs that libFuzzer makes up.
///
/// The environment says which, `TAFEL_FUZZ_DECODER`: libFuzzer starts itself anew with its own
/// arguments to minimise an input. `--list` prints name and most bytes of each; `--seeds FOLDER`
/// writes inputs that the real encoders made into a folder for each.
@main
enum FuzzProgram {
    static let variable = "TAFEL_FUZZ_DECODER"

    /// The decoder that is fed, looked up once.
    static let chosen: Decoder = {
        let name = ProcessInfo.processInfo.environment[Self.variable] ?? ""
        guard let decoder = Decoder.all.first(where: { $0.name == name }) else {
            Self.fail("\(Self.variable)='\(name)' names no decoder; --list names them")
        }
        return decoder
    }()

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.count) {
        case ("--list", 1):
            for decoder in Decoder.all { print(decoder.name, decoder.bytesMax) }
        case ("--seeds", 2):
            for decoder in Decoder.all {
                try Self.write(decoder.seeds(), to: "\(arguments.last ?? "")/\(decoder.name)")
            }
        default:
            _ = Self.chosen
            var count = CommandLine.argc
            var values = CommandLine.unsafeArgv
            exit(
                runDriver(&count, &values) { address, count in
                    FuzzProgram.chosen.run(
                        [UInt8](UnsafeBufferPointer(start: address, count: count))
                    )
                    return 0
                }
            )
        }
    }

    private static func write(_ seeds: [[UInt8]], to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (place, seed) in seeds.enumerated() {
            try Data(seed).write(to: URL(filePath: "\(folder)/encoded-\(place)"))
        }
    }

    /// Ends the process with a sentence; libFuzzer takes the signal for a finding.
    static func fail(_ sentence: String) -> Never {
        FileHandle.standardError.write(Data("tafel-fuzz: \(sentence)\n".utf8))
        abort()
    }
}
