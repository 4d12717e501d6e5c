import CaseModel
import LocalFiles
import NodeInterface
import RecordStore
import SyncEngine
import SyncLog
import Vocabulary
import Wire

/// What the errors of the modules below are to who asked.
extension Refusal {
    /// The store or the slot file.
    init(_ error: SlotError) {
        self = .unavailable(.store(StoreTrouble(error), words: "\(error)"))
    }

    /// An operation's contents.
    init(_ error: WireError) {
        switch error {
        case .field(let field), .limit(let field): self = .invalid(.content(field), .unfit)
        case .malformed, .notCanonical: self = .bug("contents: malformed")
        }
    }

    /// What counts of one author in one case.
    init(_ limit: CaseLimit) {
        let quota: CaseQuota =
            switch limit {
            case .tags: .tags
            case .links: .links
            case .notes: .notes
            case .writes: .writes
            case .references: .references
            case .text: .text
            }
        self = .refused(.case(.full(quota, max: limit.max)))
    }

    /// What would be written and count for nobody.
    init(_ reason: IgnoreReason) {
        let why: Uncounted
        switch reason {
        case .charterUnknown(let version): why = .charterUnknown(version: Int(version))
        case .notAMember: why = .notAMember
        case .role(let role): why = .role(role.rawValue)
        case .caseNotOpen: why = .caseNotOpen
        case .openCase: why = .openCase
        case .audienceVersion(let version): why = .audienceVersion(Int(version))
        case .notOwner: why = .notOwner
        case .audienceOrder(let version): why = .audienceOrder(Int(version))
        case .removals: why = .removals
        case .notInAudience: why = .notInAudience
        case .removed: why = .removed
        case .category: why = .category
        case .recipients: why = .recipients
        case .outsideCase: why = .outsideCase
        case .ground: why = .ground
        case .pinned: why = .pinned
        case .limit(let limit):
            self.init(limit)
            return
        }
        self = .refused(.case(.uncounted(why)))
    }

    /// Who may be given what.
    init(_ error: SharingError) {
        let reason: SharingReason =
            switch error {
            case .noRecipients: .noRecipients
            case .tooMany(let count): .tooMany(count, max: Audience.recipientsMax)
            case .notAMember(let number): .notAMember(Int(number))
            case .role(let handle, let role): .role(handle: handle, role: role.rawValue)
            case .toSelf(let handle): .toAuthor(handle: handle)
            case .unknownGround(let code): .unknownGround(code)
            case .noGround(let pairs, let category):
                .noGround(
                    pairs.map { Pair(from: $0.from, to: $0.to) },
                    category: category.name
                )
            }
        self = .refused(.sharing(reason))
    }

    /// A table file.
    init(_ error: TableFileError) { self = .refused(.table(.file(FileFault(error)))) }

    /// Writing to the own log of a table with `file`.
    init(_ error: WritingError, in file: TableFile) {
        func handle(_ member: MemberNumber) -> String {
            file.governing.member(member)?.handle ?? "#\(member)"
        }
        switch error {
        case .notEffective: self.init(notEffective: file)
        case .noCard(let member):
            self = .refused(.sharing(.noCard(handle: handle(member))))
        case .unusableKey(let member):
            self = .refused(.sharing(.unusableKey(handle: handle(member))))
        case .tooLarge(let bytesMax):
            self = .refused(.log(.entryTooLarge(bytesMax: bytesMax)))
        }
    }

    /// A charter that does not count yet.
    init(notEffective file: TableFile) {
        let version = file.charters.count
        self = .refused(
            .table(
                .notEffective(
                    table: file.governing.name,
                    signatures: file.signers(version: version).count,
                    quorum: file.quorum(version: version)
                )
            )
        )
    }
}

extension Refusal.StoreTrouble {
    fileprivate init(_ error: SlotError) {
        switch error {
        case .destroyed, .damaged, .absent, .notASlotFile: self = .damaged
        case .version: self = .failed
        case .file(let error): self.init(error)
        case .store(let error): self.init(error)
        }
    }

    private init(_ error: FileError) {
        switch error {
        case .missing: self = .damaged
        case .notPermitted: self = .denied
        case .readOnlyFileSystem: self = .readOnly
        case .diskFull, .fileSizeLimit: self = .full
        case .exists, .tooLarge, .failed: self = .failed
        }
    }

    private init(_ error: StoreError) {
        switch error {
        case .mapFull, .diskFull, .fileSizeLimit: self = .full
        case .readersFull: self = .busy
        case .readOnlyFileSystem: self = .readOnly
        case .notPermitted: self = .denied
        case .missing, .tableMissing, .transactionFailed, .corrupted, .sealsDamaged: self = .damaged
        case .mapRefused, .exists, .otherVersion, .mustReopen, .transactionTooLarge, .lmdb:
            self = .failed
        }
    }
}

extension Refusal.FileFault {
    fileprivate init(_ error: TableFileError) {
        switch error {
        case .malformed: self = .malformed
        case .charter(let version, .signature(let name)):
            self = .signature(version: version, name: name)
        case .charter(let version, .field(let field)):
            self = .line(version: version, name: field)
        case .charter(_, .duplicateHandle(let handle)): self = .handle(handle)
        case .charter(let version, .malformed), .charter(let version, .tooLong),
            .charter(let version, .duplicateIdentity):
            self = .version(version)
        case .chain(let version): self = .chain(version: version)
        case .card(.field(let field)): self = .cardLine(field)
        case .card(.malformed), .card(.notSigned): self = .card
        case .cardOwner: self = .cardOwner
        case .otherTable: self = .otherTable
        case .otherDraft(let version): self = .otherDraft(version: version)
        case .tooLarge: self = .tooLarge
        }
    }
}

extension Refusal.CardFault {
    init(_ error: CardError) {
        switch error {
        case .malformed: self = .malformed
        case .field(let field): self = .line(field)
        case .notSigned: self = .signature
        }
    }
}
