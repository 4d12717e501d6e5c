import Foundation
import NodeService
import Testing

@testable import CaseWeb

@Suite struct MapTests {
    private func folder(_ files: [String: String]) throws -> String {
        let folder = NSTemporaryDirectory() + "map-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        for (name, text) in files {
            try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        return folder
    }

    private func map(library: String?, layers: String?, tiles: String? = nil) -> MapFiles {
        var configuration = NodeConfiguration(listen: "127.0.0.1:1", http: nil)
        configuration.mapLibrary = library
        configuration.mapLayers = layers
        configuration.mapTiles = tiles
        return MapFiles(configuration)
    }

    @Test func `a URL of tiles names a host and the three parts of a tile, and nothing else`() {
        for text in [
            "https://kaart.example/{z}/{x}/{y}.png", "http://127.0.0.1:8080/{z}/{x}/{y}",
            "https://a.b-c.nl/t?z={z}&x={x}&y={y}",
        ] {
            #expect(NodeConfiguration.isTiles(text), "\(text)")
        }
        for text in [
            "", "https://kaart.example/{z}/{x}.png", "kaart.example/{z}/{x}/{y}",
            "https://kaart.example; script-src */{z}/{x}/{y}", "https:///{z}/{x}/{y}",
            "https://*/{z}/{x}/{y}", "https://a.nl/{z}/{x}/{y}\"", "https://a.nl/{z} /{x}/{y}",
            "javascript:alert({z}{x}{y})", "https://é.nl/{z}/{x}/{y}",
            "https://a.nl/{z}/{x}/{y}\n",
        ] {
            #expect(!NodeConfiguration.isTiles(text), "\(text)")
        }
    }

    @Test func `only the host of tiles is added to what pages load`() {
        let map = self.map(library: "/nowhere", layers: nil, tiles: "https://a.nl:99/x/{z}/{x}/{y}")
        #expect(map.tilesOrigin == "https://a.nl:99")
        let policy = SecurityHeaders.contentSecurityPolicy(tiles: map.tilesOrigin)
        #expect(policy.contains("img-src 'self' data: https://a.nl:99;"))
        #expect(
            SecurityHeaders.contentSecurityPolicy(tiles: nil).contains("img-src 'self';")
        )
    }

    @Test func `without the library there is no map, with it the smaller script is given`() throws {
        let library = try self.folder([
            "leaflet.css": "c", "leaflet.js": "long", "leaflet.min.js": "s",
        ])
        #expect(self.map(library: library, layers: nil).file(.script) == "s")
        #expect(self.map(library: library, layers: nil).isThere)
        let half = try self.folder(["leaflet.css": "c"])
        #expect(!self.map(library: half, layers: nil).isThere)
        #expect(self.map(library: half, layers: nil).file(.script) == nil)
    }

    @Test func `layers are the files of a folder, and no other file of the machine`() throws {
        var files = ["b.geojson": "{}", "a.topojson": "[]", "keys": "secret", "c.json": "{}"]
        files["groot.geojson"] = String(repeating: " ", count: MapFiles.bytesMax + 1)
        files["net.geojson"] = String(repeating: " ", count: MapFiles.bytesMax)
        let map = self.map(library: nil, layers: try self.folder(files))
        #expect(map.layers == ["a.topojson", "b.geojson", "groot.geojson", "net.geojson"])
        #expect(map.layer("b.geojson") == "{}" && map.layer("net.geojson") != nil)
        for name in ["keys", "../keys", "c.json", "groot.geojson", "", "x/../b.geojson"] {
            #expect(map.layer(name) == nil, "\(name)")
        }
        var many: [String: String] = [:]
        for number in 100..<100 + MapFiles.layersMax + 1 { many["\(number).geojson"] = "{}" }
        let full = self.map(library: nil, layers: try self.folder(many))
        #expect(full.layers.count == MapFiles.layersMax)
        #expect(full.layer("\(100 + MapFiles.layersMax).geojson") == nil)
    }
}
