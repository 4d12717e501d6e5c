import Testing

@testable import NodeService

/// The list of alarms as a value: what is told once, what goes when there are too many, what is kept.
struct AlarmListTests {
    private func alarm(
        _ text: String,
        _ code: AlarmCode = .receipt,
        by source: [UInt8]? = nil,
        about subject: String? = nil,
        since: UInt64 = 1
    ) -> Alarm {
        Alarm(
            code: code,
            text: text,
            since: since,
            until: nil,
            source: source,
            subject: subject
        )
    }

    @Test func `the same is told once while it stands, and anew after it ended`() {
        var list = AlarmList()
        list.raise(self.alarm("een"))
        list.raise(self.alarm("een", since: 2))
        #expect(list.all.map(\.since) == [1])
        list.end(at: 5) { $0.text == "een" }
        #expect(list.standing.isEmpty && list.all.map(\.until) == [5])
        list.raise(self.alarm("een", since: 6))
        #expect(list.standing.map(\.since) == [6])
    }

    @Test func `a partner that is put back is told once, as it is now`() {
        var list = AlarmList()
        list.raise(self.alarm("7 van 9", .partnerPutBack, by: [1], about: "a"))
        list.raise(self.alarm("6 van 9", .partnerPutBack, by: [1], about: "a"))
        list.raise(self.alarm("5 van 9", .partnerPutBack, by: [2], about: "a"))
        list.raise(self.alarm("1 van 2", .partnerPutBack, by: [1], about: "b"))
        #expect(list.all.map(\.text) == ["6 van 9", "5 van 9", "1 van 2"])
    }

    @Test func `who causes most loses its oldest, and ended ones go first`() {
        var list = AlarmList()
        list.raise(self.alarm("van een ander", by: [2]))
        for number in 0..<AlarmList.countMax { list.raise(self.alarm("\(number)", by: [1])) }
        #expect(list.all.count == AlarmList.countMax)
        #expect(list.all.first?.text == "van een ander" && list.all[1].text == "1")
        list.end(at: 9) { $0.text == "50" }
        list.raise(self.alarm("nog een", by: [3]))
        #expect(list.all.count == AlarmList.countMax && list.all[1].text == "1")
        #expect(!list.all.contains { $0.text == "50" })
    }

    @Test func `one that ended is told for seven days`() {
        var list = AlarmList()
        list.raise(self.alarm("een"))
        list.end(at: 1_000) { _ in true }
        list.forgetEnded(before: 1_000 + AlarmList.toldMilliseconds)
        #expect(list.all.count == 1)
        list.forgetEnded(before: 1_001 + AlarmList.toldMilliseconds)
        #expect(list.all.isEmpty)
    }

    @Test func `what lasts is kept, and written only where it changed`() throws {
        var list = AlarmList()
        #expect(list.unkept == nil)
        list.raise(self.alarm("van deze keer", .event))
        #expect(list.unkept == nil)
        list.raise(self.alarm("blijft"))
        let bytes = try #require(list.unkept)
        list.noteKept()
        #expect(list.unkept == nil)
        #expect(AlarmList(kept: AlarmList.alarms(from: bytes)).all.map(\.text) == ["blijft"])
        #expect(AlarmList.alarms(from: [1, 2]).isEmpty && AlarmList.alarms(from: nil).isEmpty)
    }
}
