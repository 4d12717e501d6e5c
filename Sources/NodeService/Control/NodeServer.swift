import Foundation
package import Logging
import PeerTransport
import RecordStore
import ServiceLifecycle
import SyncEngine
import SyncLog

/// A node that runs: listens, keeps itself connected, answers commands, until it is told to stop.
package struct NodeServer: Service {
    private let node: Node
    private let logger: Logger
    private let didStart: @Sendable (_ listen: String) -> Void

    /// Creates a server.
    ///
    /// `didStart`: Called once, when peers and commands can connect; the address bound.
    package init(
        node: Node,
        logger: Logger,
        didStart: @escaping @Sendable (_ listen: String) -> Void
    ) {
        self.node = node
        self.logger = logger
        self.didStart = didStart
    }

    /// Runs until graceful shutdown.
    package func run() async throws {
        guard let endpoint = Endpoint(self.node.configuration.listen) else {
            throw NodeFailure.usage(
                "node.json: listen '\(self.node.configuration.listen)' is not HOST:PORT. Mend it"
            )
        }
        let local = try await self.node.localEndpoint(group: NodeLoops.shared)
        let logger = self.logger
        let listener: PeerListener
        do throws(TransportError) {
            listener = try await PeerListener.bind(
                host: endpoint.host,
                port: Int(endpoint.port),
                endpoint: local
            ) { address, error in
                logger.info("refused a connection from \(address): \(error)")
            }
        } catch .addressInUse {
            throw NodeFailure.unavailable(
                "\(endpoint.text): in use by another process. "
                    + "Stop it, or choose another port in node.json"
            )
        } catch {
            let why = if case .cannotListen(let why) = error { why } else { "\(error)" }
            throw NodeFailure.unavailable(
                "\(endpoint.text): cannot listen (\(why)). Check the address in node.json"
            )
        }
        guard let path = ControlSocket.path(folder: self.node.folder.path) else {
            throw NodeFailure.unavailable(
                "control socket: the data folder's path is over 107 bytes. "
                    + "Set $XDG_RUNTIME_DIR, or move the folder"
            )
        }
        let control = ControlServer(
            node: self.node,
            path: path,
            logger: logger
        )
        let server = try await control.bind()
        await self.node.start()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await control.run(server) }
            group.addTask { await self.accept(listener) }
            group.addTask { try await Heap.keepSmall() }
            group.addTask {
                try await gracefulShutdown()
                throw CancellationError()
            }
            let (host, port) = listener.localAddress
            let bound = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            logger.notice("started, listens on \(bound)")
            self.didStart(bound)
            do {
                try await group.next()
            } catch is CancellationError {
                // Told to stop.
            } catch {
                await self.node.stop()
                group.cancelAll()
                throw error
            }
            logger.notice("stops")
            await listener.close()
            await self.node.stop()
            group.cancelAll()
            while (try? await group.next()) != nil {}
        }
    }

    private func accept(_ listener: PeerListener) async {
        await withDiscardingTaskGroup { group in
            for await connection in listener.connections {
                group.addTask { _ = await self.node.serve(connection, isInitiator: false) }
            }
        }
    }
}

extension Node {
    /// The node is reached by peers and commands from now on, and keeps itself connected.
    func start() {
        self.isRunning = true
        self.tellUpgrade()
        self.dispatch(.running(true))
    }

    /// Tells of what an earlier command brought up to date, which could not tell.
    private func tellUpgrade() {
        for line in StoreUpdate.takeUntold(from: self.store) where !self.hasToldUpgrade {
            self.logger.notice("\(line)")
        }
    }

    /// Dials nobody any more and says goodbye; returns when the connections dialled have ended.
    func stop() async {
        self.dispatch(.running(false))
        self.isRunning = false
        self.readers.stop()
        self.closeSessions()
        let serving = self.links.tasks
        for task in serving { task.cancel() }
        for task in serving { await task.value }
    }
}
