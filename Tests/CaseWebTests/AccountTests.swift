import Foundation
import NodeInterface
import NodeService
import Testing

@testable import CaseWeb

/// Local accounts by the command line's requests.
@Suite(.serialized) struct AccountTests {
    private func refused(
        _ pages: LivePages,
        _ request: some HandledRequest,
        _ refusal: Refusal,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let error = await #expect(throws: Refusal.self, sourceLocation: sourceLocation) {
            _ = try await pages.ask(request)
        }
        #expect(error == refusal, sourceLocation: sourceLocation)
    }

    @Test func `accounts are listed by name and go when they are removed`() async throws {
        try await LivePages.run { pages in
            let users = try await pages.ask(ListUsers()).users
            #expect(users.map(\.user) == ["analyst", "auditor", "manager", "operator"])
            #expect(users.map(\.role.rawValue) == ["analyst", "auditor", "manager", "operator"])
            try await pages.ask(RemoveUser(user: "auditor"))
            #expect(try pages.node.accounts.account("auditor") == nil)
            #expect(try pages.node.accounts.account("analyst")?.account.role == .analyst)
        }
    }

    @Test func `names and passwords at their limits are taken and past them refused`() async throws
    {
        try await LivePages.run { pages in
            let good = Array("12345678".utf8)
            let longName = String(repeating: "a", count: UserAccount.nameBytesMax)
            try await pages.ask(AddUser(user: longName, role: "analyst", password: Secret(good)))
            try await pages.ask(AddUser(user: "0.a_b-c", role: "analyst", password: Secret(good)))
            for name in [longName + "a", "", "Anna", "-a", ".a", "a b", "a/b", "é"] {
                try await self.refused(
                    pages,
                    AddUser(user: name, role: "analyst", password: Secret(good)),
                    .invalid(.userName, .form(name))
                )
            }
            try await self.refused(
                pages,
                AddUser(user: "b", role: "analyst", password: Secret(Array("1234567".utf8))),
                .invalid(.password, .tooShort(bytesMin: 8))
            )
            let longest = [UInt8](repeating: 0x61, count: UserAccount.passwordBytesMax)
            try await pages.ask(AddUser(user: "b", role: "auditor", password: Secret(longest)))
            try await self.refused(
                pages,
                AddUser(user: "c", role: "auditor", password: Secret(longest + [0x61])),
                .invalid(.password, .tooLong(bytesMax: 1_024))
            )
            var browser = pages.browser
            let done = try await browser.logIn("b", String(decoding: longest, as: UTF8.self))
            #expect(done.status == 303)
        }
    }

    @Test func `what makes no sense is refused`() async throws {
        try await LivePages.run { pages in
            let password = Array("a good password".utf8)
            try await self.refused(
                pages,
                AddUser(user: "analyst", role: "analyst", password: Secret(password)),
                .refused(.userExists("analyst"))
            )
            try await self.refused(
                pages,
                AddUser(user: "new", role: "chief", password: Secret(password)),
                .invalid(
                    .userRole,
                    .notOneOf("chief", allowed: UserRole.allCases.map(\.rawValue))
                )
            )
            let nobody = Refusal.notFound(.user, typed: "nobody")
            try await self.refused(pages, RemoveUser(user: "nobody"), nobody)
            try await self.refused(
                pages,
                SetPassword(user: "nobody", password: Secret(password)),
                nobody
            )
        }
    }

    @Test func `a password opens in any Unicode form`() async throws {
        try await LivePages.run { pages in
            let composed = "caf\u{E9} caf\u{E9}"
            let decomposed = "cafe\u{301} cafe\u{301}"
            try await pages.ask(
                AddUser(user: "eva", role: "analyst", password: Secret(Array(decomposed.utf8)))
            )
            for password in [composed, decomposed] {
                var browser = pages.browser
                try await expect(303, of: browser.logIn("eva", password))
            }
        }
    }

    @Test func `neither names nor passwords of accounts stand in the data folder`() async throws {
        try await LivePages.run { pages in
            let (name, password) = ("zonderlinge-naam", "zeer geheim wachtwoord")
            try await pages.ask(
                AddUser(user: name, role: "analyst", password: Secret(Array(password.utf8)))
            )
            let files = try FileManager.default.contentsOfDirectory(atPath: pages.path)
            #expect(files.contains("store.lmdb"))
            for file in files where file != "control.sock" {
                let path = URL(filePath: pages.path).appending(path: file)
                let data = try Data(contentsOf: path)
                for text in [name, password] {
                    #expect(data.range(of: Data(text.utf8)) == nil, "\(text) in \(file)")
                }
            }
        }
    }
}
