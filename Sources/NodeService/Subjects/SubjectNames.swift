import CaseModel
import Cryptography
import NodeInterface
import RecordStore
import Search
import SyncLog

/// How people name subjects.
extension Reader {
    /// The key that somebody means: a key as it is written, or the only one here whose ID begins so.
    ///
    /// - Complexity: O(1) for a key; O(numbers, records and fragments here) for an ID.
    func subjectKey(_ text: String) throws(Refusal) -> SubjectKey {
        // As people write it: "KvK: 1234 5678", or the number alone.
        let typed = text.typedLine.lowercased().filter { !$0.isWhitespace }
        if let key = SubjectKey(typed) { return key }
        for prefix in ["kvk:", "vestiging:"] {
            guard let key = SubjectKey(prefix + typed) else { continue }
            if try !self.contents(of: key, most: 1).isEmpty { return key }
        }
        if typed.hasPrefix("record:") { return try self.subjectKey(ofRecord: typed, shown: text) }
        guard typed.utf8.count >= Self.prefixDigitsMin,
            typed.utf8.allSatisfy({ TextEncoding.bytes(hex: "0\(UnicodeScalar($0))") != nil })
        else { throw .invalid(.id(.subject), .form(String(text.prefix(64)))) }
        var found: [(hex: String, value: SubjectKey)] = []
        try self.forEachKey { key in
            // Some come several times.
            guard found.count <= Refusal.candidatesMax, key.id.hex.hasPrefix(typed),
                !found.contains(where: { $0.value == key })
            else { return }
            found.append((key.id.hex, key))
        }
        // The index has numbers also of what cannot be read any more, and of establishments.
        var known: [(hex: String, value: SubjectKey)] = []
        for candidate in found {
            // One that got a number since is known by that.
            let contents = try self.contents(of: candidate.value, most: ShowSubject.valuesMax)
            guard !contents.isEmpty, !known.contains(where: { $0.value == contents.key }) else {
                continue
            }
            known.append((candidate.hex, contents.key))
        }
        guard !known.isEmpty else {
            // What a search shows is the beginning of a record's ID.
            return try self.subjectKey(ofRecord: "record:" + typed, shown: text)
        }
        return try Self.unique(typed, among: known, .subject)
    }

    /// The key of the own record that is named by the beginning of its ID.
    private func subjectKey(ofRecord name: String, shown text: String) throws(Refusal) -> SubjectKey
    {
        let digits = String(name.dropFirst("record:".count))
        guard digits.utf8.count >= Self.prefixDigitsMin else {
            throw .invalid(.id(.subject), .form(String(text.prefix(64))))
        }
        let ids: [ObjectID]
        do throws(SlotError) {
            ids = try self.store.recordIDs(prefix: digits, limit: Refusal.candidatesMax + 1)
        } catch {
            throw Refusal(error)
        }
        guard !ids.isEmpty else {
            throw .notFound(.subject, typed: String(text.prefix(Self.typedShown)))
        }
        let id = try Self.unique(digits, among: ids.map { ($0.hex, $0) }, .subject)
        return SubjectKey(record: id) { _ in nil }
    }

    /// Calls `body` with every key that something here may have.
    private func forEachKey(_ body: (SubjectKey) -> Void) throws(Refusal) {
        let kinds: [(IdentifierKind, String, Int)] = [
            (.kvk, "kvk:", 8), (.vestiging, "vestiging:", 12), (.rsin, "rsin:", 9),
        ]
        do {
            try self.store.search(goesOn: { try self.checkGoesOn() }) { searcher in
                for (kind, prefix, digits) in kinds {
                    try searcher.forEachNumber(of: kind) { number in
                        let text = String(number)
                        let zeros = String(repeating: "0", count: max(0, digits - text.utf8.count))
                        if let key = SubjectKey(prefix + zeros + text) { body(key) }
                    }
                }
            }
            for id in try self.store.recordIDs(most: .max) {
                body(SubjectKey(record: id) { _ in nil })
            }
        } catch let error as Refusal {
            throw error
        } catch let error as SlotError {
            throw Refusal(error)
        } catch {
            throw .bug("subject: \(error)")
        }
        for (tableID, _) in self.tables {
            let fragments = try self.read(tableID) { (snapshot) throws(SlotError) in
                try snapshot.fragmentIDs(from: .zero, limit: .max)
            }
            for id in fragments {
                if let key = SubjectKey("fragment:" + id.hex) { body(key) }
            }
        }
    }
}
