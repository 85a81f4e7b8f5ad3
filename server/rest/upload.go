package rest

import (
	"crypto/rand"
	"fmt"
	"html"
	"path"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// FilePart is a file of a multipart body, staged in the store before anything is known about it.
type FilePart struct {
	Field       string
	Name        string // sanitised as Django's parser does: no folder, no HTML entities, printable
	ContentType string
	Size        int64
	Upload      *store.Upload
	Image       *ImageFacts // nil: not looked into yet
	taken       bool        // some record's input names it
}

// ImageFacts say what a file is as an image.
type ImageFacts struct {
	Width, Height int      // 0: it is none that can be read
	fault         *Message // why it is refused where an image must be
}

// Examine looks into the file once, so that it is known as an image before a transaction needs to know.
func (p *FilePart) Examine() error {
	if p.Image != nil {
		return nil
	}
	facts := &ImageFacts{}
	fault, err := facts.read(p.Upload)
	if err == nil {
		facts.fault, p.Image = fault, facts
	}
	return err
}

// fileName returns the file name of a Content-Disposition; the RFC 5987 form wins.
func fileName(d mediaType) (string, bool) {
	if ext := d.param("filename*"); ext != "" {
		if charset, rest, ok := strings.Cut(ext, "'"); ok && strings.EqualFold(charset, "utf-8") {
			_, name, _ := strings.Cut(rest, "'")
			return unquote(name), true
		}
	}
	for _, p := range d.params {
		if p[0] == "filename" {
			return p[1], p[1] != ""
		}
	}
	return "", false
}

// sanitizeFileName is MultiPartParser.sanitize_file_name; "" is a name that cannot be used.
func sanitizeFileName(name string) string {
	name = html.UnescapeString(strings.ToValidUTF8(name, "\ufffd"))
	name = name[strings.LastIndexByte(name, '/')+1:]
	name = name[strings.LastIndexByte(name, '\\')+1:]
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, name)
	if name == "." || name == ".." {
		return ""
	}
	return name
}

// validFileName is Django's get_valid_filename: spaces become underscores, only letters, digits, marks, "-", "_" and "."
// stay. Dots at the end go, and names of devices get an underscore, since Windows cannot keep them. "" is a name of which
// nothing is left.
func validFileName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '_'
		case r == '-' || r == '.' || r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r):
			return r
		}
		return -1
	}, pyStrip(name))
	return portable(strings.TrimRight(name, "."))
}

// devices are names that mean no file on Windows, whatever their extension; a data folder may be carried there.
var devices = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)

// portable gives a name that would be a device on Windows an underscore.
func portable(name string) string {
	if devices.MatchString(name) {
		return "_" + name
	}
	return name
}

// file binds an upload (DRF: FileField and ImageField).
func (b *binder) file(f *field, in *Node) (*Errors, error) {
	if token := in.Get("upload"); b.opt.Uploads != nil && token.Kind == StringNode && len(in.Names) == 1 {
		part, err := b.opt.Uploads.Upload(token.Text)
		if err != nil {
			return nil, err
		}
		if part == nil {
			return Fail("There is no such upload, or it has expired. Send the file again.", "no_upload"), nil
		}
		in = &Node{Kind: FileNode, File: part}
	}
	if in.Kind != FileNode {
		return Fail("The submitted data was not a file. Check the encoding type on the form.", "invalid"), nil
	}
	part := in.File
	n := codePoints(part.Name)
	switch {
	case part.Size == 0:
		return Fail("The submitted file is empty.", "empty"), nil
	case n > f.maxLength:
		return Fail(fmt.Sprintf("Ensure this filename has at most %d characters (it has %d).", f.maxLength, n), "max_length"), nil
	case f.model.MaxSize > 0 && part.Size > f.model.MaxSize:
		return Fail(fmt.Sprintf("Ensure this file has at most %d bytes (it has %d).", f.model.MaxSize, part.Size), "max_size"), nil
	case part.Upload == nil:
		return Fail("The submitted data was not a file. Check the encoding type on the form.", "invalid"), nil
	}
	if m, err := checkContent(f, part); err != nil || m != nil {
		return oneMessage(m), err
	}
	name := validFileName(part.Name)
	if name == "" {
		return Fail("No filename could be determined.", "no_name"), nil
	}
	part.Upload.To = uploadFolder(f.model, time.Now().UTC())
	part.Upload.Name = fitName(part.Upload.To, name, f.maxLength)
	part.taken = true
	if b.in.Files == nil {
		b.in.Files = map[*schema.Field]*store.Upload{}
	}
	b.in.Files[f.model] = part.Upload
	return nil, nil
}

// checkContent looks into an image, and at the content types that a file field accepts.
func checkContent(f *field, part *FilePart) (*Message, error) {
	if f.model.Type.Kind == value.Image {
		if err := part.Examine(); err != nil {
			return nil, err
		}
		if part.Image.fault != nil {
			return part.Image.fault, nil
		}
		if !hasExtension(part.Name, imageExtensions) {
			return &Message{
				fmt.Sprintf("File extension “%s” is not allowed. Allowed extensions are: %s.",
					extension(part.Name), strings.Join(imageExtensions, ", ")), "invalid_extension",
			}, nil
		}
	}
	if len(f.model.Accept) == 0 {
		return nil, nil
	}
	mt := parseMediaType(part.ContentType)
	for _, accept := range f.model.Accept {
		if a := parseMediaType(accept); a.match(mt) && mt.main != "" && mt.main != "*" && mt.sub != "*" {
			return nil, nil
		}
	}
	return &Message{
		fmt.Sprintf("Content type “%s” is not allowed. Allowed types are: %s.",
			mt.main+"/"+mt.sub, strings.Join(f.model.Accept, ", ")), "invalid_content_type",
	}, nil
}

// extension returns what Python's Path(name).suffix[1:] is, in lower case.
func extension(name string) string {
	name = path.Base(name)
	if i := strings.LastIndexByte(name, '.'); i > 0 && i < len(name)-1 {
		return strings.ToLower(name[i+1:])
	}
	return ""
}

func hasExtension(name string, list []string) bool {
	ext := extension(name)
	for _, e := range list {
		if e == ext {
			return true
		}
	}
	return false
}

// uploadFolder expands the dates in a field's upload_to.
func uploadFolder(f *schema.Field, now time.Time) string {
	return strings.NewReplacer("%Y", now.Format("2006"), "%m", now.Format("01"), "%d", now.Format("02"),
		"%H", now.Format("15"), "%M", now.Format("04"), "%S", now.Format("05"), "%y", now.Format("06"), "%%", "%",
	).Replace(strings.Trim(f.UploadTo, "/"))
}

// fitName shortens a name that would not fit the column together with its folder, and makes it unique then, as
// Django's storage does.
func fitName(folder, name string, limit int) string {
	over := codePoints(folder) + 1 + codePoints(name) - limit
	if over <= 0 {
		return name
	}
	root, ext := []rune(name), ""
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		root, ext = []rune(name[:i]), name[i:]
	}
	tail := "_" + rand.Text()[:7]
	keep := len(root) - over - len(tail)
	if keep < 1 {
		keep, ext = 1, ""
	}
	return string(root[:min(keep, len(root))]) + tail + ext
}
