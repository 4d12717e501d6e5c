extension Catalogue {
    /// The texts in English, terms included.
    static let english: [String: String] = Self.englishTexts
        .merging(Self.englishTerms) { first, _ in first }
        .merging(Self.englishAlarms) { first, _ in first }
        .merging(Self.englishSharing) { first, _ in first }
        .merging(Self.englishSearch) { first, _ in first }
        .merging(Self.englishSubjects) { first, _ in first }
        .merging(Self.englishQuality) { first, _ in first }
        .merging(Self.englishRules) { first, _ in first }
        .merging(Self.englishLists) { first, _ in first }

    private static let englishTexts: [String: String] = [
        "skip": "Skip to content",
        "navigation": "Sections",
        "language": "Language",
        "printedBy": "As shown at %1 to %2, %3.",
        "footer": "Every partner keeps its own data; nobody's claim is overwritten.",
        "and": "and",
        "logIn": "Log in",
        "logInLead": "With the account that this node's operator made for you.",
        "logInHint": """
        A session ends after half an hour without use, and always after twelve hours.
        """,
        "logOut": "Log out",
        "userName": "User name",
        "password": "Password",
        "loginRefused": "The name or the password is wrong.",
        "loginWait": "Too many failed attempts. Try again in %1 min.",
        "toStart": "To the start",
        "nodeSays": "The node says:",
        "error400": "That is no valid request",
        "error403": "That is not allowed",
        "error422": "That cannot be done",
        "error404": "Not found",
        "error405": "That cannot be done here",
        "error413": "Too large",
        "error414": "Address too long",
        "error415": "That is no form",
        "error421": "This is not the address of this node",
        "error500": "Something went wrong here",
        "error503": "Not just now",
        "errorBug": "This is an error of the program. Report it to this node's operator.",
        "errorBusy": "Too many people log in at once. Try again in a few seconds.",
        "errorNoPage": "There is no page at this address.",
        "errorMethod": "This page cannot be asked for in this way.",
        "errorFilter":
            "This address asks for a table, phase, order or page that does not exist. Choose again in the list.",
        "errorForm": "What the browser sent cannot be read, or is too long.",
        "errorTooLarge": "What the browser sent is larger than these pages take.",
        "errorToken": """
        The form has expired or is not from these pages. Nothing was changed. Go back, \
        load the page again and try once more.
        """,
        "errorEndedList":
            "Your session is over; nothing was looked up. Log in again, and send the list once more.",
        "errorEnded": """
        Your session is over; nothing was changed. Log in again. What you had typed stands \
        below, so that you can copy it.
        """,
        "errorReference": "Mention reference %1 when you do; the node's log says more under it.",
        "typed": "What you had typed",
        "errorRight": "The role of your account does not allow this.",
        "errorHost": "The browser asked for another name than this node's.",
        "errorNotYours": "This fragment is not this organisation's, or was withdrawn already.",
        "problemEmpty": "%1: fill something in.",
        "problemLong":
            "%1: too long, at most %2 bytes. These are %3; a letter with an accent counts twice.",
        "problemLines": "%1: this must be on one line.",
        "problemNobody": "Choose at least one partner.",
        "problemNoFields": "Choose at least one field.",
        "problemDate": "The expiry date is no date. Write it as 2027-01-31.",
        "problemNoConflict": "This conflict is gone, or its values changed. Look again.",
        "problemNoChoice": "Choose one of the values, or that there is no choice yet.",
        "problemChanged": """
        This preview holds no longer: it was shared already, or what partners would see \
        changed since. Nothing was shared now. This is the new preview.
        """,
        "problemMeanwhile": """
        %1: this was changed meanwhile, in another window or by somebody else. Nothing was written. Below stands what holds \
        now, and what you had typed.
        """,
        "problemNoPeers": "This node is at no table yet, there is nobody to synchronise with.",
        "doneOpened": "The case is open.",
        "doneNote": "The note is written.",
        "doneTag": "Tag “%1” was added.",
        "doneUntag": "Tag “%1” was removed.",
        "doneSet": "%1 was changed.",
        "doneWeighed": "The weighing is written down as a note. All values stay.",
        "doneAlready": "This form had been sent already. What was said then: %1",
        "doneShared": "Shared with %1.",
        "errorNotYourCase":
            "This case is another organisation's: only its owner says who is in it.",
        "problemFragmentChanged":
            "It was shared anew meanwhile, or withdrawn. Nothing was withdrawn now: look again.",
        "problemFromNobody": "Choose at least one partner to withdraw from.",
        "problemNobodyLeft": "Everybody stays: leave somebody unticked, or cancel.",
        "doneAudience": """
        %1 is left out of this case. What partners write before their node knows, %1 is still \
        given; the case's page says up to when.
        """,
        "doneWithdrawnFrom": """
        The fragment was withdrawn from %1; the others get a new one with the same fields. \
        That shows once they have synchronised.
        """,
        "doneWithdrawn": """
        The fragment was withdrawn. Partners no longer see it once they have \
        synchronised.
        """,
        "doneSync": "Synchronised with %1: %2 entries sent, %3 received.",
        "cases": "Cases",
        "openCase": "Open a case",
        "filterCases": "Choose cases",
        "table": "Table",
        "tables": "Tables",
        "allTables": "All tables",
        "phase": "Phase",
        "allPhases": "All phases",
        "show": "Show",
        "title": "Title",
        "owner": "Owner",
        "fragments": "Fragments",
        "fragment": "Fragment",
        "conflicts": "Conflicts",
        "conflict": "conflict",
        "caseCount": "%1 cases",
        "caseCountOne": "%1 case",
        "casesHere": "%1 cases on this page",
        "casesHereOne": "%1 case on this page",
        "moreCases": "More cases",
        "noCases": "There are no cases here. Open one, or synchronise with the partners.",
        "chooseTable": "At which table?",
        "noTables": "This node is at no table yet that is effective.",
        "summary": "Summary",
        "optional": "optional",
        "audience": "Audience",
        "audienceHint": """
        Who sees the case and works on it. Data is shared afterwards, record by record.
        """,
        "category": "Category of data",
        "categoryHint": """
        The category of title, summary, notes and tags. Every pair of participants needs \
        a ground for it.
        """,
        "shareRecord": "Share a record",
        "conflictLead": "Partners say different things. All of it stands, with who says so.",
        "conflictCount": "%1 conflicts",
        "conflictCountOne": "%1 conflict",
        "conflictOver": "%1 of %2",
        "conflictInCase": "%1 of the case",
        "subjects": "Subjects",
        "noSubjects": "Nothing shared yet about a company or organisation.",
        "partOf": "establishment of",
        "facts": "Facts",
        "fact": "Fact",
        "value": "Value",
        "saidBy": "Said by",
        "own": "own",
        "sameAs": "A partner says this is the same as",
        "weigh": "Weigh the conflict over %1",
        "weighLead": """
        You overwrite nobody's claim. The weighing becomes a note on the case that all \
        participants see. If your own value is wrong, mend it in your source system, \
        import again and share the record once more: that becomes a new version of your \
        fragment.
        """,
        "weighChoice": "What do we go by?",
        "weighNone": "No choice yet, ask first",
        "weighReason": "Why",
        "weighWrite": "Write the weighing down",
        "weighNote": "Conflict over %1 of %2 (%3):",
        "weighNoteChoice": "We go by: %1",
        "weighNoteAbout": "On %1 of %2 (%3):",
        "weighNoteNarrow": "We go by a claim that is not quoted here.",
        "weighNarrow":
            "What is not shared with all of them does not go into the note. Choosing such a claim tells "
            + "them that there is one: the note then says “We go by a claim that is not quoted here”.",
        "problemNarrowSubject":
            "Not all participants of the case know this party. A note goes to all of them, so nothing was written.",
        "weighNoteNone": "No choice yet; ask first.",
        "links": "Links",
        "timeline": "Time line",
        "noTimeline": "No shared fragment has a date.",
        "toFragment": "to the fragment",
        "shared": "What was shared, with whom",
        "nothingShared": "Nothing was shared in this case yet.",
        "nothingInView": "No fragment is in the case view.",
        "sharedCaption": "Every fragment with recipients and grounds, also what was withdrawn",
        "with": "With",
        "when": "When",
        "state": "State",
        "by": "by",
        "of": "of",
        "received": "received",
        "notConfirmed": "not confirmed yet",
        "expires": "expires on",
        "expiredOn": "last day was",
        "withdrawn": "Withdrawn",
        "inView": "In the view",
        "withdraw": "Withdraw",
        "fragmentContents": "Contents of the fragments",
        "notes": "Notes",
        "noNotes": "No notes yet.",
        "newNote": "New note",
        "writeNote": "Write the note",
        "noteAudience": "Visible to %1.",
        "aboutCase": "About this case",
        "caseID": "Case ID",
        "goBy": "Go by this",
        "notFilled": "Not filled in.",
        "changeField": "Change %1",
        "save": "Save",
        "lead": "Lead",
        "tags": "Tags",
        "noTags": "No tags yet.",
        "newTag": "New tag",
        "addTag": "Add",
        "removeTag": "Remove:",
        "someShown": "%1 of %2 are shown.",
        "moreNotShown": "%1 of %2 are shown; “tafel case show” gives all.",
        "andExpired": "and %1 expired",
        "versionNumber": "version %1",
        "shareLead": """
        Choose the record. Then you choose the fields and who gets them, and see \
        beforehand what each partner would see.
        """,
        "chooseFields": "Choose fields and recipients",
        "fields": "Fields",
        "field": "Field",
        "neverShared": "Never shared:",
        "recipients": "Recipients",
        "recipientsHint": """
        Only participants of the case. Beside each name stands the ground that will be \
        shared on, with this category.
        """,
        "noGround": "no ground for this category",
        "preferredGround": "Ground",
        "firstThatFits": "the first that fits",
        "expiresOn": "Expires on",
        "datePlaceholder": "2025-03-01",
        "dateHint": "Write for instance 2027-01-31.",
        "showPreview": "Show preview",
        "previewWritesNothing": "The preview shares nothing yet.",
        "previewTitle": "What partners would see",
        "previewNew": "%1, as a new fragment. Nothing was shared yet.",
        "previewVersion": """
        This becomes version %1 of the fragment that was shared already. Nothing of this \
        version was shared yet.
        """,
        "fieldCount": "%1 fields",
        "fieldCountOne": "%1 field",
        "onGround": "On ground",
        "wouldSee": "Would see",
        "leftOut": "%1 has version %2 and is left out now.",
        "leavingOut": "What becomes of who is left out?",
        "leavingKeep": "They keep the version they have.",
        "leavingTakeBack":
            "What was shared is withdrawn from everybody; the others get a new fragment.",
        "expired": "expired",
        "outsidePeriod": "outside the charter's period",
        "openingLead":
            "Nothing was written yet. Each of these participants will read title and summary, and from then on the notes, tags and fields of the case:",
        "seeNothing": "These participants do not get this fragment:",
        "omitted": "Empty in this record and left out:",
        "shareNow": "Share now",
        "change": "Change",
        "cancel": "Cancel",
        "reason": "Reason",
        "records": "Own records",
        "type": "Type",
        "allTypes": "All types",
        "sourceKey": "Key",
        "source": "Source system",
        "imported": "Imported",
        "recordID": "Record ID",
        "findings": "Findings",
        "findingsKept": """
        What imports found stands in the report of “tafel record import”, and by source under \
        “Mend data”. Below stands what can be seen from the values kept: \
        numbers and postcodes, by Dutch rules.
        """,
        "noFindings": "Nothing is wrong with the values kept.",
        "rule": "Rule",
        "suggestion": "Suggestion",
        "history": "History",
        "noHistory": "The source has not said anything else yet.",
        "until": "Until",
        "changed": "changed later",
        "name": "Name",
        "theme": "Theme",
        "version": "Version",
        "effective": "effective",
        "notEffective": "not signed by the quorum yet",
        "logs": "Logs",
        "purpose": "Purpose",
        "members": "Members",
        "partner": "Partner",
        "organisation": "Organisation",
        "memberClass": "Member class",
        "role": "Role",
        "signature": "Signature",
        "signed": "signed",
        "notSigned": "not signed",
        "thisNode": "this node",
        "grounds": "Grounds",
        "ground": "Ground",
        "groundsLead": """
        In order of preference: a recipient gets the first that fits sender, receiver \
        and category. The software is no legal advice.
        """,
        "from": "From",
        "to": "To",
        "categories": "Categories",
        "everyClass": "everybody",
        "tableID": "Table ID",
        "charterInWords": "%1 partners work together on the theme %2, from %3 until %4.",
        "charterSigned": """
        Version %1 of the charter is effective: %2 members signed, %3 were needed.
        """,
        "charterWaiting": """
        Version %1 of the charter is not effective yet: %2 members signed, %3 are \
        needed.
        """,
        "logOf": "Log of %1",
        "logLead": "What was written, for whom and on which ground. Contents do not stand here.",
        "index": "Index",
        "kind": "Kind",
        "toWhom": "To",
        "entryCount": "%1 entries",
        "entryCountOne": "%1 entry",
        "sinceBySource": "since %1 (%2, according to %3)",
        "successionKind": "How",
        "successionSource": "According to which source",
        "entryLost": "key lost: \"tafel node check\" says what is lost",
        "entryUnopened": "cannot be opened",
        "entriesOf": "Entries %1 to %2 of %3",
        "earlierEntries": "Earlier entries",
        "newestEntries": "To the newest entries",
        "newestOf": "The newest %1 of %2 entries",
        "noEntries": "No entries yet.",
        "notForThisNode": "not for this node",
        "checkpoint": "Signed checkpoint",
        "node": "Node",
        "syncNow": "Synchronise now",
        "syncOK": "%1: %2 entries sent, %3 received.",
        "syncFailed": "%1: failed.",
        "syncMore": "Others write on, so there is more already.",
        "syncNotTaken": "Nothing is taken of the log of %1: see the alarms.",
        "syncRefused": "It takes nothing of the log of %1.",
        "since": "since",
        "peers": "Connection with partners",
        "connection": "Connection",
        "behind": "Behind",
        "lastSync": "Last whole round",
        "connected": "connected",
        "notConnected": "not connected",
        "notYet": "not yet",
        "notKnown": "not known",
        "missingHere": "Still to fetch, at most",
        "storeUnreadable": "The store cannot be read now. See the alarms above.",
        "diskFree": "Free on the disk",
        "programVersion": "Version of Tafel",
        "noPeers": "No partners yet: this node is at no table.",
        "logsCaption": """
        Of each partner: how many entries are here, up to where all for this node is \
        there, and the root of the tree
        """,
        "author": "Author",
        "entries": "Entries",
        "complete": "Complete to",
        "root": "Root",
        "disputed": "disputed",
        "whole": "whole",
        "noLogs": "No logs yet.",
        "store": "Store",
        "size": "Size",
        "nodeID": "Node ID",
        "problemDone": "This was done or changed meanwhile. Look again.",
        "endedTitle": "Your session has ended",
        "weighNoteNumber": "Conflict over %1 of %2:",
        "weighNoteAboutNumber": "On %1 of %2:",
    ]
}
