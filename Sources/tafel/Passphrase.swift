import Cryptography
import Foundation
import Glibc
import NodeService
import PlainText

/// Reading a passphrase; never from the command line or a plain environment variable.
enum Passphrase {
    /// Fewest bytes of a new passphrase.
    static let bytesMin = 8
    /// Most bytes of a passphrase.
    static let bytesMax = 1_024

    /// Reads a text file that nobody else may read (``PlainText/TextFile``); one line end at its end is
    /// dropped.
    ///
    /// In a new secret controls, and blanks at either end are refused, which an editor leaves and nobody
    /// sees. One that was chosen with them opens what it was chosen for.
    ///
    /// `what`: The secret's name in errors.
    static func read(
        file: String,
        isNew: Bool,
        what: String = "passphrase"
    ) throws(NodeFailure) -> [UInt8] {
        guard !GivenFile.isFolder(file) else {
            throw .usage("\(what) file \(file): is a folder. Name the file that has the \(what)")
        }
        guard try !GivenFile.isOpenToOthers(file) else {
            throw .usage(
                "\(what) file \(file): others can read it. Make it yours alone, chmod 600"
            )
        }
        // In UTF-16 each character has two bytes; a mark and a line end may come on top.
        var raw = try Files.read(file, bytesMax: 2 * self.bytesMax + 6)
        defer { raw.wipe() }
        var bytes = TextFile.lines(of: raw)
        if bytes.last == 0x0A { bytes.removeLast() }
        guard isNew else { return try self.checked(bytes, what: "\(what) file \(file)") }
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .usage(
                "\(what) file \(file): has more than one line, or a control character. Write one line"
            )
        }
        guard bytes.first != 0x20, bytes.last != 0x20 else {
            throw .usage("\(what) file \(file): begins or ends in a blank. Take it away")
        }
        return try self.checked(bytes, what: "\(what) file \(file)")
    }

    private static func checked(
        _ bytes: [UInt8],
        what: String
    ) throws(NodeFailure) -> [UInt8] {
        guard !bytes.isEmpty else { throw .usage("\(what): empty. Write one") }
        guard bytes.count <= self.bytesMax else {
            throw .usage("\(what): over \(self.bytesMax) bytes. Choose a shorter one")
        }
        return bytes
    }

    /// Asks on the terminal, without showing what is typed.
    static func ask(isNew: Bool) throws(NodeFailure) -> [UInt8] {
        try self.ask(
            isNew: isNew,
            what: "passphrase",
            advice: "Use --passphrase-file or $TAFEL_PASSPHRASE_FILE"
        )
    }

    /// Asks for a secret on the terminal, without showing what is typed.
    ///
    /// `isNew`: Asked twice. `what`: The secret's name. `advice`: What to do without a terminal.
    static func ask(
        isNew: Bool,
        what: String,
        advice: String
    ) throws(NodeFailure) -> [UInt8] {
        guard isatty(STDIN_FILENO) == 1 else {
            throw .usage("\(what): none given and no terminal to ask on. \(advice)")
        }
        let first = try self.checked(self.typed("\(what.capitalized): "), what: what)
        guard isNew else { return first }
        guard first.count >= self.bytesMin else {
            throw .usage("\(what): shorter than \(self.bytesMin) bytes. Choose a longer one")
        }
        var second = self.typed("Once more: ")
        defer { second.wipe() }
        guard first == second else {
            throw .usage("\(what): the two differ. Try again")
        }
        return first
    }

    private static func typed(_ prompt: String) -> [UInt8] {
        Output.progress(prompt)
        var settings = termios()
        tcgetattr(STDIN_FILENO, &settings)
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            Output.progress("\n")
        }
        return Array((readLine(strippingNewline: true) ?? "").utf8)
    }
}
