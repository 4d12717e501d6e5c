import CaseModel
import JSONText
package import NIOCore
import NIOPosix
import RecordStore
import Terminal

/// The event loops of this process.
package enum NodeLoops {
    /// One loop per core; they last as long as the process.
    package static let shared: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
}

extension Node {
    /// Does what a command asks; a change is logged with who asked for it.
    ///
    /// `progress`: Told how far a long command is.
    package func perform(
        _ call: NodeCall,
        progress: ProgressReport? = nil
    ) async throws(NodeFailure) -> NodeAnswer {
        let change = call.request.change
        do throws(NodeFailure) {
            let answer = try await self.carryOut(call, progress)
            if let change { self.note(change, by: call.user, answer) }
            return answer
        } catch {
            // Whoever asks next how the node is must be told.
            if error.isOfStore { self.raise(error.message, .store) }
            if let change { self.note(change, by: call.user, error) }
            throw error
        }
    }

    private func carryOut(
        _ call: NodeCall,
        _ progress: ProgressReport?
    ) async throws(NodeFailure) -> NodeAnswer {
        switch call.request {
        case .card: return self.showCard()
        case .changeCard(let endpoint): return try self.changeCard(endpoint: endpoint)
        case .importRecords(let batch):
            guard let records = batch.records() else {
                throw .usage("records: malformed. Use the program of the same version as the node")
            }
            let counts = try await self.importRecords(records, head: batch.head)
            return NodeAnswer(exitCode: 0, json: counts.json, text: "", file: nil)
        case .settleIndex:
            do throws(SlotError) { try await self.settleIndex() } catch { throw NodeFailure(error) }
            return NodeAnswer(exitCode: 0, json: [:], text: "", file: nil)
        case .createTable(let draft): return try self.createTable(draft)
        case .acceptTable(let file, let replaces):
            return try self.acceptTable(file, replacing: replaces)
        case .amendTable(let id, let handles): return try self.amendTable(id, pinning: handles)
        case .syncNow(let peer): return try await self.syncNow(peer: peer, progress)
        case .recover(let isOffline):
            return try await self.recover(isOffline: isOffline, progress)
        case .showLog(let table, let author, let generation, let last):
            return try self.showLog(table, author: author, generation: generation, last: last)
        case .showFork(let table, let author): return try self.showFork(table, author: author)
        case .exportLog(let table, let generation, let from, let until):
            return try self.exportLog(table, generation: generation, from: from, until: until)
        case .logText(let text, let table, let author):
            return try self.logText(text, table, author: author)
        case .addUser(let name, let role, let password):
            return try self.addUser(name, role: role, password: password)
        case .listUsers: return try self.listUsers()
        case .removeUser(let name): return try self.removeUser(name)
        case .setPassword(let name, let password):
            return try self.setPassword(name, password: password)
        }
    }
}
