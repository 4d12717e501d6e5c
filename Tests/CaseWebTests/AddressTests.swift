import NodeService
import Testing

@testable import CaseWeb

@Suite struct AddressTests {
    @Test(arguments: ["127.0.0.1:7480", "127.1.2.3:1", "localhost:80", "[::1]:7480"])
    func `a loopback address needs no certificate`(text: String) throws {
        #expect(try PagesAddress(text, certificate: nil, key: nil).certificate == nil)
    }

    @Test(arguments: [
        "0.0.0.0:7480", "[::]:7480", "192.168.1.2:7480", "example.org:7480",
        "127.0.0.1.example.org:7480", "127.0.0.01:7480", "127.0.0.1", "127.0.0.1:0", "nonsense",
        "127.0.0.1:99999", "localhost.example.org:80", "127.0.0.256:80",
    ])
    func `any other is refused without one`(text: String) {
        #expect(throws: NodeFailure.self) {
            try PagesAddress(text, certificate: nil, key: nil)
        }
    }

    @Test func `any address may be served under a certificate with its key`() throws {
        let address = try PagesAddress("0.0.0.0:443", certificate: "c.pem", key: "k.pem")
        #expect(address.certificate?.chain == "c.pem" && address.certificate?.key == "k.pem")
        for (certificate, key) in [("c.pem", nil), (nil, "k.pem")] as [(String?, String?)] {
            #expect(throws: NodeFailure.self) {
                try PagesAddress("127.0.0.1:443", certificate: certificate, key: key)
            }
        }
    }

    @Test(arguments: ["example.org:443", "node_1.example.org:8443", "[2001:db8::1]:443", "A:1"])
    func `a server answers under every name that it can be given`(text: String) throws {
        let address = try PagesAddress(text, certificate: "c.pem", key: "k.pem")
        #expect(HostCheck(address).accepts(text))
    }

    @Test(arguments: [
        ("/", Route.home), ("/cases", .cases), ("/cases/new", .newCase),
        ("/cases/abcdef", .showCase("abcdef")), ("/cases/abcdef/note", .act("abcdef", .note)),
        ("/cases/abcdef/share/preview", .shareStep("abcdef", .preview)),
        ("/cases/abcdef/audience", .audience("abcdef")),
        ("/cases/abcdef/withdraw/012345", .withdraw(caseID: "abcdef", fragment: "012345")),
        ("/tables/abcdef/log", .log("abcdef")), ("/node/sync", .synchronise),
    ])
    func `a path names a page`(path: String, route: Route) {
        #expect(Route(path: path) == route)
    }

    @Test(arguments: [
        "", "cases", "/cases/", "/cases/abcde", "/cases/ABCDEF", "/cases/abcdeg", "/cases/new/x",
        "/cases/abcdef/nothing", "/cases/abcdef/share/x", "/cases//share", "//cases",
        "/tables/abcdef/log/x", "/style.css/", "/node/",
        "/cases/" + String(repeating: "a", count: 65),
    ])
    func `a path that names nothing is refused`(path: String) {
        #expect(Route(path: path) == nil)
    }

    @Test func `every page and form asks for a right but those for everybody`() {
        let open: [Route] = [.home, .styleSheet, .icon, .login, .logout, .language]
        for route in open { #expect(route.right == nil) }
        let others: [Route] = [
            .cases, .newCase, .showCase("a"), .act("a", .set), .share("a"),
            .shareStep("a", .edit), .withdraw(caseID: "a", fragment: "b"), .records,
            .record("a"), .tables, .table("a"), .log("a"), .node, .synchronise,
        ]
        for route in others { #expect(route.right != nil, "\(route)") }
    }
}
