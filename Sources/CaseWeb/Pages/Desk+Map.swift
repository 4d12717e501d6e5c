import HTTPTypes
import JSONText
import NodeInterface
import NodeService
import Terminal

/// What maps show: what the list beside them says.
extension Desk {
    /// Where hits lie, and the circle that was asked for.
    private struct Points: Encodable {
        struct Point: Encodable {
            let title: String
            let place: String
            let owner: String
            let href: String
            let latitude: String
            let longitude: String
        }

        struct Circle: Encodable {
            let latitude: String
            let longitude: String
            let radius: Int
        }

        let points: [Point]
        let circle: Circle?
    }

    /// Where the hits of a search lie.
    func points() async throws(PageError) -> PageAnswer {
        do {
            var request = try self.search()
            request.limit = WebLimits.pointsMax
            let found = try await self.submit(request)
            let points = found.hits.compactMap { hit -> Points.Point? in
                guard let latitude = hit.latitude, let longitude = hit.longitude else { return nil }
                let row = self.row(hit, action: nil)
                return Points.Point(
                    title: VisibleText.text(Self.short(hit.title), in: .line),
                    place: VisibleText.text(row["where"] as? String ?? "", in: .line),
                    owner: hit.owner,
                    href: row["href"] as? String ?? "/records",
                    latitude: latitude,
                    longitude: longitude
                )
            }
            let document = Points(
                points: points,
                circle: found.circle.map {
                    Points.Circle(
                        latitude: $0.latitude,
                        longitude: $0.longitude,
                        radius: $0.radius
                    )
                }
            )
            return .text(
                DocumentText.text(of: document),
                type: "application/json",
                fileName: nil
            )
        } catch is Problem {
            throw PageError(.unprocessableContent, "errorFilter")
        } catch {
            throw error as? PageError ?? PageError(bug: "\(error)")
        }
    }

    /// A layer of the map.
    func mapLayer(_ name: String) throws(PageError) -> PageAnswer {
        guard let layer = self.map?.layer(name) else { throw PageError(.notFound, "errorNoPage") }
        return .text(layer, type: "application/json", fileName: nil)
    }

    /// What a page says to the script of its map; `nil` where there is no library.
    ///
    /// `points`: where its points come from; `nil` where the page has them.
    func mapModel(points: String?, draws: Bool) -> [String: Any]? {
        guard let map = self.map, map.isThere else { return nil }
        var model: [String: Any] = [
            "layers": map.layers.joined(separator: "|"), "group": self.words("mapGroup"),
        ]
        model["points"] = points
        model["tiles"] = map.tiles
        model["tilesHost"] = map.tilesOrigin
        model["circle"] = draws ? self.words("drawCircle") : nil
        return model
    }
}
