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

    private static let message = """
        --kant\r
        Content-Disposition: form-data; name="list"\r
        \r
        één; 12345678\r
        --kan\r
        \r
        --kant\r
        content-type: text/csv\r
        Content-Disposition: form-data; filename="a;b=c.csv"; name="file"\r
        \r
        \u{FEFF}1\r
        2\r
        \r
        --kant\r
        Content-Disposition: form-data; name="token"\r
        \r
        \r
        --kant--\r

        """

    private func read(parts text: String, boundary: String = "kant") -> FormData? {
        FormData(multipart: Array(text.utf8), boundary: Array(boundary.utf8))
    }

    // Expected values: RFC 7578 and RFC 2046 §5.1.1, by hand.
    @Test func `a form with a file is read part by part`() throws {
        let form = try #require(self.read(parts: Self.message))
        #expect(form.fields.map(\.name) == ["list", "file", "token"])
        #expect(form["list"] == "één; 12345678\r\n--kan\r\n")
        #expect(form["file"] == "1\n2\n" && form["token"] == "")
        #expect(try #require(self.read(parts: "--kant--\r\n")).fields.isEmpty)
    }

    @Test func `a form with a file that is cut off or has no names is refused whole`() {
        let bytes = Array(Self.message.utf8)
        // The last line end belongs to no part.
        for count in 0..<(bytes.count - 3) {
            #expect(
                FormData(multipart: Array(bytes[..<count]), boundary: Array("kant".utf8)) == nil
            )
        }
        func part(_ head: String) -> FormData? {
            self.read(parts: "--kant\r\n\(head)\r\n\r\nx\r\n--kant--")
        }
        #expect(part("Content-Disposition: form-data; name=a")?["a"] == "x")
        for head in [
            "", "Content-Type: text/plain", "Content-Disposition: form-data",
            "Content-Disposition: attachment; name=a", "Content-Disposition: form-data; name=\"a",
            "Content-Disposition: form-data; name=a; name=b",
            "Content-Disposition form-data; name=a",
            "Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b",
        ] {
            #expect(part(head) == nil, "\(head)")
        }
        #expect(self.read(parts: Self.message, boundary: "ander") == nil)
    }

    @Test(arguments: [
        ("multipart/form-data; boundary=abc", "abc"),
        ("Multipart/Form-Data;boundary=\"a b\"", "a b"),
        ("multipart/form-data; charset=utf-8; BOUNDARY=x", "x"), ("multipart/form-data", nil),
        ("multipart/mixed; boundary=abc", nil), ("multipart/form-data; boundary=", nil),
        ("multipart/form-data; boundary=\"abc", nil), ("", nil),
        ("multipart/form-data; boundary=" + String(repeating: "a", count: 71), nil),
    ])
    func `a boundary is read from the type of a form`(type: String, boundary: String?) {
        #expect(
            FormData.boundary(ofType: type).map { String(decoding: $0, as: UTF8.self) } == boundary
        )
    }

    @Test func `as many parts as allowed are read and one more is refused`() throws {
        func form(_ count: Int) -> FormData? {
            let part = "--kant\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
            return self.read(parts: String(repeating: part, count: count) + "--kant--")
        }
        #expect(try #require(form(WebLimits.fieldsMax)).fields.count == WebLimits.fieldsMax)
        #expect(form(WebLimits.fieldsMax + 1) == nil)
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
