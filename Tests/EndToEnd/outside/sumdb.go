// Checks what `tafel log` writes with the Go project's own packages for transparency logs: note for keys and
// checkpoints, tlog for proofs. Reads one JSON list of cases, writes one list with what is wrong of each.
package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A case is a tlog-proof, the keys that may sign its checkpoint, and the leaf hash that it is of.
type proofCase struct {
	Keys  string `json:"keys"`
	Proof string `json:"proof"`
	Leaf  string `json:"leaf"`
}

func hash(text string) (tlog.Hash, error) {
	var hash tlog.Hash
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(bytes) != len(hash) {
		return hash, errors.New("not a hash")
	}
	copy(hash[:], bytes)
	return hash, nil
}

// verifiers takes the plain Ed25519 keys, which are all that the package knows; cosignatures are of another kind.
func verifiers(keys string) (note.Verifiers, int) {
	var list []note.Verifier
	for _, line := range strings.Fields(keys) {
		if verifier, err := note.NewVerifier(line); err == nil {
			list = append(list, verifier)
		}
	}
	return note.VerifierList(list...), len(list)
}

func check(one proofCase) error {
	known, count := verifiers(one.Keys)
	if count != 1 {
		return fmt.Errorf("%d keys that sign notes", count)
	}
	head, checkpoint, found := strings.Cut(one.Proof, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return errors.New("not a tlog-proof")
	}
	index, err := strconv.ParseInt(lines[1][len("index "):], 10, 64)
	if err != nil {
		return err
	}
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		sibling, err := hash(line)
		if err != nil {
			return err
		}
		path = append(path, sibling)
	}
	opened, err := note.Open([]byte(checkpoint), known)
	if err != nil {
		return err
	}
	body := strings.Split(opened.Text, "\n")
	if len(opened.Sigs) != 1 || len(body) != 4 || body[0] != opened.Sigs[0].Name {
		return errors.New("not a checkpoint of the log whose key signed it")
	}
	size, err := strconv.ParseInt(body[1], 10, 64)
	if err != nil {
		return err
	}
	root, err := hash(body[2])
	if err != nil {
		return err
	}
	leaf, err := hash(one.Leaf)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(path, size, root, index, leaf)
}

func main() {
	var cases []proofCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	results := make([]string, len(cases))
	for number, one := range cases {
		if err := check(one); err != nil {
			results[number] = err.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		os.Exit(1)
	}
}
