import ArgumentParser
import Foundation
import NodeService

/// A command of the program: its work is done by `execute`, its errors become one line.
protocol TafelCommand: ParsableCommand, Sendable {
    /// Does the work and returns the exit code.
    func execute() async throws(NodeFailure) -> Int32
}

/// Runs the command line (`cli` contract: exit codes, one-line errors, JSON on standard output).
enum Program {
    /// Runs a command.
    ///
    /// - Returns: The exit code.
    static func run(_ arguments: [String]) async -> Int32 {
        let command: any ParsableCommand
        do {
            command = try Tafel.parseAsRoot(arguments)
        } catch {
            return self.answer(to: error)
        }
        guard let command = command as? any TafelCommand else {
            do {
                var command = command
                try command.run()
                return 0
            } catch {
                return self.answer(to: error)
            }
        }
        do throws(NodeFailure) {
            return try await command.execute()
        } catch {
            Output.error(error.message)
            return error.code.rawValue
        }
    }

    /// Help is an answer; everything else that the parser says is wrong use.
    private static func answer(to error: any Error) -> Int32 {
        guard Tafel.exitCode(for: error).isSuccess else {
            var message = Tafel.message(for: error)
            while let last = message.last, [".", "?", "\n"].contains(last) { message.removeLast() }
            Output.error("command line: \(message). See 'tafel --help'")
            return NodeFailure.Code.usage.rawValue
        }
        Output.line(Tafel.fullMessage(for: error))
        return 0
    }
}

/// Writing to standard output and standard error.
enum Output {
    /// Prints a line.
    static func line(_ text: String) { self.write(text + "\n", to: .standardOutput) }

    /// Prints one line of error.
    static func error(_ message: String) {
        // One line, whatever a file name holds.
        let line = message.unicodeScalars.map { scalar in
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            return isControl ? " " : String(scalar)
        }.joined()
        self.write("error: \(line)\n", to: .standardError)
    }

    /// Whether standard error is a terminal.
    static var hasTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Prints to a terminal's standard error alone.
    static func progress(_ text: String) {
        guard self.hasTerminal else { return }
        self.write(text, to: .standardError)
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // A closed pipe is the reader's choice.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
