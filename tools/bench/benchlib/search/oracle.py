"""What is right: found by looking at the rows one by one, with nothing of the product's or the peer's.

Distances are geodesics on the ellipsoid of WGS84, by PROJ. Points within a metre of the ring count as neither in nor
out, because programs round differently there.
"""

import bisect

RING_METRES = 1.0
# Fewer metres than any degree has between the southern and the northern end of the country, so that no point is missed.
LATITUDE_METRES_MIN = 100_000
LONGITUDE_METRES_MIN = 60_000


class Oracle:
    """Answers questions about rows."""

    def __init__(self, rows):
        # Only the oracle needs it: a run without it can still measure.
        from pyproj import Geod

        self.rows, self.geod = rows, Geod(ellps="WGS84")
        self.by_kvk = {}
        for place, kvk in enumerate(rows.kvk):
            self.by_kvk.setdefault(kvk, []).append(place)
        self.by_latitude = sorted((*point, place) for place, point in enumerate(rows.points) if point)

    def expected(self, question, fact):
        """The line that belongs to a question."""
        return {
            "id": question["id"],
            "kind": question["kind"],
            **getattr(self, "_" + question["kind"].replace("-", "_"))(question, fact),
        }

    def _whole(self, places):
        keys = [self.rows.keys[place] for place in places]
        return {"least": len(keys), "most": len(keys), "keys": keys}

    def _kvk(self, question, _):
        return self._whole(self.by_kvk.get(question["kvk"], ()))

    def _kvk_list(self, question, _):
        found = sorted(place for kvk in question["kvk"] for place in self.by_kvk.get(kvk, ()))
        return self._whole(found) | {"unknown": sorted(kvk for kvk in question["kvk"] if kvk not in self.by_kvk)}

    def _postcode(self, question, _):
        low, high = question["from"], question["until"]
        found = [place for place, postcode in enumerate(self.rows.postcodes) if low <= postcode <= high]
        return self._whole(sorted(found, key=lambda place: (self.rows.postcodes[place], self.rows.keys[place])))

    def _radius(self, question, _):
        latitude, longitude, metres = question["latitude"], question["longitude"], question["metres"]
        north, east = (metres + 10) / LATITUDE_METRES_MIN, (metres + 10) / LONGITUDE_METRES_MIN
        start, end = (bisect.bisect(self.by_latitude, (latitude + side,)) for side in (-north, north))
        near = [one for one in self.by_latitude[start:end] if abs(one[1] - longitude) <= east]
        found = []
        if near:
            count = len(near)
            _, _, away = self.geod.inv(
                [longitude] * count, [latitude] * count, [one[1] for one in near], [one[0] for one in near]
            )
            found = sorted(
                (round(distance, 2), self.rows.keys[one[2]])
                for distance, one in zip(away, near)
                if distance <= metres + RING_METRES
            )
        least = sum(distance <= metres - RING_METRES for distance, _ in found)
        return {
            "least": least,
            "most": len(found),
            "keys": [key for _, key in found],
            "metres": [distance for distance, _ in found],
        }

    def _name(self, question, fact):
        return {
            "keys": [self.rows.keys[place] for place in fact["rows"]],
            "name": fact["name"],
            "changes": fact["changes"],
        }
