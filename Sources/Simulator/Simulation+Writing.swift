import CaseModel
import Cryptography
import ReplicatedTypes
import SyncEngine
import SyncLog
import Wire

/// What nodes write into their own logs.
extension Simulation {
    private mutating func context(of node: Int) -> WritingContext {
        let bytes = SeededBytes(seed: self.generator.next())
        return WritingContext(
            file: self.writingFile(of: node),
            log: self.nodes[node].log,
            card: self.nodes[node].card,
            clock: self.clock(of: node),
            random: { bytes.next($0) }
        )
    }

    mutating func writeReceipt(_ table: TableID, on node: Int) {
        guard self.mayWrite(node) else {
            return self.handle(.receipted(table: table, states: [:]), on: node)
        }
        let context = self.context(of: node)
        let keys = self.nodes[node].keys
        var transaction = self.stored(on: node)
        let composed = transaction.composeReceipts(
            logs: Array(transaction.states.keys),
            me: self.nodes[node].member,
            keys: keys.keys,
            node: self.nodes[node].card.identity,
            seconds: context.clock.milliseconds / 1_000
        )
        guard let composed else {
            return self.handle(.receipted(table: table, states: [:]), on: node)
        }
        if self.isSabotaged(node, .withholdsReceipts) || composed.receipts.isEmpty {
            self.nodes[node].disk.table = transaction
            return self.handle(.receipted(table: table, states: composed.states), on: node)
        }
        var drafts: [Draft] = []
        for receipt in composed.receipts {
            let payload = self.spoken(receipt, by: node).payload
            drafts.append(
                Draft(kind: .receipt, subject: .none, category: nil, audience: nil) { _ in payload }
            )
        }
        let state = self.write(drafts, context: context, into: &transaction, on: node)
        self.note("node \(node + 1) receipt \(state.size)")
        self.handle(.receipted(table: table, states: composed.states), on: node)
        self.handle(.committed(table: table, log: context.log, state: state), on: node)
    }

    mutating func act(_ seed: UInt64, on node: Int) {
        guard self.mayWrite(node), let charter = self.nodes[node].disk.file.effective else {
            return
        }
        var workload = Workload(
            table: self.table,
            charter: charter,
            me: self.nodes[node].member,
            cases: self.nodes[node].disk.cases,
            sizes: self.nodes[node].disk.table.states.mapValues(\.size),
            lies: Lie.allCases.filter { self.tells($0, node) },
            sabotage: self.isSabotaged(node, self.sabotage) ? self.sabotage : .none,
            generator: SeededGenerator(seed: seed)
        )
        let drafts = workload.drafts()
        for lie in workload.told { self.counts.note(Fault.lie(lie)) }
        let context = self.context(of: node)
        var transaction = self.stored(on: node)
        if self.lies(.reusesPositions, node, 0.5) { transaction.rewindChains(of: context.log) }
        let state = self.write(drafts, context: context, into: &transaction, on: node)
        self.note("node \(node + 1) wrote \(drafts.map(\.kind.name)) \(state.size)")
        self.handle(.committed(table: self.table, log: context.log, state: state), on: node)
        // A person looks at what was written.
        self.checkSaid(by: node)
    }

    private func stored(on node: Int) -> MemoryTable {
        self.nodes[node].unsynced ?? self.nodes[node].disk.table
    }

    /// Writes and commits; what the member is told of is durable.
    private mutating func write(
        _ drafts: [Draft],
        context: WritingContext,
        into transaction: inout MemoryTable,
        on node: Int
    ) -> LogState {
        let keys = self.nodes[node].keys
        switch transaction.write(drafts, context: context, keys: keys.keys) {
        case .success(let written):
            if self.isSabotaged(node, .sendsEarly) {
                self.nodes[node].unsynced = transaction
                self.enqueue(.commit, on: node)
            } else {
                self.nodes[node].disk.table = transaction
            }
            self.nodes[node].disk.index(written.entries)
            self.nodes[node].acknowledged[context.log] = written.state.size
            return written.state
        case .failure(let error):
            preconditionFailure("the workload can be written: \(error)")
        }
    }
}
