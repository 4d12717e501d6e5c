#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Reads and writes whole files.
enum Files {
    /// Reads a file of at most `bytesMax` bytes.
    static func read(_ path: String, bytesMax: Int) throws(CommandFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        try self.read(path, bytesMax: bytesMax) { bytes += $0 }
        return bytes
    }

    /// Reads a file of at most `bytesMax` bytes, part by part; `language`: of what is said where that fails.
    static func read(
        _ path: String,
        bytesMax: Int,
        language: Language = .en,
        take: (ArraySlice<UInt8>) -> Void
    ) throws(CommandFailure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw self.unreadable(path, language) }
        defer { close(descriptor) }
        var part = [UInt8](repeating: 0, count: 1 << 16)
        var length = 0
        while true {
            let count = part.withUnsafeMutableBytes { Self.fill($0, from: descriptor) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw self.unreadable(path, language) }
            guard count > 0 else { return }
            length += count
            guard length <= bytesMax else {
                throw CommandFailure(
                    kind: .badInput,
                    what: path,
                    why: Wording(
                        nl: "langer dan \(bytesMax) bytes",
                        en: "it is longer than \(bytesMax) bytes"
                    ).text(language),
                    remedy: Wording(
                        nl: "Geef een bestand van de goede soort.",
                        en: "Give a file of the right kind."
                    ).text(language)
                )
            }
            take(part[..<count])
        }
    }

    private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int
    {
        #if canImport(Glibc)
        Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #else
        Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    private static func unreadable(_ path: String, _ language: Language) -> CommandFailure {
        let code = errno
        let reason =
            switch code {
            case ENOENT: Wording(nl: "het is er niet", en: Self.reason(code))
            case EACCES, EPERM: Wording(nl: "geen recht om het te lezen", en: Self.reason(code))
            case EISDIR: Wording(nl: "het is een map", en: Self.reason(code))
            default: Wording(nl: "fout \(code) van het systeem", en: Self.reason(code))
            }
        return CommandFailure(
            kind: .unavailable,
            what: path,
            why: Wording(nl: "niet te lezen", en: "it cannot be read").text(language)
                + " (\(reason.text(language)))",
            remedy: Wording(
                nl: "Kijk de naam en de rechten na.",
                en: "Check the name and the permissions."
            ).text(language)
        )
    }

    /// Checks that nothing stands where a file is to be written: no file, link, pipe or device is
    /// replaced.
    static func requireNew(_ path: String) throws(CommandFailure) {
        guard !path.isEmpty else {
            throw CommandFailure(
                kind: .badInput,
                what: "--report",
                why: "it names no file",
                remedy: "Give the report a name."
            )
        }
        var status = stat()
        if lstat(path, &status) == 0 { throw self.taken(path) }
    }

    private static func taken(_ path: String) -> CommandFailure {
        CommandFailure(
            kind: .badInput,
            what: path,
            why: "something stands there already, and nothing is replaced",
            remedy: "Give the report another name."
        )
    }

    /// Writes a new file, and takes it away again when it cannot be written whole.
    static func write(_ text: String, to path: String) throws(CommandFailure) {
        // Exclusively: what came there meanwhile is not replaced, and no link is followed.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw errno == EEXIST ? self.taken(path) : self.unwritable(path)
        }
        var isWritten = true
        var rest = Array(text.utf8)[...]
        while isWritten, !rest.isEmpty {
            let count = rest.withUnsafeBytes { Self.drain($0, to: descriptor) }
            if count < 0, errno == EINTR { continue }
            isWritten = count > 0
            rest = rest.dropFirst(max(count, 0))
        }
        isWritten = isWritten && fsync(descriptor) == 0
        isWritten = close(descriptor) == 0 && isWritten
        guard isWritten else {
            let failure = self.unwritable(path)
            unlink(path)
            throw failure
        }
    }

    private static func drain(_ buffer: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
        #if canImport(Glibc)
        Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #else
        Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    private static func unwritable(_ path: String) -> CommandFailure {
        CommandFailure(
            kind: .unavailable,
            what: path,
            why: "it cannot be written (\(Self.reason(errno)))",
            remedy: "Check the folder, its permissions and the free space."
        )
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
