extension Catalogue {
    /// The texts in Dutch, terms included.
    static let dutch: [String: String] = Self.dutchTexts
        .merging(Self.dutchTerms) { first, _ in first }
        .merging(Self.dutchAlarms) { first, _ in first }
        .merging(Self.dutchSharing) { first, _ in first }
        .merging(Self.dutchSearch) { first, _ in first }
        .merging(Self.dutchSubjects) { first, _ in first }
        .merging(Self.dutchQuality) { first, _ in first }
        .merging(Self.dutchRules) { first, _ in first }
        .merging(Self.dutchLists) { first, _ in first }

    private static let dutchTexts: [String: String] = [
        "skip": "Naar de inhoud",
        "navigation": "Onderdelen",
        "language": "Taal",
        "printedBy": "Zoals getoond bij %1 aan %2, %3.",
        "footer": "Elke partner houdt zijn eigen gegevens; niemands gegeven wordt overschreven.",
        "and": "en",
        "logIn": "Inloggen",
        "logInLead": "Met het account dat de beheerder van deze node voor u heeft gemaakt.",
        "logInHint": "Een sessie eindigt na een half uur zonder gebruik, en altijd na twaalf uur.",
        "logOut": "Uitloggen",
        "userName": "Gebruikersnaam",
        "password": "Wachtwoord",
        "loginRefused": "Naam of wachtwoord klopt niet.",
        "loginWait": "Te veel mislukte pogingen. Probeer het over %1 min. weer.",
        "toStart": "Naar het begin",
        "nodeSays": "De node meldt (in het Engels):",
        "error400": "Dat is geen geldig verzoek",
        "error403": "Dat mag niet",
        "error422": "Dat kan niet",
        "error404": "Niet gevonden",
        "error405": "Dat kan hier niet",
        "error413": "Te groot",
        "error414": "Te lang adres",
        "error415": "Dat is geen formulier",
        "error421": "Dit is niet het adres van deze node",
        "error500": "Er ging hier iets mis",
        "error503": "Nu even niet",
        "errorBug": "Dit is een fout in het programma. Meld het aan de beheerder van deze node.",
        "errorBusy": """
        Er loggen nu te veel mensen tegelijk in. Probeer het over enkele seconden weer.
        """,
        "errorNoPage": "Onder dit adres staat geen pagina.",
        "errorMethod": "Deze pagina kan zo niet worden gevraagd.",
        "errorFilter":
            "Dit adres vraagt om een tafel, fase, volgorde of pagina die er niet is. Kies opnieuw in de lijst.",
        "errorForm": "Wat de browser stuurde is niet te lezen of te lang.",
        "errorTooLarge": "Wat de browser stuurde is groter dan deze pagina's aannemen.",
        "errorToken": """
        Het formulier is verlopen of komt niet van deze pagina's. Er is niets gewijzigd. \
        Ga terug, laad de pagina opnieuw en probeer het nog eens.
        """,
        "errorEndedList":
            "Uw sessie is afgelopen; er is niets opgezocht. Log opnieuw in, en stuur de lijst nog eens.",
        "errorEnded": """
        Uw sessie is voorbij; er is niets gewijzigd. Log opnieuw in. Wat u had getypt staat \
        hieronder, zodat u het kunt overnemen.
        """,
        "errorReference":
            "Noem daarbij kenmerk %1; onder dat kenmerk staat meer in het logboek van de node.",
        "typed": "Wat u had getypt",
        "errorRight": "De rol van uw account staat dit niet toe.",
        "errorHost": "De browser vroeg naar een andere naam dan die van deze node.",
        "errorNotYours": "Dit fragment is niet van deze organisatie, of is al ingetrokken.",
        "problemEmpty": "%1: vul iets in.",
        "problemLong":
            "%1: te lang, hoogstens %2 bytes. Dit zijn er %3; een letter met een accent telt dubbel.",
        "problemLines": "%1: dit moet op één regel.",
        "problemNobody": "Kies ten minste één partner.",
        "problemNoFields": "Kies ten minste één veld.",
        "problemDate": "De vervaldatum is geen datum. Schrijf hem als 31-1-2027.",
        "problemNoConflict": """
        Deze tegenspraak is er niet meer, of de waarden zijn veranderd. Kijk opnieuw.
        """,
        "problemNoChoice": "Kies een van de waarden, of dat er nog geen keuze is.",
        "problemChanged": """
        Dit voorbeeld geldt niet meer: het is al eens gedeeld, of wat partners zouden zien is \
        veranderd sinds het voorbeeld. Nu is er niets gedeeld. Dit is het nieuwe voorbeeld.
        """,
        "problemMeanwhile": """
        %1: dit is intussen gewijzigd, in een ander venster of door een ander. Er is niets geschreven. Hieronder staat \
        wat er nu geldt, en wat u had getypt.
        """,
        "problemNoPeers": """
        Deze node zit nog aan geen tafel, er is niemand om mee te synchroniseren.
        """,
        "doneOpened": "De zaak is geopend.",
        "doneNote": "De notitie is geschreven.",
        "doneTag": "Label “%1” is toegevoegd.",
        "doneUntag": "Label “%1” is weggehaald.",
        "doneSet": "%1 is gewijzigd.",
        "doneWeighed": "De weging is als notitie vastgelegd. Alle waarden blijven staan.",
        "doneAlready": "Dit formulier was al verzonden. Toen gezegd: %1",
        "doneShared": "Gedeeld met %1.",
        "errorNotYourCase":
            "Deze zaak is van een andere organisatie: alleen de eigenaar bepaalt wie deelneemt.",
        "problemFragmentChanged":
            "Het is intussen opnieuw gedeeld, of ingetrokken. Er is nu niets ingetrokken: kijk opnieuw.",
        "problemFromNobody": "Kies ten minste één partner bij wie u intrekt.",
        "problemNobodyLeft": "Iedereen blijft: laat iemand onaangekruist, of annuleer.",
        "doneAudience": """
        %1 doet niet meer mee in deze zaak. Wat partners schrijven voordat hun node dit weet, \
        krijgt %1 nog; op de zaakpagina staat tot wanneer.
        """,
        "doneWithdrawnFrom": """
        Het fragment is ingetrokken bij %1; de anderen krijgen een nieuw fragment met dezelfde \
        velden. Dat is te zien zodra zij hebben gesynchroniseerd.
        """,
        "doneWithdrawn": """
        Het fragment is ingetrokken. Partners zien het niet meer zodra zij hebben \
        gesynchroniseerd.
        """,
        "doneSync": "Gesynchroniseerd met %1: %2 regels verzonden, %3 ontvangen.",
        "cases": "Zaken",
        "openCase": "Zaak openen",
        "filterCases": "Zaken kiezen",
        "table": "Tafel",
        "tables": "Tafels",
        "allTables": "Alle tafels",
        "phase": "Fase",
        "allPhases": "Alle fasen",
        "show": "Tonen",
        "title": "Titel",
        "owner": "Eigenaar",
        "fragments": "Fragmenten",
        "fragment": "Fragment",
        "conflicts": "Tegenspraken",
        "conflict": "tegenspraak",
        "caseCount": "%1 zaken",
        "caseCountOne": "%1 zaak",
        "casesHere": "%1 zaken op deze pagina",
        "casesHereOne": "%1 zaak op deze pagina",
        "moreCases": "Meer zaken",
        "noCases": "Hier zijn geen zaken. Open er een, of synchroniseer met de partners.",
        "chooseTable": "Aan welke tafel?",
        "noTables": "Deze node zit nog aan geen tafel die geldt.",
        "summary": "Samenvatting",
        "optional": "mag leeg",
        "audience": "Deelnemers",
        "audienceHint": "Wie de zaak ziet en eraan meewerkt. Gegevens deelt u daarna per record.",
        "category": "Gegevenscategorie",
        "categoryHint": """
        De categorie van titel, samenvatting, notities en labels. Elk paar deelnemers \
        heeft hiervoor een grondslag nodig.
        """,
        "shareRecord": "Record delen",
        "conflictLead": """
        Partners zeggen verschillende dingen. Alles blijft staan, met wie het zegt.
        """,
        "conflictCount": "%1 tegenspraken",
        "conflictCountOne": "%1 tegenspraak",
        "conflictOver": "%1 van %2",
        "conflictInCase": "%1 van de zaak",
        "subjects": "Subjecten",
        "noSubjects": "Nog niets gedeeld over een bedrijf of organisatie.",
        "partOf": "vestiging van",
        "facts": "Gegevens",
        "fact": "Gegeven",
        "value": "Waarde",
        "saidBy": "Volgens",
        "own": "eigen",
        "sameAs": "Volgens een partner hetzelfde als",
        "weigh": "Tegenspraak over %1 wegen",
        "weighLead": """
        U overschrijft niemands gegeven. De weging wordt een notitie bij de zaak die \
        alle deelnemers zien. Klopt uw eigen waarde niet, verbeter die dan in uw \
        bronsysteem, lees opnieuw in en deel het record nog eens: dat wordt een nieuwe \
        versie van uw fragment.
        """,
        "weighChoice": "Waar gaan wij van uit?",
        "weighNone": "Nog geen keuze, eerst navragen",
        "weighReason": "Waarom",
        "weighWrite": "Weging vastleggen",
        "weighNote": "Tegenspraak over %1 van %2 (%3):",
        "weighNoteChoice": "Wij gaan uit van: %1",
        "weighNoteAbout": "Over %1 van %2 (%3):",
        "weighNoteNarrow": "Wij gaan uit van een opgave die hier niet wordt aangehaald.",
        "weighNarrow":
            "Wat niet met hen allen gedeeld is, komt niet in de notitie. Wie daarvoor kiest, laat hen wel "
            + "weten dat zo’n opgave er is: dan staat er “Wij gaan uit van een opgave die hier niet "
            + "wordt aangehaald”.",
        "problemNarrowSubject":
            "Niet alle deelnemers van de zaak kennen deze partij. Een notitie gaat naar hen allen, dus er is niets geschreven.",
        "weighNoteNone": "Nog geen keuze; eerst navragen.",
        "links": "Verbanden",
        "timeline": "Tijdlijn",
        "noTimeline": "Geen gedeeld fragment heeft een datum.",
        "toFragment": "naar het fragment",
        "shared": "Wat is gedeeld, met wie",
        "nothingShared": "In deze zaak is nog niets gedeeld.",
        "nothingInView": "Er staat geen fragment in het zaakbeeld.",
        "sharedCaption": "Elk fragment met ontvangers en grondslag, ook wat is ingetrokken",
        "with": "Met",
        "when": "Wanneer",
        "state": "Stand",
        "by": "van",
        "of": "van",
        "received": "ontvangen",
        "notConfirmed": "nog niet bevestigd",
        "expires": "vervalt op",
        "expiredOn": "laatste dag was",
        "withdrawn": "Ingetrokken",
        "inView": "In het zaakbeeld",
        "withdraw": "Intrekken",
        "fragmentContents": "Inhoud van de fragmenten",
        "notes": "Notities",
        "noNotes": "Nog geen notities.",
        "newNote": "Nieuwe notitie",
        "writeNote": "Notitie schrijven",
        "noteAudience": "Zichtbaar voor %1.",
        "aboutCase": "Over deze zaak",
        "caseID": "Zaak-ID",
        "goBy": "Hiervan uitgaan",
        "notFilled": "Niet ingevuld.",
        "changeField": "%1 wijzigen",
        "save": "Opslaan",
        "lead": "Trekker",
        "tags": "Labels",
        "noTags": "Nog geen labels.",
        "newTag": "Nieuw label",
        "addTag": "Toevoegen",
        "removeTag": "Weghalen:",
        "someShown": "%1 van %2 worden getoond.",
        "moreNotShown": "%1 van %2 worden getoond; “tafel case show” geeft alles.",
        "andExpired": "en %1 verlopen",
        "versionNumber": "versie %1",
        "shareLead": """
        Kies het record. Daarna kiest u de velden en wie ze krijgt, en ziet u vooraf wat \
        elke partner zou zien.
        """,
        "chooseFields": "Velden en ontvangers kiezen",
        "fields": "Velden",
        "field": "Veld",
        "neverShared": "Wordt nooit gedeeld:",
        "recipients": "Ontvangers",
        "recipientsHint": """
        Alleen deelnemers aan de zaak. Achter elke naam staat de grondslag waarop wordt \
        gedeeld, bij deze categorie.
        """,
        "noGround": "geen grondslag voor deze categorie",
        "preferredGround": "Grondslag",
        "firstThatFits": "de eerste die past",
        "expiresOn": "Vervalt op",
        "datePlaceholder": "1-3-2025",
        "dateHint": "Schrijf bijvoorbeeld 31-1-2027.",
        "showPreview": "Voorbeeld tonen",
        "previewWritesNothing": "Het voorbeeld deelt nog niets.",
        "previewTitle": "Dit zouden partners zien",
        "previewNew": "%1, als nieuw fragment. Er is nog niets gedeeld.",
        "previewVersion": """
        Dit wordt versie %1 van het fragment dat al is gedeeld. Van deze versie is nog niets gedeeld.
        """,
        "fieldCount": "%1 velden",
        "fieldCountOne": "%1 veld",
        "onGround": "Op grondslag",
        "wouldSee": "Ziet",
        "leftOut": "%1 heeft versie %2 en wordt nu weggelaten.",
        "leavingOut": "Wat gebeurt er met wie u weglaat?",
        "leavingKeep": "Die houdt de versie die er al is.",
        "leavingTakeBack":
            "Wat gedeeld was wordt bij iedereen ingetrokken; de anderen krijgen een nieuw fragment.",
        "expired": "verlopen",
        "outsidePeriod": "buiten de looptijd van het charter",
        "openingLead":
            "Er is nog niets geschreven. Elk van deze deelnemers krijgt titel en samenvatting te lezen, en daarna de notities, labels en velden van de zaak:",
        "seeNothing": "Deze deelnemers krijgen dit fragment niet:",
        "omitted": "Leeg in dit record en weggelaten:",
        "shareNow": "Nu delen",
        "change": "Wijzigen",
        "cancel": "Annuleren",
        "reason": "Reden",
        "records": "Eigen records",
        "type": "Soort",
        "allTypes": "Alle soorten",
        "sourceKey": "Sleutel",
        "source": "Bronsysteem",
        "imported": "Ingelezen",
        "recordID": "Record-ID",
        "findings": "Bevindingen",
        "findingsKept": """
        Wat het inlezen vond staat in het rapport van “tafel record import”, en per bron onder \
        “Gegevens verbeteren”. Hieronder staat wat aan de bewaarde waarden te zien is: \
        nummers en postcodes, naar Nederlandse regels.
        """,
        "noFindings": "Aan de bewaarde waarden valt niets op.",
        "rule": "Regel",
        "suggestion": "Advies",
        "history": "Geschiedenis",
        "noHistory": "De bron heeft nog niet iets anders gezegd.",
        "until": "Tot",
        "changed": "later gewijzigd",
        "name": "Naam",
        "theme": "Thema",
        "version": "Versie",
        "effective": "geldt",
        "notEffective": "nog niet getekend door het quorum",
        "logs": "Logboeken",
        "purpose": "Doel",
        "members": "Partners",
        "partner": "Partner",
        "organisation": "Organisatie",
        "memberClass": "Soort organisatie",
        "role": "Rol",
        "signature": "Handtekening",
        "signed": "getekend",
        "notSigned": "niet getekend",
        "thisNode": "deze node",
        "grounds": "Grondslagen",
        "ground": "Grondslag",
        "groundsLead": """
        In volgorde van voorkeur: een ontvanger krijgt de eerste die past bij afzender, \
        ontvanger en gegevenscategorie. De software is geen juridisch advies.
        """,
        "from": "Van",
        "to": "Aan",
        "categories": "Categorieën",
        "everyClass": "iedereen",
        "tableID": "Tafel-ID",
        "charterInWords": "%1 partners werken samen aan het thema %2, van %3 tot en met %4.",
        "charterSigned": """
        Versie %1 van het convenant geldt: %2 partners hebben getekend, %3 waren er \
        nodig.
        """,
        "charterWaiting": """
        Versie %1 van het convenant geldt nog niet: %2 partners hebben getekend, %3 zijn \
        er nodig.
        """,
        "logOf": "Logboek van %1",
        "logLead": "Wat is geschreven, voor wie en op welke grondslag. De inhoud staat hier niet.",
        "index": "Plaats",
        "kind": "Soort",
        "toWhom": "Aan",
        "entryCount": "%1 regels",
        "entryCountOne": "%1 regel",
        "sinceBySource": "sinds %1 (%2, volgens %3)",
        "successionKind": "Hoe",
        "successionSource": "Volgens welke bron",
        "entryLost": "sleutel verloren: \"tafel node check\" zegt wat weg is",
        "entryUnopened": "kan niet geopend worden",
        "entriesOf": "Regels %1 tot en met %2 van %3",
        "earlierEntries": "Eerdere regels",
        "newestEntries": "Naar de nieuwste regels",
        "newestOf": "De nieuwste %1 van %2 regels",
        "noEntries": "Nog geen regels.",
        "notForThisNode": "niet voor deze node",
        "checkpoint": "Ondertekend controlepunt",
        "node": "Node",
        "syncNow": "Nu synchroniseren",
        "syncOK": "%1: %2 regels verzonden, %3 ontvangen.",
        "syncFailed": "%1: mislukt.",
        "syncMore": "Anderen schrijven door: er is alweer meer.",
        "syncNotTaken": "Van het logboek van %1 wordt niets overgenomen: zie de meldingen.",
        "syncRefused": "Deze partner neemt niets over van het logboek van %1.",
        "since": "sinds",
        "peers": "Verbinding met partners",
        "connection": "Verbinding",
        "behind": "Loopt achter",
        "lastSync": "Laatste hele ronde",
        "connected": "verbonden",
        "notConnected": "niet verbonden",
        "notYet": "nog niet",
        "notKnown": "niet bekend",
        "missingHere": "Hoogstens nog te halen",
        "storeUnreadable": "De opslag is nu niet te lezen. Zie de meldingen hierboven.",
        "diskFree": "Vrij op de schijf",
        "programVersion": "Versie van Tafel",
        "noPeers": "Nog geen partners: deze node zit aan geen tafel.",
        "logsCaption": """
        Van elke partner: hoeveel regels hier staan, tot waar alles voor deze node er \
        is, en de wortel van de boom
        """,
        "author": "Schrijver",
        "entries": "Regels",
        "complete": "Volledig tot",
        "root": "Wortel",
        "disputed": "betwist",
        "whole": "heel",
        "noLogs": "Nog geen logboeken.",
        "store": "Opslag",
        "size": "Grootte",
        "nodeID": "Node-ID",
        "problemDone": "Dit is intussen gedaan of veranderd. Kijk opnieuw.",
        "endedTitle": "Uw sessie is voorbij",
        "weighNoteNumber": "Tegenspraak over %1 van %2:",
        "weighNoteAboutNumber": "Over %1 van %2:",
    ]
}
