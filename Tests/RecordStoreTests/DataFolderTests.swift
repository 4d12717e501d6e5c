import Foundation
import Glibc
import LocalFiles
import RecordStore
import Testing

struct DataFolderTests {
    private let parent: TemporaryFolder
    private let path: String

    init() throws {
        self.parent = try TemporaryFolder()
        self.path = self.parent.file("node")
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    /// Makes a folder with a key file and lets it go.
    private func makeNode() throws {
        let folder = try DataFolder.create(at: self.path)
        try folder.replace(.keys, with: [1, 2, 3])
    }

    @Test func `a new folder has mode 700, and what is written is read again`() throws {
        let folder = try DataFolder.create(at: self.path)
        #expect(try self.mode(self.path) == 0o700)
        #expect(try folder.contains(.keys) == false)
        try folder.replace(.keys, with: [1, 2, 3])
        try folder.replace(.keys, with: [4])
        #expect(try folder.contains(.keys))
        #expect(try folder.read(.keys, byteCountMax: 1) == [4])
        #expect(try self.mode(folder.path(.keys)) == 0o600)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: self.path).sorted()
                == ["keys", "lock"]
        )
    }

    @Test func `an empty folder is taken and closed to others`() throws {
        #expect(mkdir(self.path, 0o755) == 0)
        _ = try DataFolder.create(at: self.path + "/")
        #expect(try self.mode(self.path) == 0o700)
    }

    @Test func `a file is read up to its limit and not beyond`() throws {
        let folder = try DataFolder.create(at: self.path)
        try folder.replace(.configuration, with: [UInt8](repeating: 9, count: 100))
        #expect(try folder.read(.configuration, byteCountMax: 100).count == 100)
        let error = FileError.tooLarge(path: folder.path(.configuration), byteCountMax: 99)
        #expect(throws: FolderError.file(error)) {
            try folder.read(.configuration, byteCountMax: 99)
        }
        let missing = FileError.missing(path: folder.path(.slots))
        #expect(throws: FolderError.file(missing)) { try folder.read(.slots, byteCountMax: 9) }
    }

    @Test func `a file is removed, also when it is not there`() throws {
        let folder = try DataFolder.create(at: self.path)
        try folder.replace(.configuration, with: [1])
        try folder.remove(.configuration)
        #expect(try folder.contains(.configuration) == false)
        try folder.remove(.configuration)
    }

    @Test func `a folder is locked for as long as it is held`() throws {
        try self.makeNode()
        do {
            let held = try DataFolder.open(at: self.path)
            let error = FolderError.locked(path: self.path, processID: getpid())
            #expect(throws: error) { try DataFolder.open(at: self.path) }
            #expect(held.path == self.path)
        }
        _ = try DataFolder.open(at: self.path)
    }

    @Test func `the lock goes with the object, also while a child process is being started`()
        throws
    {
        try self.makeNode()
        var copy: Int32 = -1
        do {
            let held = try DataFolder.open(at: self.path)
            // Between fork and exec a child has copies of all open files: here is one.
            let links = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
            let target = URL(filePath: held.path(.lock)).resolvingSymlinksInPath().path()
            let number = links.first { link in
                let path = "/proc/self/fd/\(link)"
                return (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == target
            }
            copy = dup(try #require(number.flatMap { Int32($0) }))
        }
        defer { close(copy) }
        #expect(copy >= 0)
        _ = try DataFolder.open(at: self.path)
    }

    @Test func `a folder being made is locked`() throws {
        let held = try DataFolder.create(at: self.path)
        #expect(throws: FolderError.locked(path: self.path, processID: getpid())) {
            try DataFolder.create(at: self.path)
        }
        try held.replace(.keys, with: [1])
        #expect(throws: FolderError.alreadyANode(path: self.path)) {
            try DataFolder.create(at: self.path)
        }
    }

    @Test func `folders above a new one are made for nobody else to enter`() throws {
        let deep = self.path + "/a/b"
        _ = try DataFolder.create(at: deep)
        for path in [self.path, self.path + "/a", deep] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
        let file = self.parent.file("file")
        try Data([1]).write(to: URL(filePath: file))
        #expect(throws: FolderError.self) { try DataFolder.create(at: file + "/a/b") }
    }

    @Test func `what is not a node's folder is named and left as it was`() throws {
        #expect(throws: FolderError.missing(path: self.path)) {
            try DataFolder.open(at: self.path)
        }
        let file = self.parent.file("file")
        try Data([1]).write(to: URL(filePath: file))
        #expect(throws: FolderError.notAFolder(path: file)) { try DataFolder.open(at: file) }
        #expect(throws: FolderError.notAFolder(path: file)) { try DataFolder.create(at: file) }
        #expect(throws: FolderError.notANode(path: self.parent.path)) {
            try DataFolder.open(at: self.parent.path)
        }
        #expect(throws: FolderError.notEmpty(path: self.parent.path, name: "file")) {
            try DataFolder.create(at: self.parent.path)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: self.parent.path) == ["file"])
    }

    @Test(arguments: [0o640, 0o604, 0o610, 0o602])
    func `secrets that others have rights on are refused`(mode: Int) throws {
        try self.makeNode()
        try Data([1]).write(to: URL(filePath: self.path + "/slots"))
        for name in ["keys", "slots"] {
            let path = "\(self.path)/\(name)"
            chmod("\(self.path)/keys", 0o600)
            chmod("\(self.path)/slots", 0o600)
            _ = try DataFolder.open(at: self.path)
            chmod(path, mode_t(mode))
            #expect(throws: FolderError.wrongPermissions(path: path, mode: UInt32(mode))) {
                try DataFolder.open(at: self.path)
            }
        }
    }

    @Test func `what a crash left of a replacement is removed`() throws {
        try self.makeNode()
        try Data([9]).write(to: URL(filePath: self.path + "/keys.new"))
        let folder = try DataFolder.open(at: self.path)
        #expect(try folder.read(.keys, byteCountMax: 10) == [1, 2, 3])
        #expect(!FileManager.default.fileExists(atPath: self.path + "/keys.new"))
    }

    @Test(.enabled(if: TemporaryMount.isPossible, "a small disk is mounted, which needs root"))
    func `a full disk leaves the file as it was`() throws {
        let disk = try TemporaryMount(byteCount: 1 << 16)
        let folder = try DataFolder.create(at: "\(disk.path)/node")
        try folder.replace(.keys, with: [1, 2, 3])
        let error = FolderError.file(.diskFull(path: folder.path(.keys) + ".new"))
        #expect(throws: error) {
            try folder.replace(.keys, with: [UInt8](repeating: 1, count: 1 << 17))
        }
        #expect(try folder.read(.keys, byteCountMax: 10) == [1, 2, 3])
        try folder.replace(.keys, with: [4])
        #expect(try folder.read(.keys, byteCountMax: 10) == [4])
    }

    @Test(.enabled(if: TemporaryMount.isPossible, "a disk is mounted, which needs root"))
    func `a read-only file system is named`() throws {
        let disk = try TemporaryMount(byteCount: 1 << 16)
        let path = "\(disk.path)/node"
        do { try DataFolder.create(at: path).replace(.keys, with: [1]) }
        try disk.makeReadOnly()
        let error = FolderError.file(.readOnlyFileSystem(path: path + "/lock"))
        #expect(throws: error) { try DataFolder.open(at: path) }
        let other = FolderError.file(.readOnlyFileSystem(path: path + "2"))
        #expect(throws: other) { try DataFolder.create(at: path + "2") }
    }

    @Test func `a node of which a file is gone is not taken for a folder without one`() throws {
        do {
            let folder = try DataFolder.create(at: self.path)
            try folder.replace(.slots, with: [1])
            try folder.replace(.keys, with: [1])
            #expect(throws: FolderError.incomplete(path: self.path, name: "node.json")) {
                try folder.checkParts()
            }
            try folder.remove(.keys)
        }
        let error = FolderError.incomplete(path: self.path, name: "keys")
        #expect(throws: error) { try DataFolder.open(at: self.path) }
        #expect(throws: error) { try DataFolder.inspect(at: self.path) }
        #expect(error.description.contains("from a backup"))
    }

    @Test func `messages say what, why and what to do`() {
        let error = FolderError.wrongPermissions(path: "n/keys", mode: 0o644)
        #expect(error.description == "n/keys: mode 644 gives others access. Set its mode to 600")
        let locked = FolderError.locked(path: "n", processID: 12)
        #expect(locked.description == "n: in use by process 12. Wait until it is done, or stop it")
    }
}
