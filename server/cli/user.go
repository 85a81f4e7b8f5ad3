package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/store"
)

func userCommand() *cobra.Command {
	return group("user", "Make accounts", userCreate())
}

func userCreate() *cobra.Command {
	var p place
	var u auth.NewUser
	cmd := &cobra.Command{
		Use: "create [USERNAME]", Short: "Make an account; the password is asked for, or read from a pipe",
		Args: takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in := bufio.NewReader(cmd.InOrStdin())
			if err := askUser(cmd.ErrOrStderr(), in, &u, args); err != nil {
				return err
			}
			return createUser.perform(cmd.Context(), &p, u, nil, cmd.OutOrStdout())
		},
	}
	p.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&u.Email, "email", "", "e-mail address")
	f.BoolVar(&u.Superuser, "superuser", false, "may do everything")
	f.BoolVar(&u.Staff, "staff", false, "may use the admin")
	f.StringSliceVar(&u.Roles, "role", nil, "role of the schema; may be given several times")
	return cmd
}

var createUser = newOperation("user create", needs{schema: true}, func(ctx context.Context, w *work, u auth.NewUser) error {
	accounts, err := w.accounts(ctx)
	if err != nil {
		return err
	}
	_, err = accounts.CreateUser(ctx, u, "cli")
	var invalid *store.Invalid
	if errors.As(err, &invalid) && len(invalid.Problems) == 1 && invalid.Problems[0].Code == store.CodeUnique {
		return fmt.Errorf("there is an account %q already", u.Username)
	}
	if err == nil {
		fmt.Fprintf(w.out, "created %s\n", u.Username)
	}
	return err
})

// askUser completes an account with what only its maker knows.
func askUser(w io.Writer, in *bufio.Reader, u *auth.NewUser, args []string) (err error) {
	interactive := term.IsTerminal(int(os.Stdin.Fd()))
	if len(args) == 1 {
		u.Username = args[0]
	} else if interactive {
		fmt.Fprint(w, "Username: ")
		if u.Username, err = readLine(in); err != nil {
			return err
		}
	}
	if u.Username == "" {
		return fmt.Errorf("%w: the account needs a username", errUsage)
	}
	if !interactive {
		u.Password, err = readLine(in)
		if u.Password == "" && err == nil {
			err = fmt.Errorf("%w: give the password on standard input", errUsage)
		}
		return err
	}
	u.Password, err = askPassword(w)
	return err
}

func askPassword(w io.Writer) (string, error) {
	var typed [2]string
	for i, prompt := range []string{"Password: ", "Password (again): "} {
		fmt.Fprint(w, prompt)
		b, err := term.ReadPassword(int(os.Stdin.Fd()))
		fmt.Fprintln(w)
		if err != nil {
			return "", err
		}
		typed[i] = string(b)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two passwords are not the same")
	}
	return typed[0], nil
}

func readLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadString('\n')
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}
