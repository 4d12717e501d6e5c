import NodeInterface
import NodeService
import Terminal

extension AddUser: PrintedRequest {
    var shownBy: String? { "tafel user list" }

    func text(of answer: Answer) -> ShownText {
        "user \(answer.user) added as \(answer.role.rawValue)"
    }
}

extension ListUsers: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        let lines: [ShownText] = answer.users.map { user in
            "\(user.user)  \(user.role.rawValue)  password of \(user.password_set)"
        }
        return lines.isEmpty
            ? "No users yet. Add one with 'tafel user add NAME --role ROLE'."
            : lines.joined(separator: "\n")
    }
}

extension RemoveUser: PrintedRequest {
    var shownBy: String? { "tafel user list" }

    func text(of answer: Answer) -> ShownText {
        "user \(answer.user) removed; its sessions end at once"
    }
}

extension SetPassword: PrintedRequest {
    var shownBy: String? { "tafel user list" }

    func text(of answer: Answer) -> ShownText {
        "password of \(answer.user) set; its sessions end at once"
    }
}
