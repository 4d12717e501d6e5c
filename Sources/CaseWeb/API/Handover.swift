import NodeInterface

/// Hands the parts of a stream from who makes them to who sends them, one at a time: no more than one is
/// held, and nothing is begun to be sent before there is one.
actor Handover {
    /// What is handed over.
    enum Part: Sendable {
        case bytes([UInt8])
        case end
        case refusal(Refusal)
    }

    private var part: Part?
    private var isAbandoned = false
    private var giver: CheckedContinuation<Void, Never>?
    private var taker: CheckedContinuation<Void, Never>?

    /// Gives bytes; returns when they were taken.
    func give(_ bytes: [UInt8]) async throws(Refusal) {
        await self.put(.bytes(bytes))
        guard !self.isAbandoned else {
            throw .unavailable(.reader)
        }
    }

    /// Says that there is no more, and why where it ends too early.
    func end(_ refusal: Refusal? = nil) async {
        await self.put(refusal.map { .refusal($0) } ?? .end)
    }

    private func put(_ part: Part) async {
        guard !self.isAbandoned else { return }
        self.part = part
        self.taker?.resume()
        self.taker = nil
        await withCheckedContinuation { self.giver = $0 }
    }

    /// Takes the next part, when there is one.
    func take() async -> Part {
        if self.part == nil { await withCheckedContinuation { self.taker = $0 } }
        defer {
            self.part = nil
            self.giver?.resume()
            self.giver = nil
        }
        return self.part ?? .end
    }

    /// Takes no more.
    func abandon() {
        self.isAbandoned = true
        self.giver?.resume()
        self.giver = nil
    }

    /// Somebody who takes parts; when it is gone, nobody does: a client that left before anything was sent
    /// leaves nobody waiting.
    final class Taker: Sendable {
        let handover: Handover

        init(_ handover: Handover) { self.handover = handover }

        deinit {
            let handover = self.handover
            Task { await handover.abandon() }
        }
    }
}
