/// What a record is; the raw value is the word used everywhere (`Protocol/records.md` §1).
package enum RecordType: String, CaseIterable, Hashable, Sendable {
    /// A company or other organisation.
    case subject
    /// A place.
    case location
    /// A visit by an inspector.
    case inspection
    /// A permit.
    case permit
    /// A sign that something may be wrong.
    case signal
    /// A sanction.
    case enforcement
    /// Something that happened.
    case incident
    /// A sample and its analysis.
    case sample
    /// A reference to a document.
    case document
}
