package import CaseModel
import Cryptography
package import Logging
import RecordStore

/// A node as a command sees it: running in another process, or opened by this one.
package enum NodeClient: Sendable {
    /// The node runs; calls go over its control socket.
    case running(ControlClient)
    /// The node does not run; its store is opened here, under its lock.
    case opened(Node)

    /// Finds the running node, else opens the folder.
    ///
    /// `passphrase`: Asked for only when the node does not run.
    package static func open(
        folder: String,
        logger: Logger,
        passphrase: () throws(NodeFailure) -> [UInt8]
    ) async throws(NodeFailure) -> NodeClient {
        if let client = try await ControlClient.connect(folder: folder) {
            return .running(client)
        }
        try Self.checkUnlocked(folder)
        var secret = try passphrase()
        defer { secret.wipe() }
        return .opened(try Node.open(at: folder, passphrase: secret, logger: logger))
    }

    /// Nobody is asked for a passphrase in vain.
    private static func checkUnlocked(_ folder: String) throws(NodeFailure) {
        do throws(FolderError) {
            _ = try DataFolder.open(at: folder)
        } catch {
            throw NodeFailure(error)
        }
    }

    /// Makes one call; `progress` is told how far a long one is.
    package func perform(
        _ call: NodeCall,
        progress: ProgressReport? = nil
    ) async throws(NodeFailure) -> NodeAnswer {
        switch self {
        case .running(let client): try await client.perform(call, progress: progress)
        case .opened(let node): try await node.perform(call, progress: progress)
        }
    }

    /// Stores records of one source, durable when this returns.
    ///
    /// In this process they are handed over as they are; only the running node gets them encoded.
    package func importRecords(
        _ records: [ImportedRecord],
        head: ImportBatch.Head,
        user: String
    ) async throws(NodeFailure) -> ImportCounts {
        switch self {
        case .opened(let node): return try await node.importRecords(records, head: head)
        case .running(let client):
            let request = NodeRequest.importRecords(ImportBatch(records, head: head))
            let answer = try await client.perform(NodeCall(request: request, user: user))
            guard let counts = ImportCounts(json: answer.json) else {
                throw NodeFailure(.bug, "import: the node gave no counts. Report this")
            }
            return counts
        }
    }

    /// Lets go of the node.
    package func close() async {
        if case .running(let client) = self { await client.close() }
    }
}
