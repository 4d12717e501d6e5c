import ReplicatedTypes
import SyncLog

/// What is dated as it cannot be (`Protocol/bundle.md` §2, Times).
extension Settlement {
    /// The last second that is not in the auditor's future.
    private var lastSecond: UInt64 { self.now + HybridTime.aheadMillisecondsMax / 1_000 }

    /// Whether a cosignature is dated after now: it proves a wrong clock, and nothing else.
    func isImpossible(_ cosignature: WitnessedRoot) -> Bool {
        cosignature.seconds > self.lastSecond
    }

    /// The latest time, in seconds since 1970, that a size is known to have been reached later than:
    /// that of an entry below it or of another's cosignature of such a tree; `nil` where all is after now.
    func laterThan(_ size: UInt64) -> UInt64? {
        let covered = self.cosignatures.filter {
            $0.witness != self.log.author && $0.root.size <= size
        }
        return self.latest(of: covered, below: size)
    }

    /// The latest time, in seconds since 1970, of the entries below a size and of some cosignatures, but
    /// for what is dated after now.
    func latest(of cosignatures: [WitnessedRoot], below size: UInt64) -> UInt64? {
        let entries = self.log.headers.prefix(Int(size - self.log.window.lowerBound))
        let written = entries.lazy.compactMap { $0?.time.milliseconds }.map { $0 / 1_000 }
        let newest = [
            written.filter { $0 <= self.lastSecond }.max(),
            cosignatures.lazy.map(\.seconds).filter { $0 <= self.lastSecond }.max(),
        ]
        return newest.compactMap(\.self).max()
    }

    /// The first entry that is dated after now.
    func impossibleEntry() -> [Finding] {
        // Exact to the millisecond, as the clock is not.
        guard let index = self.log.first(after: self.lastSecond * 1_000) else { return [] }
        let time = self.time(at: index)
        return [
            Finding(
                .entry,
                index: index,
                nl:
                    "Regel \(index) is van \(time), later dan de klok van deze computer: dat kan niet, "
                    + "tenzij die klok achterloopt.",
                en:
                    "Entry \(index) is of \(time), later than the clock of this computer: that cannot "
                    + "be, unless that clock is behind."
            )
        ]
    }

    /// The witnesses that cosigned after now.
    func impossibleCosignatures() -> [Finding] {
        let impossible = Dictionary(
            grouping: self.cosignatures.filter(self.isImpossible),
            by: \.witness
        )
        return impossible.values.compactMap { $0.min { $0.seconds < $1.seconds } }
            .sorted { $0.handle < $1.handle }
            .map { cosignature in
                let time = Timestamp.text(seconds: cosignature.seconds)
                return Finding(
                    .receipt,
                    signer: self.signer(of: cosignature),
                    nl:
                        "\(cosignature.handle) heeft medeondertekend op \(time), later dan de klok van "
                        + "deze computer: dat kan niet, tenzij die klok achterloopt. De handtekening telt "
                        + "niet als die van een getuige.",
                    en: "\(cosignature.handle) cosigned at \(time), later than the clock of this "
                        + "computer: that cannot be, unless that clock is behind. The signature does not "
                        + "count as that of a witness."
                )
            }
    }

    /// Of each witness the first entry that is dated later than its cosignature allows.
    ///
    /// Of another's cosignature it is a statement of that member: its clock may be the wrong one.
    func late() -> [Finding] {
        var first: [NodeID: (index: UInt64, cosignature: WitnessedRoot)] = [:]
        for cosignature in self.cosignatures {
            // No entry has a time beyond 2^48 ms, a cosignature may.
            let bound = min(cosignature.seconds, 1 << 48) * 1_000 + HybridTime.aheadMillisecondsMax
            guard let index = self.log.first(after: bound), index < cosignature.root.size,
                index < first[cosignature.witness]?.index ?? .max
            else { continue }
            first[cosignature.witness] = (index, cosignature)
        }
        return first.values.sorted {
            ($0.index, $0.cosignature.handle) < ($1.index, $1.cosignature.handle)
        }
        .map { index, cosignature in
            let signed = Timestamp.text(seconds: cosignature.seconds)
            let signer = self.signer(of: cosignature)
            let handle = cosignature.handle
            return Finding(
                signer == nil ? .entry : .receipt,
                index: index,
                signer: signer,
                nl:
                    "\(handle) heeft op \(signed) medeondertekend wat regel \(index) omvat, die van "
                    + "\(self.time(at: index)) is: een van beide klokken is fout, en welke is hier niet "
                    + "te zien.",
                en: "\(handle) cosigned at \(signed) what has entry \(index) in it, which is of "
                    + "\(self.time(at: index)): one of both clocks is wrong, and which cannot be seen "
                    + "here."
            )
        }
    }

    private func time(at index: UInt64) -> String {
        let place = Int(index - self.log.window.lowerBound)
        return Timestamp.text(
            seconds: (self.log.headers[place]?.time.milliseconds ?? 0) / 1_000
        )
    }

    private func signer(of cosignature: WitnessedRoot) -> String? {
        cosignature.witness == self.log.author ? nil : cosignature.handle
    }
}
