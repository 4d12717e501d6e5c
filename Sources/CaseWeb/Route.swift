import CaseModel
import Foundation
import NodeInterface

/// What a path names (`Protocol/web.md` §1).
enum Route: Hashable, Sendable {
    /// A small change of a case.
    enum CaseAction: String, Hashable, Sendable {
        case note, tag, untag, set, weigh
    }

    /// A step of sharing a record.
    enum ShareStep: String, Hashable, Sendable {
        /// Shows what each partner would see; writes nothing.
        case preview
        /// Back to the choice, with what was chosen.
        case edit
    }

    case home
    case styleSheet
    case icon
    case script
    /// The script of the map.
    case mapScript
    /// A file of the library that draws maps.
    case mapLibrary(MapFiles.Name)
    /// A layer of the map, by the name of its file.
    case mapLayer(String)
    case login
    case logout
    case language
    case cases
    case newCase
    case showCase(String)
    case act(String, CaseAction)
    case audience(String)
    case share(String)
    case shareStep(String, ShareStep)
    case withdraw(caseID: String, fragment: String)
    case records
    /// Hits as a table for a spreadsheet.
    case searchTable
    /// What may be meant by what is being typed.
    case suggestions
    /// Where hits lie, for the map.
    case points
    case searchList
    case record(String)
    /// What the owner of a source can mend, and as a table for a spreadsheet.
    case quality
    case qualityTable
    /// Pairs of subjects that may be one.
    case pairs
    /// One subject, by its key or ID.
    case subject(String)
    /// Pairs with one subject that may be one.
    case subjectPairs(String)
    /// What somebody decides about a subject and another.
    case decide(String)
    /// That a subject took over from another.
    case succeed(String)
    /// What comparisons count in suggestions, and changing that.
    case weights
    case changeWeights
    case tables
    case table(String)
    case log(String)
    case node
    case synchronise

    /// Fewest and most digits of an ID in a path: a table's has 64.
    static let idDigits = 6...64

    /// Reads a path without its query; `nil` when it names nothing.
    init?(path: String) {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            .map(String.init)
        switch parts.first {
        case "" where parts.count == 1: self = .home
        case "cases":
            guard let route = Self.cases(Array(parts.dropFirst())) else { return nil }
            self = route
        case "records" where parts.count == 1: self = .records
        case "records" where parts.count == 2 && Self.isID(parts[1]): self = .record(parts[1])
        case "leaflet" where parts.count == 2:
            guard let name = MapFiles.Name(rawValue: parts[1]) else { return nil }
            self = .mapLibrary(name)
        case "map" where parts.count == 3 && parts[1] == "layers":
            guard let name = parts[2].removingPercentEncoding else { return nil }
            self = .mapLayer(name)
        case "subjects":
            guard let route = Self.subjects(Array(parts.dropFirst())) else { return nil }
            self = route
        case "tables" where parts.count == 1: self = .tables
        case "tables" where parts.count == 2 && Self.isID(parts[1]): self = .table(parts[1])
        case "tables" where parts.count == 3 && Self.isID(parts[1]) && parts[2] == "log":
            self = .log(parts[1])
        default:
            guard let route = Self.fixed[path] else { return nil }
            self = route
        }
    }

    private static let fixed: [String: Route] = [
        "/style.css": .styleSheet, "/icon.svg": .icon, "/search.js": .script,
        "/map.js": .mapScript, "/records/points": .points,
        "/quality": .quality, "/quality/table": .qualityTable,
        "/records/table": .searchTable, "/records/suggestions": .suggestions,
        "/records/list": .searchList, "/login": .login, "/logout": .logout,
        "/language": .language, "/node": .node, "/node/sync": .synchronise,
    ]

    /// What follows `/cases`.
    private static func cases(_ parts: [String]) -> Route? {
        guard let id = parts.first else { return .cases }
        if id == "new" { return parts.count == 1 ? .newCase : nil }
        guard self.isID(id) else { return nil }
        switch (parts.count, parts.dropFirst().first) {
        case (1, _): return .showCase(id)
        case (2, "share"): return .share(id)
        case (2, "audience"): return .audience(id)
        case (2, let word?): return CaseAction(rawValue: word).map { .act(id, $0) }
        case (3, "share"): return ShareStep(rawValue: parts[2]).map { .shareStep(id, $0) }
        case (3, "withdraw") where self.isID(parts[2]):
            return .withdraw(caseID: id, fragment: parts[2])
        default: return nil
        }
    }

    /// What follows `/subjects`.
    private static func subjects(_ parts: [String]) -> Route? {
        guard let written = parts.first else { return .pairs }
        // Some browsers write a colon as %3A.
        let name = written.removingPercentEncoding ?? written
        if name == "weights" {
            return parts.count == 1
                ? .weights : parts.count == 2 && parts[1] == "change" ? .changeWeights : nil
        }
        // What looks like a key is told what is wrong with it.
        guard self.isID(name) || name.utf8.count <= 200 && name.contains(":")
        else { return nil }
        switch (parts.count, parts.dropFirst().first) {
        case (1, _): return .subject(name)
        case (2, "pairs"): return .subjectPairs(name)
        case (2, "decide"): return .decide(name)
        case (2, "succeed"): return .succeed(name)
        default: return nil
        }
    }

    private static func isID(_ text: String) -> Bool {
        self.idDigits.contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }

    /// Whether it can be read with GET.
    var isPage: Bool {
        switch self {
        case .logout, .language, .act, .shareStep, .decide, .succeed, .changeWeights, .synchronise:
            false
        default: true
        }
    }

    /// Whether it takes a form with POST.
    var isForm: Bool {
        switch self {
        case .login, .logout, .language, .newCase, .act, .audience, .share, .shareStep, .withdraw,
            .searchList, .decide, .succeed, .changeWeights, .synchronise:
            true
        default: false
        }
    }

    /// Whether its form may bring a file.
    var takesFiles: Bool { self == .searchList }

    /// Where a form leads that is carried out already, while nobody knows yet where it ended; `nil`
    /// for one that may be sent again: it does nothing a second time, or says itself what it saw.
    var repeated: String? {
        switch self {
        case .newCase: "/cases"
        case .act(let id, _), .audience(let id), .withdraw(let id, _), .share(let id):
            "/cases/\(id)"
        case .decide(let name), .succeed(let name): "/subjects/\(name)"
        case .changeWeights: "/subjects/weights"
        default: nil
        }
    }

    /// Whether the page that a form leads to has an address of its own: a step, or what was wrong.
    var isShownAgain: Bool {
        switch self {
        case .newCase, .act, .audience, .share, .shareStep, .withdraw, .searchList, .decide,
            .succeed, .changeWeights:
            true
        default: false
        }
    }

    /// Where to go for a form that is not kept any more.
    var beginning: String {
        switch self {
        case .newCase: "/cases/new"
        case .searchList: "/records/list"
        case .act(let id, _): "/cases/\(id)"
        case .audience(let id): "/cases/\(id)/audience"
        case .share(let id), .shareStep(let id, _): "/cases/\(id)/share"
        case .withdraw(let id, let fragment): "/cases/\(id)/withdraw/\(fragment)"
        case .decide(let name), .succeed(let name): "/subjects/\(name)"
        case .changeWeights: "/subjects/weights"
        default: "/"
        }
    }

    /// What a user must be allowed to; `nil` when everybody who is logged in may.
    var right: Right? {
        switch self {
        case .home, .styleSheet, .icon, .script, .mapScript, .mapLibrary, .login, .logout,
            .language:
            nil
        case .cases, .showCase, .records, .searchTable, .suggestions, .points, .searchList, .record,
            .pairs, .subject, .subjectPairs, .weights, .mapLayer, .quality, .qualityTable:
            .readContents
        case .newCase, .act, .audience, .share, .shareStep, .withdraw, .decide, .succeed,
            .changeWeights:
            .writeCases
        case .tables, .table: .readTables
        case .log: .readLogs
        case .node: .readStatus
        case .synchronise: .synchronise
        }
    }
}
