import NodeInterface

/// Which rule of tables and their charters is against what was asked.
extension Words {
    /// A reason as sentences.
    func text(of reason: Refusal.TableReason) -> String {
        switch reason {
        case .notEffective(let table, let signatures, let quorum):
            self.either(
                "Het convenant van tafel \(table) geldt nog niet: \(self.number(signatures)) van de \(self.number(quorum)) vereiste handtekeningen. Meer deelnemers moeten het aannemen.",
                "The charter of table \(table) is not effective yet: \(self.number(signatures)) of \(self.number(quorum)) signatures. More members have to accept it."
            )
        case .notBegun(let table, let days):
            self.either(
                "De periode van tafel \(table) is nog niet begonnen: \(self.date(days.from)) tot en met \(self.date(days.until)). Wacht tot dan.",
                "The period of table \(table) has not begun: \(self.date(days.from)) to \(self.date(days.until)). Wait until then."
            )
        case .over(let table, let days):
            self.either(
                "De periode van tafel \(table) is voorbij: \(self.date(days.from)) tot en met \(self.date(days.until)). Wat is gedeeld kan nog worden ingetrokken.",
                "The period of table \(table) is over: \(self.date(days.from)) to \(self.date(days.until)). What was shared can still be withdrawn."
            )
        case .notMember(let table):
            self.either(
                "Deze organisatie is geen deelnemer van tafel \(table). Stuur de maker van de tafel de kaart van deze node.",
                "This organisation is no member of table \(table). Send the table's maker the card of this node."
            )
        case .otherCard(let table, let handle, let memberClass):
            self.either(
                "Tafel \(table) noemt deze organisatie \(handle), van de klasse \(self.term("class", memberClass)), en dat staat niet op haar kaart. Vraag om een nieuw concept.",
                "Table \(table) lists this organisation as \(handle) of the class \(self.term("class", memberClass)), which is not its card. Ask for a new draft."
            )
        case .file(let fault): self.text(of: fault)
        case .card(let fault): self.text(of: fault)
        case .sameHandle(let handle):
            self.either(
                "Twee kaarten hebben de korte naam \(handle). Laat een van beide een andere kiezen.",
                "Two cards have the handle \(handle). Let one of them choose another."
            )
        case .sameCard:
            self.either(
                "Een kaart is twee keer gegeven. Geef elke kaart één keer.",
                "A card was given twice. Give each card once."
            )
        case .charterTooLong(let max):
            self.either(
                "Het convenant is langer dan \(self.byteCount(max)). Noem minder of kortere grondslagen.",
                "The charter is over \(self.byteCount(max)). Name fewer or shorter grounds."
            )
        case .badGround(let code):
            self.either(
                "Grondslag \(code) in het bestand kan zo niet. Kijk die na.",
                "Ground \(code) of the file cannot stand so. Check it."
            )
        case .lastVersion, .noRoomForPin, .lastCard: self.textOfTheEnd(reason)
        case .noFork(let handle, let log):
            self.either(
                "Van logboek \(log) van \(handle) is hier geen splitsing bekend.",
                "No fork of log \(log) of \(handle) is known here."
            )
        case .otherDraft(let version):
            self.either(
                "Van versie \(version) is er al een concept, met een andere tekst. Laat de anderen dat aannemen, of neem een ander concept aan.",
                "Of version \(version) there is a draft already, with another text. Let the others accept it, or accept another draft."
            )
        case .takesAway(let table, let version, let taken):
            self.either(
                "Er is niets ondertekend: versie \(version) van tafel \(table) \(self.list(taken.map { self.text(of: $0) })), en dat kan deze versie van het programma niet uitvoeren.",
                "Nothing was signed: version \(version) of table \(table) \(self.list(taken.map { self.text(of: $0) })), and this version of the program cannot carry that out."
            )
        case .unproven(let table, let version, let cut, let fault):
            self.either(
                "Er is niets ondertekend: versie \(version) van tafel \(table) kapt logboek \(cut.log) van \(cut.handle) af bij regel \(cut.size), en \(self.text(of: fault))",
                "Nothing was signed: version \(version) of table \(table) cuts log \(cut.log) of \(cut.handle) at entry \(cut.size), and \(self.text(of: fault))"
            )
        }
    }

    /// What has its last version.
    private func textOfTheEnd(_ reason: Refusal.TableReason) -> String {
        if case .lastCard = reason {
            return self.either(
                "De kaart van deze node heeft haar laatste versie. Maak een nieuwe node.",
                "The card of this node has its last version. Make a new node."
            )
        }
        return self.either(
            "Het convenant kan niet nog een versie krijgen. Begin een nieuwe tafel.",
            "The charter can have no further version. Start a new table."
        )
    }

    private func text(of fault: Refusal.CutFault) -> String {
        switch fault {
        case .noFork:
            self.either(
                "daarvan is hier geen tweede geschiedenis bekend. Synchroniseer met een partner die de splitsing kent.",
                "no second history of it is known here. Synchronise with a partner that knows the fork."
            )
        case .early(let index):
            self.either(
                "het eerste verschil dat hier bekend is, is regel \(index). Synchroniseer met wie het opstelde.",
                "the first difference that is known here is entry \(index). Synchronise with who drafted it."
            )
        case .late(let index):
            self.either(
                "regel \(index) verschilt al. Laat het opnieuw opstellen.",
                "entry \(index) differs already. Have it drafted anew."
            )
        case .otherRoot:
            self.either(
                "de wortel is een andere dan beide geschiedenissen daar hebben. Laat het opnieuw opstellen.",
                "its root is another than both its histories have there. Have it drafted anew."
            )
        }
    }

    private func text(of taken: Refusal.Taken) -> String {
        switch taken {
        case .member(let handle): self.either("laat \(handle) weg", "leaves out \(handle)")
        case .memberLine(let handle):
            self.either(
                "geeft \(handle) een ander nummer of een andere rol, klasse of korte naam",
                "gives \(handle) another number, role, class or handle"
            )
        case .ground(let code):
            self.either(
                "wijzigt of schrapt grondslag \(code)",
                "takes away or changes ground \(code)"
            )
        case .pin(let handle, let generation):
            self.either(
                "wijzigt of schrapt waar logboek \(generation) van \(handle) is afgekapt",
                "takes away or changes where log \(generation) of \(handle) is cut"
            )
        }
    }

    private func text(of fault: Refusal.CardFault) -> String {
        switch fault {
        case .malformed:
            self.either(
                "Dit is geen kaart, of zij is onderweg veranderd. Vraag haar opnieuw.",
                "This is no card, or it was changed on its way. Ask for it again."
            )
        case .line(let name):
            self.either(
                "De regel “\(name)” van een kaart klopt niet. Vraag de kaart opnieuw.",
                "The line “\(name)” of a card is wrong. Ask for the card again."
            )
        case .signature:
            self.either(
                "De handtekening van een kaart klopt niet. Vraag de kaart opnieuw.",
                "The signature of a card is wrong. Ask for the card again."
            )
        }
    }

    private func text(of fault: Refusal.FileFault) -> String {
        switch fault {
        case .malformed:
            self.either(
                "Dit is geen tafelbestand, of het is onderweg veranderd. Vraag het opnieuw.",
                "This is no table file, or it was changed on its way. Ask for it again."
            )
        case .signature(let version, let name):
            self.either(
                "Versie \(version) in het tafelbestand heeft een verkeerde handtekening (\(name)). Vraag het opnieuw.",
                "Version \(version) in the table file has a wrong signature (\(name)). Ask for it again."
            )
        case .line(let version, let name):
            self.either(
                "Versie \(version) in het tafelbestand heeft een verkeerde regel “\(name)”. Vraag het opnieuw.",
                "Version \(version) in the table file has a wrong line “\(name)”. Ask for it again."
            )
        case .handle(let handle):
            self.either(
                "De korte naam \(handle) komt in het tafelbestand twee keer voor. Vraag het opnieuw.",
                "The handle \(handle) occurs twice in the table file. Ask for it again."
            )
        case .version(let version), .chain(let version):
            self.either(
                "Versie \(version) in het tafelbestand klopt niet. Vraag het opnieuw.",
                "Version \(version) in the table file is wrong. Ask for it again."
            )
        case .cardLine, .card, .cardOwner:
            self.either(
                "Een kaart in het tafelbestand klopt niet. Vraag het opnieuw.",
                "A card in the table file is wrong. Ask for it again."
            )
        case .otherTable:
            self.either(
                "Dit bestand is van een andere tafel, of mist de versies die hier gelden. Vraag om een bestand dat daarop volgt.",
                "This file is of another table, or lacks the versions that count here. Ask for a file that follows on them."
            )
        case .otherDraft(let version):
            self.either(
                "Van versie \(version) staat hier een ander concept. Spreek met de andere deelnemers af welk het wordt.",
                "Of version \(version) another draft is held here. Agree with the other members which it shall be."
            )
        case .tooLarge:
            self.either(
                "Met dit bestand wordt dat van de tafel te groot. Vraag om een kleiner bestand.",
                "With this file the table's would be too large. Ask for a smaller one."
            )
        }
    }
}
