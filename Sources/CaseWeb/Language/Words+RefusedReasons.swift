import NodeInterface

/// Which rule of cases, sharing, fragments and logs is against what was asked.
extension Words {
    /// A reason as sentences.
    func text(of reason: Refusal.Reason) -> String {
        switch reason {
        case .table(let reason): self.text(of: reason)
        case .case(let reason): self.text(of: reason)
        case .sharing(let reason): self.text(of: reason)
        case .fragment(let reason): self.text(of: reason)
        case .part(let reason): self.text(of: reason)
        case .log(let reason): self.text(of: reason)
        case .userExists(let name):
            self.either(
                "Er is al een account “\(name)”. Kies een andere naam.",
                "There is an account “\(name)” already. Choose another name."
            )
        case .usersFull(let max):
            self.either(
                "Er zijn al \(self.number(max)) accounts, meer kan niet. Verwijder er eerst een.",
                "There are \(self.number(max)) accounts already, and no more are taken. Remove one first."
            )
        case .tokensFull(let max):
            self.either(
                "Er zijn al \(self.number(max)) tokens, meer kan niet. Verwijder er eerst een.",
                "There are \(self.number(max)) tokens already, and no more are taken. Remove one first."
            )
        case .scopeBeyondRole(let right, let user, let role):
            self.either(
                "“\(right.rawValue)” kan niet: \(user) is \(self.term("role", role.rawValue)) en mag dat zelf niet. Laat het weg.",
                "“\(right.rawValue)” cannot be: \(user) is \(self.term("role", role.rawValue)) and may not do that. Leave it out."
            )
        case .tooFewToLearn(let count, let min):
            self.either(
                "Uit \(self.number(count)) verschillende records en fragmenten valt te weinig te leren: \(self.number(min)) zijn nodig.",
                "\(self.number(count)) different records and fragments are too few to learn from: \(self.number(min)) are needed."
            )
        case .decisionsFull(let max):
            self.either(
                "Er staan al \(self.number(max)) besluiten bij deze node, meer kan niet. Maak er eerst een ongedaan, of besluit in een zaak.",
                "\(self.number(max)) decisions stand at this node, and no more are taken. Undo one first, or decide in a case."
            )
        case .requestTooLarge(let max):
            self.either(
                "Dit is groter dan de node aanneemt, hoogstens \(self.byteCount(max)).",
                "This is larger than the node takes, \(self.byteCount(max)) at most."
            )
        }
    }

    private func text(of reason: Refusal.CaseReason) -> String {
        switch reason {
        case .notPartner("contributor"):
            self.either(
                "Deze organisatie draagt aan deze tafel alleen bij: delen kan, in zaken schrijven niet. Vraag het een partner.",
                "This organisation only contributes at this table: it can share, and does not write on cases. Ask a partner."
            )
        case .notPartner(let role):
            self.either(
                "Alleen partners schrijven in zaken, en deze organisatie is aan deze tafel \(role.map { self.term("memberRole", $0) } ?? "geen deelnemer"). Vraag het een partner.",
                "Only partners write on cases, and this organisation is \(role.map { self.term("memberRole", $0) } ?? "no member") at this table. Ask a partner."
            )
        case .outside:
            self.either(
                "Deze organisatie doet in deze zaak niet mee, of niet meer. Vraag het de eigenaar van de zaak.",
                "This organisation is not in this case, or no longer. Ask the owner of the case."
            )
        case .closed:
            self.either(
                "Deze zaak is afgesloten en krijgt geen nieuwe fragmenten. Kies eerst een andere fase, of deel in een andere zaak.",
                "This case is closed and takes no new fragments. Choose another phase first, or share in another case."
            )
        case .full(let quota, let max):
            self.either(
                "In één zaak tellen van één partner hoogstens \(self.number(max)) \(self.name(of: quota)), en dit zouden er meer zijn. Ga verder in een andere zaak.",
                "In one case at most \(self.number(max)) \(self.name(of: quota)) of one partner count, and this would be more. Go on in another case."
            )
        case .notOwner(let owner):
            self.either(
                "Deze zaak is van \(owner): alleen de eigenaar bepaalt wie deelneemt.",
                "This case belongs to \(owner): only its owner says who is in it."
            )
        case .cannotJoin(let handles):
            self.either(
                "Deze deelnemers doen niet mee en kunnen er later niet bij komen, want wat eerder is geschreven wordt niet alsnog verstrekt: \(self.list(handles)). Open een zaak waarin zij meedoen.",
                "These are not in the case and cannot come in later, for what was written before is not given to who comes later: \(self.list(handles)). Open a case with them in it."
            )
        case .sameAudience:
            self.either(
                "Iedereen blijft. Laat iemand onaangekruist, of annuleer.",
                "Everybody stays. Leave somebody unticked, or cancel."
            )
        case .ownerAlone:
            self.either(
                "De eigenaar blijft niet alleen over. Kies ten minste één partner die blijft.",
                "The owner is not left alone. Choose at least one partner who stays."
            )
        case .lastAudience(let max):
            self.either(
                "De deelnemers van deze zaak zijn al \(self.number(max)) keer vastgelegd, vaker kan niet. Open een andere zaak.",
                "Who is in this case has been set \(self.number(max)) times, and no more are taken. Open another case."
            )
        case .selfLink:
            self.either(
                "Een verband loopt tussen twee verschillende subjecten. Kies er twee.",
                "A link is between two different subjects. Choose two."
            )
        case .tellsOfSubject(let handles):
            self.either(
                "Alle deelnemers van de zaak zouden dit lezen, en een van beide subjecten is niet bekend bij: \(self.list(handles)). Deel er eerst een fragment van met hen.",
                "All who are in the case would read this, and one of these subjects is not known to: \(self.list(handles)). Share a fragment of it with them first."
            )
        case .uncounted(let why):
            self.either(
                "Dit is niet geschreven, want het zou bij niemand meetellen: \(self.text(of: why)). Kijk opnieuw naar de zaak en de tafel.",
                "This was not written, for it would count for nobody: \(self.text(of: why)). Look again at the case and the table."
            )
        }
    }

    private func name(of quota: Refusal.CaseQuota) -> String {
        switch quota {
        case .tags: self.either("labels", "tags")
        case .links: self.either("verbanden", "links")
        case .notes: self.either("notities", "notes")
        case .writes:
            self.either(
                "wijzigingen van titel, fase, trekker en samenvatting",
                "changes of title, phase, lead and summary"
            )
        case .references:
            self.either(
                "vervangen waarden en weggehaalde labels en verbanden",
                "superseded values and removed tags and links"
            )
        case .text:
            self.either(
                "bytes aan notities, titels en samenvattingen",
                "bytes of notes, titles and summaries"
            )
        }
    }

    private func text(of why: Refusal.Uncounted) -> String {
        switch why {
        case .charterUnknown(let version):
            self.either(
                "versie \(version) van het convenant telt niet",
                "version \(version) of the charter does not count"
            )
        case .notAMember:
            self.either("deze organisatie is geen deelnemer", "this organisation is no member")
        case .role(let role):
            self.either(
                "dat is niet aan de rol \(self.term("memberRole", role))",
                "that is not for the role \(self.term("memberRole", role))"
            )
        case .caseNotOpen: self.either("de zaak is niet open", "the case is not open")
        case .openCase:
            self.either("de zaak is al anders geopend", "another entry opened the case")
        case .audienceVersion(let version):
            self.either(
                "versie \(version) van de deelnemers telt niet",
                "version \(version) of the audience does not count"
            )
        case .notOwner:
            self.either(
                "alleen de eigenaar bepaalt wie deelneemt",
                "only the owner says who is in the case"
            )
        case .audienceOrder(let version):
            self.either(
                "versie \(version) van de deelnemers is niet de volgende",
                "version \(version) of the audience is not the next one"
            )
        case .removals:
            self.either(
                "er staat niet bij hoeveel er telt van wie wordt weggelaten",
                "it does not say how much counts of those who are left out"
            )
        case .notInAudience, .removed:
            self.either(
                "deze organisatie doet in de zaak niet mee",
                "this organisation is not in the case"
            )
        case .category:
            self.either("de gegevenscategorie is een andere", "the category is another")
        case .recipients, .outsideCase:
            self.either(
                "de ontvangers zijn niet de deelnemers van de zaak",
                "the recipients are not those in the case"
            )
        case .ground:
            self.either(
                "een grondslag past niet bij gever, ontvanger en gegevenscategorie",
                "a ground does not fit giver, receiver and category"
            )
        case .pinned:
            self.either(
                "het convenant kapt het eigen logboek eerder af",
                "the charter cuts the own log before it"
            )
        }
    }

    private func text(of reason: Refusal.LogReason) -> String {
        switch reason {
        case .empty:
            self.either(
                "Het logboek is leeg: er is niets uit te voeren.",
                "The log is empty: there is nothing to export."
            )
        case .notHeld:
            self.either(
                "Van dit logboek is hier nog niets. Synchroniseer eerst.",
                "Nothing of this log is here yet. Synchronise first."
            )
        case .cardNotHeld:
            self.either(
                "De eerste kaart van dit logboek is hier nog niet. Synchroniseer eerst.",
                "The first card of this log is not here yet. Synchronise first."
            )
        case .bundleTooLarge(let max):
            self.either(
                "Dit zou meer dan \(self.byteCount(max)) worden. Voer het logboek in delen uit.",
                "This would be more than \(self.byteCount(max)). Export the log in parts."
            )
        case .noStream:
            self.either(
                "De uitvoer heeft geen bestemming. Vraag haar als bestand.",
                "The export goes nowhere. Ask for it as a file."
            )
        case .entryTooLarge(let max):
            self.either(
                "Dit is groter dan \(self.byteCount(max)). Deel minder of kortere velden.",
                "This is larger than \(self.byteCount(max)). Share fewer or shorter fields."
            )
        }
    }
}
