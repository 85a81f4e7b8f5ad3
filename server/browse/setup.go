package browse

import "io"

// Setup is the page that makes the first account, with the token in its own address's fragment.
type Setup struct {
	Site, Home string
	Next       string // where to go when the account is there
	Needed     bool   // false: there is an account already
}

// RenderSetup writes the set-up page.
func RenderSetup(w io.Writer, s *Setup) error { return templates.ExecuteTemplate(w, "setup.html", s) }
