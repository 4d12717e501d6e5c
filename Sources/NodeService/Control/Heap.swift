import CMalloc

/// What a process that runs for long has taken from the system.
///
/// The C library keeps what is freed for what comes next. After a view of tens of thousands of fragments
/// that is hundreds of megabytes, for each of its threads' arenas.
enum Heap {
    /// Blocks of so many bytes and more come from the system one by one, and go back when they are freed; else
    /// the C library raises this to 32 MiB as such blocks are freed (`mallopt(3)`).
    private static let ownBlockByteCount: Int32 = 8 << 20
    /// Bytes that may lie free.
    private static let keptByteCount = 32 << 20
    /// How often is looked.
    private static let interval = Duration.seconds(2)

    /// Gives back what lies free, now and then, until the task is cancelled.
    static func keepSmall() async throws {
        mallopt(M_MMAP_THRESHOLD, self.ownBlockByteCount)
        while true {
            try await Task.sleep(for: self.interval)
            if tafel_malloc_free_byte_count() > self.keptByteCount { malloc_trim(0) }
        }
    }
}
