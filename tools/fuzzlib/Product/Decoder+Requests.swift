@testable import CaseWeb
import Cryptography
import Foundation
import Hummingbird
import NIOSSL
import NodeInterface
@testable import NodeService
@testable import PeerTransport
import RecordImport
import SyncLog
import Vocabulary

extension Decoder {
    /// What browsers, commands and strangers send.
    static let requests: [Decoder] = [
        Decoder("certificate", bytesMax: 4_096, seeds: { [try certificate()] }) { bytes in
            guard let presented = try? NIOSSLCertificate(bytes: bytes, format: .der),
                let credentials = PeerCredentials(chain: [presented])
            else { return }
            check(credentials.publicKeyHash.count == 32, "a hash of another length")
            check(credentials.card.count <= TLSIdentity.cardBytesMax, "a card over the limit")
        },
        Decoder("named-request", bytesMax: 4_096, seeds: { try named() }) { bytes in
            guard let named = try? JSONDecoder().decode(NamedRequest.self, from: Data(bytes)),
                let request = named.request
            else { return }
            if let change = request.change {
                let line = "\(change.what) \(change.object)"
                check(line.utf8.allSatisfy { 0x20..<0x7F ~= $0 }, "a line of the node's log ends")
            }
            if let records = request as? ImportRecords { _ = records.batch.records() }
        },
        Decoder("stored-user", bytesMax: 1_024, seeds: { try users() }) { bytes in
            let user = try? JSONDecoder().decode(StoredUser.self, from: Data(bytes))
            _ = user?.verifier
        },
        Decoder("form", bytesMax: 4_096) { bytes in
            guard let form = FormData(bytes) else { return }
            for field in form.fields { _ = form.text(field.name) }
            let text = form.fields.map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }
                .joined(separator: "&")
            check(FormData(text.utf8) == form, "a form reads back as another one")
        },
        Decoder("page-request", bytesMax: 4_096) { bytes in
            guard let text = String(validating: bytes, as: UTF8.self) else { return }
            let lines = text.split(separator: "\n", maxSplits: 4, omittingEmptySubsequences: false)
            readHeaders(lines.map(String.init))
        },
    ]

    /// A target, and the headers and the address that decide something: one on each line.
    private static func readHeaders(_ lines: [String]) {
        if let route = Route(path: lines[0]) {
            _ = route.isPage || route.isForm
            check(route.repeated?.hasPrefix("/cases") ?? true, "a form leads out of the pages")
        }
        guard lines.count > 1 else { return }
        _ = CaseWeb.Language(accepting: lines[1])
        guard lines.count > 2, let plain = try? PagesAddress("[::1]:80", certificate: nil, key: nil)
        else { return }
        _ = HostCheck(plain).accepts(lines[2])
        if let address = try? PagesAddress(lines[2], certificate: "a", key: "b") {
            check(HostCheck(address).accepts(address.endpoint.text), "a server refuses its name")
        }
        guard lines.count > 3 else { return }
        let names = Visit.CookieNames(plain)
        let cookies = Cookies(from: [lines[3]])
        for name in [names.session, names.visitor, names.language] {
            _ = cookies[name].flatMap { SessionStore.key($0.value) }
        }
        if lines.count > 4 { _ = AddressKey.of(lines[4]) }
    }
}

/// Inputs that the product's own encoders make.
extension Decoder {
    private static func certificate() throws -> [UInt8] {
        let scalar = VectorSigner.secret("od-noord/tls").withBytes { Array($0) }
        return try TLSIdentity(privateScalar: scalar, card: Array("a card".utf8)).certificate
    }

    private static func named() throws -> [[UInt8]] {
        let record = ImportedRecord(
            source: "a",
            sourceKey: "b",
            type: .inspection,
            category: .business,
            fields: [.init(name: "date", value: "2026-01-01")],
            neverShare: []
        )
        let share = ShareRecord(
            case: "01",
            record: "02",
            fields: ["date"],
            expires: "2027-01-01"
        )
        let requests: [any NodeInterface.Request] = [
            ListCases(table: "01", phase: "analyse", after: "02"), ListDisclosures(case: "01"),
            ShowCasePage(case: "01", limit: 10),
            ListTables(), ShowStatus(), AcknowledgeAlarms(), ShowSyncStatus(),
            SearchRecords(text: "jansen 1011 AB", kvk: "1", limit: 10),
            SearchList(list: "1", search: SearchRecords(near: "52, 4", radius: 5)),
            ShowRecord(record: "0123"),
            ImportRecords(ImportBatch([record], head: .init(record))),
            OpenCase(table: "01", title: "a", category: "business", to: ["om"]),
            SetCase(case: "01", field: "title", value: "a", seen: ["02"]),
            ShowLog(table: "01", last: 5), PreviewShare(share), share, SyncNow(),
            AddUser(user: "a", role: "analyst", password: Secret([0x61])),
            ExportLog(table: "01", from: 1, until: 2),
        ]
        return try requests.map {
            Array(try JSONEncoder().encode(NamedRequest($0, for: .owner("analist"))))
        }
    }

    private static func users() throws -> [[UInt8]] {
        let user = StoredUser(
            name: "analist",
            role: .analyst,
            created: 1,
            changed: 2,
            passes: 3,
            memoryKiB: 65_536,
            salt: [UInt8](repeating: 1, count: PasswordHashing.saltByteCount),
            hash: [UInt8](repeating: 2, count: 32)
        )
        return [Array(try JSONEncoder().encode(user))]
    }
}
