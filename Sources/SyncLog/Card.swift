package import Cryptography

/// Where a node can be reached: host and port as written on its card.
package struct Endpoint: Hashable, Sendable {
    /// A DNS name, an IPv4 address, or an IPv6 address without its brackets.
    package let host: String
    /// 1 to 65,535.
    package let port: UInt16

    /// Reads `HOST:PORT`; `nil` when it is not of that form.
    package init?(_ text: String) {
        guard text.utf8.count <= 255, let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")),
            let port = UInt16(canonicalDecimal: text[text.index(after: colon)...]), port > 0
        else { return nil }
        let host = text[..<colon]
        let bare: Substring
        if host.utf8.first == UInt8(ascii: "["), host.utf8.last == UInt8(ascii: "]") {
            bare = host.dropFirst().dropLast()
            guard bare.utf8.contains(UInt8(ascii: ":")), bare.utf8.allSatisfy(Self.isIPv6)
            else { return nil }
        } else {
            bare = host
            guard !bare.isEmpty, bare.utf8.allSatisfy(Self.isName) else { return nil }
        }
        self.host = String(bare)
        self.port = port
    }

    /// `HOST:PORT`, with brackets around an IPv6 address.
    package var text: String {
        self.host.utf8.contains(UInt8(ascii: ":"))
            ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }

    private static func isIPv6(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: ":"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// Why a card was refused.
package enum CardError: Error, Hashable, Sendable {
    /// Not a signed note of a card's form.
    case malformed
    /// A line that is missing, out of order or outside its range.
    case field(String)
    /// Not signed by the identity key it names, or also by somebody else.
    case notSigned
}

/// What a node says of itself, signed by its identity key (`Protocol/keys.md` §2).
package struct Card: Hashable, Sendable {
    /// Most bytes of a card.
    package static let bytesMax = 4_096
    /// Most endpoints on a card.
    package static let endpointsMax = 8
    /// Most bytes of an organisation's name.
    package static let nameBytesMax = 200

    /// Grows by one with every new card of the node.
    package let version: UInt32
    /// Short name, unique in a charter.
    package let handle: String
    /// The organisation's name.
    package let name: String
    /// Organisatie-identificatienummer, 20 digits.
    package let oin: String
    /// Class of the organisation.
    package let memberClass: MemberClass
    /// Identity key: the node's ID.
    package let identity: NodeID
    /// Key that signs checkpoints.
    package let logKey: VerifyingKey
    /// Key that cosigns.
    package let witnessKey: VerifyingKey
    /// Key that boxes are sealed to.
    package let sealingKey: SealingPublicKey
    /// SHA-256 of the TLS certificate's SubjectPublicKeyInfo.
    package let tlsKeyHash: Digest
    /// Where the node listens; may be empty.
    package let endpoints: [Endpoint]
    /// The note with its signature.
    package let note: SignedNote

    /// What a new card says, apart from the keys.
    package struct Contents: Hashable, Sendable {
        /// As ``Card/version``.
        package var version: UInt32
        /// As ``Card/handle``.
        package var handle: String
        /// As ``Card/name``.
        package var name: String
        /// As ``Card/oin``.
        package var oin: String
        /// As ``Card/memberClass``.
        package var memberClass: MemberClass
        /// As ``Card/endpoints``.
        package var endpoints: [Endpoint]

        /// Creates contents; they are checked when the card is signed.
        package init(
            version: UInt32,
            handle: String,
            name: String,
            oin: String,
            memberClass: MemberClass,
            endpoints: [Endpoint]
        ) {
            self.version = version
            self.handle = handle
            self.name = name
            self.oin = oin
            self.memberClass = memberClass
            self.endpoints = endpoints
        }
    }

    /// Signs a card of the node that has `keys`.
    package init(
        _ contents: Contents,
        keys: borrowing NodeKeys,
        tlsKeyHash: Digest
    ) throws(CardError) {
        var text = """
            tafel/v1/card
            version \(contents.version)
            handle \(contents.handle)
            name \(contents.name)
            oin \(contents.oin)
            class \(contents.memberClass.rawValue)
            identity \(TextEncoding.base64(keys.identity.verifyingKey.bytes))
            log \(TextEncoding.base64(keys.log.verifyingKey.bytes))
            witness \(TextEncoding.base64(keys.witness.verifyingKey.bytes))
            sealing \(TextEncoding.base64(keys.sealing.publicKey.bytes))
            tls \(TextEncoding.base64(tlsKeyHash.bytes))

            """
        for endpoint in contents.endpoints { text += "endpoint \(endpoint.text)\n" }
        var note = SignedNote(text: text)
        note.sign(with: keys.identity, name: NoteKey.identity(keys.identity.verifyingKey).name)
        try self.init(parsing: note.encoded)
    }

    /// Reads a card and checks its form and its signature.
    package init(parsing bytes: some Collection<UInt8>) throws(CardError) {
        let note: SignedNote
        do throws(NoteError) {
            note = try SignedNote(parsing: bytes, bytesMax: Self.bytesMax)
        } catch {
            throw .malformed
        }
        var reader = LineReader(note.text)
        guard reader.read(line: "tafel/v1/card") else { throw .malformed }
        func field<Value>(_ key: String, _ parse: (String) -> Value?) throws(CardError) -> Value {
            guard let value = reader.read(key).flatMap(parse) else { throw .field(key) }
            return value
        }
        let key = { (text: String) in TextEncoding.bytes(base64: text) }
        self.version = try field("version") { UInt32(canonicalDecimal: $0) }
        self.handle = try field("handle") { Self.isHandle($0) ? $0 : nil }
        self.name = try field("name") { $0.isOneLine(bytesMax: Self.nameBytesMax) ? $0 : nil }
        self.oin = try field("oin") { $0.isDigits(count: 20) ? $0 : nil }
        self.memberClass = try field("class") { MemberClass(rawValue: $0) }
        self.identity = try field("identity") { key($0).flatMap { NodeID($0) } }
        self.logKey = try field("log") { key($0).flatMap { VerifyingKey($0) } }
        self.witnessKey = try field("witness") { key($0).flatMap { VerifyingKey($0) } }
        self.sealingKey = try field("sealing") {
            // To a point of small order nothing can be sealed: its owner would keep all others from
            // writing to it and whoever is with it.
            key($0).flatMap { SealingPublicKey($0) }.flatMap { $0.isUsable ? $0 : nil }
        }
        self.tlsKeyHash = try field("tls") { key($0).flatMap { Digest($0) } }
        guard let texts = reader.readAll("endpoint", max: Self.endpointsMax) else {
            throw .field("endpoint")
        }
        var endpoints: [Endpoint] = []
        for text in texts {
            // One text per endpoint: what was parsed must write back to what was read.
            guard let endpoint = Endpoint(text), endpoint.text.hasSameBytes(as: text) else {
                throw .field("endpoint")
            }
            endpoints.append(endpoint)
        }
        self.endpoints = endpoints
        guard reader.isAtEnd else { throw .field("endpoint") }
        guard self.version > 0 else { throw .field("version") }
        guard note.signatures.count == 1, note.isSigned(by: .identity(self.identity)) else {
            throw .notSigned
        }
        self.note = note
    }

    /// Whether a text is a handle: a-z, 0-9, hyphen inside; 2 to 32 bytes.
    package static func isHandle(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return (2...32).contains(bytes.count) && bytes.first != UInt8(ascii: "-")
            && bytes.last != UInt8(ascii: "-")
            && bytes.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }
}
