import NodeInterface

/// Which rule of sharing and withdrawing is against what was asked.
extension Words {
    /// Why somebody may not be given something.
    func text(of reason: Refusal.SharingReason) -> String {
        switch reason {
        case .noRecipients:
            self.either(
                "Er is niemand om mee te delen. Kies ten minste één partner.",
                "There is nobody to share with. Choose at least one partner."
            )
        case .tooMany(let count, let max):
            self.either(
                "\(self.number(count)) ontvangers zijn er te veel, hoogstens \(self.number(max)).",
                "\(self.number(count)) recipients are too many, \(self.number(max)) at most."
            )
        case .notAMember(let number):
            self.either(
                "Nummer \(number) is geen deelnemer van deze tafel.",
                "Number \(number) is no member of this table."
            )
        case .role(let handle, let role):
            self.either(
                "\(handle) kan niet meedoen: de rol aan deze tafel is \(self.term("memberRole", role)). Kies andere partners.",
                "\(handle) cannot take part: its role at this table is \(self.term("memberRole", role)). Choose other partners."
            )
        case .toAuthor(let handle), .toSelf(let handle):
            self.either(
                "\(handle) is deze organisatie zelf. Kies andere partners.",
                "\(handle) is this organisation itself. Choose other partners."
            )
        case .unknownGround(let code):
            self.either(
                "Het convenant kent geen grondslag \(code). Kijk bij de tafel welke er zijn.",
                "The charter has no ground \(code). See at the table which there are."
            )
        case .noGround(let pairs, let category):
            self.either(
                "Voor de gegevenscategorie \(self.term("category", category)) is er geen grondslag \(self.list(pairs.map { "van \($0.from) naar \($0.to)" })). Kies andere partners of een andere categorie, of kijk bij de tafel welke grondslagen er zijn.",
                "For the category \(self.term("category", category)) there is no ground \(self.list(pairs.map { "from \($0.from) to \($0.to)" })). Choose other partners or another category, or see at the table which grounds there are."
            )
        case .notInCase(let handle, let members):
            self.either(
                "\(handle) doet in deze zaak niet mee. Kies uit \(self.list(members)).",
                "\(handle) is not in this case. Choose from \(self.list(members))."
            )
        case .noCard(let handle):
            self.either(
                "Van \(handle) is hier geen kaart, dus er kan niets voor \(handle) worden versleuteld. Synchroniseer, en probeer het dan opnieuw.",
                "There is no card of \(handle) here, so nothing can be sealed to it. Synchronise, and then try again."
            )
        case .unusableKey(let handle):
            self.either(
                "De sleutel van \(handle) is onbruikbaar. Vraag \(handle) om een nieuwe kaart.",
                "The key of \(handle) is unusable. Ask \(handle) for a new card."
            )
        }
    }

    /// Which rule of fragments is against it.
    func text(of reason: Refusal.FragmentReason) -> String {
        switch reason {
        case .leavesOut(let holders):
            self.either(
                "Dit laat partners weg die een eerdere versie hebben: \(self.list(holders.map { "\($0.handle) heeft versie \($0.version)" })). Kies of zij die houden, of dat die wordt ingetrokken.",
                "This leaves out partners who have an earlier version: \(self.list(holders.map { "\($0.handle) has version \($0.version)" })). Choose whether they keep it, or it is withdrawn."
            )
        case .lastDayOver(let day):
            self.either(
                "De laatste dag van dit fragment, \(self.date(day)), is voorbij. Geef een nieuwe bij “\(self("expiresOn"))”.",
                "The last day of this fragment, \(self.date(day)), is over. Give a new one at “\(self("expiresOn"))”."
            )
        case .notLower(let category, let least):
            self.either(
                "De categorie \(self.term("category", category)) is niet lager dan \(self.term("category", least)). Laat “\(self("lowering"))” leeg.",
                "The category \(self.term("category", category)) is not below \(self.term("category", least)). Leave “\(self("lowering"))” empty."
            )
        case .lower(let category, let least):
            self.either(
                "De categorie \(self.term("category", category)) is lager dan \(self.term("category", least)), die van het record of van wat ervan is gedeeld. Kies \(self.term("category", least)), of een manager zegt bij “\(self("lowering"))” waarom.",
                "The category \(self.term("category", category)) is below \(self.term("category", least)), the one of the record or of what is shared of it. Choose \(self.term("category", least)), or a manager says why at “\(self("lowering"))”."
            )
        case .notManager:
            self.either(
                "Alleen een manager beslist dat gegevens in een lagere categorie worden gedeeld. Vraag het een manager.",
                "Only a manager decides that data is shared in a lower category. Ask a manager."
            )
        case .bsn:
            self.either(
                "Een BSN wordt nooit gedeeld. Laat dat veld weg.",
                "A BSN is never shared. Leave that field out."
            )
        case .neverShared(let field):
            self.either(
                "Het veld “\(self.field(field))” wordt nooit gedeeld: zo is het bij de invoer bepaald. Laat het weg.",
                "The field “\(self.field(field))” is never shared: the import says so. Leave it out."
            )
        case .unfitValue(let field):
            self.either(
                "De waarde van het veld “\(self.field(field))” is te lang of bevat stuurtekens. Laat het weg, of herstel het in het bronsysteem.",
                "The value of the field “\(self.field(field))” is too long or has control characters. Leave it out, or mend it at the source."
            )
        case .noValues:
            self.either(
                "De gekozen velden zijn in dit record allemaal leeg. Kies andere.",
                "The chosen fields are all empty in this record. Choose others."
            )
        case .notOwner(_, let owner):
            self.either(
                "Dit fragment is van \(owner): alleen de eigenaar kan het intrekken.",
                "This fragment belongs to \(owner): only its owner can withdraw it."
            )
        case .withdrawn:
            self.either(
                "Dit fragment is al ingetrokken.",
                "This fragment was withdrawn already."
            )
        }
    }

    /// Why a fragment cannot be withdrawn from some and given anew to the others.
    func text(of reason: Refusal.PartReason) -> String {
        switch reason {
        case .notGiven(let handle, let all):
            self.either(
                "\(handle) heeft dit fragment niet gekregen. Kies uit \(self.list(all)).",
                "\(handle) was not given this fragment. Choose from \(self.list(all))."
            )
        case .older(let holder, let newest):
            self.either(
                "\(holder.handle) heeft versie \(holder.version) en is weggelaten uit versie \(newest), die de anderen opnieuw zouden krijgen. Kruis \(holder.handle) ook aan.",
                "\(holder.handle) has version \(holder.version) and was left out of version \(newest), which the others would be given anew. Tick \(holder.handle) too."
            )
        case .leftCase(let handle):
            self.either(
                "\(handle) doet niet meer mee in de zaak en krijgt niets opnieuw. Kruis \(handle) ook aan, of trek het in bij iedereen.",
                "\(handle) was left out of the case and is given nothing anew. Tick \(handle) too, or withdraw it from everybody."
            )
        case .lastDayOver(let day):
            self.either(
                "De laatste dag van dit fragment, \(self.date(day)), is voorbij, dus niemand krijgt het opnieuw. Trek het in bij iedereen.",
                "The last day of this fragment, \(self.date(day)), is over, so nobody is given it anew. Withdraw it from everybody."
            )
        case .recordUnknown:
            self.either(
                "Van welk record dit fragment is gemaakt, is hier niet bekend. Trek het in bij iedereen, en deel opnieuw wat moet blijven.",
                "Which record this fragment was made from is not known here. Withdraw it from everybody, and share anew what should stay."
            )
        case .neverShared(let field):
            self.either(
                "Het veld “\(self.field(field))” wordt inmiddels nooit gedeeld. Trek het fragment in bij iedereen, en deel opnieuw wat moet blijven.",
                "The field “\(self.field(field))” is never shared by now. Withdraw the fragment from everybody, and share anew what should stay."
            )
        case .lower(let category, let own):
            self.either(
                "De categorie \(self.term("category", category)) is inmiddels lager dan \(self.term("category", own)), die van het record: zo opnieuw delen beslist een manager. Trek het in bij iedereen, en deel opnieuw wat moet blijven.",
                "The category \(self.term("category", category)) is by now below \(self.term("category", own)), the record's: giving it anew so is for a manager to decide. Withdraw it from everybody, and share anew what should stay."
            )
        }
    }
}
