import Cryptography
import ReplicatedTypes
import SyncEngine
import SyncLog

/// A form in which log states were stored.
///
/// The version of the store does not tell them apart: some forms changed within one.
struct LogStateForm: Hashable, Sendable {
    /// Numbers of 8 bytes that follow the charter version.
    let numberCount: Int
    /// Where the five numbers of what came in begin among them; `nil` where there are none.
    let intakePlace: Int?
    /// Whether a hash over what receipts counted follows the numbers.
    let hasHeld: Bool
    /// Whether the version of the newest own card follows whether the log is disputed.
    let hasCardVersion: Bool
    /// Whether the log's key stands before the frontier.
    let hasLogKey: Bool

    /// Version 1.
    static let first = LogStateForm(7, held: false, cardVersion: false, logKey: false)
    /// Version 2: with what receipts counted.
    static let counted = LogStateForm(9, held: true, cardVersion: false, logKey: false)
    /// Version 3 as it began: with the log's key, and the index of the newest card.
    static let keyed = LogStateForm(10, held: true, cardVersion: false, logKey: true)
    /// Version 3 as it ended: with the version of the newest own card.
    static let carded = LogStateForm(10, held: true, cardVersion: true, logKey: true)
    /// Version 4 as it began: with what came in, behind the index of the newest card.
    static let allowed = LogStateForm(
        16,
        intake: 10,
        held: true,
        cardVersion: true,
        logKey: true
    )
    /// Version 4 as it ended, and 5: without that index.
    static let current = LogStateForm(15, intake: 9, held: true, cardVersion: true, logKey: true)

    private init(
        _ numberCount: Int,
        intake: Int? = nil,
        held: Bool,
        cardVersion: Bool,
        logKey: Bool
    ) {
        self.numberCount = numberCount
        self.intakePlace = intake
        self.hasHeld = held
        self.hasCardVersion = cardVersion
        self.hasLogKey = logKey
    }

    /// Where the numbers end.
    var numbersEnd: Int { 2 + 8 * self.numberCount }
    /// Where the byte stands that says whether the log is disputed.
    var disputedPlace: Int {
        self.numbersEnd + (self.hasHeld ? Digest.byteCount : 0)
    }
    /// Where the log's key begins, if there is one.
    var keyPlace: Int { self.disputedPlace + 1 + (self.hasCardVersion ? 4 : 0) }
    /// Bytes before the frontier.
    var clearByteCount: Int { self.keyPlace + (self.hasLogKey ? 32 : 0) }
}

extension LogState {
    /// The stored form of some version.
    ///
    /// Of versions since 4, so that a step of migration writes what it wrote when it was made, whatever
    /// ``storedBytes`` is by then.
    func storedBytes(in form: LogStateForm) -> [UInt8] {
        precondition(form == .current, "a step leads to a form that it can write")
        var bytes: [UInt8] = []
        bytes.append(bigEndian: self.charterVersion)
        for value in [
            self.size, self.complete, self.time.rawValue, self.receiptedSize, self.unreceipted,
            self.boundarySize, self.boundaryBytes, self.heldSize, self.held.count,
            self.intake.bytes, self.intake.cases, self.intake.level.entries,
            self.intake.level.bytes, self.intake.level.cases, self.intake.levelAt,
        ] {
            bytes.append(bigEndian: value)
        }
        self.held.hash.append(to: &bytes)
        bytes.append(self.isDisputed ? 1 : 0)
        bytes.append(bigEndian: self.cardVersion)
        bytes += self.logKey?.bytes ?? [UInt8](repeating: 0, count: 32)
        for hash in self.frontier.hashes { hash.append(to: &bytes) }
        if let checkpoint = self.checkpoint { bytes += checkpoint.note.encoded }
        return bytes
    }
}

/// A log state read from the form of an older version, with what that said.
struct OlderLogState: Hashable, Sendable {
    /// The form it has.
    let form: LogStateForm
    /// What it says of the log; what the form lacks is as in a new state.
    let state: LogState

    /// Reads a row that has one of some forms.
    ///
    /// The form is the one in which the frontier is that of the signed checkpoint behind it, or, of
    /// a log without entries, in which the row ends where the form does. A row of one form never
    /// fits another.
    ///
    /// - Throws: `corrupted` where none fits: the row is damaged, and nothing may be made of it.
    init(stored bytes: [UInt8], forms: [LogStateForm]) throws(StoreError) {
        let fits = forms.compactMap { OlderLogState(bytes, form: $0) }
        guard fits.count == 1, let fit = fits.first else {
            throw .corrupted(operation: "log state")
        }
        self = fit
    }

    private init?(_ bytes: [UInt8], form: LogStateForm) {
        guard bytes.count >= form.clearByteCount else { return nil }
        func value(_ place: Int) -> UInt64 {
            UInt64(bigEndian: bytes[(2 + 8 * place)..<(10 + 8 * place)])
        }
        let size = value(0)
        let hashesEnd = form.clearByteCount + size.nonzeroBitCount * Digest.byteCount
        guard bytes.count >= hashesEnd else { return nil }
        let hashes = stride(from: form.clearByteCount, to: hashesEnd, by: Digest.byteCount)
            .compactMap { Digest(bytes[$0..<($0 + Digest.byteCount)]) }
        guard let frontier = MerkleFrontier(size: size, hashes: hashes),
            bytes[form.disputedPlace] <= 1
        else { return nil }
        var state = LogState()
        state.frontier = frontier
        state.charterVersion = UInt16(bigEndian: bytes[..<2])
        state.complete = value(1)
        state.time = HybridTime(rawValue: value(2))
        state.receiptedSize = value(3)
        state.unreceipted = value(4)
        state.boundarySize = value(5)
        state.boundaryBytes = value(6)
        state.isDisputed = bytes[form.disputedPlace] == 1
        if form.hasHeld {
            let hash = Digest(bytes[form.numbersEnd..<form.disputedPlace]) ?? .zero
            state.heldSize = value(7)
            state.held = HeldEntries(count: value(8), hash: hash)
            guard state.heldSize <= size, state.held.count <= state.heldSize else { return nil }
        }
        if form.hasCardVersion {
            state.cardVersion = UInt32(bigEndian: bytes[(form.keyPlace - 4)..<form.keyPlace])
        }
        if form.hasLogKey {
            let key = bytes[form.keyPlace..<form.clearByteCount]
            state.logKey = key.contains { $0 != 0 } ? VerifyingKey(key) : nil
        }
        if let place = form.intakePlace {
            state.intake.bytes = value(place)
            state.intake.cases = value(place + 1)
            state.intake.level = IntakeAmount(
                entries: value(place + 2),
                bytes: value(place + 3),
                cases: value(place + 4)
            )
            state.intake.levelAt = value(place + 5)
        }
        if bytes.count > hashesEnd {
            guard let checkpoint = try? Checkpoint(parsing: bytes[hashesEnd...]),
                checkpoint.size == size, checkpoint.root == frontier.root
            else { return nil }
            state.checkpoint = checkpoint
        } else if size > 0 {
            return nil
        }
        self.form = form
        self.state = state
    }
}
