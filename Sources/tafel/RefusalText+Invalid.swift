import NodeInterface
import NodeService

extension Refusal.Field {
    /// What it is called: the option, where one gives it.
    fileprivate var label: String {
        switch self {
        case .id(let thing): thing.word
        case .content(let name), .charter(let name): name
        case .category: "category"
        case .register, .fields: "field"
        case .phase: "phase"
        case .note: "note"
        case .relation: "relation"
        case .successionKind: "--kind"
        case .successionSource, .source: "--source"
        case .partner: "--partner"
        case .weights: "weights"
        case .recipients: "--to"
        case .pinned: "--pin"
        case .author: "--author"
        case .peer: "--peer"
        case .recordType: "--type"
        case .memberRole, .userRole: "--role"
        case .userName: "user"
        case .password: "password"
        case .tableName: "--name"
        case .theme: "--theme"
        case .purpose: "--purpose"
        case .quorum: "--quorum"
        case .grounds: "grounds file"
        case .endpoint: "--endpoint"
        case .after: "--after"
        case .limit: "--limit"
        case .last: "--last"
        case .before: "--before"
        case .key: "--key"
        case .kvk: "--kvk"
        case .vestiging: "--vestiging"
        case .postcode: "--postcode"
        case .day: "date"
        case .point: "--near"
        case .radius: "--radius"
        case .years: "--years"
        case .list: "--kvk-list"
        case .searchText: "search"
        case .sort: "--sort"
        case .offset: "--offset"
        case .index: "entry"
        case .generation: "--generation"
        case .window: "window"
        case .records: "records"
        case .reason: "--reason"
        case .lowering: "--lower"
        case .expires: "--expires"
        case .scope: "--scope"
        case .until: "--until"
        case .withdrawnFrom: "--from"
        }
    }
}

extension Refusal {
    /// What is wrong with a part of a request.
    static func line(_ field: Field, _ rule: Rule) -> String {
        let label = field.label
        switch rule {
        case .empty: return "\(label): \(Self.empty(field))"
        case .tooShort(let min): return "\(label): shorter than \(min) bytes. Choose a longer one"
        case .tooLong(let max):
            return field == .endpoint
                ? "\(label): the card would be over \(max) bytes. Shorten it"
                : "\(label): over \(max) bytes. Choose a shorter one"
        case .line(let max):
            let advice =
                [.reason, .lowering].contains(field) ? "Write a short reason" : "Write it so"
            return "\(label): not 1 to \(max) bytes on one line. \(advice)"
        case .tooMany(let max):
            return field == .records
                ? "import: more than \(max) records in one batch. Give fewer at once"
                : field == .searchText
                    ? "search: more than \(max) words. Leave some out"
                    : "\(label)s: more than \(max). Share fewer"
        case .form(let typed): return "\(label) '\(typed)': \(Self.form(of: field))"
        case .notADate(let typed):
            let what = field == .day ? "" : label + " "
            return "\(what)'\(typed)': not a date. Write YYYY-MM-DD"
        case .past(let typed, let today):
            return "\(label) '\(typed)': is over. Write today, \(today), or a later day"
        case .order(let first, let last):
            return field == .postcode
                ? "\(label) '\(first)-\(last)': ends before it begins. Turn it round"
                : "--from \(first): after --until \(last). Turn them round"
        case .outsideDays(let typed, let first, let last):
            let what = field == .day ? "" : label + " "
            return "\(what)'\(typed)': not a day from \(first) to \(last). Choose another"
        case .outside(let number, let min, let max):
            return "\(label) \(number): \(Self.outside(field, min, max))"
        case .window(let from, let until, let size):
            return
                "\(label) \(from) to \(until): not within the log's \(size) entries. "
                + "Choose 0 ≤ FROM < UNTIL ≤ \(size)"
        case .digits(let typed, let max):
            let what = field == .kvk ? "a KvK number" : "an establishment's number"
            return "\(label) '\(typed)': not \(what), which has \(max) digits. Search by another"
        case .notOneOf(let typed, let allowed): return Self.line(field, typed, allowed: allowed)
        case .unreachable(let address):
            return
                "\(label): \(address) is no address that others can reach. "
                + "Give --endpoint HOST:PORT"
        case .unfit:
            if case .charter = field {
                return "\(label): not a value a charter can have. Check its form and length"
            }
            return "\(label): not allowed there. Check its length, form and characters"
        case .malformed where field == .weights:
            return
                "weights: not those of this configuration, or a number is out of its range. Take what 'tafel "
                + "subject weights --json' printed at a node of this version"
        case .malformed:
            return "\(label): malformed. Use the program of the same version as the node"
        case .unreadable(let words): return "\(label): \(words). Mend the file"
        }
    }

    private static func empty(_ field: Field) -> String {
        switch field {
        case .searchText: "has no text. Give words, or leave the option out"
        case .key: "is empty. Give the key that the source system has"
        case .point: "is empty. Give --near LAT,LON or X,Y"
        case .list: "has no number. Give a file with a KvK number on each line"
        case .withdrawnFrom:
            "names nobody. Name handles, or leave it out to withdraw from everybody"
        case .scope: "names nothing. Say what the token may be used for"
        case .reason: "is blank. Write a short reason"
        default:
            "has no text. Write something"
        }
    }

    private static func outside(_ field: Field, _ min: Int, _ max: Int) -> String {
        switch field {
        case .quorum: "not a strict majority of \(max) members. Choose \(min) to \(max)"
        case .index: "the log has \(max + 1). Choose one below that"
        case .generation: "there is none. The newest is \(max)"
        default:
            "not \(min) to \(max). Choose another"
        }
    }

    private static func form(of field: Field) -> String {
        switch field {
        case .id(.subject):
            "no subject is named so. Give kvk: and 8 digits, vestiging: and 12 beginning 0000, rsin: and 9 that pass "
                + "the elfproef, record: or fragment: and its ID, or the first 6 or more digits of an ID"
        case .id: "not the beginning of an ID. Give 6 or more of its digits, 0-9 and a-f"
        case .relation:
            "not 1 to 32 of a-z and hyphen, beginning with a letter. "
                + "For instance same-as, owns, works-for"
        case .userName:
            "not 1 to \(UserAccount.nameBytesMax) of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit. Choose "
                + "another name"
        case .endpoint: "not HOST:PORT. Write for instance 127.0.0.1:7400"
        case .point: "not a point. Write 52.3731,4.8922 or 121687,487484"
        case .radius: "not a radius of 1 m to 100 km. Choose another"
        case .list: "no KvK number, nor is anything else in it. Give one on each line"
        case .searchText: "nothing in it to look for. Write a name, number, address or place"
        case .after: "not an ID. Give the one that a list ends with"
        case .postcode:
            "not a postcode or a range. Write 1012, 1012AB, 1012-1019 or 1012AB-1019ZZ"
        default:
            "not of its form. See '--help'"
        }
    }

    private static func line(_ field: Field, _ typed: String, allowed: [String]) -> String {
        let known = allowed.joined(separator: ", ")
        return switch field {
        case .recipients: "'\(typed)': nobody at this table. Choose from \(known)"
        case .pinned, .author:
            "\(field.label) '\(typed)': nobody at this table. Choose from \(known)"
        case .peer:
            "--peer '\(typed)': not a partner of any table here. "
                + (known.isEmpty ? "Accept a table first" : "Choose from \(known)")
        case .register: "field '\(typed)': not one of a case. Choose from \(known)"
        case .memberRole: "--role '\(typed)': not HANDLE=ROLE. Roles are \(known)"
        case .fields: "field '\(typed)': this record has no such field. It has \(known)"
        default:
            "\(field.label) '\(typed)': not known. Choose from \(known)"
        }
    }
}
