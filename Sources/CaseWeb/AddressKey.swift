import Glibc

/// What the limits on an address count by.
enum AddressKey {
    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    /// An IPv4 address itself; of an IPv6 address its network, the first 64 bits, of which one
    /// client has all addresses (RFC 4291 §2.5.4); `nil` for a loopback address, which every
    /// program of the machine shares.
    static func of(_ address: String) -> String? {
        let text = String(address.prefix { $0 != "%" })
        if let bytes = self.bytes(text, family: AF_INET, count: 4) { return self.ofIPv4(bytes) }
        guard let bytes = self.bytes(text, family: AF_INET6, count: 16) else { return address }
        // A socket for both families tells IPv4 addresses so.
        if bytes.starts(with: self.mappedPrefix) { return self.ofIPv4(Array(bytes.suffix(4))) }
        if bytes.dropLast().allSatisfy({ $0 == 0 }), bytes.last == 1 { return nil }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    }

    private static func ofIPv4(_ bytes: [UInt8]) -> String? {
        bytes.first == 127 ? nil : bytes.map { String($0) }.joined(separator: ".")
    }

    private static func bytes(_ text: String, family: Int32, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }
}
