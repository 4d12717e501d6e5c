/// What a request leaves behind, for who does not get its answer.
extension NodeRequest {
    /// The command that shows what was done and is not to be asked again; `nil` where nothing was, or
    /// where the same once more changes nothing.
    package var shownBy: String? {
        switch self {
        case .changeCard: "tafel node card"
        case .recover: "tafel node status"
        case .importRecords: "tafel record search"
        case .createTable, .acceptTable, .amendTable: "tafel table list"
        case .addUser, .removeUser, .setPassword: "tafel user list"
        case .card, .settleIndex, .syncNow, .showLog, .showFork, .exportLog,
            .logText, .listUsers:
            nil
        }
    }

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
