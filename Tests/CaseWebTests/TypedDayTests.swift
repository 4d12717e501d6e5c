import Testing

@testable import CaseWeb

@Suite struct TypedDayTests {
    @Test(arguments: [
        ("2025-03-01", "2025-03-01"), ("1-3-2025", "2025-03-01"), ("01-03-2025", "2025-03-01"),
        ("1/3/2025", "2025-03-01"), ("1.3.2025", "2025-03-01"), ("29-2-2024", "2024-02-29"),
        ("1 mrt 2025", "2025-03-01"), ("1 maart 2025", "2025-03-01"), ("31 Dec 1999", "1999-12-31"),
        ("1 mei 2025", "2025-05-01"), ("30 feb 2025", nil), ("1 zzz 2025", nil), ("1 m 2025", nil),
        ("31-12-1999", "1999-12-31"), ("29-2-2025", nil), ("13-13-2025", nil), ("3/13/2025", nil),
        ("1-3-25", nil), ("001-3-2025", nil), ("1-3-2025-1", nil), ("1-3/2025", nil), ("", nil),
        ("--", nil), ("a-b-cdef", nil), ("+1-3-2025", nil), ("1-3-٢٠٢٥", nil),
    ])
    func `a day is read as people type it, the day first`(text: String, day: String?) {
        #expect(TypedDay.read(text) == day)
    }

    @Test(arguments: [
        ("250", 250), ("250 m", 250), ("1.500", 1_500), ("0,5 km", 500), ("0.5 km", 500),
        ("2 km", 2_000), ("2,5", 3), ("1.5", 2), ("1.234,5", 1_235), ("0", 0), ("0.250 km", 250),
        ("0.050 km", 50), ("1.500 km", 1_500), ("12.345", 12_345), ("0.500", 1), ("0.0001", nil),
        ("-5", nil), ("", nil), ("km", nil), ("1e9", nil), ("NaN", nil), ("inf", nil),
        ("9999999999999", nil), ("1.2.3", nil),
    ])
    func `a distance is read as people type it`(text: String, metres: Int?) {
        #expect(TypedDistance.metres(text) == metres, "\(text)")
    }
}
