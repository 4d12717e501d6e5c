extension Catalogue {
    /// What the checks of imports find, in Dutch.
    static let dutchRules: [String: String] = [
        "rule_bag.format": "BAG-nummer heeft niet 16 cijfers of een onbekend soort object",
        "rule_bsn.elfproef": "BSN klopt niet (9 cijfers, elfproef)",
        "rule_cell.error": "fout van een rekenblad, of een formule zonder waarde",
        "rule_column.absent": "kolommen van de mapping ontbreken in het bestand",
        "rule_column.unused": "kolommen die de mapping niet gebruikt",
        "rule_coordinate.outside": "coördinaten buiten het gebied, of geen getallen",
        "rule_coordinate.swapped": "coördinaten verwisseld",
        "rule_date.implausible": "datum voor 1950 of meer dan twee jaar vooruit",
        "rule_date.none": "einddatum die zegt dat er geen is",
        "rule_date.unreadable": "datum niet te lezen of bestaat niet",
        "rule_encoding.detected": "bestand heeft een andere codering dan de mapping zegt",
        "rule_encoding.invalid": "tekens die in deze codering geen tekst zijn",
        "rule_key.missing": "rij zonder sleutel",
        "rule_key.repeated": "sleutel kwam al voor, met andere inhoud",
        "rule_key.same": "sleutel kwam al voor, met dezelfde inhoud",
        "rule_header.row": "rij met kolomnamen is niet de eerste",
        "rule_key.suspect": "sleutel waarschijnlijk door een rekenblad veranderd",
        "rule_kvk.format": "KvK-nummer heeft niet 8 cijfers, of alleen nullen",
        "rule_kvk.padded": "KvK-nummer kreeg zijn nullen terug",
        "rule_line.separator": "eerste regel noemt het scheidingsteken",
        "rule_number.unreadable": "getal niet in de schrijfwijze van de mapping",
        "rule_postcode.format": "postcode die niet kan bestaan",
        "rule_row.columns": "rij met meer of minder kolommen dan de kop",
        "rule_row.blank": "rij met alleen scheidingstekens",
        "rule_row.empty": "rij waarin geen veld een waarde heeft",
        "rule_row.json": "regel is niet één JSON-object",
        "rule_row.length": "rij te lang",
        "rule_row.quotes": "aanhalingstekens niet gesloten",
        "rule_row.swallowed": "veld met regels erin die eigen rijen lijken",
        "rule_rsin.elfproef": "RSIN klopt niet (9 cijfers, elfproef)",
        "rule_text.invisible": "tekens die niemand ziet",
        "rule_sheet.first": "eerste van meer bladen is gelezen",
        "rule_text.markup": "HTML in een tekst",
        "rule_text.mojibake": "tekst eerder in de verkeerde codering gelezen (Ã«)",
        "rule_text.normalised": "schrijfwijze van letters met tekens gelijk gemaakt",
        "rule_text.trimmed": "spaties voor of achter weggelaten",
        "rule_value.length": "waarde te lang",
        "rule_value.padded": "getal kreeg zijn nullen terug",
        "rule_value.unmapped": "waarde staat niet in de lijst van de mapping",
        "rule_vestiging.format": "vestigingsnummer heeft niet 12 cijfers met 0000 vooraan",
        "advice_a number of only zeros names no company; leave it empty":
            "een nummer van alleen nullen noemt geen bedrijf; laat het leeg",
        "advice_this looks like a vestigingsnummer; map it to subject.vestiging":
            "dit lijkt een vestigingsnummer; zet het in de mapping bij subject.vestiging",
        "advice_a KvK number has 8 digits; pad: 8 puts lost zeros back":
            "een KvK-nummer heeft 8 cijfers; pad: 8 in de mapping zet verloren nullen terug",
        "advice_a KvK number has 8 digits": "een KvK-nummer heeft 8 cijfers",
        "advice_a vestigingsnummer has 12 digits beginning 0000; pad: 12 puts lost zeros back":
            "een vestigingsnummer heeft 12 cijfers en begint met 0000; pad: 12 in de mapping zet verloren nullen terug",
        "advice_a vestigingsnummer has 12 digits beginning 0000":
            "een vestigingsnummer heeft 12 cijfers en begint met 0000",
        "advice_the check digit is wrong: look for an exchanged or mistyped digit":
            "het controlecijfer klopt niet: zoek een verwisseld of verkeerd getypt cijfer",
        "advice_an RSIN has 9 digits": "een RSIN heeft 9 cijfers",
        "advice_a BSN has 9 digits": "een BSN heeft 9 cijfers",
        "advice_digits 5 and 6 are the object type: 01, 02, 03, 10, 20 or 30":
            "cijfers 5 en 6 zijn de soort: 01, 02, 03, 10, 20 of 30",
        "advice_a BAG identifier has 16 digits; pad: 16 puts lost zeros back":
            "een BAG-nummer heeft 16 cijfers; pad: 16 in de mapping zet verloren nullen terug",
        "advice_a BAG identifier has 16 digits": "een BAG-nummer heeft 16 cijfers",
        "advice_write the letters in upper case": "schrijf de letters als hoofdletters",
        "advice_a Dutch postcode is 1000 to 9999 with two letters, not SA, SD or SS":
            "een Nederlandse postcode is 1000 tot en met 9999 met twee letters, niet SA, SD of SS",
        "advice_a ZIP code is 5 digits, or 5 and 4 with a hyphen":
            "een ZIP-code is 5 cijfers, of 5 en 4 met een koppelteken",
        "advice_not a number with a decimal point; number: nl reads a decimal comma":
            "geen getal met een decimale punt; number: nl in de mapping leest een komma",
        "advice_the pair fits when exchanged: exchange the two columns":
            "omgewisseld past het paar: wissel de twee kolommen om",
        "advice_these are degrees: map them to location.latitude and location.longitude":
            "dit zijn graden: zet ze in de mapping bij location.latitude en location.longitude",
        "advice_these are metres of RD New: map them to location.x and location.y":
            "dit zijn meters van RD New: zet ze in de mapping bij location.x en location.y",
        "advice_outside the grid of RD New": "buiten het gebied van RD New",
        "advice_outside the European Netherlands": "buiten Europees Nederland",
        "advice_outside the United States": "buiten de Verenigde Staten",
        "advice_outside the earth": "buiten de aarde",
    ]
}
