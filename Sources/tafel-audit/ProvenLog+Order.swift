import ReplicatedTypes

/// What a log's headers say one after the other, as far as they are seen (`Protocol/bundle.md` §2).
extension ProvenLog {
    /// A key chain of the author.
    private struct Chain: Hashable {
        let audience: UInt32
        /// Index of the grant that begins it.
        let epoch: UInt32
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
            guard let link = header?.link else { continue }
            let chain = Chain(audience: link.audience, epoch: link.epoch)
            let index = self.window.lowerBound + UInt64(place)
            let epoch = UInt64(link.epoch)
            let position = UInt64(link.position)
            let isInOrder: Bool
            if link.isGrant {
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
            next[chain] = (link.isGrant ? 0 : link.position &+ 1, place)
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
