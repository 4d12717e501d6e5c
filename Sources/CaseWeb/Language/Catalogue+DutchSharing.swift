extension Catalogue {
    /// What is said where data is shared, withdrawn or kept from somebody, in Dutch.
    static let dutchSharing: [String: String] = [
        "audienceTitle": "Deelnemers wijzigen",
        "audienceLead": """
        Wie u weglaat krijgt dat te zien, houdt wat er al is verstrekt, en krijgt niets meer van \
        deze zaak. Later komt er niemand bij: wat eerder is geschreven, wordt niet alsnog verstrekt.
        """,
        "whoStays": "Wie blijft",
        "withdrawTitle": "Fragment intrekken",
        "withdrawFromWhom": "Intrekken bij",
        "withdrawFromAll": "Wordt ingetrokken bij iedereen die het heeft.",
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
    ]
}
