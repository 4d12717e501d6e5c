import Testing

@testable import CaseWeb

@Suite struct FormDataTests {
    private func read(_ text: String) -> FormData? { FormData(Array(text.utf8)) }

    // Expected values: the URL Standard's parser of application/x-www-form-urlencoded.
    @Test func `fields are read in order with plus signs and percent signs`() throws {
        let form = try #require(self.read("a=1&b=x+y%21&a=%C3%A9&c=&d&e=1=2&%26=%3D"))
        #expect(form.all("a") == ["1", "é"])
        #expect(form["b"] == "x y!" && form["c"] == "" && form["d"] == "")
        #expect(form["e"] == "1=2" && form["&"] == "=" && form["f"] == nil)
        #expect(try #require(self.read("")).fields.isEmpty)
        #expect(try #require(self.read("&&a=1&")).fields.count == 1)
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "%=1", "a=%C3", "a=%FF%FE", "a=%C0%80"])
    func `what is malformed is refused whole`(text: String) {
        #expect(self.read(text) == nil)
    }

    @Test func `as many fields as allowed are read and one more is refused`() throws {
        let most = Array(repeating: "a=1", count: WebLimits.fieldsMax).joined(separator: "&")
        #expect(try #require(self.read(most)).fields.count == WebLimits.fieldsMax)
        #expect(self.read(most + "&a=1") == nil)
    }

    @Test func `a text in a query is read back`() throws {
        for text in ["é&=%+/?# ", "", "\u{0}\n", "-._~"] {
            #expect(try #require(self.read("a=\(text.percentEncoded)"))["a"] == text)
        }
    }

    @Test func `texts lose blanks at their ends and carriage returns`() throws {
        let form = try #require(self.read("a=+%0D%0A+x%0D%0Ay%09&b=+++"))
        #expect(form.text("a") == "x\ny")
        #expect(form.text("b") == nil && form.text("c") == nil)
    }
}
