import Testing

@testable import Search

/// The one box (`Protocol/search.md` §5).
struct BoxReadingTests {
    @Test(arguments: [
        "27345611", "2734 5611", "27 345 611", "27.345.611", "27-345-611", "KvK 27345611",
        "kvk 2734 5611",
        "KvK-nummer 2734 5611", "kvk: 27 345 611", "kvk:27345611", "KvK nr. 27345611",
        "kvk nummer: 27345611",
        "kvk 27-345-611", "kvknr 2734.5611", "nr 27345611",
    ])
    func `a KvK number is read as people write it`(text: String) {
        let parts = BoxReading(text).parts
        guard parts.count == 1, case .identifier(.kvk, let read, _) = parts[0] else {
            Issue.record("\(text): \(parts)")
            return
        }
        #expect(IdentifierKind.number(read) == 27_345_611, "\(text)")
    }

    @Test func `numbers that are named take no more than is theirs`() {
        func numbers(_ text: String) -> [UInt64] {
            BoxReading(text).parts.compactMap { part in
                guard case .identifier(_, let read, _) = part else { return nil }
                return IdentifierKind.number(read)
            }
        }
        #expect(numbers("kvk 27345611 12345678") == [27_345_611, 12_345_678])
        #expect(numbers("kvk 2734 5611 1234 AB") == [27_345_611])
        #expect(numbers("kvk 1234 12345678") == [1_234, 12_345_678])
        #expect(numbers("vestiging 0000 1234 5678") == [12_345_678])
        #expect(numbers("kvk nr kvk") == [] && numbers("kvk") == [] && numbers("kvk:") == [])
        let label = "kvk "
        #expect(numbers(String(repeating: label, count: 8) + "12345678") == [12_345_678])
        #expect(numbers(String(repeating: label, count: 100)) == [])
    }

    @Test(arguments: [
        "12-03-2024", "2024-03-12", "1011-1015", "Dorpsstraat nr 12", "00000000", "kvk 0000 0000",
        "jansen 2734 5611",
    ])
    func `what is a day, a range or an address is no KvK number`(text: String) {
        let isNumber = BoxReading(text).parts.contains { part in
            if case .identifier = part { true } else { false }
        }
        #expect(!isNumber, "\(text)")
    }

    @Test func `words around a named number are words`() {
        let parts = BoxReading("jansen kvk nr. 2734 5611 rotterdam").parts
        #expect(
            parts == [
                .identifier(.kvk, text: "2734 5611", isNamed: true), .words("jansen rotterdam"),
            ]
        )
    }
}
