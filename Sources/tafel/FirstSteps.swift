import Foundation
import NodeInterface
import NodeService
import Terminal

/// What `tafel` alone says: what to do next, by what there is already.
enum FirstSteps {
    /// The text for a data folder.
    static func text(options: NodeOptions) async -> ShownText {
        let folder = options.folder
        let next: ShownText
        let client: ControlClient?
        do throws(NodeFailure) { client = try await ControlClient.connect(folder: folder) } catch {
            return "There is a node in \(folder). \(error.message)."
        }
        if let client {
            next = await Self.running(client, user: options.user)
            await client.close()
        } else if FileManager.default.fileExists(atPath: folder + "/keys") {
            next = """
                There is a node in \(folder); it does not run.
                  start it          tafel node run
                  look at it        tafel node status
                Commands work either way; while it does not run they ask for its passphrase.
                """
        } else {
            next = """
                There is no node in \(folder) yet. First steps:
                  make one          tafel node init --handle od-noord \\
                                      --name "Omgevingsdienst Noord" \\
                                      --oin 00000001234567890000 --class od-toezicht
                  bring in records  tafel record import FILE.csv --mapping MAPPING.yaml
                  join a table      tafel node card --out od-noord.card, send it to the table's
                                      maker; then tafel table accept FILE
                  run it            tafel node run
                Another folder: --data DIR or $TAFEL_DATA.
                """
        }
        return next + "\nAll commands: tafel --help. One command: tafel help COMMAND."
    }

    private static func running(_ client: ControlClient, user: String) async -> ShownText {
        let node = NodeClient.running(client)
        guard let status = try? await node.answer(ShowStatus(), for: .owner(user)) else {
            return "The node runs, and did not answer. See 'tafel node status'."
        }
        guard status.store.records != nil else {
            return "The node runs, and its store cannot be read. See 'tafel node status'."
        }
        let list = try? await node.answer(ListCases(), for: .owner(user))
        let cases = list?.cases.count ?? 0
        var lines: [ShownText] = ["The node runs. Next:"]
        if status.store.records == 0 {
            lines.append("  bring in records  tafel record import FILE.csv --mapping MAPPING.yaml")
        }
        if status.tables.isEmpty {
            lines += [
                "  join a table      tafel node card --out MY.card, and tafel table accept FILE",
                "  or make one       tafel table create --theme afval --name Afval ... --out FILE",
            ]
        } else if !status.tables.contains(where: \.effective) {
            lines.append("  finish the table  send its file round until enough have accepted it")
        } else if cases == 0 {
            lines.append("  open a case       tafel case open --table TABLE --title TITLE")
        } else {
            lines += [
                "  see the cases     tafel case list, then tafel case show CASE",
                "  share             tafel fragment share --case CASE --record ID --fields F,F",
            ]
        }
        lines.append("  see how it stands tafel node status")
        return lines.joined(separator: "\n")
    }
}
