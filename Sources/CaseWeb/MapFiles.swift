import Foundation
import NodeService

/// What the map is made of, from folders of this machine: the library and layers (`Protocol/web.md` §8).
///
/// Nothing of it is somebody's data. Without the library there is no map, and every list says the same.
struct MapFiles: Sendable {
    /// Most bytes of a file.
    static let bytesMax = 16_777_216
    /// Most layers.
    static let layersMax = 32
    /// Where Debian's libjs-leaflet puts the library.
    static let libraryFolder = "/usr/share/javascript/leaflet"

    /// A file of the library, by what it is called in an address.
    enum Name: String, CaseIterable, Hashable, Sendable {
        case script = "leaflet.js"
        case styleSheet = "leaflet.css"

        /// Its names in the folder, the first that is there.
        fileprivate var names: [String] {
            switch self {
            case .script: ["leaflet.min.js", "leaflet.js"]
            case .styleSheet: ["leaflet.css"]
            }
        }

        /// Its type.
        var type: String {
            switch self {
            case .script: "text/javascript; charset=utf-8"
            case .styleSheet: "text/css; charset=utf-8"
            }
        }
    }

    /// The folder of the library.
    let library: String
    /// The folder of layers; `nil` for none.
    let layersFolder: String?
    /// Where tiles come from, with `{z}`, `{x}` and `{y}`; `nil` for none.
    let tiles: String?

    /// What an operator chose.
    init(_ configuration: NodeConfiguration) {
        self.library = configuration.mapLibrary ?? Self.libraryFolder
        self.layersFolder = configuration.mapLayers
        self.tiles = configuration.mapTiles
    }

    /// Whether the library is there.
    var isThere: Bool { Name.allCases.allSatisfy { self.path(of: $0) != nil } }

    /// A file of the library; `nil` where it is not there, or too large.
    func file(_ name: Name) -> String? {
        self.path(of: name).flatMap { Self.text(at: $0) }
    }

    private func path(of name: Name) -> String? {
        name.names.map { "\(self.library)/\($0)" }.first {
            FileManager.default.isReadableFile(atPath: $0)
        }
    }

    /// The names of the layers: of files `NAME.geojson` and `NAME.topojson`, in order.
    var layers: [String] {
        guard let folder = self.layersFolder,
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
        else { return [] }
        return Array(
            names.filter {
                ($0.hasSuffix(".geojson") || $0.hasSuffix(".topojson")) && !$0.contains("|")
            }.sorted()
                .prefix(Self.layersMax)
        )
    }

    /// A layer, as it lies there; `nil` for what is none.
    func layer(_ name: String) -> String? {
        guard let folder = self.layersFolder, self.layers.contains(name) else { return nil }
        return Self.text(at: "\(folder)/\(name)")
    }

    /// The origin that tiles are loaded from; `nil` for none.
    var tilesOrigin: String? {
        guard let tiles, let url = URL(string: tiles.replacing(#/[{}]/#, with: "")),
            let scheme = url.scheme, let host = url.host()
        else { return nil }
        return "\(scheme)://\(host)\(url.port.map { ":\($0)" } ?? "")"
    }

    /// The text of a plain file, where that is not too large: never of a pipe or a device.
    private static func text(at path: String) -> String? {
        let real = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: real),
            attributes[.type] as? FileAttributeType == .typeRegular,
            let file = FileHandle(forReadingAtPath: real)
        else { return nil }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: Self.bytesMax + 1), data.count <= Self.bytesMax
        else { return nil }
        return String(data: data, encoding: .utf8)
    }
}
