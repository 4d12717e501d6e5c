import CaseModel
import SyncLog
import Wire

@testable import RecordStore

extension Decoder {
    /// What peers send: frames, payloads, headers, lists of recipients.
    static let messages: [Decoder] = [
        canonical(
            "frame",
            bytesMax: 16_384,
            decode: { try PeerMessage(decoding: $0) },
            encode: { $0.encoded }
        ),
        canonical(
            "operations",
            bytesMax: 8_192,
            decode: { try OperationsPayload(payload: $0) },
            encode: { $0.payload }
        ),
        canonical(
            "fragment",
            bytesMax: 8_192,
            decode: { try FragmentPayload(payload: $0) },
            encode: { $0.payload }
        ),
        canonical(
            "withdrawal",
            bytesMax: 1_024,
            decode: { try WithdrawalPayload(payload: $0) },
            encode: { $0.payload }
        ),
        canonical(
            "key-grant",
            bytesMax: 8_192,
            decode: { try KeyGrant(payload: $0) },
            encode: { $0.payload }
        ),
        canonical(
            "receipt",
            bytesMax: 8_192,
            decode: { try Receipt(payload: $0) },
            encode: { $0.payload }
        ),
        canonical(
            "header",
            bytesMax: 160,
            decode: { try EntryHeader(decoding: $0) },
            encode: { $0.bytes }
        ),
        canonical(
            "audience",
            bytesMax: 2_400,
            decode: { Audience(stored: $0) },
            encode: { $0.bytes }
        ),
    ]
}
