import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
import NIOSSL
package import NodeService
import ServiceLifecycle
import SyncLog

/// Serves the pages of a node until it is told to stop.
package struct WebServer: Service {
    /// What the connections are held to.
    struct Limits: Sendable {
        /// Longest that a request may take to arrive and an answer to leave.
        var requestSeconds = WebLimits.requestSecondsMax
        /// Most connections at one time.
        var connections = WebLimits.connectionsMax
        /// Most connections from one address.
        var connectionsOfAddress = WebLimits.connectionsOfAddressMax
        /// Most passwords that wait to be hashed.
        var hashingsWaiting = WebLimits.hashingsWaitingMax
        /// What an address counts as; `nil` for one that is not counted.
        var addressKey: @Sendable (String) -> String? = { AddressKey.of($0) }
    }

    private let node: Node
    private let address: PagesAddress
    private let logger: Logger
    private let clock: @Sendable () -> Int
    private let limits: Limits
    private let didStart: @Sendable (_ url: String) async -> Void

    /// Creates a server.
    ///
    /// `clock`: Seconds of a clock that does not go back, which sessions and limits go by.
    /// `didStart`: Called once, when browsers can connect; where to.
    package init(
        node: Node,
        address: PagesAddress,
        logger: Logger,
        clock: @escaping @Sendable () -> Int,
        didStart: @escaping @Sendable (_ url: String) async -> Void
    ) {
        self.init(
            node: node,
            address: address,
            logger: logger,
            clock: clock,
            limits: Limits(),
            didStart: didStart
        )
    }

    /// Creates a server with other limits.
    init(
        node: Node,
        address: PagesAddress,
        logger: Logger,
        clock: @escaping @Sendable () -> Int,
        limits: Limits,
        didStart: @escaping @Sendable (_ url: String) async -> Void
    ) {
        self.node = node
        self.address = address
        self.logger = logger
        self.clock = clock
        self.limits = limits
        self.didStart = didStart
    }

    /// Seconds since some moment in the past, for ``init(node:address:logger:clock:didStart:)``.
    package static let systemClock: @Sendable () -> Int = {
        let start = ContinuousClock.now
        return { Int((ContinuousClock.now - start).components.seconds) }
    }()

    /// Runs until graceful shutdown.
    package func run() async throws {
        let logins = LoginCheck(waitingMax: self.limits.hashingsWaiting)
        let pages = Pages(
            node: self.node,
            hosts: HostCheck(self.address),
            cookies: Visit.CookieNames(self.address),
            sessions: SessionStore(),
            limiter: LoginLimiter(),
            logins: logins,
            tokens: TokenKey(),
            map: MapFiles(self.node.configuration),
            addressKey: self.limits.addressKey,
            logger: self.logger,
            clock: self.clock
        )
        let url =
            "\(self.address.certificate == nil ? "http" : "https")://"
            + "\(self.address.endpoint.text)/"
        let application = Application(
            responder: WebResponder(
                pages: pages,
                api: API(
                    node: self.node,
                    hosts: HostCheck(self.address),
                    logger: self.logger
                )
            ),
            server: try self.server(),
            configuration: .init(
                address: .hostname(
                    self.address.endpoint.host,
                    port: Int(self.address.endpoint.port)
                ),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    self.limits.connections
                )
            ),
            onServerRunning: { _ in await self.didStart(url) },
            logger: self.logger
        )
        do {
            try await application.run()
            await logins.stop()
        } catch {
            await logins.stop()
            throw self.failure(error)
        }
    }

    private func failure(_ error: any Error) -> any Error {
        guard let error = error as? IOError else { return error }
        let endpoint = self.address.endpoint.text
        return error.errnoCode == EADDRINUSE
            ? NodeFailure.unavailable(
                "pages: \(endpoint) is in use by another process. "
                    + "Stop it, or choose another port in node.json"
            )
            : NodeFailure.unavailable(
                "pages: cannot listen on \(endpoint) (\(error)). Check http in node.json"
            )
    }

    private func server() throws(NodeFailure) -> HTTPServerBuilder {
        let limit = TimeAmount.seconds(Int64(self.limits.requestSeconds))
        let counter = ConnectionCounter(max: self.limits.connectionsOfAddress)
        let addressKey = self.limits.addressKey
        let http = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [
                    ConnectionGate(counter: counter, addressKey: addressKey),
                    RequestDeadline(limit: limit),
                ],
                idleTimeout: limit,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: WebLimits.headerBytesMax,
                    maxHeaderListSize: WebLimits.headersBytesMax,
                    maxHeaderFieldCount: WebLimits.headersMax
                )
            )
        )
        guard let certificate = self.address.certificate else { return http }
        do {
            return try .tls(http, tlsConfiguration: try Self.configuration(certificate))
        } catch let failure as NodeFailure {
            throw failure
        } catch {
            throw .unavailable(
                "pages: \(certificate.chain) and \(certificate.key) do not go together. "
                    + "Check http_certificate and http_key in node.json"
            )
        }
    }

    private static func configuration(
        _ certificate: PagesAddress.Certificate
    ) throws(NodeFailure) -> TLSConfiguration {
        let bytes: (chain: [UInt8], key: [UInt8])
        do throws(NodeFailure) {
            bytes = (
                try GivenFile.bytes(certificate.chain, bytesMax: WebLimits.certificateBytesMax),
                try GivenFile.privateBytes(
                    certificate.key,
                    bytesMax: WebLimits.certificateBytesMax
                )
            )
        } catch {
            throw NodeFailure(
                error.code,
                "pages: \(error.message). Check http_certificate and http_key in node.json"
            )
        }
        do {
            let chain = try NIOSSLCertificate.fromPEMBytes(bytes.chain)
            let key = try NIOSSLPrivateKey(bytes: bytes.key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(key)
            )
            configuration.minimumTLSVersion = .tlsv12
            return configuration
        } catch {
            throw .unavailable(
                "pages: the certificate \(certificate.chain) or its key \(certificate.key) cannot "
                    + "be read as PEM. Check http_certificate and http_key in node.json"
            )
        }
    }
}
