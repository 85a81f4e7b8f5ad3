package mail

import (
	"embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/couplet/couplet/server/words"
)

//go:embed templates/*.txt
var files embed.FS

var templates = template.Must(template.ParseFS(files, "templates/*.txt"))

// Data is what a template may say.
type Data struct {
	words.Language        // of the recipient
	Site           string // the project's title
	User           string // username
	By             string // the username of who invites
	Email          string // the new address, where one is to be confirmed
	Link           string
}

// Render makes a mail from a template: its first line is the subject, the rest after an empty line the text.
func Render(name, to string, d Data) (Message, error) {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, name+".txt", d); err != nil {
		return Message{}, fmt.Errorf("mail: template %s: %w", name, err)
	}
	subject, text, found := strings.Cut(b.String(), "\n\n")
	if !found {
		return Message{}, fmt.Errorf("mail: template %s has no text", name)
	}
	return Message{To: to, Subject: strings.TrimSpace(subject), Text: strings.TrimSpace(text) + "\n", Language: d.Language}, nil
}
