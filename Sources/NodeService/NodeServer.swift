import Foundation
package import Logging
import NIOCore
import PeerTransport
import RecordStore
import ServiceLifecycle
import SyncEngine
import SyncLog
import Wire

/// A node that runs: listens, dials, keeps sessions live, answers commands, until it is told to stop.
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
        await self.node.setRunning(true)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await control.run(server) }
            group.addTask { await self.accept(listener) }
            group.addTask { await self.dialPeers() }
            group.addTask { await self.keepLive() }
            group.addTask {
                try await gracefulShutdown()
                throw CancellationError()
            }
            let (host, port) = listener.localAddress
            let bound = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            self.didStart(bound)
            do {
                try await group.next()
            } catch is CancellationError {
                // Told to stop.
            } catch {
                group.cancelAll()
                throw error
            }
            await listener.close()
            await self.node.closeSessions()
            group.cancelAll()
            while (try? await group.next()) != nil {}
        }
        await self.node.setRunning(false)
    }

    private func accept(_ listener: PeerListener) async {
        await withDiscardingTaskGroup { group in
            for await connection in listener.connections {
                group.addTask { _ = await self.node.serve(connection, isInitiator: false) }
            }
        }
    }

    /// Keeps one connection to each peer: the side with the smaller ID dials.
    private func dialPeers() async {
        await withDiscardingTaskGroup { group in
            var dialled: Set<NodeID> = []
            while !Task.isCancelled {
                for peer in await self.node.peersToDial() where dialled.insert(peer).inserted {
                    group.addTask { await self.keepConnected(peer) }
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func keepConnected(_ peer: NodeID) async {
        var delay = Node.reconnectTimes.0
        while !Task.isCancelled {
            if await self.node.session(with: peer) == nil {
                switch await self.node.dial(peer) {
                case .success(let connection):
                    let reason = await self.node.serve(connection, isInitiator: true)
                    if reason == nil { delay = Node.reconnectTimes.0 }
                case .failure: break
                }
            }
            let jitter = Double.random(in: 0.5...1.5)
            try? await Task.sleep(for: delay * jitter)
            delay = min(delay * 2, Node.reconnectTimes.1)
        }
    }

    /// Compares heads now and then, and writes the receipts that are due.
    private func keepLive() async {
        var rounds = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: Node.digestTime)
            guard !Task.isCancelled else { return }
            rounds += 1
            await self.node.sendDigests()
            if rounds.isMultiple(of: 10) { await self.node.writeDueReceipts() }
        }
    }
}

extension Node {
    func setRunning(_ isRunning: Bool) { self.isRunning = isRunning }

    /// The peers that this node dials, because its ID is the smaller one.
    func peersToDial() -> [NodeID] {
        self.engine.peers.filter { self.card.identity < $0 }.sorted()
    }

    func sendDigests() {
        for session in self.links.keys.sorted() { self.dispatch(.digestDue(session)) }
        self.checkDueReceipts()
    }

    func writeDueReceipts() {
        for table in self.engine.tables.keys.sorted() { self.dispatch(.receiptDue(table)) }
    }

    func closeSessions() {
        for link in self.links.values {
            link.send(.goodbye(.shutdown, "the node stops"))
            link.finish()
        }
    }
}
