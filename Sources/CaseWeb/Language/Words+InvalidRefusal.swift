import NodeInterface

/// What is wrong with a part of a request, by the name that the pages give it.
extension Words {
    /// What a part of a request is called.
    private func label(of field: Refusal.Field) -> String {
        switch field {
        case .id(.subject): self.either("Subject", "Subject")
        case .id: self.either("Kenmerk", "ID")
        case .content(let name): self.label(ofContent: name)
        case .note: self.either("Notitie", "Note")
        case .charter(let name): name
        case .category: self("category")
        case .register: self.either("Onderdeel van de zaak", "Part of the case")
        case .phase: self("phase")
        case .relation: self.either("Verband", "Relation")
        case .successionKind: self("successionKind")
        case .successionSource: self("successionSource")
        case .source: self("source")
        case .partner: self("search_partner")
        case .weights: self("weightsTitle")
        case .recipients: self("recipients")
        case .pinned: self.either("Af te kappen logboek", "Log to cut")
        case .author: self.either("Schrijver van het logboek", "Author of the log")
        case .peer: self.either("Partner", "Partner")
        case .recordType: self.either("Soort record", "Type of record")
        case .memberRole, .userRole: self.either("Rol", "Role")
        case .userName: self.either("Naam van het account", "Name of the account")
        case .password: self.either("Wachtwoord", "Password")
        case .tableName: self.either("Naam van de tafel", "Name of the table")
        case .theme: self.either("Thema", "Theme")
        case .purpose: self.either("Doel", "Purpose")
        case .quorum: self.either("Vereiste handtekeningen", "Signatures required")
        case .grounds: self.either("Bestand met grondslagen", "File of grounds")
        case .endpoint: self.either("Adres van de node", "Address of the node")
        case .after: self.either("Vervolg van de lijst", "Continuation of the list")
        case .limit, .last: self.either("Aantal", "Number")
        case .before: self.either("Plaats in het logboek", "Place in the log")
        case .key: self("search_key")
        case .kvk: self("search_kvk")
        case .vestiging: self("search_vestiging")
        case .postcode: self("search_postcode")
        case .day: self.either("Datum", "Date")
        case .point: self("search_near")
        case .radius: self("search_radius")
        case .years: self("search_years")
        case .list: self("search_list")
        case .searchText: self("search_text")
        case .sort: self("search_sort")
        case .offset: self.either("Plaats in de lijst", "Place in the list")
        case .index: self.either("Plaats in het logboek", "Place in the log")
        case .generation: self.either("Generatie van het logboek", "Generation of the log")
        case .window: self.either("Deel van het logboek", "Window of the log")
        case .records: self.either("Records", "Records")
        case .reason: self("reason")
        case .lowering: self("lowering")
        case .fields: self("fields")
        case .expires: self("expiresOn")
        case .scope: self.either("Waarvoor het token dient", "What the token is for")
        case .until: self.either("Laatste dag van het token", "Last day of the token")
        case .withdrawnFrom: self("withdrawFromWhom")
        }
    }

    /// What a part of a case's contents is called, by its name in `payloads.proto`.
    private func label(ofContent name: String) -> String {
        switch name {
        case "title", "summary", "category", "fields", "reason": self(name)
        case "text": self.either("Notitie", "Note")
        case "tag": self.either("Label", "Tag")
        case "value": self.either("Waarde", "Value")
        case "relation": self.either("Verband", "Relation")
        case "expires": self("expiresOn")
        case "lowered": self("lowering")
        case "grounds": self.either("Grondslagen", "Grounds")
        case "members", "audience": self.either("Deelnemers", "Members")
        default: self.either("Inhoud", "Contents")
        }
    }

    /// What is wrong with a part of a request, as a sentence that begins with its name.
    func text(of field: Refusal.Field, _ rule: Refusal.Rule) -> String {
        let label = self.label(of: field)
        return "\(label): "
            + (self.text(ofSize: rule) ?? self.text(ofValue: rule, of: field))
    }

    /// What is too much or too little; `nil` for other rules.
    private func text(ofSize rule: Refusal.Rule) -> String? {
        switch rule {
        case .empty: self.either("vul iets in.", "write something.")
        case .tooShort(let min):
            self.either(
                "te kort, ten minste \(self.number(min)) bytes.",
                "too short, \(self.number(min)) bytes at least."
            )
        case .tooLong(let max):
            self.either(
                "te lang, hoogstens \(self.number(max)) bytes.",
                "too long, \(self.number(max)) bytes at most."
            )
        case .line(let max):
            self.either(
                "schrijf dit op één regel, van hoogstens \(self.number(max)) bytes.",
                "write this on one line, of \(self.number(max)) bytes at most."
            )
        case .tooMany(let max):
            self.either(
                "het zijn er te veel, hoogstens \(self.number(max)).",
                "they are too many, \(self.number(max)) at most."
            )
        case .outside(let number, let min, let max):
            self.either(
                "\(number) kan niet. Kies \(self.number(min)) tot en met \(self.number(max)).",
                "\(number) cannot be. Choose \(self.number(min)) to \(self.number(max))."
            )
        case .window(let from, let until, let size):
            self.either(
                "\(from) tot \(until) ligt niet binnen de \(self.number(size)) regels van het logboek.",
                "\(from) to \(until) is not within the \(self.number(size)) entries of the log."
            )
        case .form, .notADate, .outsideDays, .past, .order, .digits, .notOneOf, .unreachable,
            .unfit,
            .malformed, .unreadable:
            nil
        }
    }

    private func text(ofValue rule: Refusal.Rule, of field: Refusal.Field) -> String {
        switch rule {
        case .form(let typed): "“\(typed)” \(self.form(of: field))"
        case .notADate(let typed):
            self.either(
                "“\(typed)” is geen datum. Schrijf hem als 31-1-2027.",
                "“\(typed)” is no date. Write it as 2027-01-31."
            )
        case .outsideDays(let typed, let first, let last):
            self.either(
                "\(self.date(typed)) kan niet. Kies een dag van \(self.date(first)) tot en met \(self.date(last)).",
                "\(self.date(typed)) cannot be. Choose a day from \(self.date(first)) to \(self.date(last))."
            )
        case .past(let typed, let today):
            self.either(
                "\(self.date(typed)) is voorbij. Kies vandaag, \(self.date(today)), of later.",
                "\(self.date(typed)) is over. Choose today, \(self.date(today)), or later."
            )
        case .order(let first, let last):
            self.either(
                "\(self.date(first)) komt na \(self.date(last)). Draai ze om.",
                "\(self.date(first)) comes after \(self.date(last)). Turn them round."
            )
        case .digits(let typed, let max):
            self.either(
                "“\(typed)” is geen nummer van hoogstens \(max) cijfers. Zoek op iets anders.",
                "“\(typed)” is not a number of \(max) digits at most. Search by something else."
            )
        case .notOneOf(let typed, let allowed):
            self.text(of: typed, notOneOf: allowed, of: field)
        case .unreachable(let address):
            self.either(
                "anderen kunnen \(address) niet bereiken.",
                "others cannot reach \(address)."
            )
        case .unfit:
            self.either(
                "dit is te lang of bevat tekens die hier niet kunnen.",
                "this is too long or has characters that cannot stand here."
            )
        case .malformed:
            self.either(
                "wat is verzonden, heeft niet de vorm van deze versie van het programma.",
                "what was sent has not the form of this version of the program."
            )
        case .unreadable:
            self.either(
                "het bestand is niet te lezen. Kijk het na.",
                "the file cannot be read. Check it."
            )
        case .empty, .tooShort, .tooLong, .line, .tooMany, .outside, .window:
            preconditionFailure("a rule of sizes has its text")
        }
    }

    private func form(of field: Refusal.Field) -> String {
        switch field {
        case .id(.subject):
            self.either(
                "is geen nummer van een subject. Typ een KvK-nummer (8 cijfers), een vestigingsnummer (12, beginnend met 0000) of een RSIN (9), of zoek op naam en open de pagina.",
                "is no number of a subject. Type a KvK number (8 digits), a vestigingsnummer (12, beginning 0000) or an RSIN (9), or search by name and open the page."
            )
        case .id, .after:
            self.either(
                "is geen kenmerk. Geef er ten minste de eerste 6 tekens van, 0-9 en a-f.",
                "is no ID. Give its first 6 digits at least, 0-9 and a-f."
            )
        case .relation:
            self.either(
                "is niet 1 tot 32 van a-z en koppelteken, met een letter vooraan.",
                "is not 1 to 32 of a-z and hyphen, beginning with a letter."
            )
        case .userName:
            self.either(
                "bestaat niet alleen uit a-z, 0-9, punt, liggend streepje en koppelteken, of is te lang.",
                "is not only of a-z, 0-9, dot, underscore and hyphen, or too long."
            )
        case .postcode:
            self.either(
                "is geen postcode of reeks. Schrijf 1012, 1012AB of 1012AB-1019ZZ.",
                "is no postcode or range. Write 1012, 1012AB or 1012AB-1019ZZ."
            )
        case .point:
            self.either(
                "is geen punt. Schrijf 52,3731 4,8922 of 121687, 487484.",
                "is no point. Write 52.3731, 4.8922 or 121687, 487484."
            )
        case .list:
            self.either(
                "hierin staat geen KvK-nummer. Zet er een op elke regel.",
                "there is no KvK number in it. Write one on each line."
            )
        case .radius:
            self.either("is geen afstand van 1 m tot 100 km.", "is no distance of 1 m to 100 km.")
        case .searchText:
            self.either(
                "hierin staat niets om op te zoeken. Typ een naam, nummer, adres of plaats.",
                "there is nothing in it to look for. Type a name, number, address or place."
            )
        case .endpoint:
            self.either(
                "is geen adres met een poort, zoals 127.0.0.1:7400.",
                "is no address with a port, such as 127.0.0.1:7400."
            )
        default:
            self.either("heeft niet de goede vorm.", "has not the right form.")
        }
    }

    private func text(
        of typed: String,
        notOneOf allowed: [String],
        of field: Refusal.Field
    ) -> String {
        let names: [String] =
            switch field {
            case .category: allowed.map { self.term("category", $0) }
            case .phase: allowed.map { self.term("phase", $0) }
            case .recordType: allowed.map { self.term("type", $0) }
            case .userRole: allowed.map { self.term("role", $0) }
            case .memberRole: allowed.map { self.term("memberRole", $0) }
            case .fields: allowed.map { self.field($0) }
            case .register: allowed.map { self($0) }
            default:
                allowed
            }
        guard !names.isEmpty else {
            return self.either(
                "“\(typed)” is hier niet bekend.",
                "“\(typed)” is not known here."
            )
        }
        return self.either(
            "“\(typed)” kan hier niet. Kies uit \(self.list(names)).",
            "“\(typed)” cannot be. Choose from \(self.list(names))."
        )
    }
}
