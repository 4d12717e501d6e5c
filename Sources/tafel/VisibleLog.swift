import Logging
import Terminal

/// The node's log on standard error, a line for each event.
///
/// What a peer or a record says goes through ``VisibleText``, whoever logs it.
struct VisibleLog: LogHandler {
    private var handler: StreamLogHandler

    /// Writes under a label.
    init(label: String) { self.handler = StreamLogHandler.standardError(label: label) }

    var logLevel: Logger.Level {
        get { self.handler.logLevel }
        set { self.handler.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { self.handler.metadata }
        set { self.handler.metadata = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.handler[metadataKey: key] }
        set { self.handler[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        var event = event
        event.message = "\(VisibleText.text(event.message.description, in: .line))"
        event.metadata = event.metadata?.mapValues { value in
            "\(VisibleText.text(value.description, in: .line))"
        }
        self.handler.log(event: event)
    }
}
