import JSONText
import CaseModel
import ReplicatedTypes
import SyncEngine
import SyncLog
import Terminal

/// What was shared in a case, with whom, on which ground: also what was withdrawn.
extension Node {
    func caseDisclosures(_ id: String) throws(NodeFailure) -> NodeAnswer {
        let (table, counted) = try self.findCase(id)
        var items: [JSONValue] = []
        var lines: [ShownText] = []
        let cut = counted.cutFragments.filter { $0.owner == table.me }
        for fragment in (counted.fragments + cut).sorted(by: { $0.id < $1.id }) {
            let isOwn = fragment.owner == table.me
            // Receipts quote the own log; what others' recipients confirmed is not known here.
            let confirmed = isOwn ? try self.confirmations(of: fragment, in: table) : []
            let header = fragment.newest.header
            let withdrawal = fragment.withdrawal
            items.append([
                "fragment": .string(fragment.id.hex),
                "owner": .string(counted.handle(fragment.owner)), "own": .bool(isOwn),
                "version": .integer(Int(fragment.payload.version)),
                "type": .string(fragment.payload.type.rawValue),
                "category": .string(header.category?.name ?? ""),
                "lowered": JSONValue(fragment.payload.lowered),
                "at": .string(UTCTime.text(milliseconds: header.time.milliseconds)),
                "expires": JSONValue(fragment.payload.expires),
                "expired": .bool(fragment.isExpired(on: self.today)),
                "counts": .bool(fragment.counts),
                "withdrawn": withdrawal.map {
                    .string(UTCTime.text(milliseconds: $0.time.milliseconds))
                } ?? .null,
                "reason": JSONValue(withdrawal?.reason),
                "recipients": .array(
                    fragment.given.map { recipient, version, _ in
                        [
                            "handle": .string(counted.handle(recipient.member)),
                            "ground": .string(recipient.ground),
                            "version": isOwn || recipient.member == table.me
                                ? .integer(Int(version)) : .null,
                            "received": isOwn ? .bool(confirmed.contains(recipient.member)) : .null,
                        ]
                    }
                ),
            ])
            let newest = fragment.payload.version
            let to = fragment.given.map { recipient, version, _ in
                "\(counted.handle(recipient.member)) (\(recipient.ground)"
                    + (!isOwn && recipient.member != table.me
                        ? ", which version its owner knows)"
                        : version < newest ? ", version \(version))" : ")")
            }.joined(separator: ", ")
            lines.append(
                "\(fragment.id.hex.prefix(12))  \(counted.handle(fragment.owner)) to \(to)"
                    + (fragment.counts ? "" : ", in no view")
                    + (withdrawal.map { ", withdrawn: \($0.reason)" } ?? "")
            )
        }
        return NodeAnswer(
            exitCode: 0,
            json: ["disclosures": .array(items)],
            text: lines.isEmpty ? "Nothing was shared yet." : lines.joined(separator: "\n"),
            file: nil
        )
    }
}
