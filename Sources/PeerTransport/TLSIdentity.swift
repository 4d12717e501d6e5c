import Crypto
import Foundation
import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// A node's key and certificate for connections.
///
/// `Protocol/sync.md` §1.
///
/// The certificate is self-signed with ECDSA P-256 and carries the node's card in an extension.
/// Its dates say nothing (2000 to 9999): the card is what counts. The private key stays in the
/// memory of the TLS library for as long as the identity lives.
package struct TLSIdentity: Sendable {
    /// The largest card in bytes.
    ///
    /// `Protocol/keys.md` §2.
    package static let cardBytesMax = 4096

    /// The only application protocol spoken; agreed on by ALPN.
    package static let applicationProtocol = "tafel/1"

    /// The extension that carries the card, in dotted form.
    ///
    /// `Protocol/sync.md` §1.
    package static let cardExtensionOID = "2.25.1978111711399791466"

    /// How long an orderly close waits for the peer before the connection is cut.
    package static let closeTime = Duration.seconds(5)

    /// SHA-256 of the key's SubjectPublicKeyInfo in DER, 32 bytes: the card's `tls` line.
    package let publicKeyHash: [UInt8]

    /// The card the certificate carries.
    package let card: [UInt8]

    /// The certificate in DER.
    package let certificate: [UInt8]

    let serverContext: NIOSSLContext
    let clientContext: NIOSSLContext

    /// Makes the certificate for a key and a card.
    ///
    /// Costs one signature.
    ///
    /// `privateScalar` is 32 bytes, big-endian, from 1 to the order of P-256 less 1; `card` is
    /// the signed note in UTF-8, 1 to 4,096 bytes, whose `tls` line should hold
    /// ``publicKeyHash(privateScalar:)``. That the card is this key's is for peers to check; it
    /// is not parsed here.
    package init(privateScalar: [UInt8], card: [UInt8]) throws(TLSIdentityError) {
        guard (1...Self.cardBytesMax).contains(card.count) else {
            throw .cardLengthInvalid(card.count)
        }
        let key = try Self.privateKey(scalar: privateScalar)
        self.publicKeyHash = Self.hash(of: key.publicKey)
        self.card = card
        do {
            let certificate = try Self.makeCertificate(key: key, card: card)
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            self.certificate = serializer.serializedBytes
            let chain = [
                NIOSSLCertificateSource.certificate(
                    try NIOSSLCertificate(bytes: self.certificate, format: .der)
                )
            ]
            let tlsKey = NIOSSLPrivateKeySource.privateKey(
                try NIOSSLPrivateKey(bytes: Array(key.derRepresentation), format: .der)
            )
            var server = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain,
                privateKey: tlsKey
            )
            Self.restrict(&server)
            var client = TLSConfiguration.makeClientConfiguration()
            client.certificateChain = chain
            client.privateKey = tlsKey
            Self.restrict(&client)
            self.serverContext = try NIOSSLContext(configuration: server)
            self.clientContext = try NIOSSLContext(configuration: client)
        } catch {
            throw .certificateFailed("\(error)")
        }
    }

    /// Makes the private scalar of a new key, 32 bytes; the caller wipes it.
    package static func makePrivateScalar() -> [UInt8] {
        Array(P256.Signing.PrivateKey().rawRepresentation)
    }

    /// SHA-256 of the SubjectPublicKeyInfo that belongs to a private scalar: 32 bytes.
    ///
    /// Throws ``TLSIdentityError/scalarInvalid`` only.
    package static func publicKeyHash(
        privateScalar: [UInt8]
    ) throws(TLSIdentityError) -> [UInt8] {
        self.hash(of: try self.privateKey(scalar: privateScalar).publicKey)
    }

    /// SHA-256 of a key's SubjectPublicKeyInfo in DER, with an uncompressed point.
    static func hash(of key: P256.Signing.PublicKey) -> [UInt8] {
        Array(SHA256.hash(data: key.derRepresentation))
    }

    private static func privateKey(
        scalar: [UInt8]
    ) throws(TLSIdentityError) -> P256.Signing.PrivateKey {
        do {
            return try P256.Signing.PrivateKey(rawRepresentation: scalar)
        } catch {
            throw .scalarInvalid
        }
    }

    private static func makeCertificate(
        key: P256.Signing.PrivateKey,
        card: [UInt8]
    ) throws -> Certificate {
        var value = DER.Serializer()
        try value.serialize(ASN1OctetString(contentBytes: card[...]))
        let name = try DistinguishedName { CommonName("tafel node") }
        return try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(1),
            publicKey: Certificate.PublicKey(key.publicKey),
            // RFC 5280 §4.1.2.5: the last second of 9999 stands for no end.
            notValidBefore: Date(timeIntervalSince1970: 946_684_800),
            notValidAfter: Date(timeIntervalSince1970: 253_402_300_799),
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions([
                Certificate.Extension(
                    oid: ASN1ObjectIdentifier(dotRepresentation: self.cardExtensionOID),
                    critical: false,
                    value: value.serializedBytes[...]
                )
            ]),
            issuerPrivateKey: Certificate.PrivateKey(key)
        )
    }

    /// TLS 1.3, ECDSA P-256, a certificate from both sides.
    private static func restrict(_ configuration: inout TLSConfiguration) {
        configuration.minimumTLSVersion = .tlsv13
        configuration.maximumTLSVersion = .tlsv13
        configuration.applicationProtocols = [self.applicationProtocol]
        configuration.signingSignatureAlgorithms = [.ecdsaSecp256R1Sha256]
        configuration.verifySignatureAlgorithms = [.ecdsaSecp256R1Sha256]
        // Makes the library ask for, and insist on, the peer's certificate; whether it is
        // accepted is decided in `Admission`, which replaces the check against authorities.
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
        configuration.renegotiationSupport = .none
        configuration.shutdownTimeout = TimeAmount(self.closeTime)
    }
}
