import Testing

@testable import CaseWeb

@Suite struct TypedDayTests {
    @Test(arguments: [
        ("2025-03-01", "2025-03-01"), ("1-3-2025", "2025-03-01"), ("01-03-2025", "2025-03-01"),
        ("1/3/2025", "2025-03-01"), ("1.3.2025", "2025-03-01"), ("29-2-2024", "2024-02-29"),
        ("31-12-1999", "1999-12-31"), ("29-2-2025", nil), ("13-13-2025", nil), ("3/13/2025", nil),
        ("1-3-25", nil), ("001-3-2025", nil), ("1-3-2025-1", nil), ("1-3/2025", nil), ("", nil),
        ("--", nil), ("a-b-cdef", nil), ("+1-3-2025", nil), ("1-3-٢٠٢٥", nil),
    ])
    func `a day is read as people type it, the day first`(text: String, day: String?) {
        #expect(TypedDay.read(text) == day)
    }
}
