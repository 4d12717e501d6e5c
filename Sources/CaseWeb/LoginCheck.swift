import Cryptography
package import NodeInterface
package import NodeService
import NIOPosix
import SyncLog
import Synchronization

/// Checks names and passwords on threads of its own: Argon2id takes 64 MiB and some 0.1 s each.
package final class LoginCheck: Sendable {
    /// What came of a check.
    package enum Outcome: Hashable, Sendable {
        /// Right.
        case account(UserAccount)
        /// Wrong name or password; which, nobody is told.
        case refused
        /// Too many log-ins at once, or no memory.
        case busy
    }

    private let threads = NIOThreadPool(numberOfThreads: WebLimits.hashingsMax)
    private let waiting = Mutex(0)
    private let waitingMax: Int
    /// What the password of an unknown name is checked against, so that it takes equally long.
    private let decoy: PasswordVerifier

    /// Starts the threads, for which at most `waitingMax` may wait.
    package init(waitingMax: Int = WebLimits.hashingsWaitingMax) {
        self.waitingMax = waitingMax
        let salt = Randomness.bytes(count: PasswordHashing.saltByteCount)
        self.decoy = PasswordVerifier(hashing: .recommended(salt: salt), hash: .zero)
        self.threads.start()
    }

    /// Stops the threads.
    package func stop() async { try? await self.threads.shutdownGracefully() }

    /// Checks a name and a password.
    package func check(
        name: String,
        password: String,
        node: Node
    ) async throws(Refusal) -> Outcome {
        let isRoom = self.waiting.withLock { waiting in
            guard waiting < WebLimits.hashingsMax + self.waitingMax else {
                return false
            }
            waiting += 1
            return true
        }
        guard isRoom else { return .busy }
        defer { self.waiting.withLock { $0 -= 1 } }
        let found = try node.accounts.account(name)
        let verifier = found?.verifier ?? self.decoy
        let bytes = Array(password.normalised.utf8)
        // A longer one was never set; hashing it would only cost.
        guard bytes.count <= UserAccount.passwordBytesMax else { return .refused }
        let matches = try? await self.threads.runIfActive { verifier.matches(bytes) }
        switch (matches ?? nil, found) {
        case (nil, _): return .busy
        case (true?, let found?): return .account(found.account)
        case (_, _): return .refused
        }
    }
}
