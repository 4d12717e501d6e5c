import SyncLog
import Testing

@testable import CaseModel

/// Ways in which partners write one value (`Protocol/web.md` §7).
struct VariantTests {
    @Test(arguments: [
        (["Alfa Recycling B.V.", "Alfa Recycling BV"], true),
        (["Alfa Recycling B.V.", "ALFA RECYCLING"], true),
        (["Besloten Vennootschap Alfa Recycling", "alfa recycling b.v."], true),
        (["Alfa besloten vennootschap met beperkte aansprakelijkheid", "Alfa BV"], true),
        (["Hoogkade V.O.F.", "Hoogkade vennootschap onder firma", "Hoogkade VOF"], true),
        (["Alfa N.V.", "Alfa Naamloze Vennootschap"], true),
        (["Alfa-Recycling", "Alfa Recycling"], true),
        (["Alfa B.V.", "Alfa N.V."], false), (["Alfa B.V.", "Alfa", "Alfa NV"], false),
        (["Alfa", "Beta"], false), (["Alfa 1 BV", "Alfa 2 BV"], false),
        (["B.V.", "N.V."], false), (["", "Alfa"], false),
        (["Westerkade Grondbank", "Grondbank Westerkade B.V."], false),
    ])
    func `names are variants where only the form differs`(names: [String], areVariants: Bool) {
        #expect(NameForm.areVariants(names) == areVariants)
        #expect(NameForm.areVariants(names.reversed()) == areVariants)
    }

    @Test func `of names that are one the fullest is told, in the order of all`() {
        let names = ["Alfa", "Alfa B.V.", "Alfa BV", "Beta", "Beta B.V.", "Beta N.V."]
        #expect(NameForm.distinct(names) == ["Alfa B.V.", "Beta B.V.", "Beta N.V."])
        #expect(NameForm.distinct(["Alfa", "ALFA"]) == ["Alfa"])
        #expect(NameForm.distinct([]).isEmpty)
    }

    /// Distances of points on a meridian, on a parallel at 60° north, where a degree is half as long, and in metres.
    @Test(arguments: [
        (["52.00000", "52.00044"], ["6.0", "6.0"], true, true),
        (["52.00000", "52.00046"], ["6.0", "6.0"], true, false),
        (["60.0", "60.0"], ["6.00000", "6.00089"], true, true),
        (["60.0", "60.0"], ["6.00000", "6.00091"], true, false),
        (["120000", "120030"], ["487000", "487040"], false, true),
        (["120000", "120031"], ["487000", "487040"], false, false),
    ])
    func `coordinates are variants up to 50 m apart`(
        first: [String],
        second: [String],
        areDegrees: Bool,
        areNear: Bool
    ) throws {
        let points = try zip(first, second).map { first, second in
            try #require(MapPoint(first, second, areDegrees: areDegrees))
        }
        #expect(MapPoint.areNear(points) == areNear)
    }

    @Test func `what is no coordinate is no point`() {
        for (first, second) in [
            ("x", "6"), ("52", ""), ("91", "6"), ("52", "181"), ("nan", "6"), ("inf", "6"),
        ] {
            #expect(MapPoint(first, second, areDegrees: true) == nil, "\(first) \(second)")
        }
    }

    @Test func `a point near two others that are far from each other makes no variant of them`()
        throws
    {
        let points = try ["0", "40", "80"].map {
            try #require(MapPoint($0, "0", areDegrees: false))
        }
        #expect(MapPoint.areNear(Array(points.prefix(2))) && !MapPoint.areNear(points))
    }

    // MARK: In a view

    /// Subjects of fragments about one company, each of its own owner, who shares with the two others.
    private func subject(_ fields: [[String: String]]) throws -> SubjectView {
        let world = try World()
        let entries = try fields.enumerated().map { place, fields in
            let owner = MemberNumber(place + 1)
            return try world.fragment(
                owner,
                20,
                fields.merging(["subject.kvk": "12345678"]) { first, _ in first },
                to: [1, 2, 3].filter { $0 != owner }
            )
        }
        return try #require(try world.view(entries).subjects.first)
    }

    @Test func `variants are conflicts that are told apart`() throws {
        let spelled = try self.subject([
            ["subject.name": "Alfa B.V."], ["subject.name": "Alfa BV"], ["subject.name": "Alfa"],
        ])
        #expect(spelled.conflicts == [.name] && spelled.variants == [.name])
        let other = try self.subject([
            ["subject.name": "Alfa B.V."], ["subject.name": "Alfa BV"],
            ["subject.name": "Alfa N.V."],
        ])
        #expect(other.conflicts == [.name] && other.variants.isEmpty)
    }

    @Test func `coordinates are compared at each location, both of them`() throws {
        func place(_ bag: String, _ latitude: String, _ longitude: String?) -> [String: String] {
            var fields = ["location.bag": bag, "location.latitude": latitude]
            fields["location.longitude"] = longitude
            return fields
        }
        let near = try self.subject([place("1", "52.0", "6.0"), place("1", "52.0004", "6.0")])
        #expect(near.conflicts == [.latitude] && near.variants == [.latitude])
        let far = try self.subject([place("1", "52.0", "6.0"), place("1", "52.0005", "6.0")])
        #expect(far.conflicts == [.latitude] && far.variants.isEmpty)
        // Nobody knows how far apart they are.
        let half = try self.subject([place("1", "52.0", "6.0"), place("1", "52.0004", nil)])
        #expect(half.conflicts == [.latitude] && half.variants.isEmpty)
        let elsewhere = try self.subject([place("1", "52.0", "6.0"), place("2", "53.0", "6.0")])
        #expect(elsewhere.conflicts.isEmpty && elsewhere.variants.isEmpty)
    }

    @Test func `the canonical view knows of no variants`() throws {
        let world = try World()
        let entries = [
            try world.fragment(
                1,
                20,
                ["subject.name": "Alfa BV", "subject.kvk": "12345678"],
                to: [2]
            ),
            try world.fragment(
                2,
                20,
                ["subject.name": "Alfa", "subject.kvk": "12345678"],
                to: [1]
            ),
        ]
        let view = try world.view(entries)
        #expect(view.conflictCount == 1 && view.variantCount == 1)
        #expect(view.canonicalJSON.contains("\"conflicts\":[{\"fact\":\"name\""))
        #expect(!view.canonicalJSON.contains("variant"))
    }

    @Test func `a case has another mark whenever something comes or is withdrawn`() throws {
        let world = try World()
        let first = try world.fragment(1, 20, ["status": "een"], to: [2])
        let second = try world.fragment(2, 20, ["status": "twee"], to: [1])
        let gone = try world.withdrawal(1, 30, of: 20, to: [2])
        let marks = try [[], [first], [first, second], [first, second, gone]].map {
            try world.counted($0).mark
        }
        #expect(Set(marks).count == marks.count)
        #expect(try world.counted([second, first]).mark == marks[2], "in any order")
    }
}
