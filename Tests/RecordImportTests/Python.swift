import Foundation

/// Python 3, as a second opinion that shares no code with this project.
enum Python {
    struct Failure: Error {
        let status: Int32
    }

    /// Whether there is a Python to ask.
    static let isAvailable = (try? Self.run("print(1)", arguments: [])) == "1\n"

    /// Runs a script and returns what it prints.
    static func run(_ script: String, arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(status: process.terminationStatus)
        }
        return String(decoding: output, as: UTF8.self)
    }
}
