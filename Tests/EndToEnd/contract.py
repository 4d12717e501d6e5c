#!/usr/bin/env python3
"""The command line against its contract: answers, exit codes, errors, and what bad input gets.

Every command that these checks give is also held to the general laws: one JSON document or nothing, one line of error
in the
written form, and no other exit code than the contract's.
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import contract_commands  # noqa: E402
import contract_refusals  # noqa: E402
import contract_sharing  # noqa: E402
import contract_shell  # noqa: E402
import contract_tables  # noqa: E402
from support import ERROR_FORM, TRACE_SIGNS, Node, Suite  # noqa: E402

ROWS = {
    "od-noord": [
        {
            "ID": "OD-1",
            "Company": "Alfa Recycling B.V.",
            "kvk": "27123450",
            "bsn": "123456782",
            "Address": "Kade 1",
            "Postcode": "9711AB",
            "Place": "Groningen",
            "Date": "2024-03-01",
            "Status": "violation",
            "Text": "Granulaat zonder herkomst",
            "Internal": "tipgever bekend",
        },
        {
            "ID": "OD-2",
            "Company": "Beta Transport",
            "kvk": "27123461",
            "Postcode": "9712CD",
            "Date": "2024-03-02",
            "Text": "Vrachtbrief ontbreekt",
        },
        {"ID": "OD-3", "Company": "Zonder meer"},
    ],
    "politie": [
        {
            "ID": "PL-1",
            "Company": "Alfa Recycling BV",
            "kvk": "27123450",
            "Postcode": "9711AB",
            "Date": "2024-03-05",
            "Text": "Controle",
        }
    ],
    "om": [{"ID": "OM-1", "Company": "Beta Transport B.V.", "kvk": "27123461", "Text": "Eerdere zaak"}],
    "ilt": [{"ID": "IL-1", "Company": "Alfa Recycling", "kvk": "27123450", "Text": "Transportcontrole"}],
}


class Laws:
    """What holds for every answer."""

    def __init__(self, suite):
        self.suite, self.broken = suite, 0

    def inspect(self, done, as_json):
        problems = []
        if done.code not in (0, 1, 2, 3):
            problems.append("exit code outside the contract")
        if any(sign in done.err for sign in TRACE_SIGNS):
            problems.append("a trace or an internal error shows")
        if done.code in (2, 3, 70):
            synchronises = done.words.startswith("tafel sync now") and done.code == 3
            if done.out and not synchronises:
                problems.append("standard output is not empty")
            if not ERROR_FORM.fullmatch(done.err) and not (synchronises and done.out):
                problems.append("the error has not the form «error: WHAT: WHY. WHAT TO DO» on one line")
        if (
            done.code in (0, 1)
            and as_json
            and "--help" not in done.words
            and "--version" not in done.words
            and done.json is None
        ):
            problems.append("not exactly one JSON document")
        # A table has nothing but its rows: what it leaves out is told beside it.
        if done.code == 0 and done.err and "--csv" not in done.words:
            problems.append("standard error is not empty")
        self.suite.check(not problems, f"laws: {'; '.join(problems)}", done)


class Contract:
    """The four nodes of the checks, and what they answered so far."""

    def __init__(self, suite, world):
        self.suite, self.world, self.laws = suite, world, Laws(suite)
        self.nodes, self.ids = {}, {}

    def node(self, handle):
        """A node whose every answer is held to the laws."""
        node = self.nodes[handle] = self.world.node(handle)
        node.inspect = self.laws.inspect
        return node

    def bare(self, folder, handle="leeg"):
        """A folder without a node, to give commands on."""
        node = Node(self.world, f"{handle}-{folder}", 90, "om")
        node.data = self.world.path(folder)
        node.inspect = self.laws.inspect
        return node

    def exits(self, code, words, done, *needed):
        """A check of an exit code, and that the error names things."""
        held = done.code == code and all(text in done.err for text in needed)
        return self.suite.check(
            held, f"{words}: exit {code}" + (f", naming {', '.join(needed)}" if needed else ""), done
        )


def script(suite, world):
    contract = Contract(suite, world)
    suite.title("nodes: init, card, help, what is not built")
    contract_commands.make_nodes(contract)
    contract_commands.help_everywhere(contract)
    contract_commands.not_built(contract)
    suite.title("accounts")
    contract_commands.users(contract)
    suite.title("records: import, search, show")
    contract_commands.records(contract, ROWS)
    contract_refusals.mappings(contract)
    suite.title("tables: create, accept, signatures, changed files")
    contract_tables.form(contract)
    contract_tables.changed_files(contract)
    contract_tables.other_tables(contract)
    suite.title("cases and fragments")
    contract_sharing.cases(contract)
    contract_sharing.fragments(contract)
    suite.title("synchronisation, logs, the merged view")
    contract_commands.synchronise(contract)
    contract_sharing.others(contract)
    contract_shell.between_runs(contract)
    contract_commands.logs(contract)
    contract_commands.views(contract)
    suite.title("narrower audiences")
    contract_sharing.narrowed(contract)
    suite.title("the same answers, running or not")
    contract_commands.same_answers(contract)
    suite.title("prefixes, options, passphrases, ports, locks")
    contract_refusals.prefixes(contract)
    contract_refusals.wrong_use(contract)
    contract_refusals.passphrases(contract)
    contract_refusals.ports(contract)
    contract_refusals.places(contract)
    suite.title("sockets, folders, written files, contributors")
    contract_shell.sockets(contract)
    contract_shell.outputs(contract)
    contract_shell.new_folders(contract)
    contract_shell.older_folder(contract)
    contract_shell.contributors(contract)
    contract_refusals.locks(contract)


if __name__ == "__main__":
    Suite("The command line against its contract.").play(script)
