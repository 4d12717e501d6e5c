/// Goes through the pairs of a candidate index, each once.
struct CandidateWalk {
    /// The items after the one asked for that are compared with it.
    private(set) var found: [Int] = []
    /// How many items had more than `CandidateIndex.candidatesMax`.
    private(set) var cutCount = 0
    /// The item for which each item was found last.
    private var stamps: [Int32]

    init(count: Int) { self.stamps = [Int32](repeating: -1, count: count) }

    /// Finds the items after `item` that share a block with it and are in scope.
    mutating func find(_ item: Int, in index: CandidateIndex, of table: MatchTable) {
        self.found.removeAll(keepingCapacity: true)
        for place in index.blocks(of: item) {
            let block = index.block(index.blockNumber(place))
            var low = block.lowerBound
            var high = block.upperBound
            while low < high {
                let middle = (low + high) / 2
                if index.members[middle] <= UInt32(item) { low = middle + 1 } else { high = middle }
            }
            for member in low..<block.upperBound {
                let other = Int(index.members[member])
                guard self.stamps[other] != Int32(item) else { continue }
                self.stamps[other] = Int32(item)
                guard table.isInScope(item, other) else { continue }
                guard self.found.count < CandidateIndex.candidatesMax else {
                    self.cutCount += 1
                    return
                }
                self.found.append(other)
            }
        }
    }
}
