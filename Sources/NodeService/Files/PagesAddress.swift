package import SyncLog

/// Where the pages are served: a loopback address, or any address under a certificate.
package struct PagesAddress: Hashable, Sendable {
    /// The files that TLS needs.
    package struct Certificate: Hashable, Sendable {
        /// File with the chain, PEM.
        package let chain: String
        /// File with the private key, PEM.
        package let key: String
    }

    /// The address.
    package let endpoint: Endpoint
    /// What TLS needs; `nil` for plain HTTP, which only a loopback address may have.
    package let certificate: Certificate?

    /// Reads what an operator chose: passwords and case contents never cross a network in the clear.
    ///
    /// Throws for a text that is not `HOST:PORT`, for one file of the two, and for an address that
    /// others can reach without a certificate.
    package init(
        _ http: String,
        certificate: String?,
        key: String?
    ) throws(NodeFailure) {
        guard let endpoint = Endpoint(http) else {
            throw .usage("--http '\(http)': not HOST:PORT. Write for instance 127.0.0.1:7480")
        }
        self.endpoint = endpoint
        switch (certificate, key) {
        case (nil, nil): self.certificate = nil
        case (let chain?, let key?): self.certificate = Certificate(chain: chain, key: key)
        default:
            throw .usage(
                "--http-certificate and --http-key: only one of the two is given. Give both"
            )
        }
        guard self.certificate != nil || Self.isLoopback(endpoint.host) else {
            throw .usage(
                "--http '\(http)': others can reach this address, and the pages have no TLS. "
                    + "Use 127.0.0.1, or give --http-certificate and --http-key"
            )
        }
    }

    /// Whether a host is this machine alone: `localhost`, `127.0.0.0/8` or `::1`.
    package static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { UInt8(canonicalDecimal: $0) != nil }
    }
}
