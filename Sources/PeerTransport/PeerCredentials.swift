import Crypto
import NIOSSL
import SwiftASN1
import X509

/// What a peer's certificate says of it.
///
/// Nothing of it is verified yet but its form.
package struct PeerCredentials: Hashable, Sendable {
    /// The card as the certificate carries it, 1 to 4,096 bytes; hostile until checked.
    package let card: [UInt8]

    /// SHA-256 of the certificate's SubjectPublicKeyInfo in DER, 32 bytes.
    ///
    /// The peer is admitted only when the card's `tls` line is equal to it.
    package let publicKeyHash: [UInt8]

    /// Creates credentials from their parts.
    package init(card: [UInt8], publicKeyHash: [UInt8]) {
        self.card = card
        self.publicKeyHash = publicKeyHash
    }

    /// Reads the credentials from the certificates a peer presented.
    ///
    /// Returns `nil` unless there is exactly one certificate with a P-256 key in the usual
    /// (uncompressed, named curve) form and exactly one card extension that is not critical and
    /// holds one OCTET STRING. `Protocol/sync.md` §1. The possession of the key is TLS's matter.
    init?(chain: [NIOSSLCertificate]) {
        guard chain.count == 1, let presented = chain.first,
            let der = try? presented.toDERBytes(),
            let certificate = try? Certificate(derEncoded: der),
            let key = P256.Signing.PublicKey(certificate.publicKey),
            let oid = try? ASN1ObjectIdentifier(dotRepresentation: TLSIdentity.cardExtensionOID)
        else { return nil }

        let cards = certificate.extensions.filter { $0.oid == oid }
        guard cards.count == 1, let card = cards.first, !card.critical,
            let content = try? ASN1OctetString(derEncoded: card.value),
            (1...TLSIdentity.cardBytesMax).contains(content.bytes.count)
        else { return nil }

        // A key in another encoding would have another hash than the one a card names; the
        // certificate's own bytes count, so both must agree.
        var serializer = DER.Serializer()
        guard (try? serializer.serialize(certificate.publicKey)) != nil,
            serializer.serializedBytes == Array(key.derRepresentation)
        else { return nil }

        self.card = Array(content.bytes)
        self.publicKeyHash = TLSIdentity.hash(of: key)
    }
}
