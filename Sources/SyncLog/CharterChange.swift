import Cryptography

/// One thing in which two charters differ, in the words of their texts (`Protocol/keys.md` §3).
package struct CharterChange: Hashable, Sendable {
    /// The field, with whom or what it is about: `until`, `member od-noord`, `ground WABO-5.8`,
    /// `pin od-zuid 0`.
    package let what: String
    /// What it said; `nil` where it is new.
    package let before: String?
    /// What it says; `nil` where it is gone.
    package let after: String?
}

extension Charter {
    /// In what this charter differs from an earlier one, version and chain apart; in the order of the
    /// text, what is gone last.
    ///
    /// Every line of the text is compared, so that no field can be left out.
    package func changes(since earlier: Charter) -> [CharterChange] {
        let before = earlier.lines(naming: self), after = self.lines(naming: earlier)
        let old = Dictionary(before.map { ($0.what, $0.value) }) { first, _ in first }
        let kept = Set(after.map(\.what))
        let changed = after.filter { old[$0.what] != $0.value }.map {
            CharterChange(what: $0.what, before: old[$0.what], after: $0.value)
        }
        let gone = before.filter { !kept.contains($0.what) }.map {
            CharterChange(what: $0.what, before: $0.value, after: nil)
        }
        // Grounds stand in order of preference.
        let codes = Set(earlier.grounds.map(\.code)).intersection(self.grounds.map(\.code))
        let order = earlier.grounds.map(\.code).filter(codes.contains)
        let now = self.grounds.map(\.code).filter(codes.contains)
        guard order != now else { return changed + gone }
        let turned = CharterChange(
            what: "order of the grounds",
            before: order.joined(separator: ", "),
            after: now.joined(separator: ", ")
        )
        return changed + [turned] + gone
    }

    /// The lines that say something, by what they are about; `other` knows who else has a handle.
    private func lines(naming other: Charter) -> [(what: String, value: String)] {
        self.text.split(separator: "\n").dropFirst().compactMap {
            (line) -> (what: String, value: String)? in
            let parts = line.split(separator: " ", maxSplits: 1)
            let rest = parts.count == 2 ? String(parts[1]) : ""
            switch parts[0] {
            case "version", "previous": return nil
            case "member":
                guard let member = Member(line: rest) else { break }
                let node = TextEncoding.hex(member.identity.bytes)
                return (
                    "member \(member.handle)",
                    "number \(member.number), \(member.role.rawValue), \(member.memberClass.rawValue), node \(node)"
                )
            case "ground":
                let code = rest.prefix { $0 != " " }
                return ("ground \(code)", String(rest.dropFirst(code.count + 1)))
            case "pin":
                guard let pin = Pin(line: rest) else { break }
                let member = self.member(pin.log.member) ?? other.member(pin.log.member)
                return (
                    "pin \(member?.handle ?? "#\(pin.log.member)") \(pin.log.generation)",
                    "\(pin.size) entries count, root \(TextEncoding.hex(pin.root.bytes))"
                )
            default: break
            }
            return (String(parts[0]), rest)
        }
    }
}
