package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/couplet/couplet/store/migrate"
)

var noConsent = migrate.Consent{}

// consentError says that a plan, which has been shown, loses data, and how to agree to it. Given is the consent that was
// not enough, "" for none.
type consentError struct{ Given, Hash string }

func (e *consentError) Error() string {
	if e.Given != "" {
		return fmt.Sprintf("--consent %s is for another plan; agree to this one with --consent %s", e.Given, e.Hash)
	}
	return "this change loses data; agree to it with --consent " + e.Hash
}

// askConsent shows the plan of an error that asks for consent, and returns a *consentError for it. Other errors it
// returns as they are.
func askConsent(w io.Writer, given string, err error) error {
	var need *migrate.ConsentError
	if !errors.As(err, &need) {
		return err
	}
	showPlan(w, need.Plan)
	return &consentError{given, need.Plan.Hash}
}

// agree asks whoever sits at the terminal to agree to the plan of a *consentError, and returns the plan's hash. Other
// errors, and where nobody sits there, it returns as they are.
func agree(w io.Writer, err error) (hash string, _ error) {
	var need *consentError
	if !errors.As(err, &need) || !term.IsTerminal(int(os.Stdin.Fd())) {
		return "", err
	}
	fmt.Fprint(w, "Apply this and lose that data? Type yes: ")
	answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil || strings.TrimSpace(answer) != "yes" {
		return "", errors.New("nothing was changed")
	}
	return need.Hash, nil
}
