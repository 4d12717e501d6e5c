import CaseModel
import ReplicatedTypes
import SyncLog

/// What counts of the operations of a case, and what is live, by the words of
/// `Protocol/case-model.md` §1 and §2 and in no hurry.
///
/// For entries of partners under one charter, with grounds that fit, within the limits; fragments are
/// left out.
struct CaseOracle {
    private struct Operation {
        let reference: DotReference
        let operation: CaseOperation

        var member: MemberNumber { self.reference.dot.member }
        var dot: Dot { self.reference.dot }
    }

    private let entries: [(entry: OpenedEntry, payload: OperationsPayload)]
    private var versions: [CaseAudience] = []

    init(_ entries: [OpenedEntry]) throws {
        var first: [EntryPlace: OpenedEntry] = [:]
        for entry in entries { first[entry.place] = first[entry.place] ?? entry }
        self.entries = first.values.sorted { $0.place < $1.place }.compactMap { entry in
            guard case .operations(let payload) = entry.contents else { return nil }
            return (entry, payload)
        }
        for (entry, payload) in self.entries where entry.place.index == World.openingIndex {
            guard case .openCase(_, _, let audience) = payload.operations[0] else { continue }
            self.versions = [audience]
        }
        var isSettled = false
        while !isSettled {
            let next = self.entries.lazy.compactMap { [self] entry, payload -> CaseAudience? in
                guard payload.audienceVersion == self.versions.count,
                    case .setAudience(let next) = payload.operations[0],
                    self.setsWell(entry, payload, next)
                else { return nil }
                return next
            }.first
            if let next { self.versions.append(next) } else { isSettled = true }
        }
    }

    var members: [MemberNumber] { self.versions.last?.members ?? [] }

    /// The last removal of a member that held between two versions, with the version that began it.
    private func removals(of member: MemberNumber, until last: Int) -> [(UInt32, CaseRemoval)] {
        var found: [(UInt32, CaseRemoval)] = []
        for place in 1..<max(last, 1) {
            guard let removal = self.versions[place].removed.first(where: { $0.member == member })
            else { continue }
            if self.versions[place - 1].members.contains(member) {
                found.append((UInt32(place + 1), removal))
            } else {
                found[found.count - 1].1 = removal
            }
        }
        return found
    }

    private func isSent(_ entry: OpenedEntry, by version: CaseAudience) -> Bool {
        entry.audience.members == version.members.filter { $0 != entry.log.member }
    }

    private func setsWell(
        _ entry: OpenedEntry,
        _ payload: OperationsPayload,
        _ next: CaseAudience
    ) -> Bool {
        let before = self.versions[Int(payload.audienceVersion) - 1]
        guard entry.log.member == 1, next.version == before.version + 1,
            self.isSent(entry, by: before)
        else { return false }
        let left = before.members.filter { !next.members.contains($0) }
        let named = next.removed.map(\.member)
        guard left.allSatisfy(named.contains) else { return false }
        return next.removed.allSatisfy { removal in
            if left.contains(removal.member) { return true }
            guard
                let earlier = self.removals(of: removal.member, until: Int(before.version)).last?.1
            else { return false }
            return (removal.generation, removal.size) >= (earlier.generation, earlier.size)
        }
    }

    private func counts(_ entry: OpenedEntry, _ payload: OperationsPayload) -> Bool {
        guard (1...self.versions.count).contains(Int(payload.audienceVersion)) else { return false }
        let version = self.versions[Int(payload.audienceVersion) - 1]
        if case .setAudience(let next) = payload.operations[0] {
            return self.setsWell(entry, payload, next)
        }
        if entry.place.index == World.openingIndex { return true }
        let isCut = self.removals(of: entry.log.member, until: self.versions.count)
            .contains { number, removal in
                number > payload.audienceVersion
                    && (entry.log.generation, entry.place.index)
                        >= (removal.generation, removal.size)
            }
        return version.members.contains(entry.log.member) && self.isSent(entry, by: version)
            && !isCut
    }

    private var operations: [Operation] {
        self.entries.filter { self.counts($0.entry, $0.payload) }.flatMap { entry, payload in
            payload.operations.enumerated().map {
                Operation(reference: entry.reference(operation: $0.offset), operation: $0.element)
            }
        }
    }

    /// The tags that are there, each with its dot.
    var tags: [String] {
        let operations = self.operations
        return operations.compactMap { operation -> String? in
            guard case .addTag(let tag) = operation.operation else { return nil }
            let isRemoved = operations.contains { other in
                guard case .remove(let references) = other.operation else { return false }
                return references.contains(operation.reference)
            }
            return isRemoved ? nil : "\(operation.dot) \(tag)"
        }
    }

    /// The live values of a register that `open_case` writes, each with its dot.
    func live(_ register: RegisterName) -> [String] {
        let operations = self.operations
        let writes = operations.compactMap { operation -> (Operation, String)? in
            switch operation.operation {
            case .openCase(let title, let summary, _):
                switch register {
                case .title: (operation, title)
                case .summary: (operation, summary)
                case .phase: (operation, "signaal")
                case .lead: nil
                }
            case .setRegister(register, let value, _): (operation, value)
            default: nil
            }
        }
        let unnamed = writes.filter { write, _ in
            !operations.contains { other in
                guard case .setRegister(register, _, let named) = other.operation else {
                    return false
                }
                return named.contains(write.reference)
            }
        }
        func lasts(of some: [(Operation, String)], among all: [(Operation, String)])
            -> [(Operation, String)]
        {
            some.filter { write, _ in
                !all.contains { $0.0.member == write.member && $0.0.dot > write.dot }
            }
        }
        let live = lasts(of: unnamed, among: writes)
        return (live.isEmpty ? lasts(of: unnamed, among: unnamed) : live)
            .map { "\($0.0.dot) \($0.1)" }
    }
}
