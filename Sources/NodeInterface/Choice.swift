/// One of a few words of a-z, joined by hyphens, as requests and documents have it.
package protocol Choice: RawRepresentable, CaseIterable, Codable, Hashable, Sendable
where RawValue == String {}
