import Cryptography
import FoundationEssentials
import ReplicatedTypes
import SyncLog
import Vocabulary
package import Wire

// The generated messages hold bytes as `Data`; nothing outside this file sees one.

extension DotReference {
    fileprivate init(_ message: Tafel_V1_DotReference, field: String) throws(WireError) {
        guard let member = MemberNumber(exactly: message.member),
            let generation = UInt16(exactly: message.generation),
            let operation = UInt8(exactly: message.operation),
            message.entry.count == Self.entryByteCount
        else { throw .field(field) }
        self.init(
            dot: Dot(
                member: member,
                generation: generation,
                index: message.index,
                operation: operation
            ),
            entry: message.entry.reduce(0) { $0 << 8 | UInt128($1) }
        )
    }

    fileprivate static func list(
        _ messages: [Tafel_V1_DotReference],
        field: String
    ) throws(WireError) -> [DotReference] {
        guard messages.count <= CaseOperation.referencesMax else { throw .field(field) }
        var references: [DotReference] = []
        references.reserveCapacity(messages.count)
        for message in messages { references.append(try DotReference(message, field: field)) }
        return references
    }

    fileprivate var message: Tafel_V1_DotReference {
        var message = Tafel_V1_DotReference()
        message.member = UInt32(self.dot.member)
        message.generation = UInt32(self.dot.generation)
        message.index = self.dot.index
        message.operation = UInt32(self.dot.operation)
        message.entry = Data(
            stride(from: 120, through: 0, by: -8).map {
                UInt8(truncatingIfNeeded: self.entry >> UInt128($0))
            }
        )
        return message
    }
}

extension CaseRemoval {
    fileprivate init(_ message: Tafel_V1_Removal) throws(WireError) {
        guard let member = MemberNumber(exactly: message.member),
            let generation = UInt16(exactly: message.generation)
        else { throw .field("removed") }
        try self.init(member: member, generation: generation, size: message.size)
    }

    fileprivate var message: Tafel_V1_Removal {
        var message = Tafel_V1_Removal()
        message.member = UInt32(self.member)
        message.generation = UInt32(self.generation)
        message.size = self.size
        return message
    }
}

extension CaseAudience {
    fileprivate init(_ message: Tafel_V1_CaseAudience) throws(WireError) {
        guard message.members.count <= Self.membersMax else { throw .field("members") }
        let members = message.members.compactMap { MemberNumber(exactly: $0) }
        guard members.count == message.members.count else { throw .field("members") }
        guard let code = UInt16(exactly: message.category),
            let category = Category(rawValue: code)
        else { throw .field("category") }
        guard message.removed.count <= Self.removedMax else { throw .field("removed") }
        var removed: [CaseRemoval] = []
        for removal in message.removed { removed.append(try CaseRemoval(removal)) }
        try self.init(
            version: message.version,
            members: members,
            category: category,
            grounds: message.grounds,
            removed: removed
        )
    }

    fileprivate var message: Tafel_V1_CaseAudience {
        var message = Tafel_V1_CaseAudience()
        message.version = self.version
        message.members = self.members.map { UInt32($0) }
        message.category = UInt32(self.category.rawValue)
        message.grounds = self.grounds
        message.removed = self.removed.map(\.message)
        return message
    }
}

extension RegisterName {
    fileprivate init(_ message: Tafel_V1_RegisterName) throws(WireError) {
        switch message {
        case .title: self = .title
        case .phase: self = .phase
        case .lead: self = .lead
        case .summary: self = .summary
        case .unspecified, .UNRECOGNIZED: throw .field("register")
        }
    }

    fileprivate var message: Tafel_V1_RegisterName {
        switch self {
        case .title: .title
        case .phase: .phase
        case .lead: .lead
        case .summary: .summary
        }
    }
}

extension SubjectSuccession {
    /// What a link says of a succession; `nil` where it says nothing.
    fileprivate init?(of link: Tafel_V1_AddLink) throws(WireError) {
        guard !link.date.isEmpty || !link.kind.isEmpty || !link.source.isEmpty else { return nil }
        guard let kind = SuccessionKind(rawValue: link.kind) else { throw .field("kind") }
        try self.init(date: link.date, kind: kind, source: link.source)
    }
}

extension CaseOperation {
    fileprivate init(_ message: Tafel_V1_Operation) throws(WireError) {
        switch message.operation {
        case .openCase(let open):
            guard open.hasAudience else { throw .field("audience") }
            self = .openCase(
                title: open.title,
                summary: open.summary,
                audience: try CaseAudience(open.audience)
            )
        case .setAudience(let audience): self = .setAudience(try CaseAudience(audience))
        case .setRegister(let set):
            self = .setRegister(
                try RegisterName(set.register),
                value: set.value,
                supersedes: try DotReference.list(set.supersedes, field: "supersedes")
            )
        case .addNote(let note): self = .addNote(text: note.text)
        case .addLink(let link):
            guard let from = ObjectID(link.from) else { throw .field("from") }
            guard let to = ObjectID(link.to) else { throw .field("to") }
            self = .addLink(
                try SubjectLink(
                    from: from,
                    relation: link.relation,
                    to: to,
                    reason: link.reason,
                    succession: try SubjectSuccession(of: link)
                )
            )
        case .addTag(let tag): self = .addTag(tag.tag)
        case .remove(let remove): self = .remove(try DotReference.list(remove.dots, field: "dots"))
        case nil: throw .field("operation")
        }
    }

    fileprivate var message: Tafel_V1_Operation {
        var message = Tafel_V1_Operation()
        switch self {
        case .openCase(let title, let summary, let audience):
            message.openCase.title = title
            message.openCase.summary = summary
            message.openCase.audience = audience.message
        case .setAudience(let audience): message.setAudience = audience.message
        case .setRegister(let register, let value, let supersedes):
            message.setRegister.register = register.message
            message.setRegister.value = value
            message.setRegister.supersedes = supersedes.map(\.message)
        case .addNote(let text): message.addNote.text = text
        case .addLink(let link):
            message.addLink.from = Data(link.from.bytes)
            message.addLink.relation = link.relation
            message.addLink.to = Data(link.to.bytes)
            message.addLink.reason = link.reason
            message.addLink.date = link.succession?.date ?? ""
            message.addLink.kind = link.succession?.kind.rawValue ?? ""
            message.addLink.source = link.succession?.source ?? ""
        case .addTag(let tag): message.addTag.tag = tag
        case .remove(let references): message.remove.dots = references.map(\.message)
        }
        return message
    }
}

extension OperationsPayload {
    /// Reads a payload; refuses every form but the canonical one and everything over a limit.
    package init(payload: [UInt8]) throws(WireError) {
        let message = try Tafel_V1_OperationsPayload(canonical: payload)
        guard message.operations.count <= Self.operationsMax else { throw .field("operations") }
        var operations: [CaseOperation] = []
        for operation in message.operations { operations.append(try CaseOperation(operation)) }
        try self.init(audienceVersion: message.audienceVersion, operations: operations)
    }

    /// The canonical payload.
    ///
    /// The log's writer refuses it when it is over `EntryHeader.payloadBytesMax`.
    package var payload: [UInt8] {
        var message = Tafel_V1_OperationsPayload()
        message.audienceVersion = self.audienceVersion
        message.operations = self.operations.map(\.message)
        return message.canonicalBytes
    }
}

extension FragmentPayload {
    /// Reads a payload; refuses every form but the canonical one and everything over a limit.
    package init(payload: [UInt8]) throws(WireError) {
        let message = try Tafel_V1_FragmentPayload(canonical: payload)
        guard let type = RecordType(rawValue: message.type) else { throw .field("type") }
        guard message.fields.count <= Self.fieldsMax else { throw .field("fields") }
        var fields: [Field] = []
        for field in message.fields {
            fields.append(try Field(name: field.name, value: field.value))
        }
        guard let generation = UInt16(exactly: message.generation) else {
            throw .field("generation")
        }
        try self.init(
            generation: generation,
            firstIndex: message.firstIndex,
            version: message.version,
            type: type,
            fields: fields,
            expires: message.expires.isEmpty ? nil : message.expires,
            lowered: message.lowered.isEmpty ? nil : message.lowered
        )
    }

    /// The canonical payload.
    ///
    /// The log's writer refuses it when it is over `EntryHeader.payloadBytesMax`.
    package var payload: [UInt8] {
        var message = Tafel_V1_FragmentPayload()
        message.generation = UInt32(self.generation)
        message.firstIndex = self.firstIndex
        message.version = self.version
        message.type = self.type.rawValue
        message.fields = self.fields.map { field in
            var message = Tafel_V1_Field()
            message.name = field.name
            message.value = field.value
            return message
        }
        message.expires = self.expires ?? ""
        message.lowered = self.lowered ?? ""
        return message.canonicalBytes
    }
}

extension WithdrawalPayload {
    /// Reads a payload; refuses every form but the canonical one and everything over a limit.
    package init(payload: [UInt8]) throws(WireError) {
        let message = try Tafel_V1_WithdrawalPayload(canonical: payload)
        guard let generation = UInt16(exactly: message.generation) else {
            throw .field("generation")
        }
        try self.init(
            generation: generation,
            firstIndex: message.firstIndex,
            reason: message.reason
        )
    }

    /// The canonical payload.
    package var payload: [UInt8] {
        var message = Tafel_V1_WithdrawalPayload()
        message.firstIndex = self.firstIndex
        message.generation = UInt32(self.generation)
        message.reason = self.reason
        return message.canonicalBytes
    }
}
