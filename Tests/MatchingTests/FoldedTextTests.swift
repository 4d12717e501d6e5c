import Matching
import Testing

/// How names are read: the results are written by hand from `Protocol/matching.md` §2.
struct FoldedTextTests {
    @Test(
        arguments: [
            ("Jansen", "jansen"), ("IJsterk De Kraai", "ysterk de kraai"),
            ("\u{132}sterk", "ysterk"),
            ("Coöperatie", "cooperatie"), ("Böhmer", "bohmer"), ("Boehmer", "bohmer"),
            ("Oosterwijk Puinrecycling B.V.", "oosterwyk puinrecycling bv"), ("B. V.", "b v"),
            ("J.P. Coen", "jp con"), ("J.Jansen", "j jansen"),
            ("Fred. Roeskestraat", "fred roskestraat"),
            ("Kids & Zo", "kids en zo"), ("Kids&Zo", "kids en zo"),
            ("'t Zonnehoekje", "t zonnehokje"),
            ("\u{2019}t Zonnehoekje", "t zonnehokje"), ("kid's", "kids"),
            ("KDV \"Zuid\"", "kdv zuid"),
            ("Straße", "strasse"), ("Ærø", "aero"), ("Łódź", "lodz"), ("ﬁrma", "firma"),
            ("２e", "2e"),
            ("  a\t-  b ", "a b"), ("", ""), ("—", ""), ("Škoda", "skoda"), ("ΑΘΗΝΑ", "αθηνα"),
            ("e\u{301}e\u{301}n", "een"), ("17-2", "17 2"),
        ] as [(String, String)]
    )
    func `text is folded`(text: String, folded: String) {
        #expect(FoldedText.fold(text, decompose: MatchingHarness.decompose) == folded)
    }

    @Test func `ASCII is folded without asking for a normal form`() {
        let folded = FoldedText.fold("Van 't Hof B.V.") { _ in
            Issue.record("ASCII has no other form")
            return ""
        }
        #expect(folded == "van t hof bv")
    }

    @Test(
        arguments: [
            ("jansen bv", ["jansen"], ["bv"], []),
            ("stichting van der jansen", ["jansen"], ["stichting"], ["van", "der"]),
            ("jansen besloten vennootschap", ["jansen"], ["bv"], []),
            ("jansen b v", ["jansen"], ["bv"], []),
            ("vof de vries", ["vries"], ["vof"], ["de"]),
            ("jansen en zonen vennootschap onder firma", ["jansen", "zonen"], ["vof"], ["en"]),
            ("muller ag", ["muller"], ["ag"], []),
            ("ag muller", ["ag", "muller"], [], []),
            ("as en zand", ["as", "zand"], [], ["en"]),
            ("acme co ltd", ["acme"], ["co", "ltd"], []),
            ("de het", ["de", "het"], [], ["de", "het"]),
            ("bv", ["bv"], ["bv"], []),
        ] as [(String, [String], [String], [String])]
    )
    func `a name is taken apart`(
        folded: String,
        core: [String],
        forms: [String],
        particles: [String]
    ) {
        let analysis = NameAnalysis(folded: folded)
        #expect(analysis.core == core)
        #expect(analysis.legalForms == forms)
        #expect(analysis.particles == particles)
    }

    @Test(
        arguments: [
            ("dyk", "dik"), ("jansen", "janssen"), ("visser", "fisser"), ("smit", "smith"),
            ("schmit", "smit"), ("pieters", "peters"), ("cornelis", "kornelis"),
            ("philips", "filips"),
            ("becker", "bekker"), ("jacht", "jagt"), ("zwart", "swart"), ("hendriks", "hendrikx"),
        ]
    )
    func `spellings of one name sound alike`(one: String, other: String) {
        // hendrikx keeps its x: an end that no rule covers.
        #expect((Sound.key(one) == Sound.key(other)) == (other != "hendrikx"))
    }

    @Test(arguments: [("jansen", "hansen"), ("bakker", "mulder"), ("aa", "ba"), ("2e", "2")])
    func `names that sound otherwise have other keys`(one: String, other: String) {
        #expect(Sound.key(one) != Sound.key(other))
    }

    @Test(
        arguments: [
            ("nieuwe teertuinen 17 a", "nieuwe teertuinen", 17, "a"),
            ("nieuwe teertuinen 17a", "nieuwe teertuinen", 17, "a"),
            ("de clercqstraat 102 h", "de clercqstraat", 102, "h"),
            ("haarlemmerweg 199 a h", "haarlemmerweg", 199, "ah"),
            ("prinsengracht 617a b", "prinsengracht", 617, "ab"),
            ("kade 12 3", "kade", 12, "3"), ("plein 1940 5", "plein 1940", 5, ""),
            ("2e kade 7", "2e kade", 7, ""), ("12 high street", "high street", 12, ""),
            ("nergens", "nergens", 0, ""), ("", "", 0, ""), ("12", "12", 0, ""),
            ("laan 99999999999", "laan", 99_999_999, "999"),
        ] as [(String, String, Int32, String)]
    )
    func `an address is taken apart`(
        folded: String,
        street: String,
        number: Int32,
        addition: String
    ) {
        let address = AddressText(folded: folded)
        #expect(address.street == street)
        #expect(address.number == number)
        #expect(address.addition == addition)
    }

    @Test(
        arguments: [
            ("1018rl", "1018", "10"), ("tn248xw", "tn24", "tn"), ("bs20el", "bs2", "bs"),
            ("4011", "401", "40"), ("7", "7", "7"), ("abc", "abc", "a"), ("12345678x", "123", "1"),
        ] as [(String, String, String)]
    )
    func `a postcode lies in a district and an area`(text: String, district: String, area: String) {
        let parts = PostcodeText.parts(text)
        #expect(parts.district == district)
        #expect(parts.area == area)
    }
}
