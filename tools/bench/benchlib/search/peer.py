"""The peer: the records in PostgreSQL with PostGIS and pg_trgm, asked by prepared statements over a Unix socket."""

import json
import os
import statistics
import time

from .answers import is_found
from .figures import percentile
from .records import COLUMNS

EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "btree_gin", "btree_gist")
# Names are compared without case, diacritics and legal forms, as anybody would who knows them.
PLAIN = r"""CREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    trim(regexp_replace(lower(unaccent('unaccent'::regdictionary, $1)), '(?:^| )(?:b[.]? ?v[.]?|n[.]?v[.]?|c[.]?v[.]?|'
    'v[.]?o[.]?f[.]?|besloten vennootschap|naamloze vennootschap|vennootschap onder firma|maatschap|mts[.]|stichting|'
    'st[.]|vereniging|ver[.]|coop(?:eratie|[.]) u[.]?a[.]?)(?= |$)', '', 'g'))"""
TABLE = """CREATE TABLE records (
    key text NOT NULL, type text NOT NULL, name text, kvk text, vestiging text, address text, postcode text, place text,
    latitude float8, longitude float8, date date, status text, text text,
    plain text GENERATED ALWAYS AS (plain(name)) STORED,
    point geography(Point, 4326)
    GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography) STORED)"""
INDEXES = {
    "key": "btree (key)",
    # With the key behind it the index alone gives the order.
    "kvk": "btree (kvk, key)",
    "postcode": "btree (postcode, key)",
    "point": "gist (point)",
}
CIRCLE = "ST_SetSRID(ST_MakePoint(%(longitude)s, %(latitude)s), 4326)::geography"
# What a hit shows, on either side.
HIT = "key, type, name, kvk, address, postcode, place, latitude, longitude, date, status"
# One round trip each: the first hits, each with how many there are.
QUERIES = {
    "kvk": f"SELECT {HIT}, count(*) OVER () FROM records WHERE kvk = %(kvk)s ORDER BY key LIMIT %(limit)s",
    "kvk-list": f"SELECT {HIT}, count(*) OVER () FROM records WHERE kvk = ANY(%(kvk)s) ORDER BY key LIMIT %(limit)s",
    "postcode": (
        f"SELECT {HIT}, count(*) OVER () FROM records WHERE postcode BETWEEN %(from)s AND %(until)s"
        " ORDER BY postcode, key LIMIT %(limit)s"
    ),
    "radius": (
        f"SELECT {HIT}, count(*) OVER () FROM records WHERE ST_DWithin(point, {CIRCLE}, %(metres)s)"
        f" ORDER BY ST_Distance(point, {CIRCLE}), key LIMIT %(limit)s"
    ),
}
ASKED = "plain(%(name)s)"
SIMILAR = (
    f"SELECT {HIT} FROM records WHERE {{place}}{{column}} %% {ASKED}"
    f" ORDER BY similarity(plain, {ASKED}) DESC, key LIMIT %(limit)s"
)
WORDS = (
    f"SELECT {HIT} FROM records WHERE {{place}}{ASKED} <%% {{column}}"
    f" ORDER BY word_similarity({ASKED}, plain) DESC, similarity(plain, {ASKED}) DESC, key LIMIT %(limit)s"
)
# `lower` changes nothing. Without it the planner takes the index with the place for names alone too, and is wrong.
NEAREST = f"SELECT {HIT} FROM records {{place}}ORDER BY {{column}} <-> {ASKED} LIMIT %(limit)s"
COLUMN_BY_PLACE = "(lower(plain))"
SAMPLE_NAMES = 240
SAMPLE_SERVER = 60
ROUND_TRIPS = 2_000
# A way to ask that finds less than the best by more than this is not taken, however fast.
FOUND_SLACK = 0.02


class Way:
    """One way to ask for a name: the index it needs, the thresholds it is asked with, the query."""

    def __init__(self, words, with_place, index, query, threshold=None, setting=None):
        self.words, self.with_place, self.index, self.threshold, self.setting = (
            words,
            with_place,
            index,
            threshold,
            setting,
        )
        column = COLUMN_BY_PLACE if with_place else "plain"
        place = "place = %(place)s AND " if query is not NEAREST else "WHERE place = %(place)s "
        self.query = query.format(place=place if with_place else "", column=column)

    def settings(self):
        return [] if self.setting is None else [f"SET pg_trgm.{self.setting} = {self.threshold}"]

    def text(self):
        return self.words if self.threshold is None else f"{self.words}, threshold {self.threshold}"


def ways():
    """Every way that is tried, those with the same index together."""
    found = []
    for with_place, columns in ((False, "plain"), (True, f"place, {COLUMN_BY_PLACE}")):
        gin, gist = f"gin ({columns} gin_trgm_ops)", f"gist ({columns} gist_trgm_ops(siglen=32))"
        for threshold in (0.3, 0.4, 0.5):
            found.append(Way("GIN, similarity", with_place, gin, SIMILAR, threshold, "similarity_threshold"))
        for threshold in (0.4, 0.5, 0.6):
            found.append(Way("GIN, word_similarity", with_place, gin, WORDS, threshold, "word_similarity_threshold"))
        found.append(Way("GiST, nearest", with_place, gist, NEAREST))
    return found


class Peer:
    """The table in a running cluster, and the way chosen for names."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.database = cluster.connect()
        self.chosen = {}

    def close(self):
        self.database.close()

    def load(self, folder):
        """Seconds and bytes of the table and the indexes that need no choice."""
        run = self.database.execute
        for extension in EXTENSIONS:
            run(f"CREATE EXTENSION {extension}")
        run(PLAIN)
        run(TABLE)
        names = ", ".join(name.lower() for name in COLUMNS)
        start = time.monotonic()
        with self.database.cursor().copy(f"COPY records ({names}) FROM STDIN (FORMAT csv, HEADER)") as copy:
            with open(os.path.join(folder, "records.csv"), "rb") as file:
                while data := file.read(1 << 20):
                    copy.write(data)
        told = {"copy_seconds": time.monotonic() - start, "indexes": {}}
        for name, columns in INDEXES.items():
            told["indexes"][f"{name}: {columns}"] = self._index(f"by_{name}", columns)
        run("VACUUM ANALYZE records")
        told["rows"] = run("SELECT count(*) FROM records").fetchone()[0]
        told["table_bytes"] = run("SELECT pg_table_size('records')").fetchone()[0]
        told["version"] = run(
            "SELECT current_setting('server_version') || ', PostGIS ' || postgis_lib_version()"
        ).fetchone()[0]
        return told

    def _index(self, name, columns):
        start = time.monotonic()
        self.database.execute(f"CREATE INDEX {name} ON records USING {columns}")
        seconds = time.monotonic() - start
        return {
            "seconds": seconds,
            "bytes": self.database.execute("SELECT pg_relation_size(%s::regclass)", (name,)).fetchone()[0],
        }

    def choose(self, questions, expected, say):
        """Tries each way to ask for names and keeps the best with a place and the best without; what was tried."""
        tried, built = [], {}
        names = [question for question in questions if question["kind"] == "name"]
        all_of_them = ways()
        for index in dict.fromkeys(way.index for way in all_of_them):
            # Alone, so that it is this index that is used.
            built[index] = self._index("by_name", index)
            for way in (way for way in all_of_them if way.index == index):
                sample = [question for question in names if ("place" in question) == way.with_place][:SAMPLE_NAMES]
                tried.append((way, *self._try(way, sample, expected)))
                say(
                    f"peer: names {'with' if way.with_place else 'without'} place, {way.text()}: found"
                    f" {tried[-1][1]:.3f}, p95 {tried[-1][2]:.1f} ms"
                )
            self.database.execute("DROP INDEX by_name")
        indexes = {}
        for with_place in (False, True):
            side = [one for one in tried if one[0].with_place == with_place]
            best = max(found for _, found, _, _ in side)
            self.chosen[with_place] = min(
                (one for one in side if one[1] >= best - FOUND_SLACK), key=lambda one: one[2]
            )[0]
            index = self.chosen[with_place].index
            indexes[f"name: {index}"] = self._index(f"by_name_{'place' if with_place else 'alone'}", index)
        self.database.execute("VACUUM ANALYZE records")
        return indexes, [
            {
                "with_place": way.with_place,
                "way": way.text(),
                "found": found,
                "p50_ms": p50,
                "p95_ms": p95,
                "is_taken": way is self.chosen[way.with_place],
            }
            for way, found, p95, p50 in tried
        ]

    def _try(self, way, sample, expected):
        times, found = [], 0
        for words in way.settings():
            self.database.execute(words)
        for question in sample:
            answer = self._ask(self.database, question, way.query)
            times.append(answer["microseconds"] / 1_000)
            found += is_found(expected[question["id"]], answer)
        return found / max(1, len(sample)), percentile(times, 95), statistics.median(times)

    def query(self, question):
        if question["kind"] != "name":
            return QUERIES[question["kind"]]
        return self.chosen["place" in question].query

    def _connect(self):
        database = self.cluster.connect()
        for way in self.chosen.values():
            for words in way.settings():
                database.execute(words)
        return database

    def answers(self, questions):
        """One answer for each question, over a new connection."""
        with self._connect() as database:
            return [self._ask(database, question, self.query(question)) for question in questions]

    @staticmethod
    def _ask(database, question, query):
        start = time.perf_counter()
        rows = database.execute(query, question, prepare=True).fetchall()
        microseconds = (time.perf_counter() - start) * 1_000_000
        total = None if question["kind"] == "name" else rows[0][-1] if rows else 0
        return {"id": question["id"], "microseconds": microseconds, "total": total, "keys": [row[0] for row in rows]}

    def round_trip(self):
        """Milliseconds of a prepared statement that does nothing: what client and socket add to each query."""
        times = []
        with self._connect() as database:
            for _ in range(ROUND_TRIPS):
                start = time.perf_counter()
                database.execute("SELECT %(limit)s::int", {"limit": 1}, prepare=True).fetchall()
                times.append((time.perf_counter() - start) * 1_000)
        return {"p50_ms": percentile(times, 50), "p95_ms": percentile(times, 95), "p99_ms": percentile(times, 99)}

    def server_times(self, questions):
        """Of a sample of each kind what the server itself says it took, planning left out."""
        import psycopg

        told = {}
        with self._connect() as database:
            cursor = psycopg.ClientCursor(database)
            for kind in dict.fromkeys(question["kind"] for question in questions):
                times = []
                for question in [question for question in questions if question["kind"] == kind][:SAMPLE_SERVER]:
                    cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + self.query(question), question)
                    plan = cursor.fetchone()[0]
                    times.append((json.loads(plan) if isinstance(plan, str) else plan)[0]["Execution Time"])
                told[kind] = {"queries": len(times), "p50_ms": percentile(times, 50), "p95_ms": percentile(times, 95)}
        return told
