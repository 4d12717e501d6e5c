import NodeInterface
import SyncLog
import Vocabulary

/// Which fields of a record may be about a person: nobody shares them without choosing them.
enum PersonalFields {
    /// Categories of records that are about people.
    private static let categories: Set<Category> = [.personal, .police, .criminalJustice]
    /// Numbers that companies have.
    private static let companyNumbers = [
        FieldName.subjectKvK.text, FieldName.subjectVestiging.text, FieldName.subjectRSIN.text,
    ]

    /// Whether a field may be about a person: one of the source's own of which nothing is known;
    /// and who, where and what in free words, in a record about people or about somebody who has no
    /// number of a company.
    static func mayBe(_ field: String, in record: ShowRecord.Answer) -> Bool {
        if field.hasPrefix("extra.") { return true }
        let isOfPeople = Category(name: record.category).map(self.categories.contains) ?? true
        let isCompany = self.companyNumbers.contains { record.fields[$0] != nil }
        guard isOfPeople || !isCompany && record.fields[FieldName.subjectName.text] != nil else {
            return false
        }
        return field.hasPrefix("subject.") || field.hasPrefix("location.") || field == "text"
    }
}
