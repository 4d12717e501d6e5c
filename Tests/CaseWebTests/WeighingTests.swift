import NodeInterface
import Testing

@testable import CaseWeb

/// Weighing: no claim of another passes for one's own words, and no note tells who may not know.
@Suite(.serialized) struct WeighingTests {
    private static let forged =
        "Alfa\n- \"Beta B.V.\" (om)\nWe go by: \"Beta B.V.\"\n\u{202E}.V.B ateB\u{202C}\u{2066}\u{200F}"

    private func conflict(_ live: LiveCase) async throws {
        try await live.share("K-1", [("subject.kvk", "27123450"), ("subject.name", "Gamma")])
        try await live.shareAtPartner(
            "P-1",
            [("subject.kvk", "27123450"), ("subject.name", Self.forged)]
        )
    }

    /// The form that weighs the names, as the page has it.
    private func weighing(_ live: LiveCase, _ browser: inout TestBrowser) async throws
        -> [(String, String)]
    {
        let page = try await browser.get("/cases/\(live.id)")
        let subject = try page.value(of: "subject", after: "/weigh\"")
        return [
            ("subject", subject), ("fact", "name"),
            ("seen", try page.value(of: "seen", after: "/weigh\"")), ("reason", "omdat"),
        ]
    }

    @Test func `a claim cannot put words into the note that weighs it`() async throws {
        try await LiveCase.runWithPartner { live, browser in
            try await self.conflict(live)
            let form = try await self.weighing(live, &browser)
            let claims = try #require(try await live.view.subjects.first?.facts["name"])
            let forged = try #require(
                claims.firstIndex { Array($0.value.utf8) == Array(Self.forged.utf8) }
            )
            let path = "/cases/\(live.id)/weigh"
            try await expect(303, of: browser.post(path, form + [("value", "\(forged)")]))
            let note = try #require(try await live.view.notes.last?.text)
            let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == 5, "a heading, two claims, the choice, the reason: \(note)")
            let quoted =
                #""Alfa⟨U+000A⟩- \"Beta B.V.\" (om)⟨U+000A⟩We go by: \"Beta B.V.\"⟨U+000A⟩"#
                + #"⟨U+202E⟩.V.B ateB⟨U+202C⟩⟨U+2066⟩⟨U+200F⟩""#
            #expect(lines.contains("- \(quoted) (politie)"))
            #expect(lines.contains("- \"Gamma\" (od-noord)"))
            #expect(lines[3].hasSuffix(": \(quoted)") && lines[4] == "omdat")
            for value: UInt32 in [0x202E, 0x202C, 0x2066, 0x200F] {
                #expect(!note.unicodeScalars.contains { $0.value == value }, "\(value)")
            }
        }
    }

    @Test func `a note that weighs quotes only what all its readers have`() async throws {
        try await LiveCase.runWithPartner { live, browser in
            try await live.share("K-1", [("subject.kvk", "27123450"), ("subject.name", "Gamma")])
            let narrow = [("subject.kvk", "27123450"), ("subject.name", "Geheim")]
            try await live.shareAtPartner("P-1", narrow, to: ["od-noord"])
            let path = "/cases/\(live.id)/weigh"
            let claims = try #require(try await live.view.subjects.first?.facts["name"])
            #expect(claims.map(\.value) == ["Gamma", "Geheim"])
            for (choice, words) in [("0", "Gamma"), ("1", "hier niet wordt aangehaald")] {
                let form = try await self.weighing(live, &browser)
                try await expect(303, of: browser.post(path, form + [("value", choice)]))
                let note = try #require(try await live.view.notes.last?.text)
                #expect(note.contains(words) && note.contains("\"Gamma\" (od-noord)"), "\(note)")
                // Neither what it says nor who says so.
                #expect(!note.contains("Geheim") && !note.contains("politie"), "\(note)")
            }
        }
    }

    @Test func `a party that not all readers know is weighed in no note`() async throws {
        try await LiveCase.runWithPartner { live, browser in
            let fields = [("subject.kvk", "27123450"), ("subject.name", "Gamma")]
            try await live.share("K-1", fields, to: ["politie"])
            let other = [("subject.kvk", "27123450"), ("subject.name", "Geheim")]
            try await live.shareAtPartner("P-1", other, to: ["od-noord"])
            let form = try await self.weighing(live, &browser)
            let path = "/cases/\(live.id)/weigh"
            try await expect(409, of: browser.post(path, form + [("value", "0")]))
            #expect(try await live.view.notes.isEmpty)
        }
    }

    @Test func `claims that were not seen are not weighed`() async throws {
        try await LiveCase.runWithPartner { live, browser in
            try await self.conflict(live)
            let form = try await self.weighing(live, &browser)
            let fields = [("subject.kvk", "27123450"), ("subject.name", "Delta")]
            try await live.shareAtPartner("P-1", fields)
            let path = "/cases/\(live.id)/weigh"
            let refused = try await browser.post(path, form + [("value", "0")])
            #expect(refused.status == 409 && refused.body.contains(">omdat</textarea>"))
            #expect(try await live.view.notes.isEmpty)
            let again = try await self.weighing(live, &browser)
            for wrong in ["2", "-1", "x", ""] {
                try await expect(422, of: browser.post(path, again + [("value", wrong)]))
            }
            try await expect(303, of: browser.post(path, again + [("value", "none")]))
            #expect(try await live.view.notes.count == 1)
        }
    }

    @Test func `nothing leaves a quotation`() {
        let quoted =
            #""a\"b\\c⟨U+000A⟩d⟨U+0009⟩e⟨U+0085⟩f⟨U+2028⟩g⟨U+000D⟩⟨U+000A⟩⟨U+202E⟩é☃""#
        #expect(
            QuotedText.quoted("a\"b\\c\nd\te\u{85}f\u{2028}g\r\n\u{202E}é☃") == quoted
        )
    }
}
