import Cryptography
import ReplicatedTypes
import SyncLog
import Vocabulary

extension ReportDocument {
    mutating func addDisclosures(_ report: BundleReport) {
        self.blocks.append(.heading(self.say("Verstrekkingen", "Disclosures"), level: 3))
        let disclosures = report.disclosures
        guard !disclosures.isEmpty else {
            self.blocks.append(
                .paragraph(
                    report.unseenCount == 0
                        ? self.say(
                            "In dit venster is niets verstrekt.",
                            "Nothing was disclosed in this window."
                        )
                        : self.say(
                            "Door de bevindingen is niet na te gaan wat in dit venster is verstrekt.",
                            "Because of the findings this report cannot say what was disclosed in "
                                + "this window."
                        )
                )
            )
            return
        }
        let hidden = report.unseenCount
        if hidden > 0 {
            self.blocks.append(
                .paragraph(
                    self.say(
                        "Van \(hidden) \(hidden == 1 ? "regel" : "regels") is niet na te gaan wat in dit "
                            + "venster is verstrekt. Wat hieronder staat is dus niet alles.",
                        "Of \(hidden) \(hidden == 1 ? "entry" : "entries") this report cannot say what was "
                            + "disclosed in this window. What stands below is not all."
                    )
                )
            )
        }
        self.addSummary(report)
        let document = self
        let rows = Rows(count: disclosures.reduce(0) { $0 + $1.recipients.count }) {
            AnyIterator(
                disclosures.lazy.flatMap { disclosure in
                    disclosure.recipients.lazy.map { document.row(disclosure, $0) }
                }.makeIterator()
            )
        }
        self.blocks.append(
            .table(
                caption: self.say("Aan wie wat is verstrekt", "What was disclosed to whom"),
                columns: [
                    self.say("regel", "entry"), self.say("tijd", "time"), self.say("soort", "kind"),
                    self.say("zaak", "case"), "fragment", self.say("ontvanger", "recipient"),
                    self.say("grondslag", "ground"),
                    self.say("categorie", "category"), self.say("bevestigd", "confirmed"),
                ],
                rows: rows
            )
        )
        self.addUnknown(report)
    }

    /// What the author does not say, and what could not be recomputed.
    private mutating func addUnknown(_ report: BundleReport) {
        let unnamed = report.disclosures.count(where: \.isUnnamed)
        if unnamed > 0 {
            self.blocks.append(
                .paragraph(
                    self.say(
                        "Van \(unnamed) \(unnamed == 1 ? "regel" : "regels") met een fragment of een "
                            + "intrekking zegt de schrijver niet om welk fragment het gaat, of niet "
                            + "zonder tegenspraak: wat daar is verstrekt of ingetrokken, is onbekend.",
                        "Of \(unnamed) \(unnamed == 1 ? "entry" : "entries") with a fragment or a "
                            + "withdrawal the author does not say which fragment it is, or not without "
                            + "contradiction: what was disclosed or withdrawn there is unknown."
                    )
                )
            )
        }
        if !report.uncountedReceipts.isEmpty {
            let names = report.uncountedReceipts.joined(separator: ", ")
            self.blocks.append(
                .paragraph(
                    self.say(
                        "Niet nagerekend: de aantallen in de ontvangstbewijzen van \(names), omdat niet "
                            + "van elke regel daarvoor te zien is aan wie hij is gegeven.",
                        "Not recomputed: the counts in the receipts of \(names), since not of every entry "
                            + "before them it can be seen to whom it was given."
                    )
                )
            )
        }
    }

    private func row(_ disclosure: Disclosure, _ recipient: Disclosure.Recipient) -> [String] {
        [
            String(disclosure.index),
            Timestamp.text(seconds: disclosure.time.milliseconds / 1_000),
            self.name(disclosure),
            disclosure.caseID == .zero ? "-" : Self.short(disclosure.caseID),
            self.text(disclosure), recipient.handle, recipient.ground,
            self.name(disclosure.category),
            recipient.isConfirmed
                ? self.say("ja", "yes") : self.say("niet bevestigd", "not confirmed"),
        ]
    }

    /// The first 12 digits of an ID: enough for a person, and a prefix that commands take.
    private static func short(_ id: ObjectID) -> String { String(id.hex.prefix(12)) }

    private func text(_ disclosure: Disclosure) -> String {
        guard let fragment = disclosure.fragment else {
            return disclosure.isUnnamed ? self.say("onbekend", "unknown") : "-"
        }
        let version =
            fragment.version == 0 ? "" : self.say(" versie ", " version ") + "\(fragment.version)"
        return Self.short(fragment.id) + version
    }

    private mutating func addSummary(_ report: BundleReport) {
        struct Group: Hashable {
            let handle: String
            let kind: String
            let ground: String
            let category: String

            var order: [String] { [self.handle, self.kind, self.ground, self.category] }
        }
        // A ground says what it said in the version under which was disclosed, whatever a later one says.
        let texts = report.charters.map { charter in
            Dictionary(charter.grounds.map { ($0.code, $0.text) }) { first, _ in first }
        }
        func ground(_ code: String, _ version: UInt16) -> String {
            code + (texts[Int(version) - 1][code].map { " (\($0))" } ?? "")
        }
        var counts: [Group: (given: Int, confirmed: Int)] = [:]
        for disclosure in report.disclosures {
            for recipient in disclosure.recipients {
                let group = Group(
                    handle: recipient.handle,
                    kind: self.name(disclosure.kind),
                    ground: ground(recipient.ground, disclosure.charterVersion),
                    category: self.name(disclosure.category)
                )
                counts[group, default: (0, 0)].given += 1
                if recipient.isConfirmed { counts[group, default: (0, 0)].confirmed += 1 }
            }
        }
        let rows = counts.sorted { $0.key.order.lexicographicallyPrecedes($1.key.order) }
            .map { group, count in group.order + [String(count.given), String(count.confirmed)] }
        self.blocks.append(
            .table(
                caption: self.say("Per ontvanger", "By recipient"),
                columns: [
                    self.say("ontvanger", "recipient"), self.say("soort", "kind"),
                    self.say("grondslag", "ground"), self.say("categorie", "category"),
                    self.say("verstrekt", "disclosed"), self.say("bevestigd", "confirmed"),
                ],
                rows: Rows(rows)
            )
        )
    }

    mutating func addCosignatures(_ report: BundleReport) {
        self.blocks.append(.heading(self.say("Getuigen", "Witnesses"), level: 3))
        let needed = report.charter?.witnessQuorum ?? 0
        let met = report.witnesses.count
        let members = self.say(
            met == 1 ? "ander lid" : "andere leden",
            met == 1 ? "other member" : "other members"
        )
        self.blocks.append(
            .paragraph(
                self.say(
                    "De boom aan het einde van het venster is door \(met) \(members) medeondertekend, naar "
                        + "wat alle bundels laten zien; het convenant vraagt er \(needed).",
                    "The tree at the end of the window is cosigned by \(met) \(members), as far as all "
                        + "bundles show; the charter asks for \(needed)."
                )
            )
        )
        guard !report.cosignatures.isEmpty else { return }
        self.blocks.append(
            .table(
                caption: self.say("Medeondertekeningen", "Cosignatures"),
                columns: [
                    self.say("organisatie", "organisation"), self.say("grootte", "size"),
                    self.say("wortel van de boom", "root of the tree"), self.say("tijd", "time"),
                ],
                rows: Rows(
                    report.cosignatures.map {
                        [
                            $0.handle, String($0.size),
                            String(TextEncoding.hex($0.root.bytes).prefix(16)),
                            Timestamp.text(seconds: $0.seconds),
                        ]
                    }
                )
            )
        )
    }

    mutating func addLimits() {
        self.blocks.append(
            .heading(self.say("Wat dit niet laat zien", "What this does not show"), level: 2)
        )
        self.blocks.append(
            .list([
                self.say(
                    "Een uitwisseling die beide kanten buiten het logboek om hebben gedaan, staat "
                        + "nergens en is hier niet te zien.",
                    "An exchange that both sides made outside the log is recorded nowhere and cannot "
                        + "be seen here."
                ),
                self.say(
                    "Over welk fragment een verstrekking gaat, is het woord van de schrijver: de inhoud "
                        + "is versleuteld.",
                    "Which fragment a disclosure is about is the author's word: the contents are "
                        + "encrypted."
                ),
                self.say(
                    "De inhoud is versleuteld; of de categorie en de grondslag bij de inhoud passen, "
                        + "is hier niet te zien.",
                    "The contents are encrypted; whether category and ground suit them cannot be "
                        + "seen here."
                ),
                self.say(
                    "Een verstrekking zonder bevestiging kan zijn aangekomen of niet.",
                    "A disclosure without confirmation may have arrived or not."
                ),
                self.say(
                    "De tijden zijn die van de klokken van de schrijver en de getuigen.",
                    "The times are those of the clocks of the author and the witnesses."
                ),
            ])
        )
    }

    private func name(_ kind: EntryKind) -> String {
        switch kind {
        case .operations: self.say("werk aan de zaak", "work on the case")
        case .fragment: "fragment"
        case .withdrawal: self.say("intrekking", "withdrawal")
        case .keyGrant: self.say("geschiedenis", "history")
        case .consultation: self.say("raadpleging", "consultation")
        case .destruction: self.say("vernietiging", "destruction")
        case .hold: self.say("bewaarplicht", "hold")
        case .export: "export"
        case .receipt, .card, .charterAdopted, .forkEvidence, .closing: kind.name
        }
    }

    private func name(_ disclosure: Disclosure) -> String {
        let name = self.name(disclosure.kind)
        guard !disclosure.history.isEmpty else { return name }
        return name + " (" + disclosure.history.map { String($0) }.joined(separator: ", ") + ")"
    }

    private func name(_ category: Category?) -> String {
        switch category {
        case .public: self.say("openbaar", "public")
        case .environmental: self.say("milieu-informatie", "environmental")
        case .business: self.say("bedrijfsgegevens", "business")
        case .personal: self.say("persoonsgegevens", "personal")
        case .police: self.say("politiegegevens", "police")
        case .criminalJustice: self.say("strafvorderlijke gegevens", "criminal-justice")
        case nil: "-"
        }
    }
}
