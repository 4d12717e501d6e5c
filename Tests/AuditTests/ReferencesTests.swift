import Testing
import Wire

@testable import tafel_audit

/// What is said of entries, against a dictionary.
struct ReferencesTests {
    private static func reference(_ index: UInt64, version: UInt32) -> FragmentReference {
        FragmentReference(index: index, generation: 0, firstIndex: index, version: version)
    }

    private static func references(_ named: [UInt64: FragmentReference]) -> References {
        var references = References()
        for (_, reference) in named.sorted(by: { $0.key < $1.key }) { references.append(reference) }
        return references
    }

    @Test func `what two say is joined as a dictionary joins it`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let all = [0, 1].map { _ in
                var named: [UInt64: FragmentReference] = [:]
                for _ in 0..<Int.random(in: 0...9, using: &generator) {
                    let index = UInt64.random(in: 0...12, using: &generator)
                    let version = UInt32.random(in: 1...2, using: &generator)
                    named[index] = Self.reference(index, version: version)
                }
                return named
            }
            var joined = Self.references(all[0])
            let differing = joined.merge(Self.references(all[1]))
            let wanted = all[0].merging(all[1]) { _, other in other }
            #expect(Array(joined) == wanted.sorted { $0.key < $1.key }.map(\.value), "\(all)")
            let both = all[0].filter { index, own in all[1][index].map { $0 != own } ?? false }
            #expect(differing == both.keys.sorted(), "\(all)")
            for index in UInt64(0)...13 {
                #expect(joined[index] == wanted[index], "\(all)")
                #expect(joined.place(from: index) == wanted.keys.count { $0 < index })
            }
        }
    }
}
