extension Catalogue {
    /// What alarms are called, tell and ask for in English, by code (`Protocol/alarms.md`).
    static let englishAlarms: [String: String] = [
        "alarms": "Alarms",
        "alarmsHint":
            "What happened stands here until it is said on the command line that it was seen: tafel node status --acknowledge.",
        "pastAlarms": "Past alarms",
        "noAlarms": "No alarm stands.",
        "alarm_address": "address",
        "alarmTells_address":
            "Partners hold a card of this organisation with another address than the folder here.",
        "alarmAsks_address": "Sign a new card with the right address: tafel node card --endpoint.",
        "alarm_fork": "two histories",
        "alarmTells_fork":
            "A log has two signed histories, or is not the one that the charter pins. What goes between the others goes on; where it is the own log, nothing is written to it any more.",
        "alarmAsks_fork":
            "Stop all copies but one, look at the evidence (tafel log fork), and have a charter version say what counts.",
        "alarm_put-back": "folder put back",
        "alarmTells_put-back":
            "This node's folder has less than was written: it was put back.",
        "alarmAsks_put-back": "Fetch the own log back: tafel node recover.",
        "alarm_unconfirmed": "own log unconfirmed",
        "alarmTells_unconfirmed":
            "No partner has confirmed yet how far the own log goes; nothing is written until one has.",
        "alarmAsks_unconfirmed": "Synchronise with a partner, or use tafel node recover.",
        "alarm_partner-put-back": "folder of a partner put back",
        "alarmTells_partner-put-back":
            "A partner has less of its own log than was received here: the folder there was put back, or two copies of it run.",
        "alarmAsks_partner-put-back":
            "Have its operator stop all copies but the newest and run tafel node recover.",
        "alarm_two-copies": "two copies",
        "alarmTells_two-copies":
            "Two nodes run with the same keys, or did.",
        "alarmAsks_two-copies": "Find the second copy and stop it.",
        "alarm_put-aside": "put aside",
        "alarmTells_put-aside":
            "A partner added more in a day than a node takes; the rest waits. Other partners notice nothing.",
        "alarmAsks_put-aside": "Ask the partner whether that is meant.",
        "alarm_damaged": "damaged folder",
        "alarmTells_damaged":
            "The folder lacks what its store names, as where one file was put back alone.",
        "alarmAsks_damaged": "Put the whole folder back, of one moment.",
        "alarm_unprotected": "unprotected",
        "alarmTells_unprotected":
            "The file beside the folder cannot be written; a folder that is put back shows at a partner only then.",
        "alarmAsks_unprotected": "Let the node write that file.",
        "alarm_silent": "partner not reached",
        "alarmTells_silent":
            "A partner has not been reached for some time.",
        "alarmAsks_silent": "See that its node runs and can be reached.",
        "alarm_clock": "clock",
        "alarmTells_clock":
            "Entries are dated far ahead of this node's clock, or behind it: a clock was or is wrong, here or there. What was dated wrong stays so.",
        "alarmAsks_clock": "Find out which clock is wrong, and set it right.",
        "alarm_store": "store",
        "alarmTells_store":
            "Something could not be written or read, as on a full disk.",
        "alarmAsks_store": "Make room, or mend the disk.",
        "alarm_receipt": "receipt",
        "alarmTells_receipt":
            "A receipt does not confirm what was given.",
        "alarmAsks_receipt":
            "Read below what is wrong, ask the partner about it, and keep both logs.",
        "alarm_verification": "verification failed",
        "alarmTells_verification":
            "A partner sent what does not verify. It was not kept.",
        "alarmAsks_verification": "Ask its operator for the version and state of the node.",
        "alarm_backlog": "backlog",
        "alarmTells_backlog":
            "A partner is connected, lacks entries of this node, and has taken none for some time.",
        "alarmAsks_backlog": "See with tafel sync now what stands in the way.",
        "alarm_charter": "charter",
        "alarmTells_charter":
            "Two texts of one version of the charter are validly signed. Every node counts the same one.",
        "alarmAsks_charter": "Agree on what holds, and make a next version.",
        "alarm_event": "event",
        "alarmTells_event":
            "Something happened that an operator must know.",
        "alarmAsks_event": "Read below what the node says.",
        // What kept `sync now` with a partner from its end.
        "syncTrouble_unreachable":
            "Nobody answers in time at its address. See that its node runs.",
        "syncTrouble_no-address": "Its card names no address. Wait until it connects.",
        "syncTrouble_certificate": "This node cannot make its certificate. See the alarms.",
        "syncTrouble_refused": """
        It takes no session with this node: it does not know it as a partner, or has too \
        many connections. Compare the charter with its operator.
        """,
        "syncTrouble_stranger":
            "Somebody else answers at its address. Ask its operator for the address.",
        "syncTrouble_ended":
            "The connection ended. Try again, and ask its operator if that does not help.",
        "syncTrouble_stopping": "Its node is stopping. Try again when it runs.",
        "syncTrouble_stalled":
            "Nothing new, or hardly anything, was given or acknowledged for a minute or more. Ask its operator "
            + "about its node.",
        "syncTrouble_put-back": """
        Its folder was put back to an earlier state, or two copies of it run. Its operator \
        must stop all but the newest copy and fetch the log back.
        """,
        "syncTrouble_own-put-back": """
        The folder of this node was put back to an earlier state. Its operator must fetch \
        the log back.
        """,
        "syncTrouble_store-fails": """
        Its store does not keep what it is given, as with a full disk. Its operator must see \
        to that.
        """,
        "syncTrouble_own-store-fails":
            "The store of this node does not keep what comes. See the alarms.",
        "syncTrouble_lacks-table": "It does not hold the table yet. Its operator must accept it.",
        "syncTrouble_finding": "Something that came does not verify. See the alarms.",
    ]
}
