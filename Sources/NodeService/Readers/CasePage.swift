import CaseModel
import Cryptography
package import NodeInterface
import ReplicatedTypes
import SyncEngine
import SyncLog
import Vocabulary

extension ShowCasePage: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.page(self)
    }
}

extension Reader {
    fileprivate func page(_ asked: ShowCasePage) throws(Refusal) -> ShowCasePage.Answer {
        let (table, shown) = try self.findShown(asked.case, isMet: asked.glances)
        let counted = shown.counted
        let page = CasePage(asked, shown, me: table.me)
        let shared = page.sharedOnPage
        // Receipts quote the own log; what others' recipients confirmed is not known here.
        let confirmations = try self.confirmations(
            of: shared.filter { $0.owner == table.me },
            in: table
        )
        return page.answer(reader: (table.me, self.card.handle), today: self.today) {
            shared.map { self.disclosure(of: $0, in: counted, table, confirmations) }
        }
    }
}

/// Chooses what is on one page of a case.
///
/// - Complexity: O(n log n) in the parts of the case for putting them in order; else in those of the page.
private struct CasePage {
    /// Most conflicts, links and weighings that a page has.
    private static let listedMax = 50
    /// Most bytes of the texts of a page's notes; one note alone may be longer.
    private static let noteBytesMax = 100_000
    /// Most values of a fact that are told of a subject that is only named.
    private static let namesMax = 3

    private let asked: ShowCasePage
    private let view: CaseView
    private let counted: CountedCase
    private let mark: String
    private let limit: Int
    /// The subjects that can be shown, in order.
    private let subjects: [SubjectView]
    /// Fragments of the case, withdrawn ones too, and own ones that do not count.
    private let all: [CaseFragment]
    /// Places in ``all`` of the fragments that can be shown, in order.
    private let shared: [Int]
    /// How many of them come before the page.
    private let fragmentStart: Int

    init(_ asked: ShowCasePage, _ shown: CaseCache.Shown, me: MemberNumber) {
        let (view, counted) = (shown.view, shown.counted)
        self.asked = asked
        self.view = view
        self.counted = counted
        self.mark = TextEncoding.hex(shown.mark.bytes)
        self.limit = min(max(asked.limit, 1), ShowCasePage.partsMax)
        let only = asked.subject.map { id in view.subjects.filter { $0.id.hex == id } }
        self.subjects = Self.ordered(
            (only ?? view.subjects).filter { !asked.disputed || $0.isDisputed },
            by: asked.subject_order ?? .key,
            isReversed: asked.subjects_reversed
        )
        let cut = counted.cutFragments.filter { $0.owner == me }
        let all = cut.isEmpty ? counted.fragments : counted.fragments + cut
        let about = only.map { subjects in Set(subjects.flatMap(\.fragments)) }
        let places = all.indices.filter { place in
            about?.contains(all[place].id) ?? true
                && asked.fragment_owner.map { $0 == counted.handle(all[place].owner) } ?? true
        }
        self.all = all
        self.shared = Self.ordered(
            places,
            of: all,
            by: asked.fragment_order ?? .date,
            isReversed: asked.fragments_reversed,
            counted
        )
        let shared = self.shared
        let limit = self.limit
        let place = asked.fragment.flatMap { id in shared.firstIndex { all[$0].id.hex == id } }
        self.fragmentStart = place.map { $0 / limit * limit } ?? asked.fragment_start
    }

    // MARK: Order

    private static func ordered(
        _ subjects: [SubjectView],
        by order: ShowCasePage.SubjectOrder,
        isReversed: Bool
    ) -> [SubjectView] {
        // They are in order of their keys already, and sorting keeps that among equal ones.
        let sorted: [SubjectView] =
            switch order {
            case .key: subjects
            case .name: Self.sorted(subjects.map { ($0.sortedName, $0) })
            case .conflicts: Self.sorted(subjects.map { (-$0.disputes, $0) })
            case .fragments: Self.sorted(subjects.map { (-$0.fragments.count, $0) })
            }
        return isReversed ? sorted.reversed() : sorted
    }

    private static func ordered(
        _ places: [Int],
        of fragments: [CaseFragment],
        by order: ShowCasePage.FragmentOrder,
        isReversed: Bool,
        _ counted: CountedCase
    ) -> [Int] {
        // Days and handles are read once: there are as many comparisons as fragments a dozen times over.
        let sorted: [Int] =
            switch order {
            case .date: Self.sorted(places.map { (Self.day(fragments[$0]), $0) })
            case .shared: Self.sorted(places.map { (fragments[$0].time.rawValue, $0) })
            case .owner: Self.sorted(places.map { (counted.handle(fragments[$0].owner), $0) })
            case .type: Self.sorted(places.map { (fragments[$0].payload.type.rawValue, $0) })
            }
        return isReversed ? sorted.reversed() : sorted
    }

    /// The day of a fragment; what has none, or no contents any more, is behind all days.
    private static func day(_ fragment: CaseFragment) -> String {
        guard fragment.withdrawal == nil, fragment.counts else { return "~" }
        return fragment.payload.value(FieldName.date.text) ?? "~"
    }

    /// Items by their keys; equal ones stay in the order they are in.
    private static func sorted<Key: Comparable, Item>(_ items: [(key: Key, item: Item)]) -> [Item] {
        items.enumerated().sorted { first, second in
            (first.element.key, first.offset) < (second.element.key, second.offset)
        }.map(\.element.item)
    }

    // MARK: Parts

    private func part<Item>(_ items: [Item], from start: Int) -> [Item] {
        Array(items.dropFirst(max(0, start)).prefix(self.limit))
    }

    /// The fragments of the page.
    var sharedOnPage: [CaseFragment] {
        self.part(self.shared, from: self.fragmentStart).map { self.all[$0] }
    }

    /// A fragment of the view; `nil` for one that is not in it.
    private func shown(_ id: ObjectID) -> CaseView.Fragment? {
        // They are in order of their IDs.
        var (low, high) = (0, self.view.fragments.count)
        while low < high {
            let middle = (low + high) / 2
            if self.view.fragments[middle].id < id { low = middle + 1 } else { high = middle }
        }
        guard low < self.view.fragments.count, self.view.fragments[low].id == id else { return nil }
        return self.view.fragments[low]
    }

    /// The notes of the page, in order of time.
    private var notes: [CaseView.Note] {
        let newest = self.view.notes.sorted { $0.by.time > $1.by.time }
        var notes: [CaseView.Note] = []
        var bytes = 0
        for note in self.part(newest, from: self.asked.note_start) {
            bytes += note.text.utf8.count
            guard notes.isEmpty || bytes <= Self.noteBytesMax else { break }
            notes.append(note)
        }
        return notes.reversed()
    }

    /// Notes in which claims are quoted as a weighing quotes them, in order of time: of each author in turn the newest.
    private var weighings: [CaseView.Note] {
        let found = self.view.notes.filter { $0.text.contains(":\n- \"") }
        return found.sorted { $0.by.time > $1.by.time }
            .fairly(by: \.by.member, most: Self.listedMax)
            .sorted { $0.by.time < $1.by.time }
    }

    func answer(
        reader: (member: MemberNumber, handle: String),
        today: String,
        disclosures: () -> [ListDisclosures.Item]
    ) -> ShowCasePage.Answer {
        let subjects = self.part(self.subjects, from: self.asked.subject_start)
        let disputes = self.view.subjects.filter(\.isDisputed)
        let variants = Dictionary(
            disputes.map { ($0.id, $0.variants) },
            uniquingKeysWith: { first, _ in first }
        )
        let conflicts = Array(
            self.view.conflicts.lazy
                .filter { variants[$0.subject]?.contains($0.fact) == false }
                .prefix(Self.listedMax)
        )
        let inConflicts = Set(conflicts.map(\.subject))
        let disputed = disputes.prefix(Self.listedMax).filter { inConflicts.contains($0.id) }
        let links = Array(self.view.links.prefix(Self.listedMax))
        let sources = Set((subjects + disputed).flatMap(\.fragments)).compactMap { self.shown($0) }
        let document = CaseDocument(
            of: self.counted,
            self.view,
            reader: reader,
            today: today,
            sources: sources
        )
        let shown = Set(subjects.map(\.id))
        let shared = self.sharedOnPage
        let mentioned = self.mentioned(by: subjects, shared, links)
        return ShowCasePage.Answer(
            view: document.answer(
                with: CaseDocument.Parts(
                    subjects: subjects,
                    fragments: shared.compactMap { $0.counts ? self.shown($0.id) : nil },
                    links: links,
                    notes: self.notes,
                    conflicts: conflicts
                )
            ),
            disclosures: disclosures(),
            mentioned: mentioned.map { Self.named(document.subject($0)) },
            disputed: disputed.map { document.subject($0) },
            sources: Members(
                (subjects + disputed.filter { !shown.contains($0.id) }).map { subject in
                    (
                        subject.id.hex,
                        Self.counts(of: subject.fragments.compactMap { self.shown($0) })
                    )
                }
            ),
            open: sources.filter { self.isOpen($0) }.map(\.id.hex),
            marked: sources.filter { $0.isExpired(on: today) || $0.by.isOutsidePeriod }.map {
                ShowCasePage.Mark(
                    fragment: $0.id.hex,
                    expired: $0.isExpired(on: today),
                    outside_period: $0.by.isOutsidePeriod
                )
            },
            weighings: self.weighings.map { CaseDocument.note($0) },
            fragment_start: self.fragmentStart,
            counts: ShowCasePage.Counts(
                subjects: self.view.subjects.count,
                subjects_found: self.subjects.count,
                fragments: self.counted.fragments.count,
                fragments_current: self.view.fragments.count { !$0.isExpired(on: today) },
                fragments_found: self.shared.count,
                notes: self.view.notes.count,
                links: self.view.links.count,
                conflicts: disputes.reduce(0) { $0 + $1.disputes }
            ),
            mark: self.mark
        )
    }

    /// How many fragments are whose, by member number.
    private static func counts(
        of fragments: [CaseView.Fragment]
    ) -> [ShowCasePage.SourceCount] {
        Dictionary(grouping: fragments) { $0.by.member }.sorted { $0.key < $1.key }
            .compactMap { _, own in
                own.first.map { ShowCasePage.SourceCount(by: $0.by.handle, count: own.count) }
            }
    }

    /// Whether the whole audience has a fragment.
    private func isOpen(_ fragment: CaseView.Fragment) -> Bool {
        Quotation.isOpen(
            to: self.view.audience,
            givenTo: fragment.audience.map(\.handle),
            by: fragment.by.handle
        )
    }

    /// The subjects that are named by what is on the page.
    private func mentioned(
        by subjects: [SubjectView],
        _ fragments: [CaseFragment],
        _ links: [CaseView.Link]
    ) -> [SubjectView] {
        var named = Set(fragments.filter { $0.withdrawal == nil && $0.counts }.map(\.subject.id))
        for subject in subjects {
            named.formUnion(subject.sameAs.map(\.id))
            if let parent = subject.parent { named.insert(parent) }
        }
        for link in links { named.formUnion([link.link.from, link.link.to]) }
        return self.view.subjects.filter { named.contains($0.id) }
    }

    /// A subject as far as it has to be known to name it.
    private static func named(_ subject: ShowCase.Subject) -> ShowCase.Subject {
        var subject = subject
        subject.facts = Members(
            subject.facts.all.map { fact in
                Members.Member(
                    name: fact.name,
                    value: fact.value.prefix(self.namesMax).map {
                        ShowCase.Claim(value: $0.value, sources: [])
                    }
                )
            }
        )
        subject.fragments = []
        subject.same_as = []
        return subject
    }
}

extension SubjectView {
    /// How many of its facts are in a conflict that is no variant.
    fileprivate var disputes: Int { self.conflicts.count - self.variants.count }
    /// Whether there is any.
    fileprivate var isDisputed: Bool { self.disputes > 0 }
    /// By what it stands among others by name; those without a name are last.
    fileprivate var sortedName: String {
        let name = self.facts.first { $0.name == .name }?.values.first?.value
        return name.map { "0" + $0.lowercased() } ?? "1"
    }
}
