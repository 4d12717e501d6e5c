import Foundation
import NodeInterface
import NodeService
import Testing

@testable import CaseWeb

/// Local accounts by the command line's requests.
@Suite(.serialized) struct AccountTests {
    private struct Users: Decodable {
        struct User: Decodable, Equatable {
            let user: String
            let role: String
        }

        let users: [User]
    }

    private func refused(
        _ pages: LivePages,
        _ request: NodeRequest,
        _ words: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let error = await #expect(throws: NodeFailure.self, sourceLocation: sourceLocation) {
            try await pages.perform(request)
        }
        #expect(error?.code == .usage, sourceLocation: sourceLocation)
        #expect(
            error?.message.contains(words) == true,
            "\(error?.message ?? "")",
            sourceLocation: sourceLocation
        )
    }

    @Test func `accounts are listed by name and go when they are removed`() async throws {
        try await LivePages.run { pages in
            let answer = try await pages.perform(.listUsers)
            let users = try JSONDecoder().decode(Users.self, from: Data(answer.json.utf8)).users
            #expect(users.map(\.user) == ["analyst", "auditor", "manager", "operator"])
            #expect(users.map(\.role) == ["analyst", "auditor", "manager", "operator"])
            try await pages.perform(.removeUser(name: "auditor"))
            #expect(try pages.node.account("auditor") == nil)
            #expect(try pages.node.account("analyst")?.account.role == .analyst)
        }
    }

    @Test func `names and passwords at their limits are taken and past them refused`() async throws
    {
        try await LivePages.run { pages in
            let good = Array("12345678".utf8)
            let longName = String(repeating: "a", count: UserAccount.nameBytesMax)
            try await pages.perform(.addUser(name: longName, role: "analyst", password: good))
            try await pages.perform(.addUser(name: "0.a_b-c", role: "analyst", password: good))
            for name in [longName + "a", "", "Anna", "-a", ".a", "a b", "a/b", "é"] {
                try await self.refused(
                    pages,
                    .addUser(name: name, role: "analyst", password: good),
                    "1 to 32"
                )
            }
            try await self.refused(
                pages,
                .addUser(name: "b", role: "analyst", password: Array("1234567".utf8)),
                "shorter than 8"
            )
            let longest = [UInt8](repeating: 0x61, count: UserAccount.passwordBytesMax)
            try await pages.perform(.addUser(name: "b", role: "auditor", password: longest))
            try await self.refused(
                pages,
                .addUser(name: "c", role: "auditor", password: longest + [0x61]),
                "over 1024"
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
                .addUser(name: "analyst", role: "analyst", password: password),
                "is there already"
            )
            try await self.refused(
                pages,
                .addUser(name: "new", role: "chief", password: password),
                "analyst, manager, operator, auditor"
            )
            try await self.refused(pages, .removeUser(name: "nobody"), "there is none")
            try await self.refused(
                pages,
                .setPassword(name: "nobody", password: password),
                "there is none"
            )
        }
    }

    @Test func `a password opens in any Unicode form`() async throws {
        try await LivePages.run { pages in
            let composed = "caf\u{E9} caf\u{E9}"
            let decomposed = "cafe\u{301} cafe\u{301}"
            try await pages.perform(
                .addUser(name: "eva", role: "analyst", password: Array(decomposed.utf8))
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
            try await pages.perform(
                .addUser(name: name, role: "analyst", password: Array(password.utf8))
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
