/// What a request leaves behind, for who does not get its answer.
extension NodeRequest {
    /// How to get the file of an answer that could not be written, where more was done than to read;
    /// else `nil`.
    package var fileAgain: String? {
        switch self {
        case .createTable, .acceptTable, .amendTable:
            "What it was to hold is signed and kept here: the same command writes it again"
        case .changeCard:
            "The new version is signed, and partners get it: 'tafel node card --out FILE' writes it"
        default: nil
        }
    }
}
