// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
/// The core also proves that it uses no unsafe construct.
let pure: [SwiftSetting] = settings + [.strictMemorySafety()]

let package = Package(
    name: "Tafel",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "tafel", targets: ["tafel"]),
        .executable(name: "tafel-audit", targets: ["tafel-audit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle",
            from: "2.13.0"
        ),
    ],
    targets: [
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CSodium",
            pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"])]
        ),
        .target(
            name: "Cryptography",
            dependencies: ["CSodium", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
        .target(name: "JSONText", swiftSettings: pure),
        .target(name: "ReplicatedTypes", swiftSettings: pure),
        .target(name: "Vocabulary", swiftSettings: pure),
        .target(name: "Geodesy", swiftSettings: pure),
        .target(name: "Search", dependencies: ["Geodesy", "Vocabulary"], swiftSettings: pure),
        .target(name: "Matching", dependencies: ["Vocabulary"], swiftSettings: pure),
        .target(name: "PlainText", swiftSettings: pure),
        .target(name: "Spreadsheet", swiftSettings: pure),
        .target(name: "LocalFiles", swiftSettings: settings),
        .target(
            name: "StorePages",
            dependencies: ["Cryptography", "LocalFiles"],
            swiftSettings: settings
        ),
        .target(
            name: "RecordImport",
            dependencies: ["Geodesy", "PlainText", "Spreadsheet", "Vocabulary"],
            swiftSettings: pure
        ),
        .target(
            name: "SyncLog",
            dependencies: [
                "Cryptography", "ReplicatedTypes", "Vocabulary",
            ],
            swiftSettings: pure
        ),
        .target(
            name: "Wire",
            dependencies: [
                "Cryptography", "SyncLog",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "CaseModel",
            dependencies: [
                "Cryptography", "JSONText", "ReplicatedTypes", "SyncLog", "Vocabulary", "Wire",
            ],
            swiftSettings: pure
        ),
        .target(
            name: "SyncEngine",
            dependencies: [
                "Cryptography", "ReplicatedTypes", "SyncLog", "Vocabulary", "Wire",
            ],
            swiftSettings: pure
        ),
        .target(
            name: "RecordStore",
            dependencies: [
                "CLMDB", "CaseModel", "Cryptography", "LocalFiles", "RecordImport",
                "ReplicatedTypes", "Search", "StorePages", "SyncEngine", "SyncLog", "Vocabulary",
                "Wire",
            ],
            swiftSettings: settings
        ),
        .target(name: "NodeInterface", dependencies: ["JSONText"], swiftSettings: pure),
        .target(
            name: "PeerTransport",
            dependencies: [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "NodeService",
            dependencies: [
                "CMalloc", "CaseModel", "Cryptography", "Geodesy", "JSONText", "LocalFiles",
                "Matching", "NodeInterface", "PeerTransport", "PlainText", "RecordImport",
                "RecordStore",
                "ReplicatedTypes", "Search", "StorePages", "SyncEngine", "SyncLog", "Terminal",
                "Vocabulary", "Wire", "Yams",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "CaseWeb",
            dependencies: [
                "CZlib",
                "CaseModel", "Cryptography", "JSONText", "NodeInterface", "NodeService",
                "PlainText", "RecordImport", "SyncLog", "Terminal", "Vocabulary",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Simulator",
            dependencies: [
                "CaseModel", "Cryptography", "ReplicatedTypes", "SyncEngine", "SyncLog",
                "Vocabulary", "Wire",
            ],
            swiftSettings: pure
        ),
        .target(name: "Terminal", swiftSettings: pure),
        .executableTarget(
            name: "tafel",
            dependencies: [
                "CaseModel", "CaseWeb", "Cryptography", "JSONText", "NodeInterface", "NodeService",
                "PlainText", "RecordImport", "Spreadsheet", "SyncLog", "Terminal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "tafel-audit",
            dependencies: [
                "Cryptography", "PlainText", "ReplicatedTypes", "SyncLog", "Terminal", "Vocabulary",
                "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: pure),
        // No product: what measures the library from within (tools/bench/README.md).
        .executableTarget(
            name: "tafel-bench",
            dependencies: [
                "CaseModel", "Cryptography", "JSONText", "Matching", "NodeInterface", "NodeService",
                "RecordStore", "ReplicatedTypes", "SyncEngine", "SyncLog", "Vocabulary",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "tools/bench/Product",
            swiftSettings: settings
        ),
        // No product: what runs the simulation over many seeds (tools/simulate).
        .executableTarget(
            name: "tafel-simulate",
            dependencies: [
                "Simulator", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "tools/simulatelib/Product",
            swiftSettings: settings
        ),
        .testTarget(
            name: "AuditTests",
            dependencies: [
                "Cryptography", "ReplicatedTypes", "SyncLog", "Terminal", "TestSupport",
                "Vocabulary", "Wire", "tafel-audit",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CaseModelTests",
            dependencies: [
                "CaseModel", "Cryptography", "JSONText", "ReplicatedTypes", "SyncLog",
                "TestSupport", "Vocabulary", "Wire",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CaseWebTests",
            dependencies: [
                "CaseModel", "CaseWeb", "Cryptography", "JSONText", "Matching", "NodeInterface",
                "NodeService", "RecordImport", "SyncLog", "Vocabulary",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CommandTests",
            dependencies: ["CaseWeb", "NodeInterface", "NodeService", "Terminal", "tafel"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CryptographyTests",
            dependencies: ["Cryptography"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "GeodesyTests",
            dependencies: ["Geodesy", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "JSONTextTests",
            dependencies: ["JSONText", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MatchingTests",
            dependencies: ["Matching", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "NodeServiceTests",
            dependencies: [
                "CaseModel", "Cryptography", "JSONText", "NodeInterface", "NodeService",
                "PeerTransport", "RecordImport", "RecordStore", "ReplicatedTypes", "Search",
                "Simulator",
                "SyncEngine", "SyncLog", "Terminal", "Vocabulary", "Wire",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PeerTransportTests",
            dependencies: [
                "PeerTransport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "PlainTextTests", dependencies: ["PlainText"], swiftSettings: settings),
        .testTarget(
            name: "RecordImportTests",
            dependencies: ["RecordImport", "Spreadsheet", "TestSupport", "Vocabulary"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RecordStoreTests",
            dependencies: [
                "CaseModel", "Cryptography", "LocalFiles", "RecordImport", "RecordStore",
                "ReplicatedTypes", "Search", "Simulator", "StorePages", "SyncEngine", "SyncLog",
                "Vocabulary", "Wire",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReplicatedTypesTests",
            dependencies: ["ReplicatedTypes", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SearchTests",
            dependencies: ["Geodesy", "Search", "TestSupport", "Vocabulary"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SimulatorTests",
            dependencies: [
                "CaseModel", "Cryptography", "ReplicatedTypes", "Simulator", "SyncEngine",
                "SyncLog", "Wire",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SpreadsheetTests",
            dependencies: ["Spreadsheet", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StorePagesTests",
            dependencies: ["Cryptography", "LocalFiles", "StorePages"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SyncEngineTests",
            dependencies: [
                "Cryptography", "ReplicatedTypes", "Simulator", "SyncEngine", "SyncLog",
                "Vocabulary", "Wire",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SyncLogTests",
            dependencies: [
                "Cryptography", "ReplicatedTypes", "SyncLog", "Vocabulary",
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal"], swiftSettings: settings),
        .testTarget(
            name: "VectorTests",
            dependencies: [
                "Cryptography", "RecordStore", "ReplicatedTypes", "SyncEngine", "SyncLog",
                "Vocabulary", "Wire",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WireTests",
            dependencies: [
                "Cryptography", "ReplicatedTypes", "SyncLog", "Wire",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: settings
        ),
    ]
)

// Only for tools/fuzz, which sets the variable: the product's targets with coverage counters, built
// so that their internals can be imported, and the program that feeds its decoders. The auditor's
// program is a library here, for its decoders are its own.
if Context.environment["TAFEL_FUZZ"] != nil {
    package.products = []
    package.targets.removeAll { $0.type == .test || $0.type == .executable }
    package.targets += [
        .target(
            name: "tafel-audit",
            dependencies: [
                "Cryptography", "PlainText", "ReplicatedTypes", "SyncLog", "Terminal", "Vocabulary",
                "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["main.swift"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "tafel-fuzz",
            dependencies: [
                "CaseModel", "CaseWeb", "Cryptography", "NodeInterface", "NodeService",
                "PeerTransport", "RecordImport", "RecordStore", "ReplicatedTypes", "StorePages",
                "SyncEngine", "Spreadsheet", "SyncLog", "Terminal", "Vocabulary", "Wire",
                "tafel-audit",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "tools/fuzzlib/Product",
            swiftSettings: settings,
            // The driver that the program calls comes with a `main` of its own, which lld leaves.
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]
        ),
    ]
    for target in package.targets where target.type != .system {
        let coverage = "-sanitize-coverage=edge,trace-cmp,inline-8bit-counters"
        target.swiftSettings?.append(.unsafeFlags(["-enable-testing", coverage]))
    }
}
