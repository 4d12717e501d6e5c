import CaseModel
import Cryptography
import NodeInterface
import RecordImport
import SyncLog
import Vocabulary

/// The subjects that others have to do with: each named once.
struct SubjectEnds {
    /// Most subjects that decisions are followed to.
    static let groupMax = 100

    /// Fragments that a name is made of, of each member in turn: what it costs is bounded, whoever linked what.
    private static let namedBy = 100

    /// The keys that are known.
    private(set) var keys: [ObjectID: SubjectKey]
    private var named: [ObjectID: SubjectEnd] = [:]

    init(_ keys: [ObjectID: SubjectKey]) { self.keys = keys }

    mutating func learn(_ more: [ObjectID: SubjectKey]) {
        self.keys.merge(more) { first, _ in first }
    }

    /// The ID that a subject has now, by whatever ID it was named.
    mutating func name(_ id: ObjectID, _ reader: Reader) throws(Refusal) -> ObjectID {
        let end = try self.end(id, reader)
        guard let key = end.key.flatMap({ SubjectKey($0) }) else { return id }
        // By that it is asked for from now on.
        self.keys[key.id] = key
        self.named[key.id] = end
        return key.id
    }

    /// An end, with what it is called here.
    mutating func end(_ id: ObjectID, _ reader: Reader) throws(Refusal) -> SubjectEnd {
        if let known = self.named[id] { return known }
        // A number of which nothing can be read any more is told no more either.
        var end = SubjectEnd(id: id.hex, key: nil, name: nil)
        if let key = self.keys[id] {
            let contents = try reader.contents(
                of: key,
                most: ShowSubject.valuesMax,
                looked: Self.namedBy
            )
            if !contents.isEmpty {
                end.key = contents.key.text
                end.name = SubjectTitle(of: contents)
            }
        }
        self.named[id] = end
        return end
    }
}

extension SubjectTitle {
    /// What a subject is called.
    init(of contents: SubjectContents, items lasting: [SubjectContents.Item]? = nil) {
        let items = lasting ?? contents.items
        self.init(
            of: items.isEmpty
                ? contents.establishments.sorted { $0.key < $1.key }.map(\.value) : items,
            key: contents.key
        )
    }

    /// What items, the newest first, say that a subject is called: of each owner in turn, beginning with own ones.
    init(of newest: [SubjectContents.Item], key: SubjectKey) {
        let items = newest.fairly()
        func first(_ name: FieldName) -> String? { items.lazy.compactMap { $0.value(name) }.first }
        let names = Reader.distinct(items.compactMap { $0.value(.subjectName) })
        let place = [
            first(.locationAddress),
            [first(.locationPostcode), first(.locationPlace)].compactMap(\.self)
                .joined(separator: " "),
        ].compactMap(\.self).filter { !$0.isEmpty }
        let parts = key.text.split(separator: ":", maxSplits: 1)
        let isNumber = ["kvk", "vestiging", "rsin"].contains(parts[0])
        self.init(
            names: Array(names.prefix(ShowSubject.valuesMax)),
            number: isNumber ? "\(parts[0]) \(parts[1])" : nil,
            type: items.first?.type.rawValue,
            location: place.isEmpty ? nil : place.joined(separator: ", ")
        )
    }
}
