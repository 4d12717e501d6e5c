import ReplicatedTypes
import SyncLog

/// What a log's headers say one after the other, as far as they are seen (`Protocol/bundle.md` §2).
extension ProvenLog {
    /// A key chain of the author.
    private struct Chain: Hashable {
        let list: UInt32
        /// Index of the grant that begins it.
        let epoch: UInt32
    }

    /// Entries that name a lower charter version than the one before them, or one that was not adopted.
    func versionsOutOfOrder() -> [Finding] {
        var findings: [Finding] = []
        var last: UInt16 = 0
        var adopted: UInt16 = 0
        // What was adopted in an entry that is not seen, or before the window, the next header tells.
        var isAdoptionKnown = self.window.lowerBound == 0
        for (place, header) in self.headers.enumerated() {
            guard let header else {
                isAdoptionKnown = false
                continue
            }
            let version = header.charterVersion
            let index = self.window.lowerBound + UInt64(place)
            adopted = max(adopted, header.adopts)
            if !isAdoptionKnown { adopted = max(adopted, version) }
            isAdoptionKnown = true
            let needsAdoption = header.kind != .card
            if version < last {
                findings.append(self.lowerVersion(version, at: index, than: last))
            } else if needsAdoption, version > adopted {
                findings.append(self.notAdopted(version, at: index))
            }
            last = version
            // Goes on from here, so that one version that was not adopted is one finding.
            if needsAdoption { adopted = max(adopted, version) }
        }
        return findings
    }

    private func lowerVersion(_ version: UInt16, at index: UInt64, than last: UInt16) -> Finding {
        Finding(
            .entry,
            index: index,
            nl:
                "Regel \(index) noemt convenantversie \(version), een lagere dan de regel ervoor, die "
                + "versie \(last) noemt.",
            en:
                "Entry \(index) names charter version \(version), a lower one than the entry before "
                + "it, which names version \(last)."
        )
    }

    private func notAdopted(_ version: UInt16, at index: UInt64) -> Finding {
        Finding(
            .entry,
            index: index,
            nl:
                "Regel \(index) noemt convenantversie \(version), die dit logboek daar nog niet had "
                + "aangenomen.",
            en: "Entry \(index) names charter version \(version), which this log had not adopted "
                + "there."
        )
    }

    /// Entries that are dated no later than the entry before them.
    func datedBack() -> [Finding] {
        var findings: [Finding] = []
        var last: HybridTime?
        for (place, header) in self.headers.enumerated() {
            guard let header else { continue }
            if let last, header.time <= last {
                let index = self.window.lowerBound + UInt64(place)
                let time = Timestamp.text(seconds: header.time.milliseconds / 1_000)
                let before = Timestamp.text(seconds: last.milliseconds / 1_000)
                findings.append(
                    Finding(
                        .entry,
                        index: index,
                        nl:
                            "Regel \(index) is van \(time), niet later dan de regel ervoor, van "
                            + "\(before): de klok is teruggezet, of de regel is teruggedateerd.",
                        en:
                            "Entry \(index) is of \(time), no later than the entry before it, of "
                            + "\(before): the clock was set back, or the entry is dated back."
                    )
                )
            }
            last = header.time
        }
        return findings
    }

    /// Entries whose place in their chain does not follow the one before, as far as both are seen.
    func outOfChain() -> [Finding] {
        var findings: [Finding] = []
        var next: [Chain: (position: UInt32, place: Int)] = [:]
        // Of each place how many entries before it have no header.
        var countBefore: [UInt64] = []
        countBefore.reserveCapacity(self.headers.count)
        var unseen: UInt64 = 0
        for (place, header) in self.headers.enumerated() {
            countBefore.append(unseen)
            if header == nil { unseen += 1 }
            guard let link = header, link.isChained else { continue }
            let isGrant = link.kind == .keyGrant
            let chain = Chain(list: link.listNumber, epoch: link.epoch)
            let index = self.window.lowerBound + UInt64(place)
            let epoch = UInt64(link.epoch)
            let position = UInt64(link.position)
            let isInOrder: Bool
            if isGrant {
                isInOrder = epoch == index && position == 0
            } else if let last = next[chain] {
                let expected = UInt64(last.position)
                isInOrder =
                    expected <= position && position <= expected + unseen - countBefore[last.place]
            } else if epoch < self.window.lowerBound {
                // The chain may have begun before the window: dense from here on.
                isInOrder = epoch < index
            } else if epoch < index {
                // Its grant may be an entry that is not seen, and so may be what stood behind it.
                let grant = Int(epoch - self.window.lowerBound)
                isInOrder = self.headers[grant] == nil && position < unseen - countBefore[grant]
            } else {
                isInOrder = false
            }
            // Goes on from here, so that one gap is one finding.
            next[chain] = (isGrant ? 0 : link.position &+ 1, place)
            if !isInOrder { findings.append(self.outOfChain(index)) }
        }
        return findings
    }

    private func outOfChain(_ index: UInt64) -> Finding {
        Finding(
            .chain,
            index: index,
            nl:
                "De sleutel van regel \(index) volgt niet op de vorige van deze ontvangers: er is geen "
                + "sleutelverstrekking, of een plaats ontbreekt of komt dubbel voor.",
            en:
                "The key of entry \(index) does not follow the one before of these recipients: there is "
                + "no key grant, or a position is missing or used twice."
        )
    }
}
