package import LocalFiles

/// What keeps LMDB from being given the store's file.
package enum PageGuardError: Error, Hashable, Sendable {
    /// A page is not as it was written.
    case storeDamaged(what: String)
    /// The seals were changed; the pages may be sound.
    case sealsDamaged(what: String)
    /// A file could not be read or written.
    case file(FileError)
}

extension PageGuardError {
    init(_ error: PageReadError) {
        switch error {
        case .damage(let damage):
            self = .storeDamaged(what: "page \(damage.page), \(damage.what)")
        case .file(let error): self = .file(error)
        }
    }
}
