/// The script of the map: hits and sites, grouped where they lie close, layers, and drawing a circle.
///
/// It shows what the list beside it says, and works on nothing else; without it nothing is missing.
enum MapScript {
    static let text = #"""
        "use strict";
        (() => {
          const place = document.querySelector(".map");
          if (!place || !window.L) return;
          const words = place.dataset;
          place.hidden = false;
          for (const hint of document.querySelectorAll(".maphint")) hint.hidden = false;
          const map = L.map(place, { attributionControl: Boolean(words.tiles), fadeAnimation: false, zoomControl: false });
          L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
          map.setView([52.2, 5.4], 7);
          if (words.tiles) L.tileLayer(words.tiles, { maxZoom: 19, attribution: words.attribution }).addTo(map);
          const marks = L.layerGroup().addTo(map);
          let points = [];

          function mark(group) {
            const at = [
              group.reduce((sum, one) => sum + one.latitude, 0) / group.length,
              group.reduce((sum, one) => sum + one.longitude, 0) / group.length,
            ];
            const label = group.length === 1 ? group[0].title : words.group.replace("%1", group.length);
            const icon = L.divIcon({
              className: group.length === 1 ? "spot" : "spot many",
              html: group.length === 1 ? "" : String(group.length),
              iconSize: group.length === 1 ? [24, 24] : [36, 36],
            });
            const marker = L.marker(at, { icon, keyboard: true, title: label }).addTo(marks);
            const element = marker.getElement();
            element.setAttribute("role", "button");
            element.setAttribute("aria-label", label);
            marker.on("click keypress", event => {
              const key = event.originalEvent && event.originalEvent.key;
              if (event.type === "keypress" && key !== "Enter" && key !== " ") return;
              const near = group.every(one => map.distance([one.latitude, one.longitude], at) < 1);
              if (group.length > 1 && !near && map.getZoom() < map.getMaxZoom()) {
                map.fitBounds(group.map(one => [one.latitude, one.longitude]), { padding: [40, 40], maxZoom: 17 });
              } else {
                marker.unbindPopup().bindPopup(list(group)).openPopup();
              }
            });
          }

          function isolated(text) {
            return Object.assign(document.createElement("bdi"), { textContent: text });
          }

          function list(group) {
            const items = document.createElement("ul");
            for (const one of group.slice(0, 20)) {
              const item = document.createElement("li");
              const link = document.createElement("a");
              link.href = one.href;
              link.append(isolated(one.title));
              item.append(link);
              for (const text of [one.place, one.owner]) if (text) item.append(" ", isolated(text));
              items.append(item);
            }
            if (group.length > 20) {
              const rest = document.createElement("li");
              rest.textContent = "+ " + (group.length - 20);
              items.append(rest);
            }
            return items;
          }

          // Points that lie within some pixels of each other are one mark, at each scale anew.
          function draw() {
            marks.clearLayers();
            const cells = new Map();
            for (const one of points) {
              const at = map.project([one.latitude, one.longitude]).divideBy(56).floor();
              const key = at.x + " " + at.y;
              if (!cells.has(key)) cells.set(key, []);
              cells.get(key).push(one);
            }
            for (const group of cells.values()) mark(group);
          }

          function show(found, circle) {
            points = found.filter(one => Number.isFinite(one.latitude) && Number.isFinite(one.longitude));
            const bounds = L.latLngBounds(points.map(one => [one.latitude, one.longitude]));
            if (circle) {
              const ring = L.circle([circle.latitude, circle.longitude], { radius: circle.radius, className: "ring" });
              ring.addTo(map);
              bounds.extend(ring.getBounds());
            }
            map.on("zoomend", draw);
            if (bounds.isValid()) map.fitBounds(bounds, { padding: [30, 30], maxZoom: 16, animate: false });
            draw();
          }

          if (words.points) {
            fetch(words.points).then(answer => answer.json()).catch(() => ({ points: [] })).then(found => {
              show(found.points.map(one => ({
                ...one, latitude: Number(one.latitude), longitude: Number(one.longitude),
              })), found.circle && {
                latitude: Number(found.circle.latitude), longitude: Number(found.circle.longitude),
                radius: found.circle.radius,
              });
            });
          } else {
            show([...document.querySelectorAll("[data-latitude]")].map(row => ({
              latitude: Number(row.dataset.latitude), longitude: Number(row.dataset.longitude),
              title: row.dataset.title, href: "#sites", place: "",
            })));
          }

          const tools = document.createElement("p");
          tools.className = "maptools";
          place.after(tools);
          if (words.circle) {
            const button = document.createElement("button");
            button.type = "button";
            button.className = "quiet";
            button.textContent = words.circle;
            button.setAttribute("aria-pressed", "false");
            tools.append(button);
            let ring = null;
            const drawn = event => ring.setRadius(map.distance(ring.getLatLng(), event.latlng));
            const end = event => {
              map.off("mousemove", drawn);
              map.dragging.enable();
              const radius = Math.max(1, Math.min(100000, Math.round(map.distance(ring.getLatLng(), event.latlng))));
              const centre = ring.getLatLng();
              const address = new URL(location.href);
              address.pathname = "/records";
              address.searchParams.delete("page");
              // Words stay; a point or a number of metres gives way to the circle.
              if (/^[\d\s.,;:-]*(k?m)?$/.test(address.searchParams.get("q") || "")) address.searchParams.delete("q");
              address.searchParams.set("near", centre.lat.toFixed(6) + " " + centre.lng.toFixed(6));
              address.searchParams.set("radius", radius);
              location.assign(address);
            };
            const begin = event => {
              ring = L.circle(event.latlng, { radius: 1, className: "ring" }).addTo(map);
              map.on("mousemove", drawn);
              map.once("mouseup", end);
            };
            button.addEventListener("click", () => {
              const on = button.getAttribute("aria-pressed") !== "true";
              button.setAttribute("aria-pressed", String(on));
              place.classList.toggle("drawing", on);
              if (on) {
                map.dragging.disable();
                map.once("mousedown", begin);
              } else {
                map.dragging.enable();
                map.off("mousedown", begin);
              }
            });
          }

          const layers = (words.layers || "").split("|").filter(Boolean);
          for (const name of layers) {
            const label = document.createElement("label");
            const box = document.createElement("input");
            box.type = "checkbox";
            label.append(box, " ", name.replace(/\.(geo|topo)json$/, ""));
            tools.append(" ", label);
            let layer = null;
            box.addEventListener("change", async () => {
              if (!layer && box.checked) {
                box.disabled = true;
                const found = await fetch("/map/layers/" + encodeURIComponent(name))
                  .then(answer => answer.ok ? answer.json() : null).catch(() => null);
                box.disabled = false;
                if (!found) { box.checked = false; box.disabled = true; return; }
                layer = L.geoJSON(features(found), {
                  className: "area", interactive: true,
                  onEachFeature: (feature, one) => {
                    const title = Object.values(feature.properties || {}).find(value => typeof value === "string");
                    if (title) one.bindTooltip(Object.assign(document.createElement("span"), { textContent: title.slice(0, 100) }));
                  },
                });
              }
              if (layer) { if (box.checked) layer.addTo(map); else layer.remove(); }
            });
          }

          // TopoJSON shares the lines of neighbours; GeoJSON is as it is.
          function features(found) {
            if (found.type !== "Topology") return found;
            const { scale, translate } = found.transform || { scale: [1, 1], translate: [0, 0] };
            const lines = found.arcs.map(arc => {
              let x = 0, y = 0;
              return arc.map(step => {
                if (!found.transform) return step;
                x += step[0];
                y += step[1];
                return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
              });
            });
            const line = number => number < 0 ? [...lines[~number]].reverse() : lines[number];
            const ring = arcs => arcs.flatMap((number, index) => index ? line(number).slice(1) : line(number));
            const shape = one => ({
              type: one.type,
              coordinates: one.type === "Polygon" ? one.arcs.map(ring)
                : one.type === "MultiPolygon" ? one.arcs.map(part => part.map(ring))
                : one.type === "LineString" ? ring(one.arcs)
                : one.type === "MultiLineString" ? one.arcs.map(ring) : one.coordinates,
            });
            const all = one => one.type === "GeometryCollection" ? one.geometries.flatMap(all)
              : one.type ? [{ type: "Feature", properties: one.properties || { id: String(one.id ?? "") }, geometry: shape(one) }] : [];
            return { type: "FeatureCollection", features: Object.values(found.objects).flatMap(all) };
          }
        })();
        """#
}
