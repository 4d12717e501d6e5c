import ArgumentParser
import Cryptography
import Foundation
import Glibc
import Logging
import NodeInterface
import NodeService
import SyncLog
import Terminal

/// Options that every command has.
struct NodeOptions: ParsableArguments {
    /// Most bytes of a user's name.
    static let userBytesMax = 64

    @Option(
        help: ArgumentHelp(
            "The node's data folder.",
            discussion:
                "Default: $TAFEL_DATA, else $XDG_DATA_HOME/tafel, else ~/.local/share/tafel.",
            valueName: "dir"
        )
    )
    var data: String?

    @Flag(help: "Print exactly one JSON document on standard output.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "File with the passphrase; not needed while the node runs.",
            discussion: "Default: $TAFEL_PASSPHRASE_FILE, else asked on the terminal.",
            valueName: "file"
        )
    )
    var passphraseFile: String?

    @Option(name: .customLong("as"), help: "The user this command acts for.")
    var user = "operator"

    /// The data folder as an absolute path.
    var folder: String {
        let environment = ProcessInfo.processInfo.environment
        func nonEmpty(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        let path =
            self.data ?? nonEmpty("TAFEL_DATA")
            ?? (nonEmpty("XDG_DATA_HOME")
                ?? (nonEmpty("HOME") ?? NSHomeDirectory()) + "/.local/share") + "/tafel"
        return URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
            .trimmingTrailingSlash
    }

    /// The file with the passphrase; `nil` where it is asked on the terminal.
    private var secretFile: String? {
        let named =
            self.passphraseFile ?? ProcessInfo.processInfo.environment["TAFEL_PASSPHRASE_FILE"]
        return named.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Refuses to write a file over what the command or its node reads; `inputs`: what it reads besides
    /// the passphrase.
    func checkOutput(_ path: String, inputs: [String]) throws(NodeFailure) {
        let secret = self.secretFile.map { [$0] } ?? []
        try Files.checkOutput(path, folder: self.folder, inputs: inputs + secret)
    }

    /// The passphrase, from a file or the terminal.
    ///
    /// `isNew`: Asked twice on a terminal.
    func passphrase(isNew: Bool) throws(NodeFailure) -> [UInt8] {
        if let file = self.secretFile {
            let secret = try Passphrase.read(file: file, isNew: isNew)
            guard !isNew || secret.count >= Passphrase.bytesMin else {
                throw .usage(
                    "passphrase file \(file): fewer than \(Passphrase.bytesMin) bytes. It guards all "
                        + "that is in the folder: write a longer one"
                )
            }
            return secret
        }
        return try Passphrase.ask(isNew: isNew)
    }

    /// Checks what is not a file.
    mutating func validate() throws {
        guard !self.user.isEmpty,
            self.user.isSpecificationText(bytesMax: Self.userBytesMax, allowsLines: false)
        else {
            throw ValidationError("--as: not 1 to \(Self.userBytesMax) bytes on one line")
        }
    }

    /// Finds the running node, else opens the folder.
    func open(
        _ typed: TypedPassphrase = TypedPassphrase(),
        isForLong: Bool = false
    ) async throws(NodeFailure) -> NodeClient {
        try await NodeClient.open(
            folder: self.folder,
            logger: .quiet,
            isForLong: isForLong,
            waiting: Output.note
        ) { () throws(NodeFailure) in
            if let secret = typed.secret { return secret }
            let secret = try self.passphrase(isNew: false)
            typed.secret = secret
            return secret
        }
    }
}

/// The passphrase of one run of a command, so that nobody types it twice.
final class TypedPassphrase {
    /// As typed or read; `nil` while nobody asked.
    var secret: [UInt8]?

    deinit { self.secret?.wipe() }
}

/// What a person sees and says yes to before a call is made.
struct Review {
    /// Its answer is shown.
    let request: ShowTableFile
    /// What is asked.
    let question: String
    /// What is said when the answer is not yes.
    let refusal: String

    /// Whether somebody is there to ask.
    var isPossible: Bool { isatty(STDIN_FILENO) == 1 && Output.hasTerminal }

    /// Shows on the terminal, and returns on a yes.
    func ask(showing text: ShownText) throws(NodeFailure) {
        Output.progress("\(text.string)\n\n\(self.question) [y/N] ")
        let answer = readLine()?.lowercased() ?? ""
        guard ["y", "yes", "j", "ja"].contains(answer) else { throw .usage(self.refusal) }
    }
}

extension String {
    fileprivate var trimmingTrailingSlash: String {
        self.count > 1 && self.hasSuffix("/") ? String(self.dropLast()) : self
    }
}

extension Logger {
    /// For commands, which say what there is to say themselves.
    static var quiet: Logger {
        var logger = Logger(label: "tafel") { VisibleLog(label: $0) }
        logger.logLevel = .error
        return logger
    }
}
