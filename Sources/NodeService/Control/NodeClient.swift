import Cryptography
package import Logging
package import NodeInterface
package import RecordImport
import RecordStore

/// A node as a command sees it: running in another process, or opened by this one.
package enum NodeClient: Sendable {
    /// The node runs; calls go over its control socket.
    case running(ControlClient)
    /// The node does not run; its store is opened here, under its lock.
    case opened(Node)

    /// Longest wait for another process that has the folder, in seconds.
    package static let waitSecondsMax = 10

    /// Finds the running node, else opens the folder.
    ///
    /// Waits up to ``waitSecondsMax`` for a command that has the folder, or a node that starts or stops.
    ///
    /// - Parameters:
    ///   - folder: The data folder.
    ///   - logger: Of the node that is opened.
    ///   - isForLong: The folder itself is wanted, or the running node: not a command that has it for long
    ///     and answers others meanwhile (``FolderHost``).
    ///   - waiting: Told once, why, when it waits.
    ///   - passphrase: Asked for only when the node does not run.
    /// - Returns: The node, running elsewhere or opened here.
    /// - Throws: What ``Node/open(in:passphrase:logger:)`` throws; `.unavailable` when the folder is still
    ///   in use after the wait.
    package static func open(
        folder: String,
        logger: Logger,
        isForLong: Bool = false,
        waiting: (String) -> Void,
        passphrase: () throws(NodeFailure) -> [UInt8]
    ) async throws(NodeFailure) -> NodeClient {
        let end = ContinuousClock.now + .seconds(self.waitSecondsMax)
        // Nobody is asked for a passphrase in vain, nor has the folder while it is typed.
        if case .running(let client) = try await self.find(folder, until: end, isForLong, waiting) {
            return .running(client)
        }
        var secret = try passphrase()
        defer { secret.wipe() }
        let again = max(end, ContinuousClock.now + .seconds(1))
        switch try await self.find(folder, until: again, isForLong, waiting) {
        case .running(let client): return .running(client)
        case .locked(let folder):
            return .opened(try Node.open(in: folder, passphrase: secret, logger: logger))
        }
    }

    private enum Found {
        case running(ControlClient)
        case locked(DataFolder)
    }

    /// The running node, else the folder with its lock.
    private static func find(
        _ path: String,
        until end: ContinuousClock.Instant,
        _ isForLong: Bool,
        _ waiting: (String) -> Void
    ) async throws(NodeFailure) -> Found {
        var isWaiting = false
        while true {
            if let client = try await ControlClient.connect(folder: path) {
                guard isForLong, !client.isNode else { return .running(client) }
                await client.close()
            }
            do throws(FolderError) {
                return .locked(try DataFolder.open(at: path))
            } catch {
                guard case .locked = error, ContinuousClock.now < end, !Task.isCancelled else {
                    throw NodeFailure(error)
                }
                if !isWaiting { waiting("\(path): in use by another process, waits for it") }
                isWaiting = true
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Carries out a request.
    package func answer<Asked: HandledRequest>(
        _ request: Asked,
        for caller: Caller
    ) async throws(Refusal) -> Asked.Answer {
        switch self {
        case .opened(let node): return try await node.answer(request, for: caller)
        case .running(let client):
            return try await client.answer(request, for: caller).read(as: Asked.Answer.self)
        }
    }

    /// Carries out a request; its answer as a document.
    package func document(
        of request: some HandledRequest,
        for caller: Caller
    ) async throws(Refusal) -> NamedAnswer {
        switch self {
        case .opened(let node): NamedAnswer(try await node.answer(request, for: caller))
        case .running(let client): try await client.answer(request, for: caller)
        }
    }

    /// Stores records of one source, durable when this returns.
    ///
    /// In this process they are handed over as they are; only the running node gets them encoded.
    package func importRecords(
        _ records: [ImportedRecord],
        head: ImportBatch.Head,
        for caller: Caller
    ) async throws(Refusal) -> ImportCounts {
        switch self {
        case .opened(let node): return try await node.importRecords(records, head: head)
        case .running:
            let request = ImportRecords(ImportBatch(records, head: head))
            return try await self.answer(request, for: caller)
        }
    }

    /// Lets go of the node.
    package func close() async {
        if case .running(let client) = self { await client.close() }
    }
}
