/// The node's own card.
package struct CardDocument: Document {
    /// Its signed text.
    package var card: String
    /// Its version.
    package var version: Int

    /// Creates an answer.
    package init(card: String, version: Int) {
        self.card = card
        self.version = version
    }
}

/// The node's own card, which others need.
package struct ShowCard: Request {
    /// Its name to other processes.
    package static let name = "show-card"
    /// What it needs.
    package static let rights: Set<Right> = [.readTables]

    /// Asks for it.
    package init() {}

    /// The card.
    package typealias Answer = CardDocument
}

/// Signs the next version of the card, with another address.
package struct ChangeCard: Request {
    /// Its name to other processes.
    package static let name = "change-card"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// Where others reach the node, HOST:PORT.
    package var endpoint: String

    /// Asks for another address.
    package init(endpoint: String) {
        self.endpoint = endpoint
    }

    /// What it would change.
    package var change: Change? { Change("change card") }

    /// The card after it.
    package typealias Answer = CardDocument
}
