import ArgumentParser
import NodeInterface
import NodeService
import PlainText
import Terminal

/// `tafel record search`.
struct SearchCommand: TafelCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find own records and readable fragments.",
        discussion: """
            TEXT is understood as what it looks like: 12345678 is a KvK number, 1011AB 5 a postcode with a house \
            number, 1011-1015 a range, 52.3731,4.8922 500m a point with a radius, anything else words of a name, an \
            address, a place or a text. Words are found with typing errors, in any order; forms of companies and \
            small words do not matter. Every condition that is given must hold.

            TEXT looks back \(SearchRecords.yearsDefault) years where neither --from, --until, --years nor --all is \
            given; what has no date is found too.
            """
    )

    @OptionGroup var options: NodeOptions
    @Argument(help: "What to look for.") var text: [String] = []
    @Option(help: "Key in the source system.") var key: String?
    @Option(help: "Name of the subject, or words of it.") var name: String?
    @Option(help: "KvK number.") var kvk: String?
    @Option(
        help: ArgumentHelp(
            "File with KvK numbers, a line each or parted by commas.",
            valueName: "file"
        )
    )
    var kvkList: String?
    @Option(help: "Vestigingsnummer.") var vestiging: String?
    @Option(help: "Postcode, or a range P-P; several with commas.") var postcode: String?
    @Option(help: "Town or village; several with commas: any of them.") var place: String?
    @Option(help: "Street and number, or words of it.") var address: String?
    @Option(help: "A point: LAT,LON in degrees or X,Y of RD New.") var near: String?
    @Option(help: "Metres around the point (default: 250).") var radius: Int?
    @Option(help: "Record type.") var type: String?
    @Option(help: "Name of the source system; own records alone.") var source: String?
    @Option(help: "Handle of whose it is.") var partner: String?
    @Option(help: "Phase of a case that it is in.") var phase: String?
    @Option(help: "First date, YYYY-MM-DD.") var from: String?
    @Option(help: "Last date, YYYY-MM-DD.") var until: String?
    @Option(help: "So many years back.") var years: Int?
    @Flag(help: "Whatever the date.") var all = false
    @Option(help: "Order: relevance or date.") var sort: String?
    @Option(help: "Most hits to show (default: 100; with --csv \(SearchRecords.limitMax)).")
    var limit: Int?
    @Option(help: "Hits to pass over.") var offset: Int?
    @Flag(help: "Print the hits as a table for a spreadsheet (CSV).") var csv = false

    func validate() throws {
        if self.all, self.from != nil || self.until != nil || self.years != nil {
            throw ValidationError("--all: goes without --from, --until and --years. Leave one out")
        }
        if self.years != nil, self.from != nil || self.until != nil {
            throw ValidationError("--years: goes without --from and --until. Leave one out")
        }
        if self.csv, self.options.json {
            throw ValidationError("--csv: goes without --json. Leave one out")
        }
    }

    func execute() async throws(NodeFailure) -> Int32 {
        let search = SearchRecords(
            text: self.text.isEmpty ? nil : self.text.joined(separator: " "),
            key: self.key,
            name: self.name,
            kvk: self.kvk,
            vestiging: self.vestiging,
            postcode: self.postcode,
            place: self.place,
            address: self.address,
            near: self.near,
            radius: self.radius,
            type: self.type,
            source: self.source,
            partner: self.partner,
            phase: self.phase,
            from: self.from,
            until: self.until,
            years: self.years
                ?? (self.text.isEmpty || self.all ? nil : SearchRecords.yearsDefault),
            sort: self.sort,
            limit: self.limit ?? (self.csv ? SearchRecords.limitMax : 100),
            offset: self.offset
        )
        guard let path = self.kvkList else { return try await self.print(search) }
        let bytes = TextFile.lines(of: try Files.read(path, bytesMax: SearchList.listMax))
        // What is no text has lines without numbers, which are told.
        let list = SearchList(list: String(decoding: bytes, as: UTF8.self), search: search)
        return try await self.print(list)
    }

    private func print<Asked: PrintedRequest>(
        _ request: Asked
    ) async throws(NodeFailure) -> Int32 where Asked.Answer == SearchRecords.Answer {
        guard self.csv else { return try await self.options.print(request) }
        let answer = try await self.options.answer(to: request)
        Output.line(parts: [Array(answer.table.text().utf8.dropLast())])
        // What the table does not say.
        let notes = answer.notes(
            limit: self.limit ?? SearchRecords.limitMax,
            offset: self.offset ?? 0
        )
        Output.notice(notes.joined(separator: "\n"))
        return answer.outcome.exitCode
    }
}
