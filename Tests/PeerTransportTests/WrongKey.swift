import Crypto
import NIOCore
import NIOSSL

/// Signs with a key that is not the certificate's.
struct WrongKey: NIOSSLCustomPrivateKey, Hashable {
    let scalar: [UInt8]

    var signatureAlgorithms: [SignatureAlgorithm] { [.ecdsaSecp256R1Sha256] }
    var derBytes: [UInt8] { [] }

    func sign(
        channel: any Channel,
        algorithm: SignatureAlgorithm,
        data: ByteBuffer
    ) -> EventLoopFuture<ByteBuffer> {
        channel.eventLoop.makeCompletedFuture {
            let key = try P256.Signing.PrivateKey(rawRepresentation: self.scalar)
            let signature = try key.signature(for: Array(data.readableBytesView))
            return ByteBuffer(bytes: signature.derRepresentation)
        }
    }

    func decrypt(channel: any Channel, data: ByteBuffer) -> EventLoopFuture<ByteBuffer> {
        channel.eventLoop.makeFailedFuture(NIOSSLError.failedToLoadPrivateKey)
    }
}
