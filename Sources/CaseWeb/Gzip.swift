import CZlib
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers in gzip's form (RFC 1952), for clients that take it: pages are mostly markup that repeats.
///
/// Length tells about contents. No other site can have a browser ask for a page of somebody's session and
/// put words of its own into it: the cookie is `SameSite=Strict`, and forms carry a token.
enum Gzip {
    /// Shorter texts are sent as they are.
    static let bytesMin = 1_024
    /// Longer ones too: compressing must not hold up others.
    static let bytesMax = 4_194_304

    /// Sets an answer's body, compressed where that is worth it and the client takes it.
    static func write(_ text: String, to response: inout Response, isAccepted: Bool) {
        response.headers[.vary] = "Accept-Encoding"
        response.headers[.contentEncoding] = nil
        var bytes = Array(text.utf8)
        if isAccepted, (self.bytesMin...self.bytesMax).contains(bytes.count),
            let compressed = self.compressed(bytes)
        {
            bytes = compressed
            response.headers[.contentEncoding] = "gzip"
        }
        response.body = .init(byteBuffer: ByteBuffer(bytes: bytes))
    }

    /// Whether a client says that it takes gzip (RFC 9110 §12.5.3).
    static func isAccepted(by request: HTTPFields) -> Bool {
        let codings = request[values: .acceptEncoding].flatMap { $0.split(separator: ",") }
        return codings.contains { coding in
            let parts = coding.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
            guard parts.first == "gzip" else { return false }
            // A weight of 0 says that it does not.
            return !parts.dropFirst()
                .contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
        }
    }

    /// The bytes as one gzip member; `nil` where the library has no memory for it.
    static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let windowBits = MAX_WBITS + 16  // 16 asks for gzip's head and end.
        let began = deflateInit2_(
            &stream,
            Z_DEFAULT_COMPRESSION,
            Z_DEFLATED,
            windowBits,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard began == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](
            repeating: 0,
            count: Int(deflateBound(&stream, UInt(bytes.count)))
        )
        let result = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard result == Z_STREAM_END else { return nil }
        return Array(output.prefix(Int(stream.total_out)))
    }
}
