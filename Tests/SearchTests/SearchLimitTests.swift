import Geodesy
import Search
import Testing
import Vocabulary

/// Limits of searching, met and passed.
@Suite("Limits of searching")
struct SearchLimitTests {
    private static let folding = TextFolding { $0 }

    private static func document(_ number: UInt64, _ fields: [(String, String)]) -> SearchDocument {
        SearchDocument(
            key: DocumentKey(high: number, low: number),
            reference: nil,
            type: .inspection,
            source: "bron",
            content: SearchContent(folding: self.folding) { body in
                for (name, value) in fields { body(name, value) }
            }
        )
    }

    private static func count(
        _ index: MemoryIndex,
        _ text: String,
        isTyping: Bool = false
    ) throws -> Int {
        var question = Question()
        question.ask(text, in: Set(WordField.allCases), isTyping: isTyping, folding: self.folding)
        return try index.search(question).recordCount
    }

    @Test("A number has 18 digits at most")
    func digits() {
        #expect(IdentifierKind.digitsMax == 18)
        #expect(IdentifierKind.number(String(repeating: "9", count: 18)) == 999_999_999_999_999_999)
        #expect(IdentifierKind.number(String(repeating: "9", count: 19)) == nil)
        #expect(IdentifierKind.number("27.12-34 50") == 27_123_450)
        #expect(IdentifierKind.number("") == nil && IdentifierKind.number("1a") == nil)
    }

    @Test("A radius is over 0 and at most 100 km")
    func radius() throws {
        let center = try #require(WGS84Position(latitude: 52, longitude: 5))
        #expect(Question.Circle(center: center, radius: 100_000) != nil)
        #expect(Question.Circle(center: center, radius: 100_000.1) == nil)
        #expect(Question.Circle(center: center, radius: 0) == nil)
        #expect(Question.Circle(center: center, radius: .nan) == nil)
    }

    @Test("Of texts the first 2,000 different words are found")
    func textWords() throws {
        // Numbers are like themselves alone.
        let words = (0..<2_001).map { String(10_000 + $0) }
        let index = MemoryIndex()
        index.add([Self.document(1, [("text", words.joined(separator: " "))])], family: 0)
        #expect(try Self.count(index, words[1_999]) == 1)
        #expect(try Self.count(index, words[2_000]) == 0)
    }

    @Test("A word counts up to its 40th byte")
    func word() {
        let long = String(repeating: "x", count: 41)
        #expect(Self.folding.words(long).map(\.bytes.count) == [40])
        #expect(Self.folding.words(String(long.dropLast())).map(\.bytes.count) == [40])
    }

    @Test("A word is like 128 others at most, the commonest first, and says that there are more")
    func alternatives() throws {
        let index = MemoryIndex()
        func name(_ number: Int) -> String {
            "kr"
                + String(number).map {
                    String(UnicodeScalar(UInt8(0x70 + ($0.wholeNumberValue ?? 0))))
                }
                .joined()
        }
        let documents = (0..<129).map { Self.document(UInt64($0), [("subject.name", name($0))]) }
        index.add(Array(documents.prefix(128)), family: 0)
        #expect(try Self.count(index, "kr", isTyping: true) == 128)
        index.add([documents[128]], family: 0)
        var question = Question()
        question.ask("kr", in: [.name], isTyping: true, folding: Self.folding)
        let found = try index.search(question)
        #expect(found.recordCount == 128 && found.evaluation.words.first?.isCut == true)
    }

    @Test("Segments of fragments are merged up to 16,384 documents")
    func fragments() throws {
        #expect(MergePolicy.fragmentsMax == 16_384)
        func head(_ count: Int) throws -> SegmentHead {
            let documents = (0..<count).map {
                SearchDocument(
                    key: DocumentKey(high: 1, low: UInt64($0)),
                    reference: FragmentReference(
                        fragment: DocumentKey(high: 0, low: 1),
                        caseID: DocumentKey(high: 0, low: 2)
                    ),
                    type: .inspection,
                    source: "",
                    content: SearchContent(folding: Self.folding) { _ in }
                )
            }
            return BuiltSegment(documents, family: 7).head
        }
        let (fits, over) = (try head(2_048), try head(2_049))
        let seven = (1...7).map { (number: UInt64($0), head: fits) }
        #expect(MergePolicy.next(of: seven).isEmpty)
        #expect(MergePolicy.next(of: seven + [(8, fits)]) == Array(1...8))
        #expect(MergePolicy.next(of: seven + [(8, over)]) == Array(1...7))
    }
}
