import Foundation
import RecordStore

/// What an operator chose for this node, in `node.json`; nothing in it is secret.
package struct NodeConfiguration: Codable, Hashable, Sendable {
    /// Most bytes of the file.
    package static let bytesMax = 65_536

    /// Where the node listens for peers, `HOST:PORT`.
    package var listen: String
    /// Where the pages are served, `HOST:PORT`; `nil` when they are not.
    package var http: String?
    /// File with the certificate chain of the pages, PEM; `nil` when they are served without TLS.
    package var httpCertificate: String?
    /// File with the certificate's private key, PEM.
    package var httpKey: String?

    /// Folder of the library that draws maps; `nil` for where Debian puts it.
    package var mapLibrary: String?
    /// Folder of the layers of maps, GeoJSON and TopoJSON; `nil` for none.
    package var mapLayers: String?
    /// Where the ground of maps is loaded from, a URL with `{z}`, `{x}` and `{y}`; `nil` for nowhere.
    package var mapTiles: String?

    /// After how many minutes a partner that is not reached, or lacks entries, is an alarm; `nil` for
    /// ``silentMinutes``.
    package var alarmMinutes: Int?

    /// After how many minutes a partner that is not reached is an alarm, where nothing else is said.
    static let silentMinutes = 15

    /// Most minutes: a year.
    static let silentMinutesMax = 527_040

    /// The same in milliseconds.
    var silentMilliseconds: UInt64 {
        UInt64(self.alarmMinutes ?? Self.silentMinutes) * 60_000
    }

    private enum CodingKeys: String, CodingKey {
        case listen, http
        case alarmMinutes = "alarm_minutes"
        case httpCertificate = "http_certificate"
        case httpKey = "http_key"
        case mapLibrary = "map_library"
        case mapLayers = "map_layers"
        case mapTiles = "map_tiles"
    }

    /// Creates a configuration; pages without TLS.
    package init(listen: String, http: String?) {
        self.listen = listen
        self.http = http
    }

    /// Where the pages are served; `nil` when they are not.
    ///
    /// Throws when what `node.json` says of them is no address, or one that may not be.
    package var pages: PagesAddress? {
        get throws(NodeFailure) {
            guard let http = self.http else { return nil }
            return try PagesAddress(
                http,
                certificate: self.httpCertificate,
                key: self.httpKey
            )
        }
    }

    /// Whether a text is a URL of tiles, of a host named in letters, digits, dots and hyphens.
    package static func isTiles(_ text: String) -> Bool {
        text.wholeMatch(of: #/https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?/[!-~]*/#) != nil
            && ["{z}", "{x}", "{y}"].allSatisfy { text.contains($0) }
            && !text.contains(where: { "\"'<>\\;, ".contains($0) })
    }

    /// The bytes of the file.
    package func encoded() throws(NodeFailure) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(self)) + [0x0A]
        } catch {
            throw NodeFailure(.bug, "node.json: cannot be written. Report this")
        }
    }

    /// Reads the file.
    package init(decoding bytes: [UInt8]) throws(NodeFailure) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch {
            throw .usage("node.json: not the form this program writes. Restore it from a backup")
        }
        guard self.mapTiles.map(Self.isTiles) ?? true else {
            throw .usage(
                "node.json: map_tiles is no URL of tiles. Write one as https://HOST/{z}/{x}/{y}.png"
            )
        }
        guard (1...Self.silentMinutesMax).contains(self.alarmMinutes ?? 1) else {
            throw .usage(
                "node.json: alarm_minutes is not 1 to \(Self.silentMinutesMax). Choose another"
            )
        }
    }
}

extension Node {
    /// Files outside a data folder that its node needs: those that `node.json` names, and the one that is
    /// kept beside the folder.
    package static func files(besides folder: String) -> [String] {
        let bytes = FileManager.default.contents(
            atPath: "\(folder)/\(DataFolder.Name.configuration.rawValue)"
        )
        let configuration = bytes.flatMap { try? NodeConfiguration(decoding: Array($0)) }
        let named = [configuration?.httpCertificate, configuration?.httpKey].compactMap(\.self)
        return named + [WrittenMarker.path(besides: folder)]
    }
}
