import Cryptography
import SyncLog

/// A report as headings, sentences and tables, before it becomes plain text or a page.
struct ReportDocument: Sendable {
    /// One piece of a report.
    enum Block: Sendable {
        /// A heading below the title; level 2 or 3.
        case heading(String, level: Int)
        /// A sentence or more.
        case paragraph(String)
        /// Sentences that each stand by themselves.
        case list([String])
        /// Rows under columns.
        case table(caption: String, columns: [String], rows: Rows)
    }

    /// The rows of a table, each made when it is read: there may be millions.
    struct Rows: Sequence, Sendable {
        /// How many there are.
        let count: Int
        private let iterator: @Sendable () -> AnyIterator<[String]>

        /// Takes over rows that are made already.
        init(_ rows: [[String]]) {
            self.init(count: rows.count) { AnyIterator(rows.makeIterator()) }
        }

        /// Takes over `count` rows that `iterator` starts to make.
        init(count: Int, iterator: @escaping @Sendable () -> AnyIterator<[String]>) {
            self.count = count
            self.iterator = iterator
        }

        /// Starts to make the rows.
        func makeIterator() -> AnyIterator<[String]> { self.iterator() }
    }

    /// Language of the words.
    let language: Language
    /// The title.
    let title: String
    /// What follows, in order.
    var blocks: [Block] = []

    /// Writes the report of a call in which a file could not be read as a bundle: there is no verdict.
    init(unread file: String, _ failure: CommandFailure, language: Language) {
        self.language = language
        self.title = Wording(nl: "Controle van auditbundels", en: "Verification of audit bundles")
            .text(language)
        self.blocks.append(
            .paragraph(
                self.say(
                    "Geen oordeel: een van de bestanden kon niet als auditbundel worden gelezen.",
                    "No verdict: one of the files could not be read as an audit bundle."
                )
            )
        )
        self.blocks.append(.paragraph("\(failure.what): \(failure.why). \(failure.remedy)"))
    }

    /// Writes the report of an audit.
    ///
    /// - Parameters:
    ///   - audit: What was found.
    ///   - files: Names of the files, in the order of its reports.
    ///   - language: Of the words.
    init(_ audit: Audit, files: [String], language: Language) {
        self.language = language
        self.title = Wording(nl: "Controle van auditbundels", en: "Verification of audit bundles")
            .text(language)
        self.blocks.append(.paragraph(self.sentence(audit.verdict)))
        self.addCall(audit)
        self.addFindings(audit.consistency, further: 0)
        for (place, report) in audit.reports.enumerated() {
            let log = audit.logs.first { $0.contains(place) } ?? [place]
            self.add(
                report,
                file: files[place],
                others: log.filter { $0 != place }.map { files[$0] },
                verdict: audit.verdict(at: place)
            )
        }
        self.addLimits()
    }

    /// A text in the report's language.
    func say(_ nl: String, _ en: String) -> String {
        Wording(nl: nl, en: en).text(self.language)
    }

    private func sentence(_ verdict: Verdict) -> String {
        switch verdict {
        case .verified:
            self.say(
                "Oordeel: IN ORDE. Alles klopt, en de sleutels zijn die van het beleid.",
                "Verdict: VERIFIED. Everything holds, and the keys are those of the policy."
            )
        case .selfConsistent:
            self.say(
                "Oordeel: KLOPT IN ZICHZELF. Er is geen beleid gegeven; of de hieronder genoemde "
                    + "sleutels echt zijn is niet nagegaan. Iedereen kan met nieuwe sleutels een "
                    + "nieuwe bundel maken.",
                "Verdict: SELF-CONSISTENT. No policy was given; whether the keys named below are "
                    + "genuine was not checked. Anybody can make a fresh bundle with fresh keys."
            )
        case .finding:
            self.say(
                "Oordeel: BEVINDING. Er is iets niet in orde.",
                "Verdict: FINDING. Something is not as it should be."
            )
        }
    }

    /// What the whole call rests on, and what pins explain.
    private mutating func addCall(_ audit: Audit) {
        let policy = audit.policy.map { TextEncoding.hex($0.hash.bytes) }
        self.blocks.append(
            .paragraph(
                self.say(
                    "Gecontroleerd met tafel-audit \(TafelAudit.versionText). SHA-256 van het beleid: "
                        + "\(policy ?? "geen beleid gegeven").",
                    "Checked with tafel-audit \(TafelAudit.versionText). SHA-256 of the policy: "
                        + "\(policy ?? "no policy given")."
                )
            )
        )
        for explanation in audit.explained {
            let pin = explanation.pin
            self.blocks.append(
                .paragraph(
                    self.say(
                        "Van het logboek van \(explanation.handle) (\(explanation.origin)) zijn twee versies "
                            + "ondertekend. Convenantversie \(pin.version) legt vast welke telt: die tot \(pin.size) regels. Wat daarvan "
                            + "afwijkt, is daardoor verklaard en telt niet mee.",
                        "Two versions of the log of \(explanation.handle) (\(explanation.origin)) were "
                            + "signed. Charter version \(pin.version) says which counts: the one of \(pin.size) entries. What differs "
                            + "from it is explained by that and does not count."
                    )
                )
            )
        }
    }

    private mutating func addFindings(_ findings: [Finding], further: Int) {
        guard !findings.isEmpty else { return }
        self.blocks.append(
            .table(
                caption: self.say("Bevindingen", "Findings"),
                columns: [
                    self.say("soort", "class"), self.say("regel", "entry"), self.say("wat", "what"),
                ],
                rows: Rows(
                    findings.map { finding in
                        [
                            self.name(finding.class), finding.index.map { String($0) } ?? "-",
                            finding.wording.text(self.language),
                        ]
                    }
                )
            )
        )
        if further > 0 {
            self.blocks.append(
                .paragraph(
                    further == 1
                        ? self.say(
                            "En nog 1 bevinding, die alleen geteld is.",
                            "And 1 more finding, which is counted and not listed."
                        )
                        : self.say(
                            "En nog \(further) bevindingen, die alleen geteld zijn.",
                            "And \(further) more findings, which are counted and not listed."
                        )
                )
            )
        }
    }

    /// The class of a finding in the report's language.
    private func name(_ class: Finding.Class) -> String {
        switch `class` {
        case .manifest: "manifest"
        case .charter: self.say("convenant", "charter")
        case .card: self.say("kaart", "card")
        case .checkpoint: "checkpoint"
        case .frontier: self.say("deelboom", "frontier")
        case .entry: self.say("regel", "entry")
        case .tree: self.say("boom", "tree")
        case .blinded: self.say("zonder kop", "blinded")
        case .lost: self.say("kwijt", "lost")
        case .audience: self.say("ontvangers", "audience")
        case .chain: self.say("sleutel", "chain")
        case .receipt: self.say("ontvangstbewijs", "receipt")
        case .consistency: self.say("samenhang", "consistency")
        case .policy: self.say("beleid", "policy")
        }
    }

    /// Adds a bundle; `others`: the files that are one log with it.
    private mutating func add(
        _ report: BundleReport,
        file: String,
        others: [String],
        verdict: Verdict
    ) {
        self.blocks.append(.heading(file, level: 2))
        self.addFacts(report, others: others, verdict: verdict)
        self.addMissingGenerations(report)
        self.addFindings(report.findings, further: report.furtherFindings)
        self.addOrganisations(report)
        self.addKeys(report)
        guard report.proven != nil else {
            self.blocks.append(
                .paragraph(
                    self.say(
                        "Over de verstrekkingen valt niets te zeggen: de regels zijn niet bewezen.",
                        "Nothing can be said of the disclosures: the entries are not proven."
                    )
                )
            )
            return
        }
        self.addDisclosures(report)
        self.addCosignatures(report)
    }

    private mutating func addMissingGenerations(_ report: BundleReport) {
        for missing in report.missingGenerations {
            let name = report.author ?? "?"
            let generation = missing.generation
            let size = missing.pin?.size ?? 0
            let what = self.say(
                "Generatie \(generation) van het logboek van \(name) is hier "
                    + (missing.isGiven ? "wel gegeven, maar niet bewezen." : "niet gegeven."),
                "Generation \(generation) of the log of \(name) was "
                    + (missing.isGiven ? "given here, but is not proven." : "not given here.")
            )
            let pin = self.say(
                "Het convenant legt die vast op \(size) \(size == 1 ? "regel" : "regels"); wat daarin is "
                    + "verstrekt, staat niet in deze controle.",
                "The charter pins it at \(size) \(size == 1 ? "entry" : "entries"); what was disclosed in "
                    + "it is not in this verification."
            )
            self.blocks.append(.paragraph("\(what) \(pin)"))
        }
    }

    private mutating func addFacts(_ report: BundleReport, others: [String], verdict: Verdict) {
        let window = report.window
        let entries = report.entries
        var rows = [
            [self.say("oordeel", "verdict"), self.word(verdict)],
            [
                self.say("SHA-256 van het bestand", "SHA-256 of the file"),
                report.fileHash.map { TextEncoding.hex($0.bytes) } ?? "-",
            ],
            [self.say("tafel", "table"), report.charter?.name ?? "?"],
            [self.say("tafel-id", "table ID"), TextEncoding.hex(report.table.bytes)],
            [
                self.say("logboek van", "log of"),
                self.say(
                    "\(report.author ?? "?") (lid \(report.log.member), generatie "
                        + "\(report.log.generation))",
                    "\(report.author ?? "?") (member \(report.log.member), generation "
                        + "\(report.log.generation))"
                ),
            ],
            [
                self.say("venster", "window"),
                self.say(
                    "regels \(window.lowerBound) tot \(window.upperBound) (die niet meegerekend)",
                    "entries \(window.lowerBound) up to but not including \(window.upperBound)"
                ),
            ],
            [
                self.say("regels", "entries"),
                self.say(
                    "\(entries.full) volledig, \(entries.header) met kop, \(entries.leaf) zonder "
                        + "kop, \(entries.lost) kwijt",
                    "\(entries.full) full, \(entries.header) with header, \(entries.leaf) without, "
                        + "\(entries.lost) lost"
                ),
            ],
        ]
        if !others.isEmpty {
            let names = others.joined(separator: ", ")
            rows.append([self.say("vormt één logboek met", "one log with"), names])
        }
        if let later = report.laterThan {
            let time = Timestamp.text(seconds: later)
            rows.append([self.say("het einde ligt na", "the end is later than"), time])
        }
        if let purpose = report.charter?.purpose {
            rows.insert([self.say("doel", "purpose"), purpose], at: 4)
        }
        self.blocks.append(
            .table(
                caption: self.say("De bundel", "The bundle"),
                columns: [self.say("gegeven", "item"), self.say("waarde", "value")],
                rows: Rows(rows)
            )
        )
    }

    private func word(_ verdict: Verdict) -> String {
        switch verdict {
        case .verified: self.say("in orde", "verified")
        case .selfConsistent: self.say("klopt in zichzelf", "self-consistent")
        case .finding: self.say("bevinding", "finding")
        }
    }

    private mutating func addOrganisations(_ report: BundleReport) {
        guard !report.organisations.isEmpty else { return }
        self.blocks.append(
            .table(
                caption: self.say("Organisaties", "Organisations"),
                columns: [
                    self.say("korte naam", "short name"), self.say("naam", "name"), "OIN",
                ],
                rows: Rows(report.organisations.map { [$0.handle, $0.name, $0.oin] })
            )
        )
    }

    private mutating func addKeys(_ report: BundleReport) {
        guard !report.keys.isEmpty else { return }
        self.blocks.append(
            .table(
                caption: self.say(
                    "Sleutels waar dit op rust: vergelijk ze met een bron die u vertrouwt",
                    "Keys that this rests on: compare them with a source that you trust"
                ),
                columns: [self.say("organisatie", "organisation"), self.say("sleutel", "key")],
                rows: Rows(report.keys.map { [$0.handle, TextEncoding.hex($0.identity.bytes)] })
            )
        )
    }
}
