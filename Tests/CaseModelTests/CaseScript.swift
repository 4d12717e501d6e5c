import CaseModel
import ReplicatedTypes
import SyncLog
import TestSupport

/// A generator of entries that mostly count, and some that do not.
struct CaseScript {
    let world: World
    var generator: SeededGenerator
    /// What was written so far: all that can be named rightly.
    private var made: [OpenedEntry] = []

    init(world: World, generator: SeededGenerator) {
        self.world = world
        self.generator = generator
    }

    private static let partners: [MemberNumber] = [1, 2, 3]

    private mutating func pick<Element>(_ items: [Element], or fallback: Element) -> Element {
        items.randomElement(using: &self.generator) ?? fallback
    }

    /// Some that match, and guesses at any entry, also ones that come later.
    private mutating func references() -> [DotReference] {
        (0..<Int.random(in: 1...4, using: &self.generator)).map { _ in
            let operation = Int.random(in: 0...1, using: &self.generator)
            if let named = self.made.randomElement(using: &self.generator),
                Int.random(in: 0..<4, using: &self.generator) > 0
            {
                return named.reference(operation: operation)
            }
            return DotReference(
                dot: self.world.dot(
                    self.pick(Self.partners, or: 1),
                    UInt64.random(in: 2...15, using: &self.generator),
                    UInt8(operation)
                ),
                entry: .random(in: 0...UInt128.max, using: &self.generator)
            )
        }
    }

    /// One in five does not say of all whom it leaves out how much counts.
    private mutating func audience(_ version: UInt32) throws -> CaseAudience {
        let removed = self.pick([[], [2], [3], [2, 3]], or: [MemberNumber]())
        let isRight = Int.random(in: 0..<5, using: &self.generator) > 0
        let named = isRight ? removed : Array(removed.dropFirst())
        return try self.world.audience(
            version,
            Self.partners.filter { !removed.contains($0) },
            removing: named,
            sizes: named.map { _ in .random(in: 3...16, using: &self.generator) }
        )
    }

    private mutating func operation() throws -> CaseOperation {
        let subjects = ["12345678", "87654321", "11111111"].map { SubjectKey(kvk: $0).id }
        switch Int.random(in: 0..<7, using: &self.generator) {
        case 0:
            let phase = self.pick(CasePhase.allCases, or: .analyse)
            return .setRegister(.phase, value: phase.rawValue, supersedes: self.references())
        case 1:
            let title = self.pick(["Een", "Twee", "Drie"], or: "Een")
            return .setRegister(.title, value: title, supersedes: self.references())
        case 2: return .addNote(text: self.pick(["a\nb", "é", "\"c\""], or: "a"))
        case 3:
            return .addLink(
                try SubjectLink(
                    from: self.pick(subjects, or: .zero),
                    relation: self.pick(["same-as", "levert"], or: "levert"),
                    to: self.pick(subjects, or: .zero)
                )
            )
        case 4: return .remove(self.references())
        default: return .addTag(self.pick(["asbest", "bodem"], or: "asbest"))
        }
    }

    private mutating func fields() -> [String: String] {
        var fields = ["status": "open"]
        let choices = [
            "subject.kvk": ["12345678", "87654321", "1"],
            "subject.vestiging": ["000012345678", "000087654321"],
            "subject.name": ["Afval", "Grond"],
            "location.bag": ["0363010000000001", "0363010000000002"],
            "location.address": ["Kade 1", "Kade 2"],
            "location.place": ["Utrecht", "Delft"],
            "date": ["2026-01-01", "2026-01-02"],
        ]
        for (name, values) in choices.sorted(by: { $0.key < $1.key })
        where Bool.random(using: &self.generator) {
            fields[name] = self.pick(values, or: "1")
        }
        return fields
    }

    private mutating func entry(_ author: MemberNumber, _ index: UInt64) throws -> OpenedEntry {
        let others = Self.partners.filter { $0 != author }
        // Two in five go to the wrong ones, and are ignored or only narrower.
        let to =
            Int.random(in: 0..<5, using: &self.generator) < 3
            ? others : [self.pick(others + [4], or: 4)]
        let version = UInt32.random(in: 1...2, using: &self.generator)
        switch Int.random(in: 0..<8, using: &self.generator) {
        case 0:
            return try self.world.operations(
                author,
                index,
                [.setAudience(try self.audience(version + 1))],
                under: version,
                to: to
            )
        case 1, 2:
            return try self.world.fragment(author, index, self.fields(), to: to)
        case 3:
            return try self.world.fragment(
                author,
                index,
                self.fields(),
                to: to,
                first: UInt64.random(in: 0..<index, using: &self.generator),
                version: UInt32.random(in: 2...3, using: &self.generator)
            )
        case 4 where index > 10:
            return try self.world.withdrawal(
                author,
                index,
                of: UInt64.random(in: 0..<index, using: &self.generator),
                to: to
            )
        default:
            return try self.world.operations(
                author,
                index,
                [try self.operation(), try self.operation()],
                under: version,
                to: to
            )
        }
    }

    mutating func entries() throws -> [OpenedEntry] {
        self.made = [try self.world.opening()]
        for author in Self.partners {
            // A log need not be made in its order.
            let indices = (UInt64(3)...15).map { $0 }
            let order =
                Bool.random(using: &self.generator)
                ? indices : indices.shuffled(using: &self.generator)
            for index in order { self.made.append(try self.entry(author, index)) }
        }
        return self.made
    }
}
