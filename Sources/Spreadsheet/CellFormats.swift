/// The formats of cells (ECMA-376 part 1, §18.8), as far as they make dates of numbers.
enum CellFormats {
    /// Reads what each of a workbook's formats makes of a number, in their order.
    ///
    /// - Throws: `WorkbookError`.
    static func read(
        _ path: String,
        in archive: ZipArchive,
        limits: WorkbookLimits
    ) throws(WorkbookError) -> [NumberFormat] {
        var document = try Part(path, in: archive, bytesMax: limits.partBytes, limits: limits)
        var codes: [Int: NumberFormat] = [:]
        var formats: [NumberFormat] = []
        var isInCells = false
        while let event = try document.next() {
            switch event {
            case .start(let tag) where tag.name == "numFmt":
                guard let id = try document.attribute("numFmtId", of: tag).flatMap({ Int($0) }),
                    let code = try document.attribute("formatCode", of: tag)
                else { continue }
                guard codes.count < limits.formats else {
                    throw document.overLimit("\(limits.formats) formats")
                }
                codes[id] = NumberFormat(code: code)
            case .start(let tag) where tag.name == "cellXfs": isInCells = true
            case .end("cellXfs"): isInCells = false
            case .start(let tag) where tag.name == "xf" && isInCells:
                guard formats.count < limits.formats else {
                    throw document.overLimit("\(limits.formats) formats")
                }
                let id = try document.attribute("numFmtId", of: tag).flatMap { Int($0) } ?? 0
                formats.append(codes[id] ?? NumberFormat(builtIn: id))
            default: break
            }
        }
        return formats
    }
}
