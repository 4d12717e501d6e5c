/// A part of a workbook, read as XML from its beginning.
struct Part: Sendable {
    private var reader: PartReader
    private var xml: XMLReader
    private var isFinished = false
    private let limits: WorkbookLimits

    /// Where in the file it is read by now.
    var position: Int { self.reader.position }

    /// Begins to read the part of a path.
    ///
    /// - Throws: `WorkbookError`.
    init(
        _ path: String,
        in archive: ZipArchive,
        bytesMax: Int,
        limits: WorkbookLimits
    ) throws(WorkbookError) {
        guard let entry = archive.entry(path) else {
            throw .damaged(part: path, problem: "it is not there")
        }
        self.init(try archive.reader(of: entry, bytesMax: bytesMax), limits: limits)
    }

    /// Begins to read a part.
    init(_ reader: PartReader, limits: WorkbookLimits) {
        self.reader = reader
        self.limits = limits
        self.xml = XMLReader(tokenBytesMax: limits.tokenBytes, depthMax: limits.depth)
    }

    /// Returns the next event, or nil at the end.
    ///
    /// - Throws: `WorkbookError`.
    mutating func next() throws(WorkbookError) -> XMLEvent? {
        while true {
            if let event = try self.nextHere() { return event }
            guard try self.advance() else { return nil }
        }
    }

    /// Returns the next event of what was read by now; nil when there is none.
    ///
    /// - Throws: `WorkbookError`.
    mutating func nextHere() throws(WorkbookError) -> XMLEvent? {
        do throws(XMLError) { return try self.xml.next() } catch { throw self.refusal(of: error) }
    }

    /// Reads on; false at the end.
    ///
    /// - Throws: `WorkbookError`.
    mutating func advance() throws(WorkbookError) -> Bool {
        guard !self.isFinished else { return false }
        if let piece = try self.reader.next() {
            self.xml.feed(piece)
        } else {
            self.xml.finish()
            self.isFinished = true
        }
        return true
    }

    /// Returns the value of an attribute; nil when there is none.
    ///
    /// - Throws: `WorkbookError`.
    func attribute(_ name: String, of tag: XMLTag) throws(WorkbookError) -> String? {
        do throws(XMLError) { return try tag.attribute(name) } catch {
            throw self.refusal(of: error)
        }
    }

    /// What is wrong with this part.
    func damaged(_ problem: String) -> WorkbookError {
        .damaged(part: self.reader.name, problem: problem)
    }

    /// That this part has more of something than is read.
    func overLimit(_ limit: String) -> WorkbookError {
        .overLimit(part: self.reader.name, limit: limit)
    }

    private func refusal(of error: XMLError) -> WorkbookError {
        switch error {
        case .malformed: self.damaged("no XML")
        case .declaration: self.damaged("XML with a document type or entities of its own")
        case .encoding: self.damaged("XML in another encoding than UTF-8")
        case .tokenOverMax: self.overLimit("\(self.limits.tokenBytes) bytes in one piece")
        case .depthOverMax: self.overLimit("\(self.limits.depth) levels")
        }
    }
}
