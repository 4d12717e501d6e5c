import NodeService
import SyncLog

/// Which names a request may call this server by.
///
/// A web site that lets its name point to 127.0.0.1 (DNS rebinding) is told from the pages' own.
struct HostCheck: Sendable {
    private let names: Set<String>?
    /// `http` or `https`.
    let scheme: String

    init(_ address: PagesAddress) {
        let port = address.endpoint.port
        self.scheme = address.certificate == nil ? "http" : "https"
        guard address.certificate == nil else {
            // The certificate says it: for a foreign name no browser would have come this far.
            self.names = nil
            return
        }
        let host = address.endpoint.host.lowercased()
        let hosts = ["localhost", "127.0.0.1", "[::1]", host.contains(":") ? "[\(host)]" : host]
        self.names = Set(hosts.map { "\($0):\(port)" } + (port == 80 ? hosts : []))
    }

    /// Whether a `Host` header names this server.
    func accepts(_ host: String?) -> Bool {
        guard let host = host?.lowercased(), !host.isEmpty else { return false }
        guard let names = self.names else {
            return host.utf8.count <= 255
                && host.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                        UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "["),
                        UInt8(ascii: "]"), UInt8(ascii: "_"):
                        true
                    default: false
                    }
                }
        }
        return names.contains(host)
    }
}
