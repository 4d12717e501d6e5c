import Cryptography

/// Evidence of a fork as a file that needs nothing else to be checked: the charters that say whose
/// log it is, and the two histories (`Protocol/sync-log.md` §8).
package struct ForkFile: Hashable, Sendable {
    /// Most bytes of a file: charters as a table file has them, and both histories.
    package static let bytesMax = TableFile.bytesMax + 2 * (Card.bytesMax + TlogProof.bytesMax)

    /// The charters from version 1 on, up to the one that names the author; cards are left out.
    package let charters: TableFile
    /// The author.
    package let author: Member
    /// What is proven.
    package let evidence: ForkEvidence

    /// Writes evidence down with as many charters of a table as name its author.
    ///
    /// - Throws: As ``ForkEvidence/verify(author:)``; ``ForkError/charter`` when no version that
    ///   counts names the author.
    package init(_ evidence: ForkEvidence, table: TableFile) throws(ForkError) {
        guard table.table == evidence.table,
            let charters = table.beginning(naming: evidence.log.member),
            let author = charters.governing.member(evidence.log.member)
        else { throw .charter }
        self.charters = charters
        self.author = author
        self.evidence = evidence
        try evidence.verify(author: author.identity)
    }

    /// Reads a file and checks everything in it.
    package init(parsing bytes: some Collection<UInt8>) throws(ForkError) {
        guard bytes.count <= Self.bytesMax, let text = String(validating: bytes, as: UTF8.self),
            text.utf8.last == 0x0A
        else { throw .malformed }
        let sections = text.components(separatedByLineStarting: "=== ").map { Array($0.utf8) }
        guard sections.count >= 8, sections[0].elementsEqual("tafel/v1/fork\n".utf8) else {
            throw .malformed
        }
        let charters = sections[1..<(sections.count - 6)]
        var file = Array("tafel/v1/table\n".utf8)
        for section in charters { file += Array("=== ".utf8) + section }
        let table: TableFile
        do throws(TableFileError) {
            table = try TableFile(parsing: file)
        } catch {
            throw .charter
        }
        let branches = sections.suffix(6)
        let first = try Self.branch(branches.prefix(3))
        let second = try Self.branch(branches.suffix(3))
        guard first.index == second.index, first.branch.leaf < second.branch.leaf,
            let log = Self.log(origin: first.branch.checkpoint.origin, table: table.table)
        else { throw .noDifference }
        try self.init(
            ForkEvidence(
                table: table.table,
                log: log,
                index: first.index,
                first.branch,
                second.branch
            ),
            table: table
        )
        guard self.encodedText.hasSameBytes(as: text) else { throw .malformed }
    }

    /// The log that an origin names, if it is one of this table.
    private static func log(origin: String, table: TableID) -> LogID? {
        let parts = origin.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 6, let member = MemberNumber(canonicalDecimal: parts[4]),
            let generation = UInt16(canonicalDecimal: parts[5])
        else { return nil }
        let log = LogID(member: member, generation: generation)
        return log.origin(table: table).hasSameBytes(as: origin) ? log : nil
    }

    /// Reads the sections card, leaf and proof.
    private static func branch(
        _ sections: ArraySlice<[UInt8]>
    ) throws(ForkError) -> (index: UInt64, branch: ForkBranch) {
        var bodies: [[UInt8]] = []
        for (name, section) in zip(["card\n", "leaf\n", "proof\n"], sections) {
            guard section.starts(with: name.utf8) else { throw .malformed }
            bodies.append(Array(section.dropFirst(name.utf8.count)))
        }
        guard bodies.count == 3, let card = try? Card(parsing: bodies[0]),
            bodies[1].last == 0x0A,
            let leaf = TextEncoding.bytes(
                base64: String(decoding: bodies[1].dropLast(), as: UTF8.self)
            ).flatMap({ Digest($0) }),
            let proof = try? TlogProof(parsing: bodies[2])
        else { throw .malformed }
        let branch = ForkBranch(
            card: card,
            checkpoint: proof.checkpoint,
            leaf: leaf,
            path: proof.hashes
        )
        return (proof.index, branch)
    }

    /// The file as text.
    package var encodedText: String {
        var text = "tafel/v1/fork\n"
        for charter in self.charters.charters { text += "=== charter\n" + charter.note.encodedText }
        for branch in [self.evidence.first, self.evidence.second] {
            text += "=== card\n" + branch.card.note.encodedText
            text += "=== leaf\n\(TextEncoding.base64(branch.leaf.bytes))\n"
            text += "=== proof\n" + branch.proof(at: self.evidence.index).encodedText
        }
        return text
    }
}
