import Cryptography
import ReplicatedTypes
import SyncLog
import Vocabulary

extension Audit {
    /// The document that `verify --json` prints.
    ///
    /// - Parameters:
    ///   - files: Names of the files, in the order of the reports.
    ///   - language: Of the findings' sentences.
    /// - Returns: An object: of one bundle its own, of several one with all of them.
    func json(files: [String], language: Language) -> JSON {
        guard self.reports.count != 1 else {
            return .object(
                self.members(at: 0, findings: self.findings.map(\.finding), language: language)
                    + self.aboutCall
            )
        }
        let bundles = zip(files, self.reports.indices).map { file, place in
            JSON.object(
                [JSON.Member(key: "file", value: .string(file))]
                    + self.members(
                        at: place,
                        findings: self.reports[place].findings,
                        language: language
                    )
            )
        }
        let call: KeyValuePairs<String, JSON> = [
            "verdict": .string(self.verdict.rawValue),
            "anchored": .bool(self.isAnchored),
            "bundles": .array(bundles),
            "findings": .array(
                self.findings.map { bundle, finding in
                    .object(
                        [
                            JSON.Member(
                                key: "file",
                                value: bundle.map { .string(files[$0]) } ?? .null
                            )
                        ] + finding.members(language)
                    )
                }
            ),
        ]
        return .object(call.map { JSON.Member(key: $0.key, value: $0.value) } + self.aboutCall)
    }

    /// What of the whole call every document says: program, policy, what pins explain.
    private var aboutCall: [JSON.Member] {
        let members: KeyValuePairs<String, JSON> = [
            "program": .string("tafel-audit \(TafelAudit.versionText)"),
            "policy": self.policy.map {
                .object(["sha256": .string(TextEncoding.hex($0.hash.bytes))])
            } ?? .null,
            "explained": .array(
                self.explained.map { explanation in
                    .object([
                        "log": .string(explanation.origin),
                        "size": .number(explanation.pin.size),
                        "root": .string(TextEncoding.base64(explanation.pin.root.bytes)),
                        "charter": .number(UInt64(explanation.pin.version)),
                    ])
                }
            ),
        ]
        return members.map { JSON.Member(key: $0.key, value: $0.value) }
    }

    /// What is said of the bundle at a place.
    private func members(
        at place: Int,
        findings: [Finding],
        language: Language
    ) -> [JSON.Member] {
        let report = self.reports[place]
        let entries = report.entries
        let disclosures = report.disclosures
        let document: KeyValuePairs<String, JSON> = [
            "verdict": .string(self.verdict(at: place).rawValue),
            "anchored": .bool(self.isAnchored),
            "table": .string(TextEncoding.hex(report.table.bytes)),
            "log": .string(report.origin),
            "author": report.author.map { .string($0) } ?? .null,
            "sha256": report.fileHash.map { .string(TextEncoding.hex($0.bytes)) } ?? .null,
            "organisations": .array(
                report.organisations.map { organisation in
                    .object([
                        "handle": .string(organisation.handle),
                        "name": .string(organisation.name), "oin": .string(organisation.oin),
                    ])
                }
            ),
            "later_than": report.laterThan.map { .string(Timestamp.text(seconds: $0)) } ?? .null,
            "window": .object([
                "from": .number(report.window.lowerBound),
                "until": .number(report.window.upperBound),
            ]),
            "entries": .object([
                "full": .number(entries.full), "header": .number(entries.header),
                "leaf": .number(entries.leaf), "lost": .number(entries.lost),
            ]),
            "disclosures": .list(count: disclosures.count) { disclosures[$0].json },
            "cosignatures": .array(
                report.cosignatures.map { cosignature in
                    .object([
                        "handle": .string(cosignature.handle),
                        "size": .number(cosignature.size),
                        "root": .string(TextEncoding.hex(cosignature.root.bytes)),
                        "time": .string(Timestamp.text(seconds: cosignature.seconds)),
                    ])
                }
            ),
            "witness_quorum": .object([
                "needed": report.charter.map { .number(UInt64($0.witnessQuorum)) } ?? .null,
                "met": .number(UInt64(report.witnesses.count)),
            ]),
            "keys": .array(
                report.keys.map { key in
                    .object([
                        "handle": .string(key.handle),
                        "identity": .string(TextEncoding.hex(key.identity.bytes)),
                    ])
                }
            ),
            "uncounted_receipts": .array(report.uncountedReceipts.map { .string($0) }),
            "missing_generations": .array(
                report.missingGenerations.map { missing in
                    .object([
                        "generation": .number(UInt64(missing.generation)),
                        "size": missing.pin.map { .number($0.size) } ?? .null,
                        "given": .bool(missing.isGiven),
                    ])
                }
            ),
            "findings": .array(findings.map { .object($0.members(language)) }),
            "findings_more": .number(UInt64(report.furtherFindings)),
        ]
        return document.map { JSON.Member(key: $0.key, value: $0.value) }
    }
}

extension Disclosure {
    fileprivate var json: JSON {
        var members: KeyValuePairs<String, JSON> {
            [
                "index": .number(self.index),
                "kind": .string(self.kind.name),
                "time": .string(Timestamp.text(seconds: self.time.milliseconds / 1_000)),
                "to": .array(
                    self.recipients.map { recipient in
                        .object([
                            "handle": .string(recipient.handle),
                            "ground": .string(recipient.ground),
                        ])
                    }
                ),
                "category": self.category.map { .string($0.name) } ?? .null,
                "case": self.caseID == .zero ? .null : .string(self.caseID.hex),
                "fragment": self.fragment.map { .string($0.id.hex) } ?? .null,
                "version": self.fragment.flatMap {
                    $0.version == 0 ? nil : .number(UInt64($0.version))
                } ?? .null,
                "received_by": .array(
                    self.recipients.filter(\.isConfirmed).map { .string($0.handle) }
                ),
            ]
        }
        var all = members.map { JSON.Member(key: $0.key, value: $0.value) }
        if !self.history.isEmpty {
            let indices = self.history.map { JSON.number($0) }
            all.append(JSON.Member(key: "history", value: .array(indices)))
        }
        return .object(all)
    }
}

extension Finding {
    fileprivate func members(_ language: Language) -> [JSON.Member] {
        [
            JSON.Member(key: "class", value: .string(self.class.rawValue)),
            JSON.Member(key: "index", value: self.index.map { .number($0) } ?? .null),
            JSON.Member(key: "signer", value: self.signer.map { .string($0) } ?? .null),
            JSON.Member(key: "text", value: .string(self.wording.text(language))),
        ]
    }
}
