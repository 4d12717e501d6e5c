/// What a text that goes to some members may quote (`Protocol/web.md` §1).
package enum Quotation {
    /// Whether each reader was given what is quoted, or owns it: else the text would tell them.
    package static func isOpen<Member: Hashable>(
        to readers: some Sequence<Member>,
        givenTo recipients: some Sequence<Member>,
        by owner: Member
    ) -> Bool {
        Set(readers).subtracting(recipients).isSubset(of: [owner])
    }
}
