extension Catalogue {
    /// What alarms are called, tell and ask for in Dutch, by code (`Protocol/alarms.md`).
    static let dutchAlarms: [String: String] = [
        "alarms": "Alarmen",
        "alarmsHint":
            "Wat gebeurd is blijft hier staan tot het op de opdrachtregel als gezien is gemeld: tafel node status --acknowledge.",
        "pastAlarms": "Voorbije alarmen",
        "noAlarms": "Er staat geen alarm.",
        "alarm_address": "adres",
        "alarmTells_address":
            "Partners hebben een kaart van deze organisatie met een ander adres dan de map hier.",
        "alarmAsks_address":
            "Onderteken een nieuwe kaart met het juiste adres: tafel node card --endpoint.",
        "alarm_fork": "twee geschiedenissen",
        "alarmTells_fork":
            "Een logboek heeft twee ondertekende geschiedenissen, of niet die welke het charter vastlegt. Wat tussen de anderen gaat, gaat door; is het het eigen logboek, dan wordt er niets meer in geschreven.",
        "alarmAsks_fork":
            "Stop alle kopieën op één na, bekijk het bewijs (tafel log fork) en leg met een charterversie vast wat telt.",
        "alarm_put-back": "teruggezette map",
        "alarmTells_put-back":
            "De map van deze node heeft minder dan er was geschreven: zij is teruggezet.",
        "alarmAsks_put-back": "Haal het eigen logboek terug: tafel node recover.",
        "alarm_unconfirmed": "eigen logboek onbevestigd",
        "alarmTells_unconfirmed":
            "Nog geen partner heeft bevestigd hoe ver het eigen logboek is; tot dan wordt er niets geschreven.",
        "alarmAsks_unconfirmed": "Synchroniseer met een partner, of gebruik tafel node recover.",
        "alarm_partner-put-back": "teruggezette map bij een partner",
        "alarmTells_partner-put-back":
            "Een partner heeft minder van het eigen logboek dan hier is ontvangen: de map daar is teruggezet, of er draaien twee kopieën van.",
        "alarmAsks_partner-put-back":
            "Laat de beheerder daar alle kopieën behalve de nieuwste stoppen en tafel node recover uitvoeren.",
        "alarm_two-copies": "twee kopieën",
        "alarmTells_two-copies":
            "Twee nodes draaien met dezelfde sleutels, of hebben dat gedaan.",
        "alarmAsks_two-copies": "Zoek de tweede kopie en zet haar uit.",
        "alarm_put-aside": "opzijgezet",
        "alarmTells_put-aside":
            "Een partner voegde op één dag meer toe dan een node aanneemt; de rest wacht. Andere partners merken er niets van.",
        "alarmAsks_put-aside": "Vraag de partner of dit zo bedoeld is.",
        "alarm_damaged": "beschadigde map",
        "alarmTells_damaged":
            "De map mist iets wat haar opslag noemt, zoals wanneer één bestand los is teruggezet.",
        "alarmAsks_damaged": "Zet de hele map terug, uit één moment.",
        "alarm_unprotected": "onbeschermd",
        "alarmTells_unprotected":
            "Het bestand naast de map kan niet worden geschreven; een teruggezette map valt dan pas bij een partner op.",
        "alarmAsks_unprotected": "Geef de node schrijfrecht op dat bestand.",
        "alarm_silent": "partner niet bereikt",
        "alarmTells_silent":
            "Een partner is al een tijd niet bereikt.",
        "alarmAsks_silent": "Ga na of de node daar draait en bereikbaar is.",
        "alarm_clock": "klok",
        "alarmTells_clock":
            "Regels zijn ver voor of achter de klok van deze node gedateerd: een klok liep of loopt verkeerd, hier of daar. Wat verkeerd gedateerd is, blijft zo.",
        "alarmAsks_clock": "Ga na welke klok verkeerd loopt en zet die gelijk.",
        "alarm_store": "opslag",
        "alarmTells_store":
            "Er kon iets niet worden geschreven of gelezen, zoals bij een volle schijf.",
        "alarmAsks_store": "Maak ruimte vrij, of herstel de schijf.",
        "alarm_receipt": "ontvangstbewijs",
        "alarmTells_receipt":
            "Een ontvangstbewijs bevestigt niet wat is verstrekt.",
        "alarmAsks_receipt":
            "Lees hieronder wat er niet klopt, vraag de partner ernaar, en bewaar beide logboeken.",
        "alarm_verification": "controle mislukt",
        "alarmTells_verification":
            "Een partner stuurde iets wat de controle niet doorstaat. Het is niet bewaard.",
        "alarmAsks_verification":
            "Vraag de beheerder daar naar de versie en de toestand van de node.",
        "alarm_backlog": "achterstand",
        "alarmTells_backlog":
            "Een partner is verbonden, mist regels van deze node, en neemt er al een tijd geen aan.",
        "alarmAsks_backlog": "Zie met tafel sync now wat in de weg staat.",
        "alarm_charter": "convenant",
        "alarmTells_charter":
            "Van één versie van het charter zijn twee teksten geldig ondertekend. Elke node telt dezelfde.",
        "alarmAsks_charter": "Spreek af welke geldt en maak een volgende versie.",
        "alarm_event": "gebeurtenis",
        "alarmTells_event":
            "Er is iets gebeurd wat een beheerder moet weten.",
        "alarmAsks_event": "Lees hieronder wat de node meldt.",
        // What kept `sync now` with a partner from its end.
        "syncTrouble_unreachable": """
        Op zijn adres antwoordt niemand op tijd. Ga na of de node van deze partner draait.
        """,
        "syncTrouble_no-address":
            "Zijn kaart noemt geen adres. Wacht tot de partner zelf verbinding maakt.",
        "syncTrouble_certificate":
            "Deze node kan zijn certificaat niet maken. Zie de meldingen.",
        "syncTrouble_refused": """
        Deze partner laat geen verbinding met deze node toe: hij kent hem niet als partner, \
        of heeft te veel verbindingen. Vergelijk het convenant met de beheerder daar.
        """,
        "syncTrouble_stranger":
            "Op zijn adres antwoordt iemand anders. Vraag de beheerder daar naar het adres.",
        "syncTrouble_ended": """
        De verbinding is beëindigd. Probeer het opnieuw, en vraag de beheerder daar als dat \
        niet helpt.
        """,
        "syncTrouble_stopping":
            "De node van deze partner stopt. Probeer het opnieuw als hij draait.",
        "syncTrouble_stalled":
            "Een minuut of langer is niets nieuws, of bijna niets, gegeven of bevestigd. Vraag de beheerder "
            + "daar naar de node.",
        "syncTrouble_put-back": """
        De map van deze partner is teruggezet, of er draaien twee kopieën van. De beheerder \
        daar moet alle kopieën behalve de nieuwste stoppen en het logboek terughalen.
        """,
        "syncTrouble_own-put-back":
            "De map van deze node is teruggezet. De beheerder moet het logboek terughalen.",
        "syncTrouble_store-fails": """
        De opslag van deze partner bewaart niet wat hij krijgt, bijvoorbeeld door een volle \
        schijf. De beheerder daar moet dat verhelpen.
        """,
        "syncTrouble_own-store-fails":
            "De opslag van deze node bewaart niet wat er komt. Zie de meldingen.",
        "syncTrouble_lacks-table":
            "Deze partner heeft de tafel nog niet. De beheerder daar moet hem aanvaarden.",
        "syncTrouble_finding": "Iets van wat er kwam klopt niet. Zie de meldingen.",
    ]
}
