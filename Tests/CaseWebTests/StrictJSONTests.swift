import Testing

@testable import CaseWeb

/// What the API takes for JSON (RFC 8259).
struct StrictJSONTests {
    /// Why a text is not taken; `nil` where it is.
    private func fault(_ text: String) -> StrictJSON.Fault? {
        do throws(StrictJSON.Fault) {
            try StrictJSON.check(text)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "{}", " [ ] ", "{\"a\":1,\"b\":[true,false,null]}", "\"\\u0041\\n\\/\"", "-0.5e+10", "0",
        "{\"a\":{\"a\":1}}", "\t{\"a\" : \"\u{e9}\"}\r\n", "1E5", "\"\\ud800\"",
    ])
    func `what is JSON is taken`(text: String) { #expect(self.fault(text) == nil) }

    @Test(arguments: [
        "", "{", "}", "{\"a\":1,}", "[1,]", "{\"a\":1,\"a\":2}", "{\"te\\u0078t\":1,\"text\":2}",
        "{a:1}",
        "'a'", "01", "1.", ".5", "+1", "1e", "NaN", "\"\n\"", "\"\\x\"", "\"\\u00g0\"",
        "\"\\u+041\"", "\"\\u-000\"", "\"a",
        "{} {}", "/**/{}", "\u{FEFF}{}", "{\0\"\0a\0\"\0:\01\0}\0", "tru", "[1 2]", "{\"a\" 1}",
        "-",
    ])
    func `what some readers take and others do not is refused`(text: String) {
        #expect(self.fault(text) == .form)
    }

    @Test func `objects and lists lie within each other up to the limit`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(self.fault(nested(WebLimits.apiDepthMax)) == nil)
        #expect(self.fault(nested(WebLimits.apiDepthMax + 1)) == .limit)
        #expect(self.fault(nested(1_000_000)) == .limit)
    }

    @Test func `a body has values up to the limit`() {
        // The list is one of them.
        func list(_ count: Int, _ value: String) -> String {
            "[" + Array(repeating: value, count: count).joined(separator: ",") + "]"
        }
        for value in ["1", "\"a\"", "{}", "[]", "null"] {
            #expect(self.fault(list(WebLimits.apiValuesMax - 1, value)) == nil)
            #expect(self.fault(list(WebLimits.apiValuesMax, value)) == .limit)
        }
        let members = (0..<WebLimits.apiValuesMax).map { "\"k\($0)\":0" }.joined(separator: ",")
        #expect(self.fault("{\(members)}") == .limit)
    }
}
