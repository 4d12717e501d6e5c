import ArgumentParser
import CaseWeb
import Cryptography
import Foundation
import JSONText
import Logging
import NodeInterface
import NodeService
import ServiceLifecycle
import SyncLog
import Synchronization
import Terminal
import UnixSignals

/// `tafel node`.
struct NodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Make, run and look at this partner's node.",
        subcommands: [
            Initialise.self, CardCommand.self, Run.self, Status.self, Check.self, Recover.self,
        ]
    )

    /// `tafel node init`.
    struct Initialise: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract: "Make a node: data folder, keys, store, card."
        )

        @OptionGroup var options: NodeOptions
        @Option(help: "Short name, unique at a table: a-z, 0-9, hyphen; 2 to 32.")
        var handle: String
        @Option(help: "The organisation's name.")
        var name: String
        @Option(help: "Organisatie-identificatienummer, 20 digits.")
        var oin: String
        @Option(
            name: .customLong("class"),
            help: ArgumentHelp(
                "Member class.",
                discussion: MemberClass.allCases.map(\.rawValue).joined(separator: ", "),
                valueName: "class"
            )
        )
        var memberClass: String
        @Option(help: "Where to listen for peers, HOST:PORT.")
        var listen = "127.0.0.1:7400"
        @Option(help: "What the card tells others, HOST:PORT (default: as --listen).")
        var endpoint: String?
        @Option(
            help: ArgumentHelp(
                "Where to serve the pages, HOST:PORT.",
                discussion: "A loopback address, or any other with a certificate."
            )
        )
        var http: String?
        @Option(help: "File with the certificate chain of the pages, PEM.")
        var httpCertificate: String?
        @Option(help: "File with the certificate's private key, PEM.")
        var httpKey: String?
        @Option(help: "Folder of map layers, NAME.geojson and NAME.topojson (default: none).")
        var mapLayers: String?
        @Option(help: "Map tiles, https://HOST/{z}/{x}/{y}.png: that host sees where people look.")
        var mapTiles: String?

        func execute() async throws(NodeFailure) -> Int32 {
            guard let memberClass = MemberClass(rawValue: self.memberClass) else {
                let known = MemberClass.allCases.map(\.rawValue).joined(separator: ", ")
                throw .usage("--class '\(self.memberClass)': not a class. Choose from \(known)")
            }
            guard Card.isHandle(self.handle) else {
                throw .usage(
                    "--handle '\(self.handle)': not 2 to 32 of a-z, 0-9 and hyphen. Choose another"
                )
            }
            guard self.oin.isDigits(count: 20) else {
                throw .usage("--oin '\(self.oin)': not 20 digits. Look it up in the OIN register")
            }
            let name = self.name.normalised
            guard name.isSpecificationText(bytesMax: Card.nameBytesMax, allowsLines: false),
                !name.isEmpty, name.first != " ", name.last != " "
            else {
                throw .usage("--name: not 1 to \(Card.nameBytesMax) bytes on one line. Shorten it")
            }
            let listen = try self.address(self.listen, option: "--listen")
            let configuration = try self.configuration(listen: listen)
            let told = try NodeFailure.saying { () throws(Refusal) in
                try Node.reachableEndpoint(self.endpoint ?? listen.text)
            }
            var passphrase = try self.options.passphrase(isNew: true)
            defer { passphrase.wipe() }
            let identity = Node.Identity(
                contents: Card.Contents(
                    version: 1,
                    handle: self.handle,
                    name: name,
                    oin: self.oin,
                    memberClass: memberClass,
                    endpoints: [told]
                ),
                configuration: configuration
            )
            let card = try Node.create(
                at: self.options.folder,
                identity: identity,
                passphrase: passphrase
            )
            let node = TextEncoding.hex(card.identity.bytes)
            Output.noteDone(shownBy: "tafel node card")
            guard self.options.json else {
                Output.line("node \(node) made in \(self.options.folder)")
                Output.line("Keep the passphrase: without it nothing in the folder can be read.")
                return 0
            }
            Output.line(
                own: JSONValue.object([
                    .init("node", .string(node)), .init("handle", .string(card.handle)),
                    .init("oin", .string(card.oin)), .init("name", .string(card.name)),
                    .init("class", .string(card.memberClass.rawValue)),
                ]).prettyText
            )
            return 0
        }

        /// What goes into `node.json`; paths of files as absolute ones.
        private func configuration(listen: Endpoint) throws(NodeFailure) -> NodeConfiguration {
            func absolute(_ path: String?) -> String? {
                path.map { URL(filePath: $0).standardizedFileURL.path(percentEncoded: false) }
            }
            var configuration = NodeConfiguration(listen: listen.text, http: self.http)
            configuration.httpCertificate = absolute(self.httpCertificate)
            configuration.httpKey = absolute(self.httpKey)
            configuration.mapLayers = absolute(self.mapLayers)
            configuration.mapTiles = self.mapTiles
            guard self.mapTiles.map(NodeConfiguration.isTiles) ?? true else {
                throw .usage("--map-tiles: no URL of tiles. Write https://HOST/{z}/{x}/{y}.png")
            }
            guard self.http != nil || (self.httpCertificate == nil && self.httpKey == nil) else {
                throw .usage("--http-certificate: there are no pages without --http. Add it")
            }
            guard self.http.flatMap({ Endpoint($0) })?.text != listen.text else {
                throw .usage(
                    "--http '\(listen.text)': is where peers are listened for already. Give the pages "
                        + "another port"
                )
            }
            _ = try configuration.pages
            return configuration
        }

        private func address(_ text: String, option: String) throws(NodeFailure) -> Endpoint {
            guard let endpoint = Endpoint(text) else {
                throw .usage(
                    "\(option) '\(text)': not HOST:PORT. Write for instance 127.0.0.1:7400"
                )
            }
            return endpoint
        }
    }

    /// `tafel node card`.
    struct CardCommand: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "card",
            abstract: "Print the signed card that others need; sign the next version of it.",
            discussion: """
                A new version travels by synchronisation to every partner, whether or not the node
                runs; nobody needs to do anything.
                """
        )

        @OptionGroup var options: NodeOptions
        @Option(help: "Sign a new version that tells others this address, HOST:PORT.")
        var endpoint: String?
        @Option(help: "Write it to this file too.")
        var out: String?

        func execute() async throws(NodeFailure) -> Int32 {
            let endpoint = try NodeFailure.saying { () throws(Refusal) in
                try self.endpoint.map(Node.reachableEndpoint)
            }
            if let out { try self.options.checkOutput(out, inputs: []) }
            let card: CardDocument
            if let endpoint {
                card = try await self.options.answer(to: ChangeCard(endpoint: endpoint.text))
                Output.noteDone(shownBy: "tafel node card")
            } else {
                card = try await self.options.answer(to: ShowCard())
            }
            if let out {
                do throws(NodeFailure) {
                    try Files.replace(out, with: Array(card.card.utf8))
                } catch {
                    guard endpoint != nil else { throw error }
                    throw NodeFailure(
                        error.code,
                        "\(error.message). The new version is signed, and partners get it: "
                            + "'tafel node card --out FILE' writes it"
                    )
                }
            }
            // Signed, of this node, and copied from the screen: exact.
            self.options.show(card, text: ShownText(own: card.card), file: self.out)
            return 0
        }
    }

    /// `tafel node recover`.
    struct Recover: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "recover",
            abstract: "Fetch the own logs back from partners and go on.",
            discussion:
                "After the data folder was put back from a backup, or moved without the file beside "
                + "it. Stop every other copy of the folder first: two that write fork the log for "
                + "good. The partners must be running; this node need not be."
        )

        @OptionGroup var options: NodeOptions

        @Flag(
            help: ArgumentHelp(
                "Ask nobody: take what the folder holds for all that was ever written. Should a "
                    + "partner hold more, the log forks."
            )
        )
        var offline = false

        func execute() async throws(NodeFailure) -> Int32 {
            let bar = Output.hasTerminal ? SyncBar() : nil
            return try await self.options.print(
                NodeInterface.Recover(offline: self.offline),
                bar: bar
            )
        }
    }

    /// `tafel node status`.
    struct Status: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Health: store, tables, peers, alarms.",
            discussion: "Exit code 1 while an alarm stands."
        )

        @OptionGroup var options: NodeOptions
        @Flag(help: "End the alarms about what happened: they were seen.") var acknowledge = false

        func execute() async throws(NodeFailure) -> Int32 {
            self.acknowledge
                ? try await self.options.print(AcknowledgeAlarms())
                : try await self.options.print(ShowStatus())
        }
    }

    /// `tafel node check`.
    struct Check: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Read everything in the data folder and say what is damaged.",
            discussion: """
                The node must not run. Without --rebuild nothing is written. Exit code 1 when
                something is damaged.
                """
        )

        @OptionGroup var options: NodeOptions
        @Flag(help: "Make anew what sound parts, partners or an import can give back.")
        var rebuild = false

        func execute() async throws(NodeFailure) -> Int32 {
            var passphrase = try self.options.passphrase(isNew: false)
            defer { passphrase.wipe() }
            let folder = self.options.folder
            var bar = CheckBar()
            defer { bar.end() }
            let check = self.rebuild ? NodeCheck.rebuild : NodeCheck.run
            let report = try check(folder, passphrase) { bar.show($0, done: $1, total: $2) }
            bar.end()
            self.options.show(report, text: report.text, file: nil)
            return report.outcome.exitCode
        }
    }

    /// `tafel node run`.
    struct Run: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "run",
            abstract: "Run until SIGTERM or SIGINT, then stop cleanly."
        )

        /// Longest that those connected are waited for after a signal to stop, in seconds.
        static let stopSecondsMax = 10

        @OptionGroup var options: NodeOptions
        @Flag(help: "Log more to standard error.")
        var verbose = false

        func execute() async throws(NodeFailure) -> Int32 {
            var logger = Logger(label: "tafel") { VisibleLog(label: $0) }
            // A notice says who logged in and which user changed what.
            logger.logLevel = self.verbose ? .debug : .notice
            // The terminal it was started from may go.
            signal(SIGHUP, SIG_IGN)
            let client = try await NodeClient.open(
                folder: self.options.folder,
                logger: logger,
                isForLong: true,
                waiting: Output.note
            ) { () throws(NodeFailure) in try self.options.passphrase(isNew: false) }
            guard case .opened(let node) = client else {
                await client.close()
                throw .unavailable(
                    "node: runs already in another process. Use it, or stop it first"
                )
            }
            let pages = try node.configuration.pages
            let ready = Readiness(
                node: node,
                hasPages: pages != nil,
                isJSON: self.options.json
            )
            let server = NodeServer(node: node, logger: logger) { ready.listens(on: $0) }
            var services: [any Service] = [server]
            if let pages {
                let web = WebServer(
                    node: node,
                    address: pages,
                    logger: logger,
                    clock: WebServer.systemClock
                ) { ready.serves(at: $0) }
                services.append(web)
            }
            var configuration = ServiceGroupConfiguration(
                services: services,
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
            configuration.maximumGracefulShutdownDuration = .seconds(Self.stopSecondsMax)
            let group = ServiceGroup(configuration: configuration)
            do {
                try await group.run()
            } catch let error as NodeFailure {
                throw error
            } catch is CancellationError {
                // Told to stop, and somebody held on too long; what was acknowledged is on disk.
                return 0
            } catch {
                throw NodeFailure(.bug, "node: stopped (\(error)). Report this")
            }
            return 0
        }
    }
}

/// Tells once, when everything that was asked for can be reached, where.
final class Readiness: Sendable {
    private let node: Node
    private let hasPages: Bool
    private let isJSON: Bool
    private let addresses = Mutex<(listen: String?, http: String?)>((nil, nil))

    init(node: Node, hasPages: Bool, isJSON: Bool) {
        self.node = node
        self.hasPages = hasPages
        self.isJSON = isJSON
    }

    /// The node listens for peers.
    func listens(on address: String) { self.tell { $0.listen = address } }

    /// The pages are served.
    func serves(at url: String) { self.tell { $0.http = url } }

    private func tell(_ change: (inout (listen: String?, http: String?)) -> Void) {
        let addresses = self.addresses.withLock { addresses in
            change(&addresses)
            return addresses
        }
        guard let listen = addresses.listen, !self.hasPages || addresses.http != nil else {
            return
        }
        let id = TextEncoding.hex(self.node.card.identity.bytes)
        guard !self.isJSON else {
            return Output.line(
                own: JSONValue.object([
                    .init("node", .string(id)), .init("listen", .string(listen)),
                    .init("http", JSONValue(addresses.http)),
                ]).prettyText
            )
        }
        Output.line(
            "node \(self.node.card.handle) listens on \(listen)"
                + (addresses.http.map { ", its pages are at \($0)" } ?? "")
                + "; stop it with Ctrl-C"
        )
    }
}
