import ArgumentParser
import Terminal

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How the program ends; the raw value is its exit code.
enum Outcome: Int32, Sendable {
    /// Everything holds.
    case good = 0
    /// Something is not as it should be.
    case finding = 1
}

/// Why a command could not do its work: one line on standard error and an exit code.
struct CommandFailure: Error, Hashable, Sendable {
    /// What kind of trouble; the raw value is the exit code.
    enum Kind: Int32, Sendable {
        /// Wrong use, or a file that is not what it should be.
        case badInput = 2
        /// A file that cannot be read or written.
        case unavailable = 3
        /// A mistake of the program itself.
        case bug = 70
    }

    /// The kind.
    let kind: Kind
    /// What the trouble is with.
    let what: String
    /// Why it is trouble, without a full stop.
    let why: String
    /// What the reader can do about it.
    let remedy: String

    /// The line, without its newline.
    var line: String {
        // One line, whatever a file name holds.
        VisibleText.text("error: \(self.what): \(self.why). \(self.remedy)", in: .line)
    }
}

/// What a command prints and how it ends.
struct CommandResult: Sendable {
    /// For standard output; lines without the last newline.
    let output: ShownText
    /// The exit code.
    let outcome: Outcome
}

/// A command that computes its output before any of it is printed, so that standard output stays
/// empty when it fails.
protocol AuditCommand: ParsableCommand {
    /// Does the work.
    func result() throws(CommandFailure) -> CommandResult
}

/// Runs the command line.
enum Program {
    /// Runs a command and prints what it has to say.
    ///
    /// - Returns: The exit code.
    static func run(_ arguments: [String]) -> Int32 {
        do throws(CommandFailure) {
            let result = try self.parsed(arguments)
            guard self.write(result.output.string + "\n", to: stdoutNumber) else {
                throw CommandFailure(
                    kind: .unavailable,
                    what: "standard output",
                    why: "it cannot be written",
                    remedy: "See that its disk has room."
                )
            }
            return result.outcome.rawValue
        } catch {
            _ = self.write(error.line + "\n", to: stderrNumber)
            return error.kind.rawValue
        }
    }

    private static let stdoutNumber: Int32 = 1
    private static let stderrNumber: Int32 = 2

    /// The result of the command that the arguments ask for.
    static func parsed(_ arguments: [String]) throws(CommandFailure) -> CommandResult {
        let command: any ParsableCommand
        do {
            command = try TafelAudit.parseAsRoot(arguments)
        } catch {
            return try self.answer(to: error)
        }
        if let command = command as? any AuditCommand { return try command.result() }
        do {
            var command = command
            try command.run()
        } catch {
            return try self.answer(to: error)
        }
        throw CommandFailure(
            kind: .bug,
            what: "command line",
            why: "a command does nothing",
            remedy: "Please report this."
        )
    }

    /// Help is an answer; everything else that the parser says is wrong use.
    private static func answer(to error: any Error) throws(CommandFailure) -> CommandResult {
        guard TafelAudit.exitCode(for: error).isSuccess else {
            var message = TafelAudit.message(for: error)
            while let last = message.last, [".", "?", "\n"].contains(last) { message.removeLast() }
            // The parser's own line ends; there are some where it lists what it knows.
            message = message.split(separator: "\n").joined(separator: " ")
            throw CommandFailure(
                kind: .badInput,
                what: "command line",
                why: message,
                remedy: "See tafel-audit --help."
            )
        }
        return CommandResult(
            output: ShownText(own: TafelAudit.fullMessage(for: error)),
            outcome: .good
        )
    }

    /// Prints to a terminal's standard error alone.
    static func progress(_ text: String) {
        guard isatty(self.stderrNumber) == 1 else { return }
        _ = self.write(text, to: self.stderrNumber)
    }

    /// Writes all bytes; a reader that has gone away is no error of ours.
    ///
    /// - Returns: Whether they were written, as far as somebody reads them.
    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        // A native string gives its own bytes: a report of millions of lines is not copied.
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)[...]
            while !rest.isEmpty {
                let buffer = UnsafeRawBufferPointer(rebasing: rest)
                #if canImport(Glibc)
                let count = Glibc.write(descriptor, buffer.baseAddress, buffer.count)
                #else
                let count = Darwin.write(descriptor, buffer.baseAddress, buffer.count)
                #endif
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return errno == EPIPE }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }
}
