package import JSONText

extension ShowCase.Answer: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("case", self.case)
        writer.member("table", self.table)
        writer.member("owner", self.owner)
        writer.member("reader", self.reader)
        writer.member("audience", self.audience)
        writer.member("title", self.title)
        writer.member("phase", self.phase)
        writer.member("summary", self.summary)
        writer.member("lead", self.lead)
        writer.member("subjects", self.subjects)
        writer.member("fragments", self.fragments)
        writer.member("links", self.links)
        writer.member("notes", self.notes)
        writer.member("tags", self.tags)
        writer.member("timeline", self.timeline)
        writer.member("conflicts", self.conflicts)
        writer.member("former_readers", self.former_readers)
        writer.member("uncounted_notes", self.uncounted_notes)
        writer.member("seen", self.seen)
        writer.endObject()
    }
}

extension ShowCase.Value: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("value", self.value)
        writer.member("by", self.by)
        writer.member("at", self.at)
        writer.endObject()
    }
}

extension ShowCase.Subject: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("id", self.id)
        writer.member("key", self.key)
        writer.member("parent", self.parent)
        writer.member("facts", self.facts)
        writer.member("conflicts", self.conflicts)
        writer.member("variants", self.variants)
        writer.member("fragments", self.fragments)
        writer.member("same_as", self.same_as)
        writer.endObject()
    }
}

extension ShowCase.Claim: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("value", self.value)
        writer.member("sources", self.sources)
        writer.endObject()
    }
}

extension ShowCase.Source: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("by", self.by)
        writer.member("at", self.at)
        writer.member("fragment", self.fragment)
        writer.member("ground", self.ground)
        writer.endObject()
    }
}

extension ShowCase.SameAs: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("id", self.id)
        writer.member("by", self.by)
        writer.member("at", self.at)
        writer.endObject()
    }
}

extension ShowCase.Fragment: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("id", self.id)
        writer.member("owner", self.owner)
        writer.member("version", self.version)
        writer.member("type", self.type)
        writer.member("fields", self.fields)
        writer.member("category", self.category)
        writer.member("at", self.at)
        writer.member("expires", self.expires)
        writer.member("withdrawn", self.withdrawn)
        writer.member("audience", self.audience)
        writer.member("expired", self.expired)
        writer.member("outside_period", self.outside_period)
        writer.member("lowered", self.lowered)
        writer.endObject()
    }
}

extension ShowCase.Link: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("from", self.from)
        writer.member("relation", self.relation)
        writer.member("to", self.to)
        writer.member("by", self.by)
        writer.member("at", self.at)
        writer.member("reason", self.reason)
        writer.member("date", self.date)
        writer.member("kind", self.kind)
        writer.member("source", self.source)
        writer.endObject()
    }
}

extension ShowCase.Note: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("id", self.id)
        writer.member("by", self.by)
        writer.member("at", self.at)
        writer.member("text", self.text)
        writer.member("outside_period", self.outside_period)
        writer.endObject()
    }
}

extension ShowCase.Tag: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("tag", self.tag)
        writer.member("by", self.by)
        writer.member("seen", self.seen)
        writer.endObject()
    }
}

extension ShowCase.Day: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("date", self.date)
        writer.member("type", self.type)
        writer.member("fragment", self.fragment)
        writer.endObject()
    }
}

extension ShowCase.Conflict: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("subject", self.subject)
        writer.member("fact", self.fact)
        writer.endObject()
    }
}

extension ShowCase.FormerReader: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("handle", self.handle)
        writer.member("last", self.last)
        writer.endObject()
    }
}

extension ShowCase.UncountedNote: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("at", self.at)
        writer.member("text", self.text)
        writer.endObject()
    }
}

extension GroundedRecipient: WrittenValue {
    /// Writes its members.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        writer.member("handle", self.handle)
        writer.member("ground", self.ground)
        writer.endObject()
    }
}
