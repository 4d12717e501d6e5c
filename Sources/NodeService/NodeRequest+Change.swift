import Foundation
import Logging

extension NodeRequest {
    /// What a request would change, for the node's own log: never a value or a text.
    struct Change: Hashable, Sendable {
        /// Most bytes of a user's name in a line.
        static let userBytesMax = 64
        /// Most digits of an ID in a line.
        static let digitsMax = 12

        /// What is done, in one word or two.
        let what: String
        /// To what, by the beginning of its ID or by the name of an account; may be empty.
        let object: String

        init(_ what: String, _ object: String = "") {
            self.what = what
            self.object = object
        }

        /// A name as one word that can end no line and hide nothing in it.
        static func word(_ text: String) -> String {
            String(
                decoding: text.utf8.prefix(self.userBytesMax).map { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"),
                        UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                        UInt8(ascii: "_"), UInt8(ascii: "-"):
                        byte
                    default: UInt8(ascii: "?")
                    }
                },
                as: UTF8.self
            )
        }

        fileprivate static func id(_ text: String) -> String {
            String(self.word(text).prefix(self.digitsMax))
        }
    }

    /// What it would change; `nil` for what only reads.
    var change: Change? {
        switch self {
        case .card, .status, .settleIndex, .search, .showRecord, .listTables, .showTable,
            .showTableFile, .listCases, .showCase, .showCaseSeen, .offeredGrounds, .fragmentStatus,
            .syncStatus,
            .showLog, .logText, .caseDisclosures, .listUsers:
            nil
        case .acknowledgeAlarms: Change("acknowledge alarms")
        case .changeCard: Change("change card")
        case .importRecords: Change("import records")
        case .createTable: Change("create table")
        case .acceptTable: Change("accept table")
        case .amendTable(let id, _): Change("amend table", "table \(Change.id(id))")
        case .openCase(let draft): Change("open case", "table \(Change.id(draft.table))")
        case .setCase(let id, let field, _, _):
            Change("set \(Change.word(field))", "case \(Change.id(id))")
        case .addNote(let id, _): Change("add note", "case \(Change.id(id))")
        case .link(let id, _, _, _, let removes):
            Change(removes ? "remove link" : "add link", "case \(Change.id(id))")
        case .tag(let id, _, let removes, _):
            Change(removes ? "remove tag" : "add tag", "case \(Change.id(id))")
        case .share(let draft):
            draft.isPreview ? nil : Change("share record", "case \(Change.id(draft.caseID))")
        case .setAudience(let draft):
            draft.isPreview ? nil : Change("set audience", "case \(Change.id(draft.caseID))")
        case .withdraw(let id, _, _): Change("withdraw", "fragment \(Change.id(id))")
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

    func note(_ change: NodeRequest.Change, by user: String, _ answer: NodeAnswer) {
        let written = try? JSONDecoder().decode(Written.self, from: Data(answer.json.utf8))
        let entry = written?.entry.map { ", entry \($0.index)" } ?? ""
        self.log(change, by: user, answer.exitCode == 0 ? "done\(entry)" : "not done")
    }

    func note(_ change: NodeRequest.Change, by user: String, _ failure: NodeFailure) {
        self.log(change, by: user, failure.code == .usage ? "refused" : "failed")
    }

    private func log(_ change: NodeRequest.Change, by user: String, _ outcome: String) {
        let object = change.object.isEmpty ? "" : ", \(change.object)"
        self.logger.notice(
            "user \(NodeRequest.Change.word(user)): \(change.what)\(object): \(outcome)"
        )
    }
}
