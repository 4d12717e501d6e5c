/// What a request would change, for the node's own log: never a value or a text.
package struct Change: Hashable, Sendable {
    /// Most bytes of a user's name in a line.
    package static let userBytesMax = 64
    /// Most digits of an ID in a line.
    package static let digitsMax = 12

    /// What is done, in one word or two.
    package let what: String
    /// To what, by the beginning of its ID or by the name of an account; may be empty.
    package let object: String

    /// Names a change.
    package init(_ what: String, _ object: String = "") {
        self.what = what
        self.object = object
    }

    /// A name as one word that can end no line and hide nothing in it.
    package static func word(_ text: String) -> String {
        String(
            decoding: text.utf8.prefix(self.userBytesMax).map { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                    UInt8(ascii: "_"), UInt8(ascii: "-"):
                    byte
                default: UInt8(ascii: "?")
                }
            },
            as: UTF8.self
        )
    }

    /// The beginning of an ID, as such a word.
    package static func id(_ text: String) -> String {
        String(self.word(text).prefix(self.digitsMax))
    }
}
