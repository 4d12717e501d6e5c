/// Brings imported records into the index, so that searches need not look at them one by one.
package struct SettleIndex: Request {
    /// Its name to other processes.
    package static let name = "settle-index"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// Asks for it.
    package init() {}

    /// That it was done.
    package struct Answer: Document {
        /// Always true.
        package var settled: Bool

        /// Creates an answer.
        package init(settled: Bool) {
            self.settled = settled
        }
    }
}
