import Cryptography
import SyncLog

extension Evidence {
    /// Puts the bundles of each log together whose windows meet or overlap, where all bundles of that log
    /// agree; else each stands for itself (`Protocol/bundle.md` §2, Logs).
    static func joined(_ bundles: [AuditedLog]) -> [AuditedLog] {
        Dictionary(grouping: bundles, by: \.log.origin).values
            .flatMap { self.joinedWindows($0) ?? $0 }
            .sorted { ($0.places.first ?? 0) < ($1.places.first ?? 0) }
    }

    /// The windows of one log as few logs as possible; `nil` where some contradict each other.
    private static func joinedWindows(_ bundles: [AuditedLog]) -> [AuditedLog]? {
        let ordered = bundles.sorted {
            ($0.log.window.lowerBound, $0.log.window.upperBound)
                < ($1.log.window.lowerBound, $1.log.window.upperBound)
        }
        var runs: [[AuditedLog]] = []
        var reached: UInt64?
        for bundle in ordered {
            let window = bundle.log.window
            if let end = reached, window.lowerBound <= end {
                runs[runs.count - 1].append(bundle)
            } else {
                runs.append([bundle])
            }
            reached = max(reached ?? 0, window.upperBound)
        }
        var logs: [AuditedLog] = []
        for run in runs {
            guard let log = ProvenLog.joined(run.map(\.log)) else { return nil }
            var says = BundleEvidence()
            for bundle in run.sorted(by: { $0.places[0] < $1.places[0] }) { says.add(bundle.says) }
            logs.append(AuditedLog(log: log, says: says, places: run.flatMap(\.places).sorted()))
        }
        return logs
    }

    /// The logs of the author's earlier generations.
    func earlierGenerations(of log: ProvenLog) -> [ProvenLog] {
        guard log.log.generation > 0 else { return [] }
        return self.logs.map(\.log).filter {
            $0.table == log.table && $0.log.member == log.log.member
                && $0.log.generation < log.log.generation
        }
    }
}
