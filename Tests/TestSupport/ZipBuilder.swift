/// Writes ZIP archives, and workbooks in them, as tests need them: right or wrong.
package struct ZipBuilder: Sendable {
    /// An entry: what stands in the archive, and what the directory says of it.
    package struct Entry: Sendable {
        /// Its path.
        package var name: String
        /// Its bytes as they stand there.
        package var data: [UInt8]
        /// 0 stored, 8 deflated.
        package var method = 0
        /// Bytes once it is expanded, as the directory says.
        package var byteCount: Int
        /// The checksum that the directory says.
        package var checksum: UInt32
        /// 1: encrypted.
        package var flags = 0

        /// A stored entry.
        package init(_ name: String, _ data: [UInt8]) {
            self.name = name
            self.data = data
            self.byteCount = data.count
            self.checksum = ZipBuilder.checksum(data)
        }
    }

    /// The entries, in order.
    package var entries: [Entry]
    /// Bytes before the first entry, and between two.
    package var gap = 0

    /// An archive of entries.
    package init(_ entries: [Entry]) {
        self.entries = entries
    }

    /// The archive.
    package var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(self.gap, 0))
        var directory: [UInt8] = []
        for entry in self.entries {
            let offset = bytes.count
            let common =
                Self.number(20, 2) + Self.number(entry.flags, 2) + Self.number(entry.method, 2)
                + Self.number(0, 4) + Self.number(Int(entry.checksum), 4)
                + Self.number(entry.data.count, 4) + Self.number(entry.byteCount, 4)
                + Self.number(entry.name.utf8.count, 2) + Self.number(0, 2)
            bytes += Self.number(0x0403_4B50, 4) + common + Array(entry.name.utf8) + entry.data
            bytes += [UInt8](repeating: 0, count: max(self.gap, 0))
            directory += Self.number(0x0201_4B50, 4) + Self.number(20, 2) + common
            directory += Self.number(0, 10) + Self.number(offset + min(self.gap, 0), 4)
            directory += Array(entry.name.utf8)
        }
        let count = Self.number(self.entries.count, 2)
        return bytes + directory + Self.number(0x0605_4B50, 4) + Self.number(0, 4) + count + count
            + Self.number(directory.count, 4) + Self.number(bytes.count, 4) + Self.number(0, 2)
    }

    /// The entries of a workbook with one sheet.
    ///
    /// - Parameters:
    ///   - rows: What stands within `sheetData`.
    ///   - strings: What stands within `sst`; nil for no such part.
    ///   - styles: What stands within `styleSheet`; nil for no such part.
    ///   - sheets: Names of the sheets, all of which are the same.
    /// - Returns: The archive.
    package static func workbook(
        rows: String,
        strings: String? = nil,
        styles: String? = nil,
        sheets: [String] = ["Blad1"]
    ) -> ZipBuilder {
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
        func relations(_ targets: [(String, String, String)]) -> String {
            "<Relationships>"
                + targets.map { id, type, target in
                    "<Relationship Id=\"\(id)\" Type=\"\(office)\(type)\" Target=\"\(target)\"/>"
                }.joined() + "</Relationships>"
        }
        let names = sheets.map { "<sheet name=\"\($0)\" id=\"s\"/>" }.joined()
        var parts = [
            ("_rels/.rels", relations([("w", "officeDocument", "xl/workbook.xml")])),
            ("xl/workbook.xml", "<workbook><sheets>\(names)</sheets></workbook>"),
            ("xl/sheet.xml", "<worksheet><sheetData>\(rows)</sheetData></worksheet>"),
        ]
        var targets = [("s", "worksheet", "sheet.xml")]
        if let strings {
            parts.append(("xl/strings.xml", "<sst>\(strings)</sst>"))
            targets.append(("t", "sharedStrings", "strings.xml"))
        }
        if let styles {
            parts.append(("xl/styles.xml", "<styleSheet>\(styles)</styleSheet>"))
            targets.append(("f", "styles", "styles.xml"))
        }
        parts.append(("xl/_rels/workbook.xml.rels", relations(targets)))
        return ZipBuilder(parts.map { Entry($0.0, Array($0.1.utf8)) })
    }

    /// DEFLATE of one byte, said `1 + 258 · matches` times, in the fixed code: the smallest that grows most.
    package static func bomb(_ byte: UInt8, matches: Int) -> [UInt8] {
        precondition(byte < 144, "bytes from 144 on have longer codes")
        var bytes: [UInt8] = []
        var bits = 0
        var count = 0
        func append(_ value: Int, _ width: Int) {
            bits |= value << count
            count += width
            while count >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
                count -= 8
            }
        }
        func code(_ value: Int, _ width: Int) {
            append((0..<width).reduce(0) { $0 << 1 | value >> $1 & 1 }, width)
        }
        append(0b011, 3)
        code(0x30 + Int(byte), 8)
        for _ in 0..<matches {
            code(0b1100_0101, 8)
            code(0, 5)
        }
        code(0, 7)
        append(0, 7)
        return bytes
    }

    /// CRC-32, bit by bit.
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { state, byte in
            (0..<8).reduce(state ^ UInt32(byte)) { value, _ in
                value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
            }
        }
    }

    private static func number(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: $0 < 8 ? value >> (8 * $0) : 0) }
    }
}
