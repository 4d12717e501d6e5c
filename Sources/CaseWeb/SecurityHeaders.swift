import HTTPTypes

/// Headers of every answer (`Protocol/web.md` §2).
enum SecurityHeaders {
    /// Nothing is loaded but the style sheet, the icon, and the script that helps while somebody searches, without
    /// which everything works too.
    ///
    /// `tiles`: An origin that the operator lets the map load its ground from.
    static func contentSecurityPolicy(tiles: String?) -> String {
        [
            "default-src 'none'", "style-src 'self'",
            "img-src 'self'" + (tiles.map { " data: \($0)" } ?? ""), "script-src 'self'",
            "connect-src 'self'", "form-action 'self'",
            "base-uri 'none'", "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }

    static func add(to headers: inout HTTPFields, isTLS: Bool, tiles: String?) {
        headers[.contentSecurityPolicy] = self.contentSecurityPolicy(tiles: tiles)
        headers[.xContentTypeOptions] = "nosniff"
        for (name, value) in self.others {
            guard let name = HTTPField.Name(name) else {
                preconditionFailure("names of headers are tokens")
            }
            headers[name] = value
        }
        if isTLS { headers[.strictTransportSecurity] = "max-age=31536000" }
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    }

    private static let others = [
        // The origin goes with forms to this server, and nothing to others.
        ("Referrer-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ]
}
