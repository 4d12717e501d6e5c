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
        if let client = await ControlClient.connect(folder: folder) { return .running(client) }
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

    /// Makes one call.
    package func perform(_ call: NodeCall) async throws(NodeFailure) -> NodeAnswer {
        switch self {
        case .running(let client): try await client.perform(call)
        case .opened(let node): try await node.perform(call)
        }
    }

    /// Lets go of the node.
    package func close() async {
        if case .running(let client) = self { await client.close() }
    }
}
