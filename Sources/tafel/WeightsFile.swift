import Foundation
import NodeInterface
import NodeService
import PlainText

/// What `tafel subject weights --json` printed.
enum WeightsFile {
    /// Most bytes of the file.
    static let bytesMax = 1_048_576

    /// The weights of a file.
    static func read(_ bytes: [UInt8]) throws(NodeFailure) -> MatchWeights {
        let text = TextFile.lines(of: bytes)
        guard
            let answer = try? JSONDecoder().decode(ShowWeights.Answer.self, from: Data(text)),
            let weights = answer.weights
        else {
            throw .usage(
                "--take: not what 'tafel subject weights --json' prints where a version is in force. "
                    + "Write it anew"
            )
        }
        return weights
    }
}
