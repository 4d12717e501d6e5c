import Foundation
import RecordImport
import Testing

/// Where the real files lie beside the checkout; the tests that need them are skipped without it.
private let dataFolder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")

private let hasData = FileManager.default.fileExists(atPath: dataFolder.path())

private func bytes(of file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: dataFolder.appending(path: file)))
}

@Suite(
    .enabled(if: hasData, "the real files of ../shared/data are absent"),
    .enabled(if: Python.isAvailable, "python3 is absent")
)
struct RealFileTests {
    @Test(
        arguments: [
            ("nl-inspections/amsterdam-inspections-2012-2016.csv", ","),
            ("nl-inspections/amsterdam-daycare-inspections-kvk.csv", ","),
            ("nl-organisations/kvk-names-homonyms.csv", ","),
            ("nl-organisations/municipality-to-omgevingsdienst.csv", ";"),
            ("nl-organisations/oin-register-2016.csv", ","),
            ("nl-organisations/public-services-rd-bag.csv", ","),
            ("us-rmp/accidents.csv", ","), ("linkage/febrl4a.csv", ","),
        ] as [(String, Character)]
    )
    func `every field is the one Python's csv reads`(file: String, delimiter: Character) throws {
        // Latin-1 keeps every byte, so that files in other encodings compare too.
        let program = """
            import csv, io, sys
            raw = open(sys.argv[1], 'rb').read().removeprefix(b'\\xef\\xbb\\xbf')
            text = io.StringIO(raw.decode('latin-1'), newline='')
            for row in csv.reader(text, delimiter=sys.argv[2]):
                print(''.join(field.encode('latin-1').hex() + ',' for field in row))
            """
        let path = dataFolder.appending(path: file).path()
        let expected = try Python.run(program, arguments: [path, String(delimiter)])
        var reader = CSVReader(delimiter: delimiter.asciiValue ?? 0, firstLine: 1)
        var printed = ""
        func take(_ reader: inout CSVReader) {
            while let row = reader.nextRow() {
                for index in 0..<row.fieldCount {
                    printed += row.field(index).map(Self.hex).joined() + ","
                }
                printed += "\n"
            }
        }
        let whole = try bytes(of: file)
        let all = whole.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(whole.dropFirst(3)) : whole
        for start in stride(from: 0, to: all.count, by: 997) {
            reader.feed(Array(all[start..<min(all.count, start + 997)]))
            take(&reader)
        }
        reader.finish()
        take(&reader)
        #expect(printed.split(separator: "\n").count > 300)
        #expect(printed == expected)
    }

    @Test func `the defects of Dutch inspections are those Python finds`() throws {
        let script = """
            import csv, datetime, re, sys
            from collections import Counter
            count = Counter(); seen = {}
            def good(value, form):
                try: return bool(value) and bool(datetime.datetime.strptime(value, form))
                except ValueError: return False
            for row in csv.DictReader(open(sys.argv[1], encoding='utf-8', newline='')):
                count['read'] += 1
                raw = [row[c] for c in ('lrknummer', 'naam', 'bezoekdatum', 'kleur', 'kvk_vestiging',
                                        'adres', 'postcode', 'Longitude', 'Latitude')]
                count['text.trimmed'] += sum(v != v.strip() for v in raw)
                key, name, date, colour, kvk, street, code, lon, lat = [v.strip() for v in raw]
                bad = not key or not date
                count['key.missing'] += bad
                if date and not (re.fullmatch(r'\\d{1,2}-\\d\\d-\\d\\d', date)
                                 and good(date, '%d-%m-%y')):
                    count['date.unreadable'] += 1; bad = True
                if kvk.isdigit() and len(kvk) < 8: count['kvk.padded'] += 1; kvk = kvk.zfill(8)
                if kvk and not re.fullmatch(r'[0-9]{8}', kvk): count['kvk.format'] += 1
                if code and not re.fullmatch(r'[1-9][0-9]{3} ?(?!SA|SD|SS)[A-Z]{2}', code):
                    count['postcode.format'] += 1
                if lat or lon:
                    number = r'-?[0-9]+(\\.[0-9]+)?'
                    ok = all(re.fullmatch(number, v) for v in (lat, lon) if v)
                    if not ok or (lat and not 50.7 <= float(lat) <= 53.7) \\
                            or (lon and not 3.2 <= float(lon) <= 7.3):
                        count['coordinate'] += 1
                count['rejected'] += bad
                if bad: continue
                count['records'] += 1
                unique, contents = (key, date), (name, colour, kvk, street, code, lon, lat)
                if unique in seen:
                    count['key.same' if seen[unique] == contents else 'key.repeated'] += 1
                seen[unique] = contents
            for name in sorted(count): print(name, count[name])
            """
        let file = "nl-inspections/amsterdam-inspections-2012-2016.csv"
        let mapping = try ImportHarness.mapping(
            fields: [
                ImportHarness.field("subject.name", "naam"),
                ImportHarness.field("date", "bezoekdatum", .date([.init("d-MM-yy")])),
                ImportHarness.field("status", "kleur"),
                ImportHarness.field("subject.kvk", "kvk_vestiging", .pad(8)),
                ImportHarness.field("location.address", "adres"),
                ImportHarness.field("location.postcode", "postcode"),
                ImportHarness.field("location.longitude", "Longitude"),
                ImportHarness.field("location.latitude", "Latitude"),
            ],
            key: "{lrknummer}/{bezoekdatum}"
        )
        let result = try ImportHarness.run(bytes(of: file), mapping)
        var counts = ["read": result.report.readCount, "records": result.records.count]
        counts["rejected"] = result.report.rejectedCount
        for (rule, count) in result.report.findingsByRule {
            switch rule {
            case .columnUnused, .textMojibake, .textMarkup, .dateImplausible: continue
            case .coordinateOutside, .coordinateSwapped: counts["coordinate", default: 0] += count
            default: counts[rule.rawValue] = count
            }
        }
        let path = dataFolder.appending(path: file).path()
        let printed = try Python.run(script, arguments: [path]).split(separator: "\n")
        var expected: [String: Int] = [:]
        for line in printed {
            let words = line.split(separator: " ")
            expected[String(words[0])] = Int(words[1]) == 0 ? nil : Int(words[1])
        }
        #expect(counts.filter { $0.value > 0 } == expected)
        #expect((expected["records"] ?? 0) > 2000)
    }

    @Test func `dates of the year 2202 are doubted and kept`() throws {
        let mapping = try ImportHarness.mapping(
            fields: [ImportHarness.field("date", "AccidentDate")],
            key: "{AccidentHistoryID}",
            country: .us
        )
        let result = try ImportHarness.run(bytes(of: "us-rmp/accidents.csv"), mapping)
        // python3 -c "import csv;r=list(csv.DictReader(open('us-rmp/accidents.csv',newline='')));
        //   print(len(r), sum(not '1950'<x['AccidentDate']<'2028-04' for x in r))"
        #expect(result.records.count == 7211)
        #expect(result.report.findingsByRule.map(\.rule) == [.columnUnused, .dateImplausible])
        #expect(result.report.findings.last.map(\.value) == "2202-11-21")
    }

    @Test func `a file in another encoding is refused row by row`() throws {
        let mapping = try ImportHarness.mapping(
            fields: [
                ImportHarness.field("location.place", "plaats"),
                ImportHarness.field("location.x", "X"), ImportHarness.field("location.y", "Y"),
                ImportHarness.field("location.bag", "identificatieAdresseerbaarObject", .pad(16)),
            ],
            key: "{gml_id}"
        )
        let file = "nl-organisations/public-services-rd-bag.csv"
        let script = """
            import sys
            bad = 0
            for line in open(sys.argv[1], 'rb').read().splitlines()[1:]:
                try: line.decode('utf-8')
                except UnicodeDecodeError: bad += 1
            print(bad)
            """
        let path = dataFolder.appending(path: file).path()
        let bad = try Python.run(script, arguments: [path]).split(separator: "\n").first
        let result = try ImportHarness.run(bytes(of: file), mapping)
        let found = result.report.findingsByRule.first { $0.rule == .encodingInvalid }?.count
        #expect(found == bad.flatMap { Int($0) })
        #expect(result.records.count + result.report.rejectedCount == 3475)
    }

    private static let digits = Array("0123456789abcdef")

    private static func hex(_ byte: UInt8) -> String {
        String([Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]])
    }
}
