import RecordImport
import RecordStore
import SyncLog

/// When a source was imported last, and when it is old.
struct Freshness {
    private static let dayMilliseconds: UInt64 = 86_400_000

    /// Milliseconds since 1970.
    let at: UInt64
    /// Days after which it is old; `nil` where its mapping does not say.
    let refreshDays: Int?

    init(at milliseconds: UInt64, refreshDays: Int?) {
        self.at = milliseconds
        self.refreshDays = refreshDays
    }

    /// Reads the setting; `nil` for what is none.
    init?(_ bytes: [UInt8]) {
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard let first = parts.first, let at = UInt64(first) else { return nil }
        self.at = at
        self.refreshDays = parts.count > 1 ? Int(parts[1]) : nil
    }

    var bytes: [UInt8] {
        Array("\(self.at)\(self.refreshDays.map { " \($0)" } ?? "")".utf8)
    }

    /// Name of the setting of a source.
    static func setting(_ source: String, in store: NodeStore) -> String {
        "fresh/" + store.recordID(source: source, key: "").hex
    }

    /// Whether it is older than the source is refreshed.
    func isStale(at clock: UInt64) -> Bool {
        guard let days = self.refreshDays, clock > self.at else { return false }
        return clock - self.at > UInt64(days) * Self.dayMilliseconds
    }
}

/// How fresh the sources of records are, each looked up once.
struct SourceFreshness {
    private var noted: [String: Freshness?] = [:]

    /// How fresh the source of a record is; of one that was imported before this was kept, the record itself.
    mutating func freshness(
        of held: StoredRecord,
        _ reader: Reader
    ) throws(SlotError) -> Freshness {
        let source = held.record.source
        let known: Freshness?
        if let found = self.noted[source] {
            known = found
        } else {
            let name = Freshness.setting(source, in: reader.store)
            known = try reader.store.setting(name).flatMap { Freshness($0) }
            self.noted[source] = .some(known)
        }
        return known ?? Freshness(at: held.at, refreshDays: nil)
    }
}
