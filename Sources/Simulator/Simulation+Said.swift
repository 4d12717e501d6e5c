import CaseModel
import SyncEngine
import SyncLog
import Wire

/// What commands and pages say to people, held against what is so.
extension Simulation {
    /// Checks what a sound member would be told at this moment.
    ///
    /// `isOver`: Nothing is on its way any more, so that what was withdrawn is hidden everywhere.
    mutating func checkSaid(by node: Int, isOver: Bool = false) {
        guard self.isSound(node) else { return }
        let cases = self.nodes[node].disk.cases.sorted { $0.key < $1.key }
        for (caseID, state) in cases {
            guard let counted = state.counted() else { continue }
            for note in counted.notes { self.checkQuoted(by: note.text, at: node) }
            for fragment in counted.fragments where fragment.log == self.nodes[node].log {
                for given in fragment.given {
                    self.checkReceived(given, by: node)
                    if isOver, self.disturbed.isEmpty {
                        self.checkShown(given, of: fragment, in: caseID, by: node)
                    }
                    if isOver, fragment.withdrawal != nil {
                        self.checkHidden(
                            fragment,
                            in: caseID,
                            from: given.recipient.member,
                            by: node
                        )
                    }
                }
            }
        }
    }

    /// "Received" is said of a version that its recipient holds and can read.
    private mutating func checkReceived(
        _ given: (recipient: Recipient, version: UInt32, entry: OpenedEntry),
        by node: Int
    ) {
        let member = given.recipient.member
        guard self.isSound(member: member), let reader = self.place(of: member) else { return }
        self.counts.note(Checker.said)
        let isSaid =
            self.isSabotaged(node, .saysReceived)
            || self.isConfirmed(given.entry, by: member, at: node)
        guard isSaid else { return }
        let index = given.entry.header.index
        let table = self.nodes[reader].disk.table
        let log = given.entry.log
        guard index >= table.count(of: log) || table.plaintext(at: index, of: log) == nil else {
            return
        }
        self.violate(
            .untrue(
                by: self.nodes[node].member,
                "\(log.text) #\(index) was received by \(member)"
            )
        )
    }

    /// Whoever was given a version as the last shows that one, once all is said: what it has, and no other.
    ///
    /// Before, what makes an entry count may be missing still; with two histories of a log for ever.
    private mutating func checkShown(
        _ given: (recipient: Recipient, version: UInt32, entry: OpenedEntry),
        of fragment: CaseFragment,
        in caseID: ObjectID,
        by node: Int
    ) {
        let member = given.recipient.member
        guard self.isSound(member: member), let reader = self.place(of: member) else { return }
        self.counts.note(Checker.said)
        let shown = self.nodes[reader].disk.cases[caseID]?.counted()?.fragments
            .first { $0.id == fragment.id }
        // What was cut is shown by those alone who do not know that.
        guard let shown, shown.payload.version != given.version, !fragment.isCut(given.entry)
        else { return }
        self.violate(
            .untrue(
                by: self.nodes[node].member,
                "\(member) has version \(given.version) of \(fragment.log.text) #\(fragment.firstIndex)"
            )
        )
    }

    /// Whether the newest receipt of a member that a node holds confirms an own entry.
    private func isConfirmed(_ entry: OpenedEntry, by member: MemberNumber, at node: Int) -> Bool {
        let table = self.nodes[node].disk.table
        let log = LogID(member: member, generation: 0)
        for index in (0..<table.count(of: log)).reversed() {
            guard let plain = table.plaintext(at: index, of: log), plain.header.kind == .receipt,
                let item = self.receiptItems(of: plain, at: node)?.first(where: {
                    $0.log == entry.log
                })
            else { continue }
            return item.checkpoint.size > entry.header.index
                && !item.unopened.contains(entry.header.index)
                && table.isConfirmedAnew(item, by: member)
        }
        return false
    }

    /// "Withdrawn" is said of what nobody shows any more who was given it, once all is said.
    private mutating func checkHidden(
        _ fragment: CaseFragment,
        in caseID: ObjectID,
        from member: MemberNumber,
        by node: Int
    ) {
        guard self.isSound(member: member), let reader = self.place(of: member) else { return }
        self.counts.note(Checker.said)
        let shown = self.nodes[reader].disk.cases[caseID]?.counted()?.fragments
            .first { $0.id == fragment.id }
        guard let shown, shown.withdrawal == nil else { return }
        self.violate(
            .untrue(
                by: self.nodes[node].member,
                "\(fragment.log.text) #\(fragment.firstIndex) is withdrawn, and \(member) shows it"
            )
        )
    }

    /// Whoever reads a note was given what it quotes.
    private mutating func checkQuoted(by text: String, at node: Int) {
        guard let mark = QuotedMark(in: text), self.isSound(member: mark.log.member),
            let author = self.place(of: mark.log.member)
        else { return }
        self.counts.note(Checker.quoted)
        let member = self.nodes[node].member
        let table = self.nodes[author].disk.table
        guard mark.index < table.count(of: mark.log), member != mark.log.member,
            let header = table.item(at: mark.index, of: mark.log).header,
            let audience = table.audience(header.audience), !audience.contains(member)
        else { return }
        self.violate(.derived(node: member, log: mark.log, index: mark.index))
    }
}

/// A value that stands in one version of one fragment and nowhere else, so that it is known wherever it
/// is quoted.
struct QuotedMark: Hashable, Sendable {
    let log: LogID
    let index: UInt64

    init(log: LogID, index: UInt64) {
        self.log = log
        self.index = index
    }

    /// The mark that a text quotes; `nil` when it quotes none.
    init?(in text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 5, parts[0] == "Weighed:", parts[1] == "mark",
            let member = MemberNumber(parts[2]), let generation = UInt16(parts[3]),
            let index = UInt64(parts[4])
        else { return nil }
        self.log = LogID(member: member, generation: generation)
        self.index = index
    }

    /// The value.
    var value: String { "mark \(self.log.member) \(self.log.generation) \(self.index)" }

    /// A note that quotes it.
    static func note(quoting value: String) -> String { "Weighed: \(value)" }
}
