import Foundation
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
    private let node: Node
    private let address: PagesAddress
    private let logger: Logger
    private let clock: @Sendable () -> Int
    /// Longest that a request may take to arrive.
    private let requestSeconds: Int
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
            requestSeconds: WebLimits.requestSecondsMax,
            didStart: didStart
        )
    }

    /// Creates a server that waits less long than the others.
    init(
        node: Node,
        address: PagesAddress,
        logger: Logger,
        clock: @escaping @Sendable () -> Int,
        requestSeconds: Int,
        didStart: @escaping @Sendable (_ url: String) async -> Void
    ) {
        self.node = node
        self.address = address
        self.logger = logger
        self.clock = clock
        self.requestSeconds = requestSeconds
        self.didStart = didStart
    }

    /// Seconds since some moment in the past, for ``init(node:address:logger:clock:didStart:)``.
    package static let systemClock: @Sendable () -> Int = {
        let start = ContinuousClock.now
        return { Int((ContinuousClock.now - start).components.seconds) }
    }()

    /// Runs until graceful shutdown.
    package func run() async throws {
        let logins = LoginCheck()
        let pages = Pages(
            node: self.node,
            hosts: HostCheck(self.address),
            cookies: Visit.CookieNames(self.address),
            sessions: SessionStore(),
            limiter: LoginLimiter(),
            logins: logins,
            tokens: TokenKey(),
            logger: self.logger,
            clock: self.clock
        )
        let url =
            "\(self.address.certificate == nil ? "http" : "https")://"
            + "\(self.address.endpoint.text)/"
        let application = Application(
            responder: pages,
            server: try self.server(),
            configuration: .init(
                address: .hostname(
                    self.address.endpoint.host,
                    port: Int(self.address.endpoint.port)
                ),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    WebLimits.connectionsMax
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
        let limit = TimeAmount.seconds(Int64(self.requestSeconds))
        let http = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [RequestDeadline(limit: limit)],
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
        let attributes = try? FileManager.default.attributesOfItem(atPath: certificate.key)
        guard let mode = attributes?[.posixPermissions] as? Int else {
            throw .unavailable(
                "pages: \(certificate.key) cannot be read. Check http_key in node.json"
            )
        }
        guard mode & 0o077 == 0 else {
            throw .usage(
                "pages: others can read \(certificate.key). Make it yours alone, chmod 600"
            )
        }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate.chain)
            let key = try NIOSSLPrivateKey(file: certificate.key, format: .pem)
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
