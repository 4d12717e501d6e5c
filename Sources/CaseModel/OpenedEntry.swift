import Cryptography
package import ReplicatedTypes
package import SyncLog
package import Wire

/// Where an entry stands: the log and its 0-based index there.
///
/// Ordered by log, then index.
package struct EntryPlace: Hashable, Comparable, Sendable {
    /// The log.
    package let log: LogID
    /// Index in the log.
    package let index: UInt64

    /// Creates a place.
    package init(log: LogID, index: UInt64) {
        self.log = log
        self.index = index
    }

    /// The place of the entry that holds an operation.
    package init(of dot: Dot) {
        self.init(
            log: LogID(member: dot.member, generation: dot.generation),
            index: dot.index
        )
    }

    /// The dot of operation `operation` of the entry.
    package func dot(operation: Int) -> Dot {
        Dot(
            member: self.log.member,
            generation: self.log.generation,
            index: self.index,
            operation: UInt8(operation)
        )
    }

    /// Orders by log, then index.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.log, lhs.index) < (rhs.log, rhs.index)
    }
}

/// An entry about a case whose payload this node could open and read.
///
/// Its parts fit each other: the audience list has the header's hash, the contents are of the
/// header's kind, and a first index lies where the specification lets it. Whether it *counts* is
/// for ``CaseState`` to say.
///
/// Its parts are held once, in the heap: a case is worked out again and again, and copying an entry
/// from one list to the next counts one reference.
package struct OpenedEntry: Sendable {
    /// What the payload says.
    package enum Contents: Hashable, Sendable {
        /// Kind 1.
        case operations(OperationsPayload)
        /// Kind 2.
        case fragment(FragmentPayload)
        /// Kind 3.
        case withdrawal(WithdrawalPayload)
    }

    private final class Parts: Sendable {
        let log: LogID
        let header: EntryHeader
        let audience: Audience
        let contents: Contents
        let hash: UInt128

        init(log: LogID, header: EntryHeader, audience: Audience, contents: Contents) {
            self.log = log
            self.header = header
            self.audience = audience
            self.contents = contents
            if case .operations = contents {
                self.hash = header.leafHash.bytes.prefix(DotReference.entryByteCount)
                    .reduce(0) { $0 << 8 | UInt128($1) }
            } else {
                self.hash = 0
            }
        }

        init(emptying parts: Parts, _ payload: OperationsPayload) {
            self.log = parts.log
            self.header = parts.header
            self.audience = parts.audience
            self.contents = .operations(payload.emptied)
            self.hash = parts.hash
        }
    }

    private let parts: Parts

    /// Reads the decrypted payload of an entry.
    ///
    /// Throws `.field("kind")` when the kind is not about a case, `.field("audience")` when the
    /// list is not the header's, `.field("first_index")` when a fragment or withdrawal names a
    /// place that it cannot, and what the payload's own reading throws.
    package init(
        log: LogID,
        header: EntryHeader,
        audience: Audience,
        plaintext: [UInt8]
    ) throws(WireError) {
        let contents: Contents
        switch header.kind {
        case .operations: contents = .operations(try OperationsPayload(payload: plaintext))
        case .fragment: contents = .fragment(try FragmentPayload(payload: plaintext))
        case .withdrawal: contents = .withdrawal(try WithdrawalPayload(payload: plaintext))
        case .keyGrant, .receipt, .consultation, .destruction, .card, .charterAdopted,
            .forkEvidence, .hold, .export, .closing:
            throw .field("kind")
        }
        try self.init(log: log, header: header, audience: audience, contents: contents)
    }

    /// Joins the parts of an entry; throws as ``init(log:header:audience:plaintext:)`` does.
    package init(
        log: LogID,
        header: EntryHeader,
        audience: Audience,
        contents: Contents
    ) throws(WireError) {
        guard audience.hash == header.audience else { throw .field("audience") }
        switch contents {
        case .operations:
            guard header.kind == .operations else { throw .field("kind") }
        case .fragment(let payload):
            guard header.kind == .fragment else { throw .field("kind") }
            let first = (payload.generation, payload.firstIndex)
            let own = (log.generation, header.index)
            guard payload.version == 1 ? first == own : first < own else {
                throw .field("first_index")
            }
        case .withdrawal(let payload):
            guard header.kind == .withdrawal else { throw .field("kind") }
            guard (payload.generation, payload.firstIndex) < (log.generation, header.index) else {
                throw .field("first_index")
            }
        }
        self.parts = Parts(log: log, header: header, audience: audience, contents: contents)
    }

    /// Whose log it stands in.
    package var log: LogID { self.parts.log }
    /// Its head.
    package var header: EntryHeader { self.parts.header }
    /// Its recipients, as the key grant lists them.
    package var audience: Audience { self.parts.audience }
    /// Names an operation of the entry, as those that supersede or remove it do.
    ///
    /// Nothing refers to the contents of other kinds than operations.
    package func reference(operation: Int) -> DotReference {
        DotReference(dot: self.place.dot(operation: operation), entry: self.parts.hash)
    }

    /// The entry without its operations, where they can be put away; they are read again when they
    /// count.
    var emptied: Self {
        guard case .operations(let payload) = self.contents else { return self }
        return Self(parts: Parts(emptying: self.parts, payload))
    }

    /// Whether its operations were put away.
    var isEmptied: Bool {
        guard case .operations(let payload) = self.contents else { return false }
        return payload.operations.isEmpty
    }

    /// Whether it opens the case that it is about: of its dot the case's ID is made.
    package func opensCase(of table: TableID) -> Bool {
        guard case .operations(let payload) = self.contents, payload.opensCase else { return false }
        return ObjectID(table: table, dot: self.place.dot(operation: 0)) == self.header.caseID
    }

    /// Whether it may change who the case is for.
    package var setsAudience: Bool {
        guard case .operations(let payload) = self.contents else { return false }
        return payload.operations.contains { operation in
            switch operation {
            case .openCase, .setAudience: true
            case .setRegister, .addNote, .addLink, .addTag, .remove: false
            }
        }
    }

    private init(parts: Parts) { self.parts = parts }

    /// Its payload.
    package var contents: Contents { self.parts.contents }

    /// Where it stands.
    package var place: EntryPlace { EntryPlace(log: self.log, index: self.header.index) }
}

extension OpenedEntry: Hashable {
    /// Whether all parts are the same.
    package static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.parts === rhs.parts
            || lhs.log == rhs.log && lhs.header == rhs.header && lhs.audience == rhs.audience
                && lhs.contents == rhs.contents
    }

    /// Adds the place and the head, which differ where entries do.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.log)
        hasher.combine(self.header)
    }
}
