import Cryptography
package import NodeInterface
import RecordStore
import SyncEngine
import SyncLog
import Wire

extension ExportLog: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.readers.export(self, for: caller)
    }
}

/// What a bundle is of.
private struct Export: Sendable {
    let table: TableID
    let log: LogID
    let window: Range<UInt64>
    let frame: BundleBody
    /// What is answered once it was given.
    let answer: ExportLog.Answer
}

extension Reader {
    /// What is to be exported, all but its entries.
    fileprivate func beginExport(_ asked: ExportLog) throws(Refusal) -> Export {
        let state = try self.table(asked.table)
        _ = try self.charter(of: state)
        let log = try Self.log(of: state.me, generation: asked.generation, in: state)
        let window = try Self.window(
            from: asked.from,
            until: asked.until,
            of: state.logs[log]?.size ?? 0
        )
        let keys = self.keys
        return Export(
            table: state.file.table,
            log: log,
            window: window,
            frame: try self.read(state.file.table) { (snapshot) throws(SlotError) in
                try BundleWriting.frame(
                    of: log,
                    window: window,
                    table: state,
                    keys: keys.keys,
                    in: snapshot
                )
            },
            answer: ExportLog.Answer(
                entries: window.count,
                generation: Int(log.generation),
                pinned: state.pin(of: log).map { Int(clamping: $0.size) },
                known: state.isKnown(log),
                bundle: nil
            )
        )
    }

    private static func window(
        from: Int?,
        until: Int?,
        of size: UInt64
    ) throws(Refusal) -> Range<UInt64> {
        guard size > 0 else {
            throw .refused(.log(.empty))
        }
        let (from, until) = (from ?? 0, until ?? Int(size))
        guard from >= 0, from < until, until <= Int(size) else {
            throw .invalid(.window, .window(from: from, until: until, size: Int(size)))
        }
        return UInt64(from)..<UInt64(until)
    }
}

/// Audit bundles of the own logs.
extension Readers {
    /// Entries that are read in one turn: others get theirs in between.
    private static let exportedAtOnce: UInt64 = 1_024

    /// Gives a bundle part by part, so that no more of it is held than one.
    ///
    /// It is read twice: its hash stands at its beginning.
    fileprivate func export(
        _ asked: ExportLog,
        for caller: Caller
    ) async throws(Refusal) -> ExportLog.Answer {
        guard let sink = caller.sink else {
            throw .refused(.log(.noStream))
        }
        let begun = self.now
        try await self.exports.take(caller.name)
        defer { self.exports.give(caller.name) }
        let export = try await self.read(for: caller) { (reader) throws(Refusal) in
            try reader.beginExport(asked)
        }
        // Reading counts for nothing else, so the hash is made first and compared after.
        let hash = try await self.give(export, for: caller, since: begun, into: nil)
        let manifest = BundleManifest(
            table: export.table,
            log: export.log,
            window: export.window,
            bodyHash: hash
        )
        try await sink(manifest.signed(with: self.keys.keys.log))
        guard try await self.give(export, for: caller, since: begun, into: sink) == hash else {
            throw .unavailable(.unchangedLog)
        }
        return export.answer
    }

    /// Gives the body; its hash.
    private func give(
        _ export: Export,
        for caller: Caller,
        since begun: Int,
        into sink: ByteSink?
    ) async throws(Refusal) -> Digest {
        var count = Count()
        let head = export.frame.head
        try count.take(head)
        try await sink?(head)
        var body = export.frame
        var audiences: [Digest: Audience] = [:]
        var references: [FragmentReference] = []
        var first = export.window.lowerBound
        while first < export.window.upperBound {
            let last = min(export.window.upperBound, first + Self.exportedAtOnce)
            let range = first..<last
            try self.checkGoesOn(since: begun)
            let part = try await self.read(for: caller) { (reader) throws(Refusal) in
                try reader.read(export.table) { (snapshot) throws(SlotError) in
                    try BundleWriting.part(range, of: export.log, in: snapshot)
                }
            }
            let entries = BundleBody.bytes(of: part.entries)
            try count.take(entries)
            try await sink?(entries)
            audiences.merge(part.audiences) { known, _ in known }
            references += part.references
            first = last
        }
        body.name(Array(audiences.values))
        let middle = body.middle
        try count.take(middle)
        try await sink?(middle)
        let most = Int(Self.exportedAtOnce)
        for first in stride(from: 0, to: references.count, by: most) {
            let some = references[first..<min(first + most, references.count)]
            let bytes = BundleBody.bytes(of: some)
            try count.take(bytes)
            try await sink?(bytes)
            await Task.yield()
        }
        return count.hasher.finish()
    }

    /// The hash of a body, and how long it is.
    private struct Count {
        var hasher = DigestHasher()
        private var byteCount = 0

        mutating func take(_ bytes: [UInt8]) throws(Refusal) {
            self.hasher.update(bytes)
            self.byteCount += bytes.count
            guard self.byteCount <= Bundle.bytesMax - BundleManifest.bytesMax else {
                throw .refused(.log(.bundleTooLarge(bytesMax: Bundle.bytesMax)))
            }
        }
    }
}
