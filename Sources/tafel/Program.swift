import ArgumentParser
import Foundation
import Glibc
import NodeService
import Synchronization
import Terminal

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
        if let word = Tafel.unknownCommand(in: arguments) {
            Output.error("command line: '\(word)': no such command. See 'tafel --help'")
            return NodeFailure.Code.usage.rawValue
        }
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
                return self.code(0)
            } catch {
                return self.answer(to: error)
            }
        }
        Output.noteDone(shownBy: nil)
        do throws(NodeFailure) {
            return self.code(try await command.execute())
        } catch {
            Output.error(error.message)
            return error.code.rawValue
        }
    }

    /// The exit code, unless nobody can have read the answer.
    private static func code(_ code: Int32) -> Int32 {
        // A failure has had its line.
        guard let advice = Output.loss, code <= NodeFailure.Code.finding.rawValue else {
            return code
        }
        Output.error("standard output: cannot be written. \(advice)")
        return NodeFailure.Code.unavailable.rawValue
    }

    /// Help is an answer; everything else that the parser says is wrong use.
    private static func answer(to error: any Error) -> Int32 {
        guard Tafel.exitCode(for: error).isSuccess else {
            var message = Tafel.message(for: error)
            while let last = message.last, [".", "?", "\n"].contains(last) { message.removeLast() }
            // The parser's own line ends; there are some where it lists what it knows.
            message = message.split(separator: "\n").joined(separator: " ")
            Output.error("command line: \(message). See 'tafel --help'")
            return NodeFailure.Code.usage.rawValue
        }
        Output.line(own: Tafel.fullMessage(for: error))
        return self.code(0)
    }
}

/// Writing to standard output and standard error.
enum Output {
    private static let lost = Mutex(false)
    private static let advice = Mutex("See that its disk has room")

    /// What to do when something that was to be printed could not be written; `nil` when all was.
    static var loss: String? {
        self.lost.withLock { $0 } ? self.advice.withLock { $0 } : nil
    }

    /// Notes that the answer is one that can be asked for again; `shownBy`: the command that shows what
    /// was done, where the same once more would do it twice.
    static func noteDone(shownBy command: String?) {
        let advice =
            command.map {
                "What was asked was done, so do not ask again: '\($0)' shows it"
            } ?? "See that its disk has room, and ask again"
        self.advice.withLock { $0 = advice }
    }

    /// Prints lines; a newline at their end is not doubled.
    static func line(_ text: ShownText) { self.line(own: text.string) }

    /// Prints what the program wrote itself, such as a JSON document.
    static func line(own text: String) {
        let end = text.utf8.last == UInt8(ascii: "\n") ? "" : "\n"
        guard !self.write(text + end, to: STDOUT_FILENO) else { return }
        self.lost.withLock { $0 = true }
    }

    /// Prints what the program wrote itself, as UTF-8 that is cut anywhere.
    static func line(parts: [[UInt8]]) {
        for part in parts + [[UInt8(ascii: "\n")]] {
            let isWritten = part.withUnsafeBytes { self.write($0, to: STDOUT_FILENO) }
            guard isWritten else { return self.lost.withLock { $0 = true } }
        }
    }

    /// Prints one line of error.
    static func error(_ message: String) {
        // One line, whatever a file name or a partner's goodbye holds.
        _ = self.write(
            "error: \(VisibleText.text(message, in: .line))\n",
            to: STDERR_FILENO
        )
    }

    /// Prints lines that go with what stands on standard output, to standard error.
    static func notice(_ text: ShownText) { _ = self.write(text.string + "\n", to: STDERR_FILENO) }

    /// Prints one line that is no error, to a terminal's standard error alone.
    static func note(_ message: String) {
        self.progress("\(VisibleText.text(message, in: .line))\n")
    }

    /// Whether standard error is a terminal.
    static var hasTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Prints to a terminal's standard error alone.
    static func progress(_ text: String) {
        guard self.hasTerminal else { return }
        _ = self.write(text, to: STDERR_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { self.write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                descriptor,
                UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                rest.count
            )
            if count < 0, errno == EINTR { continue }
            // A closed pipe is the reader's choice.
            guard count > 0 else { return errno == EPIPE }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
