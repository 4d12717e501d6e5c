extension Catalogue {
    /// What is said where data is shared, withdrawn or kept from somebody, in Dutch.
    static let dutchSharing: [String: String] = [
        "audienceTitle": "Deelnemers wijzigen",
        "audienceLead": """
        Wie u weglaat krijgt dat te zien, houdt wat er al is verstrekt, en krijgt van deze \
        node niets meer van deze zaak. Van een partner krijgt hij nog wat die schrijft voordat zijn \
        node dit weet. Later komt er niemand bij: wat eerder is geschreven, wordt niet alsnog verstrekt.
        """,
        "whoStays": "Wie blijft",
        "withdrawTitle": "Fragment intrekken",
        "withdrawFromWhom": "Intrekken bij",
        "withdrawFromAll": "Wordt ingetrokken bij iedereen die het heeft.",
        "nobodyToLeaveOut":
            "Er is één partner in deze zaak. Die kan niet worden weggelaten: trek in wat is gedeeld.",
        "withdrawFromCertain":
            "Bij %1 wordt het in elk geval ingetrokken: die doet niet meer mee in de zaak, of heeft een andere versie.",
        "reasonReaders": "Deze reden lezen allen die het fragment hebben gekregen: %1.",
        "reasonTakenBack": "door de eigenaar teruggenomen",
        "sharedEarlier": "%1 heeft nog versie %2.",
        "sharedOther":
            "Die versie is gedeeld als %1. Hieronder staat %2, de categorie van het record nu.",
        "sharedLower":
            "Die versie is gedeeld als %1, op besluit van een manager. Hieronder staat %2, de categorie van het record; lager kiest alleen een manager.",
        "formerReader": "%1 doet niet meer mee; het nieuwste dat is verstrekt is van %2.",
        "closedHere": "Tafel %1: %2. Er wordt nu niets geschreven of gedeeld; intrekken kan wel.",
        "uncountedNotes":
            "Eigen notities die nergens meetellen: bij de eigenaar van de zaak aangekomen nadat deze organisatie was weggelaten",
        "errorClosedCase":
            "In deze zaak kan nu niets worden gedeeld of gewijzigd: deze organisatie doet er niet meer in mee, of het convenant van de tafel geldt vandaag niet.",
        "errorOtherLogIn": """
        Het formulier is van voor het inloggen. Er is niets gewijzigd. Wat u had getypt staat \
        hieronder, zodat u het kunt overnemen.
        """,
        "withdrawFromHint":
            "Wie niet is aangekruist krijgt dezelfde velden opnieuw, als nieuw fragment.",
        "withdrawHint": """
        Na synchronisatie is het in geen zaakbeeld meer te zien. Dat het gedeeld is \
        geweest, met wie en op welke grondslag, blijft in het logboek staan. \
        Vernietiging bij ontvangers bevestigt deze versie nog niet.
        """,
        "sharedBefore":
            "Dit record is in deze zaak gedeeld: versie %1, met %2. De keuzes hieronder beginnen daarmee.",
        "lowering": "Waarom een lagere categorie",
        "loweringHint":
            "Alleen als de categorie lager is dan die van het record, of van een eerdere versie. Wie het fragment krijgt, leest dit.",
        "loweredCategory": "Categorie verlaagd:",
        "sharedGone": "Staat niet meer in het record en wordt dus niet opnieuw gedeeld: %1",
        "leftOutHere":
            "Deze organisatie doet niet meer mee in deze zaak. Zij houdt wat zij al heeft gekregen; wat zij schreef en de eigenaar van de zaak toen nog niet had, telt niet.",
        "cutHere":
            "in geen zaakbeeld: bij de eigenaar van de zaak aangekomen nadat deze organisatie was weggelaten",
        "versionCut": "telt niet mee",
        "versionOwnerKnows": "welke versie weet de eigenaar",
        "closedVersion":
            "Deze zaak is afgesloten. Zij neemt geen nieuwe fragmenten; dit wordt een nieuwe versie van wat er al is gedeeld.",
    ]
}
