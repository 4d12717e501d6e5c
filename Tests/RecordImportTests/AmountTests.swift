import RecordImport
import Testing

/// Amounts as people and spreadsheet programs write them; what they are worth is plain to see.
struct AmountTests {
    @Test(
        arguments: [
            ("€ 12,50", "12.5"), ("€12,50", "12.5"), ("12,50 €", "12.5"), ("EUR 12,50", "12.5"),
            ("12,50 euro", "12.5"), ("€\u{A0}12,50", "12.5"), ("-€ 12,50", "-12.5"),
            ("€ -12,50", "-12.5"), ("€ 12,50-", "-12.5"), ("12,50- €", "-12.5"), ("250-", "-250"),
            ("\u{2212}250", "-250"), ("250\u{2212}", "-250"), ("(250)", "-250"),
            ("(€ 1.250,00)", "-1250"), ("€ (1.250,00)", nil), ("1.250,-", "1250"),
            ("1.250,--", "1250"), ("€ 1.250,\u{2014}", "1250"), ("-1.250,-", "-1250"),
            ("1250,-", "1250"), ("1\u{A0}250,00", "1250"), ("1\u{202F}250\u{202F}000", "1250000"),
            ("1 250,5", "1250.5"), ("0,00-", "0"), ("+ 7", "7"),
            // What leaves a doubt stays unread.
            ("12 50", nil), ("1 250.000", nil), ("1\u{A0}250 000", nil), ("1.250,---", nil),
            ("-250-", nil), ("(-250)", nil), ("€ € 5", nil), ("€", nil), ("-", nil), ("€ -", nil),
            (",-", nil), ("()", nil), ("12.50", nil), ("1250.5", nil), ("$ 12,50", nil),
            ("£12,50", nil), ("12,50 USD", nil), ("12,5x", nil), ("1,5E+03", nil), ("€ 1 2", nil),
        ] as [(String, String?)]
    )
    func `a Dutch amount is read without what stands around it`(value: String, number: String?) {
        #expect(NumberStyle.dutch.canonical(value) == number)
    }

    @Test(
        arguments: [
            ("€1,250.00", "1250"), ("1,250.-", "1250"), ("1,250.50-", "-1250.5"),
            ("(1,250.50)", "-1250.5"), ("1 250.5", "1250.5"), ("EUR -5", "-5"), ("1.250,-", nil),
            ("$1,250.00", nil),
        ] as [(String, String?)]
    )
    func `an English amount is read likewise`(value: String, number: String?) {
        #expect(NumberStyle.english.canonical(value) == number)
    }

    @Test(arguments: ["€ 5", "5-", "(5)", "1 000", "5.-", "\u{2212}5"])
    func `a plain number has nothing around it`(value: String) {
        #expect(NumberStyle.plain.canonical(value) == nil)
    }

    @Test(
        arguments: [
            ("$ 12,50", "an amount in another currency than the euro"),
            (
                "1,5E+03",
                "scientific notation: digits are lost. Export the column as a plain number"
            ),
            ("12.50", "no number in the style nl"),
        ]
    )
    func `why an amount is not read is told`(value: String, advice: String) throws {
        let mapping = try ImportHarness.mapping(
            fields: [ImportHarness.field("amount_eur", "v", .number(.dutch))],
            delimiter: ";"
        )
        let result = try ImportHarness.run("id;v\n1;\(value)\n", mapping)
        #expect(result.records.isEmpty)
        #expect(result.found == ["number.unreadable error 2 amount_eur"])
        #expect(result.findings.map(\.suggestion) == [advice])
    }
}
