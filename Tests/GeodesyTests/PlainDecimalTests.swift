import Geodesy
import Testing

@Suite struct PlainDecimalTests {
    @Test(arguments: [("0", 0.0), ("-52.25", -52.25), ("007", 7), ("4.90", 4.9)])
    func `a decimal is read`(text: String, value: Double) {
        #expect(Double(plainDecimal: text) == value)
    }

    @Test(arguments: [
        "", "-", ".5", "5.", "+5", "0x34", "1e3", "inf", "nan", "5 ", " 5", "5,1", "5.1.2", "٥",
        "5\u{0}", "--5",
    ])
    func `other forms are none`(text: String) {
        #expect(Double(plainDecimal: text) == nil)
    }

    @Test func `an exponent is read where it may be`() {
        #expect(Double(plainDecimal: "1.5e-05", allowsExponent: true) == 1.5e-5)
        #expect(Double(plainDecimal: "2e2", allowsExponent: true) == 200)
        for text in ["1e", "1e-", "e5", "1e+5", "1e5.0"] {
            #expect(Double(plainDecimal: text, allowsExponent: true) == nil)
        }
    }
}
