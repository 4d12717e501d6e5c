"""Words that names, streets, places and texts are made of: common Dutch words, and a composer for rare ones."""


def words(text, divider=None):
    return tuple(text.split(divider))


# The first come most often.
FAMILIES = words(
    "Jansen,De Vries,Van den Berg,Bakker,Van Dijk,Visser,Janssen,Smit,De Jong,Meijer,De Boer,Mulder,De Groot,Bos,Vos,"
    "Peters,Hendriks,Van Leeuwen,Dekker,Brouwer,De Wit,Dijkstra,Smits,De Graaf,Van der Meer,Van der Linden,Kok,Jacobs,"
    "De Haan,Vermeulen,Van den Heuvel,Van der Veen,Van den Broek,De Bruijn,Schouten,Willems,Van Vliet,Hoekstra,Maas,"
    "Verhoeven,Koster,Van Dam,Prins,Blom,Huisman,De Jonge,Kuipers,Van Veen,Kramer,Post,Postma,Kuiper,Veenstra,Jonker,"
    "Van Wijk,Evers,Timmermans,Willemsen,De Bruin,Scholten,Van Beek,Gerritsen,Van der Heijden,Martens,Jonkers,Groen,"
    "Wolters,Boer,Verbeek,Schipper,De Koning,Groenewegen,Van der Velde,Bosch,Van der Wal,Molenaar,Driessen,Van Loon,"
    "Hermans,Wouters,Hofman,Dijkman,Snijders,Van Es,Aalbers,Kooistra,Peeters,Bouwman,Faber,Ten Brinke,Te Velde,"
    "Terpstra,Wiersma,Hoogland,Kamphuis,Zijlstra,Sikkema,Oosterhuis,Nijboer,Bruinsma,Schröder,Müller,Köhler,Coöl,"
    "Van 't Hof,Van 't Hek,'t Hart,Van der Zee,Van de Ven,De Rooij,De Ruiter,Rietveld,Pietersen,Ottens,Naber,"
    "Lubbers,Kersten,Jaspers,Ruijter,Heijmans,Geurts,Franken,Eskes,Duijn,Claassen,Beukers,Akkerman,Zwart,Wit,Roos,"
    "Engels,Frankhuizen,Op den Kamp,In 't Veld,Uit den Bogaard,Von Berg,Daniëls,Israëls,Michiels,Thijssen,Theunissen,"
    "Reijnders,Rademaker,Pronk,Pol,Paap,Oudejans,Noordam,Mol,Mens,Lammers,Koelewijn,Keizer,Kat,Kalkman,Hulst,Haas,"
    "Goossens,Fokkens,Elzinga,Drost,Dirksen,Compaan,Buis,Brands,Boon,Blok,Beek,Baas,Aarts,Yilmaz,Nguyen,El Amrani,"
    "Kaya,Singh,Da Silva,Öztürk,Çelik,Demir,Benali,Kowalski,Wang,Pérez,García,André,Renée",
    ",",
)
# What a company does, before or behind a family or a place.
TRADES = words(
    "Bakkerij,Autobedrijf,Garage,Slagerij,Loonbedrijf,Aannemersbedrijf,Bouwbedrijf,Transportbedrijf,Schildersbedrijf,"
    "Installatiebedrijf,Timmerbedrijf,Kwekerij,Camping,Tankstation,Jachthaven,Hoveniersbedrijf,Grondverzet,Recycling,"
    "Melkveehouderij,Varkenshouderij,Pluimveebedrijf,Metaalhandel,Autosloperij,Sloopwerken,Containerservice,"
    "Asbestsanering,Betoncentrale,Asfaltcentrale,Houthandel,Bouwmaterialen,Wasserij,Drukkerij,Smederij,"
    "Machinefabriek,Constructiebedrijf,Scheepswerf,Rederij,Visserij,Visverwerking,Veehandel,Veevoeder,Mengvoeder,"
    "Fouragehandel,Mesthandel,Mestverwerking,Composteerinrichting,Grondbank,Puinrecycling,Milieustraat,Afvalverwerking,"
    "Oudpapierhandel,IJzerhandel,Galvanobedrijf,Verfspuiterij,Meubelmakerij,Stoffeerderij,Zagerij,Kunststofverwerking,"
    "Rubberfabriek,Chemie,Coatings,Vuurwerk,Tuincentrum,Bloemisterij,Boomkwekerij,Glastuinbouw,Fruitbedrijf,Akkerbouw,"
    "Manege,Dierenarts,Dierenpension,Hotel,Restaurant,Eetcafé,Café,Snackbar,Cafetaria,Pizzeria,Supermarkt,Kaashandel,"
    "Groothandel,Cash & Carry,Opslag,Logistiek,Koeriersdienst,Taxibedrijf,Touringcarbedrijf,Busonderneming,Rijschool,"
    "Fietsenwinkel,Bandenservice,Carwash,Truckservice,Landbouwmechanisatie,Kraanverhuur,Steigerbouw,Dakbedekking,"
    "Loodgietersbedrijf,Elektrotechniek,Koeltechniek,Rioolservice,Schoonmaakbedrijf,Ongediertebestrijding,Bronbemaling,"
    "Baggerbedrijf,Waterbouw,Zandwinning,Betonwaren,Natuursteen,Steenhouwerij,Stukadoorsbedrijf,Tegelzetbedrijf,"
    "Makelaardij,Adviesbureau,Ingenieursbureau,Accountants,Administratiekantoor,Uitzendbureau,Kapsalon,Apotheek,"
    "Huisartsenpraktijk,Tandartspraktijk,Fysiotherapie,Kinderopvang,Zorggroep,Woningstichting,Sportcentrum,Zwembad,"
    "Crematorium,Uitvaartzorg,Energie,Biogas,Windpark,Zonnepark,Datacentrum,Laboratorium,Brouwerij,Distilleerderij",
    ",",
)
# What stands behind a word that means nothing by itself.
ENDINGS = words(
    "Groep,Holding,Beheer,Nederland,Vastgoed,Services,Trading,Logistics,Milieu,Recycling,Techniek,Bouw,Transport,"
    "Agro,Foods,Chemicals,Metals,Plastics,Energy,Solutions,Industrie,Handel,Projecten,Exploitatie,Onroerend Goed,"
    "International,Europe,Benelux,Invest,Materieel,Verhuur,Advies,Productie,Participaties,Company,& Co",
    ",",
)
ASPECTS = words(
    "Noordelijke,Algemene,Eerste,Verenigde,Nieuwe,Coöperatieve,Hollandse,Nederlandse,Regionale,Zuidelijke,Westelijke,"
    "Oostelijke,Centrale,Industriële,Geïntegreerde,Gemeentelijke,Koninklijke,Vrije,Samenwerkende,Internationale",
    ",",
)
INITIALS = "JAMHPCGWRBETFKLDNSIVOZ"
# How a legal form is written; the first is the usual one.
FORMS = {
    "bv": ("B.V.", "BV", "B.V", "b.v.", "bv", "B V", "Besloten Vennootschap"),
    "nv": ("N.V.", "NV", "n.v.", "Naamloze Vennootschap"),
    "vof": ("V.O.F.", "VOF", "v.o.f.", "vof", "Vennootschap onder firma"),
    "maatschap": ("Maatschap", "maatschap", "Mts."),
    "stichting": ("Stichting", "St.", "stichting"),
    "vereniging": ("Vereniging", "Ver."),
    "cooperatie": ("Coöperatie U.A.", "Coöp. U.A.", "Cooperatie UA"),
    "cv": ("C.V.", "CV", "c.v."),
    "none": ("",),
}
SHARES = {
    "bv": 46,
    "none": 30,
    "vof": 12,
    "stichting": 3,
    "maatschap": 3,
    "nv": 2,
    "cv": 2,
    "vereniging": 1,
    "cooperatie": 1,
}
FORMS_BY_SHARE = tuple(form for form, share in SHARES.items() for _ in range(share))
# These stand before the name.
FORMS_IN_FRONT = {"stichting", "vereniging", "maatschap"}

LANDMARKS = words(
    "Ooster Wester Noorder Zuider Hoge Lage Groen Zwarte Witte Rode Steen Hout Berken Eiken Elzen Linden Wilgen Beuken"
    " Essen Iepen Water Meer Zand Klei Veen Heide Duin Bos Weide Akker Koren Rogge Haver Gerst Vlas Klaver Riet Biezen"
    " Molen Kerk Kapel Klooster Burcht Slot Toren Poort Brug Sluis Dam Schans Haven Markt Raad Kromme Lange Korte Brede"
    " Diepe Oude Nieuwe Grote Kleine Midden Achter Voor Boven Beneden Reiger Kievit Leeuwerik Zwanen Valken Arends"
    " Uilen Vossen Hazen Herten Wolfs Beren Paarden Ossen Schapen Bijen Vis Zalm Snoek Karper"
)
GROUNDS = words(
    "wijk huis huizen kamp berg broek veld hof horst dijk brink laar loo donk schoot rade hoven hoeve stede stal land "
    "mark meer plas beek vliet maat made wetering polder gors waard oever hoek eind kerk burg brug sluis dam drecht "
    "voorde haven zijl muiden monde recht akker weide heide bos woud holt rooi lo veen"
)
STREET_KINDS = words("straat weg laan straat dijk plein pad kade singel hof steeg dreef ring park plantsoen gracht")
STREETS_USUAL = words(
    "Kerkstraat,Dorpsstraat,Industrieweg,Hoofdstraat,Molenstraat,Schoolstraat,Nieuwstraat,Handelsweg,Nijverheidsweg,"
    "Stationsstraat,Havenweg,Julianastraat,Wilhelminastraat,Beatrixlaan,Ambachtsweg,Parallelweg,Marktstraat,"
    "Raadhuisplein,Molenweg,Kanaaldijk,Energieweg,Einsteinweg,Newtonstraat,Fabrieksweg,Transportweg,Veerweg,"
    "Burgemeester Bosstraat,Dr. Kuiperlaan,Prof. Lorentzlaan,Oranjestraat,Beukenlaan,Eikenlaan,Kastanjelaan,"
    "Lindelaan,Wilgenstraat,Rijksweg,Provincialeweg,Oude Rijksweg,Zandweg,Achterweg,'t Zand,De Hoef,De Brink,Het"
    " Eiland",
    ",",
)
TEXT_WORDS = words(
    "afval asbest bodem controle geen gevonden heeft is lozing met niet op opslag vergunning vloeistof zonder de het"
    " een en van bij voor naar door aan uit over tijdens na bedrijf terrein container vaten olie slib puin granulaat"
    " grond partij monster analyse waarde norm overschrijding melding klacht geur stank geluid stof rook brand lekkage"
    " sloot riool put tank pomp leiding filter schoorsteen emissie uitstoot meting register administratie"
    " begeleidingsbrief vervoer vrachtwagen chauffeur lading herkomst bestemming ontvanger verwerker inzamelaar"
    " handelaar bemiddelaar eigenaar huurder pand loods hal kelder dak sloop renovatie sanering inventarisatie rapport"
    " foto proces verbaal waarschuwing boete dwangsom bestuursdwang hercontrole afspraak termijn hersteld voldoet"
    " onvoldoende ontbreekt aangetroffen geconstateerd gesproken toegezegd verwijderd afgevoerd aangeboden gemengd"
    " gescheiden onbekend vermoeden"
)
STATUSES = ("open", "gesloten", "in behandeling", "hersteld", "vervallen")

ONSETS = words("b bl br d dr f fl fr g gr h j k kl kr l m n p pl pr r s sch sl sn sp st t tr v vl w z zw")
VOWELS = words("a a e e i i o o u aa ee oo ie oe ei ui au ij eu y é ë")
CODAS = words("n r l s t m k p x d n r l rt lt nd st ns ")
SECOND_CODAS = CODAS + ("", "", "", "")


def rare_word(chance, syllables):
    """A word that hardly any other record has."""
    parts = []
    for number in range(syllables):
        parts.append(chance.pick(ONSETS) + chance.pick(VOWELS))
        if number == syllables - 1 or chance.random() < 0.35:
            parts.append(chance.pick(SECOND_CODAS))
    return "".join(parts).capitalize()


def rare_family(chance):
    """A family name as of a farm or a hamlet."""
    name = chance.pick(LANDMARKS).removesuffix("e") + chance.pick(GROUNDS)
    turn = chance.random()
    if turn < 0.25:
        return chance.pick(("Van ", "Van der ", "Van den ", "Te ", "Ten ", "De ", "Ter ", "Van de ")) + name
    return name + chance.pick(("", "", "", "a", "s", "er", "ink", "sma", "stra", "mans", "ma"))
