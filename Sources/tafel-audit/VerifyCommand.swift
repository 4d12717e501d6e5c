import ArgumentParser
import Cryptography
import SyncLog
import Terminal
import Wire

extension Language: ExpressibleByArgument {}

/// The program.
struct TafelAudit: ParsableCommand {
    /// Version of the program.
    static let versionText = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "tafel-audit",
        abstract: "Checks what a log of Tafel says was disclosed, offline.",
        discussion: """
            Exit codes: 0 everything holds, 1 a finding, 2 wrong use or not such a file, \
            3 a file cannot be read or written, 70 a mistake of this program.
            """,
        version: Self.versionText,
        subcommands: [
            VerifyCommand.self, CheckpointCommand.self, ProofCommand.self, ForkCommand.self,
        ]
    )
}

/// `tafel-audit verify`: checks audit bundles.
struct VerifyCommand: AuditCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks one or more audit bundles.",
        discussion: """
            Without a policy the verdict is at best self-consistent: anybody can make a fresh bundle \
            with fresh keys. Several bundles are also compared with each other.
            """
    )

    /// Most bundles of one call.
    static let bundlesMax = 1_024

    @Argument(help: "Audit bundles, as written by 'tafel log export'.")
    var bundle: [String]

    @Option(help: "File with the charters and identities that you trust.")
    var policy: String?

    @Option(help: "Also write a report as a page (HTML) to this new file; none is replaced.")
    var report: String?

    @Option(help: "Language of the report and of the findings: nl or en.")
    var language: Language = .nl

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard self.bundle.count <= Self.bundlesMax else {
            throw ValidationError("At most \(Self.bundlesMax) bundles can be given")
        }
    }

    func result() throws(CommandFailure) -> CommandResult {
        if let path = self.report { try Files.requireNew(path) }
        let policy = try self.policy.map { (path) throws(CommandFailure) in try Self.policy(path) }
        var reports: [BundleReport] = []
        for path in self.bundle {
            // One at a time: what was found out is small beside the file.
            let (bundle, hash) = try self.bundle(path)
            var bar = ProgressBar(label: "", unit: .entries, write: Program.progress)
            var report = BundleVerifier.verify(consume bundle) { bar.show($0, of: $1) }
            report.fileHash = hash
            reports.append(report)
            bar.end()
        }
        let audit = Audit(reports, policy: policy, now: Timestamp.now())
        let document = ReportDocument(audit, files: self.bundle, language: self.language)
        if let path = self.report { try Files.write(document.html, to: path) }
        let output =
            self.json
            ? ShownText(own: audit.json(files: self.bundle, language: self.language).text)
            : document.text
        return CommandResult(output: output, outcome: audit.verdict == .finding ? .finding : .good)
    }

    /// Reads a policy.
    static func policy(_ path: String) throws(CommandFailure) -> AuditPolicy {
        let bytes = try Files.read(path, bytesMax: AuditPolicy.bytesMax)
        do throws(AuditPolicyError) {
            return try AuditPolicy(parsing: bytes)
        } catch {
            let why =
                switch error {
                case .text: "it is not UTF-8 text"
                case .line(let number):
                    "line \(number) is neither 'charter HEX' nor 'identity HEX' with 32 bytes of "
                        + "lower-case hexadecimal, nor a 'require' that is known"
                case .empty: "it names no charter and no identity"
                }
            throw CommandFailure(
                kind: .badInput,
                what: path,
                why: "not a policy: \(why)",
                remedy: "See Protocol/bundle.md §3."
            )
        }
    }

    /// Reads a bundle; of what is none the report says so too, where one is asked for.
    private func bundle(_ path: String) throws(CommandFailure) -> (bundle: Bundle, hash: Digest) {
        do throws(CommandFailure) {
            return try Self.bundle(path, self.language)
        } catch {
            if let report = self.report {
                let document = ReportDocument(unread: path, error, language: self.language)
                try Files.write(document.html, to: report)
            }
            throw error
        }
    }

    private static func bundle(
        _ path: String,
        _ language: Language
    ) throws(CommandFailure) -> (bundle: Bundle, hash: Digest) {
        var bytes = PartedBytes()
        try Files.read(path, bytesMax: Bundle.bytesMax, language: language) { bytes.append($0) }
        do throws(BundleError) {
            return (try Bundle(parsing: bytes), bytes.hash())
        } catch {
            let why =
                switch error {
                case .tooLong: Wording(nl: "het is te lang", en: "it is too long")
                case .manifest:
                    Wording(
                        nl: "het begint niet met een manifest",
                        en: "it does not begin with a manifest"
                    )
                case .body:
                    Wording(
                        nl:
                            "wat op het manifest volgt is beschadigd, afgebroken of van een andere vorm",
                        en: "what follows the manifest is damaged, cut off or in another form"
                    )
                }
            let none = Wording(nl: "geen auditbundel", en: "not an audit bundle")
            let remedy = Wording(
                nl: "Vraag om een nieuwe export ('tafel log export').",
                en: "Ask for a new export ('tafel log export')."
            )
            throw CommandFailure(
                kind: .badInput,
                what: path,
                why: "\(none.text(language)): \(why.text(language))",
                remedy: remedy.text(language)
            )
        }
    }
}
