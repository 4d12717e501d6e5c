package import Cryptography
package import ReplicatedTypes
package import SyncLog
package import Vocabulary
import Wire

/// An entry before it has an index and a key.
package struct Draft: Sendable {
    /// Which case the entry is about.
    package enum Subject: Hashable, Sendable {
        /// None.
        case none
        /// One that exists.
        case existing(ObjectID)
        /// The one that operation 0 of this entry opens.
        case opened
    }

    /// What the entry is.
    package let kind: EntryKind
    /// The case.
    package let subject: Subject
    /// Category of the data.
    package let category: Category?
    /// The recipients; `nil` for the whole table.
    package let audience: Audience?
    /// Makes the payload, before encryption, from the index the entry gets.
    package let payload: @Sendable (UInt64) -> [UInt8]

    /// Creates a draft.
    package init(
        kind: EntryKind,
        subject: Subject,
        category: Category?,
        audience: Audience?,
        payload: @escaping @Sendable (UInt64) -> [UInt8]
    ) {
        self.kind = kind
        self.subject = subject
        self.category = category
        self.audience = audience
        self.payload = payload
    }
}

/// Who writes an own log, and when.
package struct WritingContext: Sendable {
    /// The table.
    package let file: TableFile
    /// The own log.
    package let log: LogID
    /// The own card.
    package let card: Card
    /// The clock.
    package let clock: HybridTime
    /// Fresh random bytes.
    package let random: @Sendable (Int) -> [UInt8]

    /// Creates a context.
    package init(
        file: TableFile,
        log: LogID,
        card: Card,
        clock: HybridTime,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.file = file
        self.log = log
        self.card = card
        self.clock = clock
        self.random = random
    }
}

/// Why an entry was not written.
///
/// Nothing was stored.
package enum WritingError: Error, Hashable, Sendable {
    /// The charter does not count yet.
    case notEffective
    /// A recipient has no card at this node, so nothing can be sealed to it.
    case noCard(MemberNumber)
    /// A recipient's sealing key is no usable key.
    case unusableKey(MemberNumber)
    /// The payload, encrypted, is over the limit.
    case tooLarge(bytesMax: Int)
}

/// Appending to the own log: index, key, encryption, tree, checkpoint (`Protocol/sync-log.md`).
extension TableStorage where Self: ~Copyable {
    /// Days after which a new epoch of a key chain starts.
    private static var epochMillisecondsMax: UInt64 { 30 * 86_400_000 }
    /// Positions after which a new epoch starts.
    private static var epochPositionsMax: UInt32 { 1 << 20 }
    /// Payload after which a checkpoint is signed.
    private static var checkpointPayloadBytesMax: UInt64 { 4_194_304 }
    /// Entries after which a checkpoint is signed.
    private static var checkpointEntriesMax: UInt64 { 4_096 }

    /// Appends entries with the grants they need and signs a checkpoint.
    ///
    /// - Returns: The log's new state and the entries of the drafts, in order, as they can be read.
    package mutating func write(
        _ drafts: [Draft],
        context: WritingContext,
        keys: borrowing NodeKeys
    ) throws(Failure) -> Result<(state: LogState, entries: [PlainEntry]), WritingError> {
        guard let charter = context.file.effective else { return .failure(.notEffective) }
        var state = try self.state(of: context.log)
        var entries: [PlainEntry] = []
        for draft in self.preface(state: state, charter: charter, context: context) + drafts {
            let written = try self.write(
                draft,
                charter: charter,
                context: context,
                keys: keys,
                state: &state
            )
            switch written {
            case .success(let entry): entries.append(entry)
            case .failure(let error): return .failure(error)
            }
        }
        self.signCheckpoint(of: &state, context: context, keys: keys)
        state.complete = state.size
        try self.setState(state, of: context.log)
        return .success((state, Array(entries.suffix(drafts.count))))
    }

    /// The entries a log begins with, and what is newer than in the log: own card, charter.
    private func preface(
        state: LogState,
        charter: Charter,
        context: WritingContext
    ) -> [Draft] {
        var drafts: [Draft] = []
        if state.cardVersion < context.card.version {
            let card = context.card.note.encoded
            drafts.append(
                Draft(kind: .card, subject: .none, category: nil, audience: nil) { _ in card }
            )
        }
        if state.charterVersion < charter.version {
            let note = context.file.charters[Int(charter.version) - 1].note.encoded
            drafts.append(
                Draft(kind: .charterAdopted, subject: .none, category: nil, audience: nil) { _ in
                    note
                }
            )
        }
        return drafts
    }

    private mutating func write(
        _ draft: Draft,
        charter: Charter,
        context: WritingContext,
        keys: borrowing NodeKeys,
        state: inout LogState
    ) throws(Failure) -> Result<PlainEntry, WritingError> {
        var chain: ChainKey?
        var epoch: UInt32 = 0
        if let audience = draft.audience {
            switch try self.chain(
                for: audience,
                charter: charter,
                context: context,
                keys: keys,
                state: &state
            )
            {
            case .success(let found): epoch = found
            case .failure(let error): return .failure(error)
            }
            chain = try self.chainKey(
                ChainID(log: context.log, audience: audience.hash, epoch: epoch)
            )
        }
        var header = self.header(draft, charter: charter, context: context, state: state)
        let plaintext = draft.payload(header.index)
        let payload: [UInt8]
        var contentKey: SecretKey?
        if let link = chain.take() {
            let key = link.contentKey()
            header.epoch = epoch
            header.position = link.position
            header.keyCommitment = key.commitment()
            payload = AuthenticatedEncryption.seal(
                plaintext,
                nonce: context.random(AuthenticatedEncryption.nonceByteCount),
                associatedData: header.associatedData,
                key: key
            )
            try self.setChainKey(
                link.next(),
                of: ChainID(log: context.log, audience: header.audience, epoch: epoch)
            )
            contentKey = consume key
        } else {
            payload = plaintext
        }
        guard payload.count <= EntryHeader.payloadBytesMax else {
            return .failure(.tooLarge(bytesMax: EntryHeader.payloadBytesMax))
        }
        header.payloadHash = Digest(hashing: payload)
        header.payloadLength = UInt32(payload.count)
        let entry = Entry(header: header, payload: payload, boxes: [])
        try self.add(entry, context: context, keys: keys, state: &state)
        if draft.audience != nil {
            try self.setOpening(
                .open,
                contentKey: contentKey,
                at: header.index,
                of: context.log
            )
        }
        return .success(
            PlainEntry(
                log: context.log,
                header: header,
                audience: draft.audience,
                plaintext: plaintext
            )
        )
    }

    private func header(
        _ draft: Draft,
        charter: Charter,
        context: WritingContext,
        state: LogState
    ) -> EntryHeader {
        let log = context.log
        let caseID: ObjectID
        switch draft.subject {
        case .none: caseID = .zero
        case .existing(let id): caseID = id
        case .opened:
            let dot = Dot(
                member: log.member,
                generation: log.generation,
                index: state.size,
                operation: 0
            )
            caseID = ObjectID(table: context.file.table, dot: dot)
        }
        return EntryHeader(
            kind: draft.kind,
            charterVersion: charter.version,
            category: draft.category,
            index: state.size,
            time: state.time.next(clock: context.clock),
            caseID: caseID,
            audience: draft.audience?.hash ?? .zero
        )
    }

    /// Adds an entry to the tree, with a checkpoint before it where one is due.
    private mutating func add(
        _ entry: Entry,
        context: WritingContext,
        keys: borrowing NodeKeys,
        state: inout LogState
    ) throws(Failure) {
        let bytes = state.boundaryBytes + UInt64(entry.givenByteCount)
        let isFull =
            state.size - state.boundarySize == Self.checkpointEntriesMax
            || bytes > Self.checkpointPayloadBytesMax
        if isFull, state.size > state.boundarySize {
            self.signCheckpoint(of: &state, context: context, keys: keys)
            if let checkpoint = state.checkpoint {
                try self.keep(checkpoint, of: context.log, isBoundary: true)
            }
            state.boundarySize = state.size
            state.boundaryBytes = 0
        }
        try self.append([.full(entry)], to: context.log, size: state.size)
        state.frontier.append(entry.header.leafHash)
        state.boundaryBytes += UInt64(entry.givenByteCount)
        state.noteOwn(entry.header, card: context.card)
    }

    private func signCheckpoint(
        of state: inout LogState,
        context: WritingContext,
        keys: borrowing NodeKeys
    ) {
        guard state.checkpoint?.size != state.size else { return }
        state.checkpoint = Checkpoint(
            origin: context.log.origin(table: context.file.table),
            size: state.size,
            root: state.frontier.root,
            signedWith: keys.log
        )
    }

    /// The epoch to write with; grants a new one where there is none or it has run its course.
    private mutating func chain(
        for audience: Audience,
        charter: Charter,
        context: WritingContext,
        keys: borrowing NodeKeys,
        state: inout LogState
    ) throws(Failure) -> Result<UInt32, WritingError> {
        var sealingKeys: [SealingPublicKey] = [keys.sealing.publicKey]
        for member in audience.members {
            guard let card = context.file.cards[member] else { return .failure(.noCard(member)) }
            sealingKeys.append(card.sealingKey)
        }
        let recipientKeys = Digest(hashing: sealingKeys.flatMap(\.bytes))
        let hash = audience.hash
        let own = try self.ownChain(hash)
        if let own, own.recipientKeys == recipientKeys,
            context.clock.milliseconds < own.startedMilliseconds + Self.epochMillisecondsMax,
            let key = try self.chainKey(
                ChainID(log: context.log, audience: hash, epoch: own.epoch)
            ),
            key.position < Self.epochPositionsMax
        {
            return .success(own.epoch)
        }
        guard let epoch = UInt32(exactly: state.size),
            let secret = SecretKey(context.random(SecretKey.byteCount))
        else { preconditionFailure("a grant names itself in 4 bytes, and its key has 32") }
        let key = ChainKey(secret, position: 0)
        var boxes: [Box] = []
        var exposed = key.exposedBytes()
        defer { exposed.wipe() }
        for (member, sealingKey) in zip([context.log.member] + audience.members, sealingKeys) {
            guard let sealed = sealingKey.sealing(exposed) else {
                return .failure(.unusableKey(member))
            }
            boxes.append(Box(member: member, sealed: sealed))
        }
        try self.writeGrant(
            of: key,
            epoch: epoch,
            boxes: boxes,
            audience: audience,
            charter: charter,
            context: context,
            keys: keys,
            state: &state
        )
        try self.setOwnChain(
            OwnChain(
                epoch: epoch,
                startedMilliseconds: context.clock.milliseconds,
                recipientKeys: recipientKeys
            ),
            for: hash
        )
        return .success(epoch)
    }

    private mutating func writeGrant(
        of key: borrowing ChainKey,
        epoch: UInt32,
        boxes: [Box],
        audience: Audience,
        charter: Charter,
        context: WritingContext,
        keys: borrowing NodeKeys,
        state: inout LogState
    ) throws(Failure) {
        let hashes = boxes.map { Digest(hashing: $0.sealed) }
        guard let grant = KeyGrant(audience: audience, boxHashes: hashes, history: []) else {
            preconditionFailure("there is a box for the author and each recipient")
        }
        let payload = grant.payload
        var header = EntryHeader(
            kind: .keyGrant,
            charterVersion: charter.version,
            category: nil,
            index: state.size,
            time: state.time.next(clock: context.clock),
            caseID: .zero,
            audience: audience.hash
        )
        header.epoch = epoch
        header.position = key.position
        header.keyCommitment = key.commitment()
        header.payloadHash = Digest(hashing: payload)
        header.payloadLength = UInt32(payload.count)
        let none: SecretKey? = nil
        try self.keep(audience)
        try self.add(
            Entry(header: header, payload: payload, boxes: boxes),
            context: context,
            keys: keys,
            state: &state
        )
        try self.setOpening(.open, contentKey: none, at: header.index, of: context.log)
        try self.setChainKey(
            key,
            of: ChainID(log: context.log, audience: audience.hash, epoch: epoch)
        )
    }
}
