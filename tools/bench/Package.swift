// swift-tools-version: 6.2
import PackageDescription

// The floor alone: it shares no code with the product, so it is a package of its own. What measures
// the product from within is the target `tafel-bench` of the package above (README.md says why).
let package = Package(
    name: "TafelFloor",
    products: [.executable(name: "floor", targets: ["floor"])],
    targets: [
        .executableTarget(
            name: "floor",
            path: "Floor",
            cSettings: [
                // SHA256_Init and its kin are the fast way into OpenSSL's SHA extensions.
                .define("OPENSSL_API_COMPAT", to: "0x10100000L"),
                .define("_GNU_SOURCE"),
            ],
            linkerSettings: [
                .linkedLibrary("sodium"), .linkedLibrary("lmdb"), .linkedLibrary("crypto"),
                .linkedLibrary("ssl"),
            ]
        )
    ],
    cLanguageStandard: .c11
)
