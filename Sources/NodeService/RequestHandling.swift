import Logging
package import NodeInterface

/// A request that the node carries out.
package protocol HandledRequest: Request {
    /// Does what is asked, at `node`, for who may ask it.
    ///
    /// By a method of another name than `Node.answer(_:for:)`, which calls this.
    func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer
}

extension Node {
    /// Every request there is, by name.
    package static let requests: [String: any HandledRequest.Type] = {
        let all: [any HandledRequest.Type] = [
            AcceptTable.self, AcknowledgeAlarms.self, AddNote.self, AddToken.self, AddUser.self,
            AmendTable.self,
            ChangeCard.self, CreateTable.self, DecideSubjects.self, ExportLog.self,
            ImportRecords.self,
            LearnWeights.self, LinkSubjects.self, NoteImport.self, ShowWeights.self,
            TakeWeights.self, UseWeights.self, ShowQuality.self, ListCases.self,
            ListDisclosures.self, ListTables.self,
            ListTokens.self, ListUsers.self, OpenCase.self, PreviewAudience.self,
            PreviewOpening.self,
            PreviewShare.self, Recover.self, RemoveToken.self, RemoveUser.self, SearchRecords.self,
            SearchList.self,
            SetAudience.self, SetCase.self, SetPassword.self, SettleIndex.self, ShareRecord.self,
            ShowCanonicalCase.self, ShowCard.self, ShowCase.self, ShowCasePage.self,
            ShowCheckpoint.self, ShowFork.self, ShowFragmentStatus.self, ShowLog.self,
            ShowLogKeys.self,
            ShowOffers.self, ShowProof.self, ShowRecord.self, ShowStatus.self,
            ShowSubject.self, SucceedSubject.self, SuggestSubjects.self, ShowSyncStatus.self,
            ShowTable.self, ShowTableFile.self, SyncNow.self, TagCase.self,
            WithdrawFragment.self,
        ]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    }()

    /// Carries out a request of who may make it; a change is logged with who asked for it.
    ///
    /// It is not this actor's turn: what only reads never waits for one.
    nonisolated package func answer<Asked: HandledRequest>(
        _ request: Asked,
        for caller: Caller
    ) async throws(Refusal) -> Asked.Answer {
        let change = request.change
        do throws(Refusal) {
            if let right = caller.missing(for: Asked.self) {
                throw .notAllowed(right, user: caller.name)
            }
            let answer = try await request.answer(on: self, for: caller)
            if let change { self.log(change, by: caller, Self.outcome(of: answer)) }
            return answer
        } catch {
            // Whoever asks next how the node is must be told.
            if case .unavailable(.store(_, let words)) = error {
                await self.raise("store: \(words)", .store)
            }
            if let change { self.log(change, by: caller, Self.outcome(of: error)) }
            throw error
        }
    }

    // MARK: The lines that say which user did what

    private static func outcome(of answer: some Document) -> String {
        guard answer.outcome == .done else { return "not done" }
        let written = answer as? any WrittenDocument
        return "done" + (written.map { ", entry \($0.entry.index)" } ?? "")
    }

    private static func outcome(of refusal: Refusal) -> String {
        switch refusal.kind {
        case .notFound, .ambiguous, .invalid, .notAllowed, .conflict, .refused: "refused"
        case .unavailable, .bug: "failed"
        }
    }

    nonisolated private func log(_ change: Change, by caller: Caller, _ outcome: String) {
        let object = change.object.isEmpty ? "" : ", \(change.object)"
        self.logger.notice(
            "user \(Change.word(caller.name)): \(change.what)\(object): \(outcome)"
        )
    }
}
