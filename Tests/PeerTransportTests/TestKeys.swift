import Crypto
import Foundation
import SwiftASN1
import X509

/// Certificates as a hostile or careless peer would make them.
enum TestKeys {
    static func privateKeyDER(scalar: [UInt8]) throws -> Data {
        try P256.Signing.PrivateKey(rawRepresentation: scalar).derRepresentation
    }

    /// A self-signed certificate in DER with these extensions.
    static func certificate(
        key: Certificate.PrivateKey,
        extensions: [Certificate.Extension]
    ) throws -> [UInt8] {
        let name = try DistinguishedName { CommonName("test") }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(7),
            publicKey: key.publicKey,
            notValidBefore: Date(timeIntervalSince1970: 0),
            notValidAfter: Date(timeIntervalSince1970: 4_000_000_000),
            issuer: name,
            subject: name,
            extensions: Certificate.Extensions(extensions),
            issuerPrivateKey: key
        )
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }

    /// An extension of the card's OID; `value` is the DER inside.
    static func cardExtension(value: [UInt8], critical: Bool = false) throws
        -> Certificate.Extension
    {
        Certificate.Extension(
            oid: try ASN1ObjectIdentifier(dotRepresentation: "2.25.1978111711399791466"),
            critical: critical,
            value: value[...]
        )
    }

    /// An OCTET STRING in DER, of at most 65,535 bytes.
    static func octetString(_ bytes: [UInt8]) -> [UInt8] {
        [0x04, 0x82, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
    }
}
