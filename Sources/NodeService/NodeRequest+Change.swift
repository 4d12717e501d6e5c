import Foundation
import Logging
import NodeInterface

extension NodeRequest {
    /// What it would change; `nil` for what only reads.
    var change: Change? {
        switch self {
        case .card, .settleIndex, .showLog, .logText, .listUsers:
            nil
        case .changeCard: Change("change card")
        case .importRecords: Change("import records")
        case .createTable: Change("create table")
        case .acceptTable: Change("accept table")
        case .amendTable(let id, _): Change("amend table", "table \(Change.id(id))")
        case .syncNow: Change("synchronise")
        case .recover(let isOffline): Change(isOffline ? "recover offline" : "recover")
        case .showFork(let table, _): Change("write proof of a fork", "table \(Change.id(table))")
        case .exportLog(let table, _, _, _): Change("export log", "table \(Change.id(table))")
        case .addUser(let name, _, _): Change("add user", "user \(Change.word(name))")
        case .removeUser(let name): Change("remove user", "user \(Change.word(name))")
        case .setPassword(let name, _): Change("set password", "user \(Change.word(name))")
        }
    }
}

/// The lines that say which user did what.
extension Node {
    /// The entry that an answer says was written.
    private struct Written: Decodable {
        struct Entry: Decodable {
            let index: Int
        }

        let entry: Entry?
    }

    func note(_ change: Change, by user: String, _ answer: NodeAnswer) {
        let written = try? JSONDecoder().decode(Written.self, from: Data(answer.json.utf8))
        let entry = written?.entry.map { ", entry \($0.index)" } ?? ""
        self.log(change, by: user, answer.exitCode == 0 ? "done\(entry)" : "not done")
    }

    func note(_ change: Change, by user: String, _ answer: some Document) {
        let written = answer as? any WrittenDocument
        let entry = written.map { ", entry \($0.entry.index)" } ?? ""
        self.log(change, by: user, answer.isFinding ? "not done" : "done\(entry)")
    }

    func note(_ change: Change, by user: String, _ failure: NodeFailure) {
        self.log(change, by: user, failure.code == .usage ? "refused" : "failed")
    }

    private func log(_ change: Change, by user: String, _ outcome: String) {
        let object = change.object.isEmpty ? "" : ", \(change.object)"
        self.logger.notice(
            "user \(Change.word(user)): \(change.what)\(object): \(outcome)"
        )
    }
}
