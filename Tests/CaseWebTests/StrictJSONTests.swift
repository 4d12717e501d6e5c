import Testing

@testable import CaseWeb

/// What the API takes for JSON (RFC 8259).
struct StrictJSONTests {
    @Test(arguments: [
        "{}", " [ ] ", "{\"a\":1,\"b\":[true,false,null]}", "\"\\u0041\\n\\/\"", "-0.5e+10", "0",
        "{\"a\":{\"a\":1}}", "\t{\"a\" : \"\u{e9}\"}\r\n", "1E5", "\"\\ud800\"",
    ])
    func `what is JSON is taken`(text: String) { #expect(StrictJSON.accepts(text)) }

    @Test(arguments: [
        "", "{", "}", "{\"a\":1,}", "[1,]", "{\"a\":1,\"a\":2}", "{\"te\\u0078t\":1,\"text\":2}",
        "{a:1}",
        "'a'", "01", "1.", ".5", "+1", "1e", "NaN", "\"\n\"", "\"\\x\"", "\"\\u00g0\"",
        "\"\\u+041\"", "\"\\u-000\"", "\"a",
        "{} {}", "/**/{}", "\u{FEFF}{}", "{\0\"\0a\0\"\0:\01\0}\0", "tru", "[1 2]", "{\"a\" 1}",
        "-",
    ])
    func `what some readers take and others do not is refused`(text: String) {
        #expect(!StrictJSON.accepts(text))
    }

    @Test func `objects and lists lie within each other up to the limit`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(StrictJSON.accepts(nested(WebLimits.apiDepthMax)))
        #expect(!StrictJSON.accepts(nested(WebLimits.apiDepthMax + 1)))
        #expect(!StrictJSON.accepts(nested(1_000_000)))
    }

    @Test func `a body has values up to the limit`() {
        // The list is one of them.
        func list(_ count: Int, _ value: String) -> String {
            "[" + Array(repeating: value, count: count).joined(separator: ",") + "]"
        }
        for value in ["1", "\"a\"", "{}", "[]", "null"] {
            #expect(StrictJSON.accepts(list(WebLimits.apiValuesMax - 1, value)))
            #expect(!StrictJSON.accepts(list(WebLimits.apiValuesMax, value)))
        }
        let members = (0..<WebLimits.apiValuesMax).map { "\"k\($0)\":0" }.joined(separator: ",")
        #expect(!StrictJSON.accepts("{\(members)}"))
    }
}
