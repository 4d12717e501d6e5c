package import NodeInterface

/// What a node refuses, in the words of the pages: what is wrong, and what the reader can do here.
///
/// Switches without a default, both languages beside each other: a refusal that is added has no page
/// without its texts. No command is named: who reads this has none.
extension Words {
    /// A refusal as sentences.
    package func text(of refusal: Refusal) -> String {
        switch refusal {
        case .notFound(let thing, let typed): self.unknown(thing, typed)
        case .ambiguous(.fork, _, let candidates):
            self.either(
                "De logboeken van meer dan één deelnemer zijn gesplitst. Kies er een van: \(self.list(candidates)).",
                "The logs of several members forked. Choose one of: \(self.list(candidates))."
            )
        case .ambiguous(_, let typed, let candidates):
            self.either(
                "Met “\(typed)” begint meer dan één kenmerk: \(self.list(candidates)). Geef meer tekens.",
                "More than one ID begins with “\(typed)”: \(self.list(candidates)). Give more digits."
            )
        case .invalid(let field, let rule): self.text(of: field, rule)
        case .notAllowed: self("errorRight")
        case .conflict(.decision):
            self.either(
                "Dit besluit is intussen een ander. Kijk opnieuw, en besluit dan.",
                "This decision is another by now. Look again, and decide then."
            )
        case .conflict(.register(let name)):
            self.either(
                "\(self(name)): dit is intussen gewijzigd. Er is niets geschreven. Kijk opnieuw, en schrijf het dan nog eens.",
                "\(self(name)): this was changed meanwhile. Nothing was written. Look again, and then write it once more."
            )
        case .conflict(.preview):
            self.either(
                "Er is iets veranderd sinds het voorbeeld. Er is niets geschreven. Bekijk het voorbeeld opnieuw.",
                "Something changed since the preview. Nothing was written. See the preview again."
            )
        case .refused(let reason): self.text(of: reason)
        case .unavailable(let need): self.text(of: need)
        case .bug: self("errorBug")
        }
    }

    /// The text in this language.
    func either(_ dutch: String, _ english: String) -> String {
        switch self.language {
        case .dutch: dutch
        case .english: english
        }
    }

    private func unknown(_ thing: Refusal.Thing, _ typed: String) -> String {
        switch thing {
        case .table:
            self.either(
                "Tafel “\(typed)” is hier niet bekend. Kijk bij de tafels.",
                "Table “\(typed)” is not known here. See the tables."
            )
        case .case:
            self.either(
                "Zaak “\(typed)” is hier niet bekend. Misschien moet er eerst worden gesynchroniseerd.",
                "Case “\(typed)” is not known here. It may have to be synchronised first."
            )
        case .caseContents:
            self.either(
                "Van zaak “\(typed)” is hier nog geen inhoud. Synchroniseer, en kijk dan opnieuw.",
                "Of case “\(typed)” there are no contents here yet. Synchronise, and then look again."
            )
        case .record:
            self.either(
                "Record “\(typed)” is hier niet bekend. Zoek het op bij de eigen records.",
                "Record “\(typed)” is not known here. Look it up in the own records."
            )
        case .deletedRecord:
            self.either(
                "Record “\(typed)” is verwijderd. Zoek opnieuw.",
                "Record “\(typed)” was deleted. Search again."
            )
        case .fragment:
            self.either(
                "Fragment “\(typed)” is hier niet bekend. Kijk bij de fragmenten van de zaak.",
                "Fragment “\(typed)” is not known here. See the fragments of the case."
            )
        case .subject:
            self.either(
                "Subject “\(typed)” is hier niet bekend. Zoek het op naam, en open de pagina ervan.",
                "Subject “\(typed)” is not known here. Search for it by name, and open its page."
            )
        case .tag:
            self.either(
                "De zaak heeft het label “\(typed)” niet of niet meer. Kijk opnieuw.",
                "The case has no tag “\(typed)”, or no longer. Look again."
            )
        case .link:
            self.either(
                "Zo'n verband is er niet of niet meer. Kijk opnieuw.",
                "There is no such link, or no longer. Look again."
            )
        case .decision:
            self.either(
                "U hebt hier niets over besloten, of niet meer. Kijk opnieuw.",
                "There is no decision of yours about these, or no longer. Look again."
            )
        case .weights:
            self.either(
                "Er is geen versie “\(typed)” van de gewichten, of niet meer. Kijk opnieuw.",
                "There is no version “\(typed)” of the weights, or no longer. Look again."
            )
        case .user:
            self.either(
                "Er is geen account “\(typed)”. Vraag de beheerder van deze node.",
                "There is no account “\(typed)”. Ask the operator of this node."
            )
        case .token:
            self.either(
                "Er is geen token “\(typed)”. Vraag de beheerder van deze node.",
                "There is no token “\(typed)”. Ask the operator of this node."
            )
        case .fork:
            self.either(
                "Er is hier geen splitsing van een logboek bekend\(typed.isEmpty ? "" : " van \(typed)").",
                "No fork of a log\(typed.isEmpty ? "" : " of \(typed)") is known here."
            )
        case .cardOfRole:
            self.either(
                "Rol “\(typed)”: geen van de kaarten heeft die korte naam. Kijk de spelling na.",
                "Role “\(typed)”: none of the cards has that handle. Check the spelling."
            )
        }
    }

    private func text(of need: Refusal.Need) -> String {
        switch need {
        case .store(let trouble, _): self.text(of: trouble)
        case .ownLog(let trouble, _): self.text(of: trouble)
        case .logBeingFetched, .recovering:
            self.either(
                "Het eigen logboek wordt nu bij de partners teruggehaald. Wacht tot dat klaar is, en probeer het dan opnieuw.",
                "The own log is being fetched back from the partners now. Wait until that is over, and then try again."
            )
        case .unchangedLog:
            self.either(
                "Het logboek veranderde terwijl het werd uitgevoerd. Probeer het opnieuw.",
                "The log changed while it was exported. Try again."
            )
        case .roomBesideFolder, .memory:
            self.either(
                "De machine van deze node heeft te weinig ruimte. Er is niets gewijzigd. Vraag de beheerder van deze node.",
                "The machine of this node has too little room. Nothing was changed. Ask the operator of this node."
            )
        case .tokens:
            self.either(
                "De tokens van deze node zijn beschadigd. Vraag de beheerder van deze node.",
                "The tokens of this node are damaged. Ask the operator of this node."
            )
        case .accounts:
            self.either(
                "De accounts van deze node zijn beschadigd. Vraag de beheerder van deze node.",
                "The accounts of this node are damaged. Ask the operator of this node."
            )
        case .knownRequest, .knownAnswer:
            self.either(
                "De delen van deze node zijn van verschillende versies. Vraag de beheerder van deze node.",
                "The parts of this node are of different versions. Ask the operator of this node."
            )
        case .runningNode:
            self.either(
                "De node stopte voordat zij antwoordde. Kijk of het is gedaan voordat u het herhaalt.",
                "The node ended before it answered. See whether it was done before you repeat it."
            )
        case .reader:
            self.either(
                "Het antwoord werd niet tot het einde gelezen. Probeer het opnieuw.",
                "The answer was not read to its end. Try again."
            )
        case .turn(let most):
            self.either(
                "Er wachten al \(self.number(most)) vragen van u. Probeer het opnieuw als er daarvan beantwoord zijn.",
                "So many of your questions wait already: \(self.number(most)). Try again when some of them are answered."
            )
        case .goingOn:
            self.either(
                "De node stopt. Er is niets gewijzigd. Probeer het opnieuw als zij weer draait.",
                "The node stops. Nothing was changed. Try again once it runs."
            )
        }
    }

    private func text(of trouble: Refusal.StoreTrouble) -> String {
        switch trouble {
        case .full:
            self.either(
                "De opslag van deze node is vol. Er is niets gewijzigd. Vraag de beheerder van deze node om ruimte.",
                "The store of this node is full. Nothing was changed. Ask the operator of this node for room."
            )
        case .busy:
            self.either(
                "De opslag van deze node heeft het nu te druk. Probeer het later nog eens.",
                "The store of this node is too busy now. Try again later."
            )
        case .readOnly, .denied:
            self.either(
                "De opslag van deze node kan niet worden geopend of beschreven. Vraag de beheerder van deze node.",
                "The store of this node cannot be opened or written. Ask the operator of this node."
            )
        case .damaged:
            self.either(
                "De opslag van deze node is beschadigd. Vraag de beheerder van deze node.",
                "The store of this node is damaged. Ask the operator of this node."
            )
        case .failed:
            self.either(
                "De opslag van deze node werkt niet. Vraag de beheerder van deze node.",
                "The store of this node does not work. Ask the operator of this node."
            )
        }
    }

    private func text(of trouble: Refusal.OwnLogTrouble) -> String {
        switch trouble {
        case .putBack:
            self.either(
                "De map van deze node is teruggezet: partners hebben meer van het eigen logboek dan hier staat. Er wordt niets geschreven totdat de beheerder van deze node het heeft hersteld.",
                "The folder of this node was put back: partners have more of the own log than stands here. Nothing is written until the operator of this node has mended that."
            )
        case .unconfirmed:
            self.either(
                "Nog niemand heeft bevestigd tot waar het eigen logboek is geschreven. Er wordt niets geschreven: synchroniseer eerst met een partner.",
                "Nobody has confirmed yet how far the own log was written. Nothing is written: synchronise with a partner first."
            )
        case .forked:
            self.either(
                "Met de sleutels van deze node zijn twee logboeken geschreven die verschillen. Er wordt niets geschreven. Vraag de beheerder van deze node.",
                "With the keys of this node two logs were written that differ. Nothing is written. Ask the operator of this node."
            )
        }
    }
}
