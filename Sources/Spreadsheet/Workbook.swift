/// A workbook of a spreadsheet program (ECMA-376, xlsx): which sheets it has, and how its cells are read.
///
/// Of its parts only those are read that are needed for one sheet: the relations, the workbook, the formats,
/// the shared texts. Memory is bounded by the shared texts (``WorkbookLimits``).
package struct Workbook: Sendable {
    /// Names of the sheets, in order.
    package let sheetNames: [String]

    private let archive: ZipArchive
    private let limits: WorkbookLimits
    private let sheetPaths: [String]
    private let formats: [NumberFormat]
    private let strings: SharedStrings
    private let is1904: Bool

    /// Reads what is needed to read sheets.
    ///
    /// - Throws: `WorkbookError`.
    /// - Complexity: O(bytes of the parts, shared texts included).
    package init(_ file: any RandomBytes, limits: WorkbookLimits) throws(WorkbookError) {
        if file.byteCount >= 4 {
            // An older workbook, or one in an encrypted envelope.
            let start = try file.read(count: 4, at: 0)
            guard start != [0xD0, 0xCF, 0x11, 0xE0] else { throw .locked }
        }
        let archive = try ZipArchive(file, limits: limits)
        let root = try Relations("_rels/.rels", folder: "", in: archive, limits: limits)
        guard let path = root.path(ofType: "officeDocument") else { throw .notWorkbook }
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        let name = String(path.split(separator: "/").last ?? "")
        let relations = try Relations(
            (folder.isEmpty ? "" : folder + "/") + "_rels/\(name).rels",
            folder: folder,
            in: archive,
            limits: limits
        )
        let contents = try WorkbookContents(path, in: archive, limits: limits)
        self.sheetNames = contents.sheets.map(\.name)
        self.sheetPaths = contents.sheets.map {
            relations.path(ofID: $0.relation, type: "worksheet") ?? ""
        }
        self.is1904 = contents.is1904
        self.formats =
            try relations.path(ofType: "styles").map { (path) throws(WorkbookError) in
                try CellFormats.read(path, in: archive, limits: limits)
            } ?? []
        self.strings =
            try relations.path(ofType: "sharedStrings").map { (path) throws(WorkbookError) in
                try SharedStrings(path, in: archive, limits: limits)
            } ?? SharedStrings()
        self.archive = archive
        self.limits = limits
    }

    /// Begins to read a sheet: the first, or the one of a name, in any case.
    ///
    /// - Throws: `WorkbookError.sheetMissing` and others.
    package func sheet(_ name: String?) throws(WorkbookError) -> SheetReader {
        let index =
            name.map { name in
                self.sheetNames.firstIndex { $0.lowercased() == name.lowercased() }
            } ?? self.sheetNames.indices.first
        guard let index else {
            throw .sheetMissing(name: name ?? "", known: self.sheetNames)
        }
        guard let entry = self.archive.entry(self.sheetPaths[index]) else {
            throw .damaged(part: self.sheetNames[index], problem: "no sheet with cells")
        }
        return SheetReader(
            try self.archive.reader(of: entry, bytesMax: self.limits.sheetBytes),
            formats: self.formats,
            strings: self.strings,
            is1904: self.is1904,
            limits: self.limits
        )
    }
}

/// What the workbook's own part says.
private struct WorkbookContents {
    var sheets: [(name: String, relation: String)] = []
    var is1904 = false

    init(_ path: String, in archive: ZipArchive, limits: WorkbookLimits) throws(WorkbookError) {
        var document = try Part(path, in: archive, bytesMax: limits.partBytes, limits: limits)
        while let event = try document.next() {
            guard case .start(let tag) = event else { continue }
            switch tag.name {
            case "sheet":
                guard let name = try document.attribute("name", of: tag),
                    let relation = try document.attribute("id", of: tag)
                else { throw document.damaged("a sheet without a name") }
                guard self.sheets.count < limits.sheets else {
                    throw .overLimit(part: path, limit: "\(limits.sheets) sheets")
                }
                self.sheets.append((name, relation))
            case "workbookPr":
                let value = try document.attribute("date1904", of: tag)
                self.is1904 = value == "1" || value == "true"
            default: break
            }
        }
    }
}

/// Which parts a part names, by what they are and by what they are called (OPC §6.5).
private struct Relations {
    private var paths: [String: (path: String, type: String)] = [:]

    init(
        _ path: String,
        folder: String,
        in archive: ZipArchive,
        limits: WorkbookLimits
    ) throws(WorkbookError) {
        guard archive.entry(path) != nil else { throw .notWorkbook }
        var document = try Part(path, in: archive, bytesMax: limits.partBytes, limits: limits)
        while let event = try document.next() {
            guard case .start(let tag) = event, tag.name == "Relationship",
                try document.attribute("TargetMode", of: tag) != "External",
                let id = try document.attribute("Id", of: tag),
                let type = try document.attribute("Type", of: tag),
                let target = try document.attribute("Target", of: tag)
            else { continue }
            let word = String(type.split(separator: "/").last ?? "")
            self.paths[id] = (Self.resolved(target, in: folder), word)
        }
    }

    func path(ofType type: String) -> String? {
        self.paths.values.filter { $0.type == type }.map(\.path).min()
    }

    func path(ofID id: String, type: String) -> String? {
        self.paths[id].flatMap { $0.type == type ? $0.path : nil }
    }

    private static func resolved(_ target: String, in folder: String) -> String {
        var steps = target.hasPrefix("/") ? [] : folder.split(separator: "/")
        for step in target.split(separator: "/") where step != "." {
            if step == ".." { _ = steps.popLast() } else { steps.append(step) }
        }
        return steps.joined(separator: "/")
    }
}
