import NIOCore

extension SocketAddress {
    /// The numeric address and the port, an IPv6 address in brackets.
    var text: String {
        let host = self.ipAddress ?? "unknown"
        let port = self.port ?? 0
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
