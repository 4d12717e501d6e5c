import ReplicatedTypes
package import SyncLog
package import Vocabulary
package import Wire

/// Payload of an operations entry (kind 1): operations on the case of its header.
package struct OperationsPayload: Hashable, Sendable {
    /// Most operations of an entry.
    package static let operationsMax = 256

    /// Version of the case's audience that the author wrote under.
    package let audienceVersion: UInt32
    /// The operations, 1 to 256; one that opens a case or sets its audience stands alone.
    ///
    /// The place in the list is the last part of the dot. Empty where they were put away
    /// (``emptied``).
    package let operations: [CaseOperation]
    /// What the operations add to the case.
    let totals: CaseTotals

    /// Creates a payload.
    ///
    /// Throws `.field` with the name of what is outside its range.
    package init(audienceVersion: UInt32, operations: [CaseOperation]) throws(WireError) {
        guard (1...CaseAudience.versionMax).contains(audienceVersion) else {
            throw .field("audience_version")
        }
        guard (1...Self.operationsMax).contains(operations.count),
            operations.count == 1 || !operations.contains(where: \.standsAlone)
        else { throw .field("operations") }
        for operation in operations { try operation.validate() }
        self.init(audienceVersion, operations, CaseTotals(of: operations))
    }

    private init(_ audienceVersion: UInt32, _ operations: [CaseOperation], _ totals: CaseTotals) {
        self.audienceVersion = audienceVersion
        self.operations = operations
        self.totals = totals
    }

    /// The payload without its operations: enough to say whether its entry counts.
    ///
    /// One that opens a case or sets its audience is returned whole.
    var emptied: Self {
        self.operations.contains(where: \.standsAlone)
            ? self : Self(self.audienceVersion, [], self.totals)
    }

    /// Whether it opens a case.
    var opensCase: Bool {
        guard case .openCase = self.operations.first else { return false }
        return true
    }

    /// The audience that it sets, after the first; `nil` when it sets none.
    var audienceSet: CaseAudience? {
        guard case .setAudience(let audience) = self.operations.first else { return nil }
        return audience
    }
}

/// Payload of a fragment (kind 2): one version of some fields of one record.
package struct FragmentPayload: Hashable, Sendable {
    /// Most fields.
    package static let fieldsMax = 256

    /// One field with its value.
    package struct Field: Hashable, Sendable {
        /// Most bytes of a value.
        package static let valueBytesMax = FieldValue.bytesMax
        /// Names with a meaning of their own, `subject.bsn` not among them: it is never shared.
        package static let known: Set<String> = Set(Self.meanings.keys)

        /// A known name, and the fact that a field of this name states.
        private struct Meaning {
            let name: String
            let fact: FactName?
        }

        private static let meanings: [String: Meaning] = {
            let facts = FactName.allCases.map { ($0.fieldName, $0) }
            let fact = Dictionary(uniqueKeysWithValues: facts)
            let names = FieldName.known.subtracting([.subjectBSN])
            let meanings = names.map { ($0.text, Meaning(name: $0.text, fact: fact[$0])) }
            return Dictionary(uniqueKeysWithValues: meanings)
        }()

        /// The name: a known one, or `extra.` with a name of its own.
        package let name: String
        /// The value, 1 to 65,536 bytes; it may have lines.
        package let value: String
        /// What a merged view takes from it; `nil` when it states no fact.
        let fact: FactName?

        /// Creates a field.
        ///
        /// Throws `.field("name")` or `.field("value")`.
        package init(name: String, value: String) throws(WireError) {
            let meaning = Self.meanings[name]
            guard meaning != nil || FieldName.isExtra(name) else { throw .field("name") }
            guard !value.isEmpty,
                value.isSpecificationText(bytesMax: Self.valueBytesMax, allowsLines: true)
            else { throw .field("value") }
            // A known name is held once, not in every field that bears it.
            self.name = meaning?.name ?? name
            self.value = value
            self.fact = meaning?.fact
        }

        /// Whether a field of this name can be shared.
        package static func isName(_ name: String) -> Bool {
            self.meanings[name] != nil || FieldName.isExtra(name)
        }
    }

    /// Generation of the author's log in which version 1 stands.
    package let generation: UInt16
    /// Index of the entry there that holds version 1.
    package let firstIndex: UInt64
    /// 1 or more.
    package let version: UInt32
    /// What the record is.
    package let type: RecordType
    /// The fields, 1 to 256, ascending by name.
    package let fields: [Field]
    /// Day after which recipients destroy it, `YYYY-MM-DD`; `nil`: the case decides.
    package let expires: String?
    /// Why its category is below the one of the owner's record or of a version before; `nil` where it
    /// is not.
    package let lowered: String?
    /// The facts that its fields state.
    let facts: FactSet

    /// Creates a payload.
    ///
    /// Throws `.field` with the name of what is outside its range.
    package init(
        generation: UInt16 = 0,
        firstIndex: UInt64,
        version: UInt32,
        type: RecordType,
        fields: [Field],
        expires: String?,
        lowered: String? = nil
    ) throws(WireError) {
        guard firstIndex < EntryHeader.treeSizeMax else { throw .field("first_index") }
        guard version > 0 else { throw .field("version") }
        guard (1...Self.fieldsMax).contains(fields.count),
            zip(fields, fields.dropFirst()).allSatisfy({ precedesInBytes($0.name, $1.name) })
        else { throw .field("fields") }
        guard expires.map({ $0.isCalendarDate }) ?? true else { throw .field("expires") }
        if let lowered {
            guard !lowered.isEmpty,
                lowered.isSpecificationText(
                    bytesMax: WithdrawalPayload.reasonBytesMax,
                    allowsLines: false
                )
            else { throw .field("lowered") }
        }
        self.generation = generation
        self.firstIndex = firstIndex
        self.version = version
        self.type = type
        self.fields = fields
        self.expires = expires
        self.lowered = lowered
        self.facts = FactSet(fields.lazy.compactMap(\.fact))
    }

    /// The value of a field.
    package func value(_ name: String) -> String? {
        self.fields.first { $0.name == name }?.value
    }

    /// What it says of a fact; `nil` where it says nothing.
    func value(_ fact: FactName) -> String? {
        guard self.facts.contains(fact) else { return nil }
        return self.fields.first { $0.fact == fact }?.value
    }

    /// The ID of the fragment, of which an entry of `log` is a version.
    package func id(table: TableID, log: LogID) -> ObjectID {
        Self.id(
            table: table,
            log: LogID(member: log.member, generation: self.generation),
            firstIndex: self.firstIndex
        )
    }

    /// The ID of the fragment whose version 1 is the entry `firstIndex` of `log`.
    package static func id(table: TableID, log: LogID, firstIndex: UInt64) -> ObjectID {
        ObjectID(
            table: table,
            dot: Dot(
                member: log.member,
                generation: log.generation,
                index: firstIndex,
                operation: 0
            )
        )
    }
}

/// Payload of a withdrawal (kind 3).
package struct WithdrawalPayload: Hashable, Sendable {
    /// Most bytes of the reason.
    package static let reasonBytesMax = 500

    /// Generation of the author's log in which version 1 of the fragment withdrawn stands.
    package let generation: UInt16
    /// Index of the entry there.
    package let firstIndex: UInt64
    /// Why, on one line.
    package let reason: String

    /// Creates a payload.
    ///
    /// Throws `.field` with the name of what is outside its range.
    package init(
        generation: UInt16 = 0,
        firstIndex: UInt64,
        reason: String
    ) throws(WireError) {
        guard firstIndex < EntryHeader.treeSizeMax else { throw .field("first_index") }
        guard !reason.isEmpty,
            reason.isSpecificationText(bytesMax: Self.reasonBytesMax, allowsLines: false)
        else { throw .field("reason") }
        self.firstIndex = firstIndex
        self.generation = generation
        self.reason = reason
    }
}
