package rest

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readCSV reads all records; quoted empty cells are shown as "".
func readCSV(text string) (records [][]string, delimiter byte, err error) {
	r, err := newCSVReader(bufio.NewReaderSize(strings.NewReader(text), sniffSize), 0, ImportLimits{}.withDefaults())
	if err != nil {
		return nil, 0, err
	}
	for {
		cells, _, err := r.next()
		if errors.Is(err, io.EOF) {
			return records, r.delimiter, nil
		}
		if err != nil {
			return nil, 0, err
		}
		var record []string
		for _, c := range cells {
			if c.quoted && c.text == "" {
				c.text = `""`
			}
			record = append(record, c.text)
		}
		records = append(records, record)
	}
}

// TestCSVReader reads what programs write.
func TestCSVReader(t *testing.T) {
	for _, c := range []struct {
		in        string
		want      [][]string
		delimiter byte
	}{
		{"a,b\r\n1,2\r\n", [][]string{{"a", "b"}, {"1", "2"}}, ','},
		{"a;b;c,d\n1;\"x;y\";3", [][]string{{"a", "b", "c,d"}, {"1", "x;y", "3"}}, ';'},
		{"a\tb\r1\t\r", [][]string{{"a", "b"}, {"1", ""}}, '\t'},
		{"a|b\n\n\n1|\"\"\n", [][]string{{"a", "b"}, {"1", `""`}}, '|'},
		{"sep=;\r\na,b;c\n1;2\n", [][]string{{"a,b", "c"}, {"1", "2"}}, ';'},
		{"one\n1\n\"two\nlines\"\n", [][]string{{"one"}, {"1"}, {"two\nlines"}}, ','},
		{"a,b\n\"say \"\"hi\"\"\" , 5\" disk \n", [][]string{{"a", "b"}, {`say "hi"`, ` 5" disk `}}, ','},
		{"\"a;b\",c\n", [][]string{{"a;b", "c"}}, ','},
		{",\n,,\n", [][]string{{"", ""}, {"", "", ""}}, ','},
	} {
		got, delimiter, err := readCSV(c.in)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" || delimiter != c.delimiter {
			t.Errorf("%q: %c %v %s", c.in, delimiter, err, diff)
		}
	}
}

// TestGuard is exact: what is guarded comes back, and no guarded text begins as a formula.
func TestGuard(t *testing.T) {
	for text, want := range map[string]string{
		"=1": "'=1", "+x": "'+x", "-x": "'-x", "@a": "'@a", "\tx": "'\tx", "\rx": "'\rx", "'=1": "''=1", "''-a": "'''-a", "-": "'-", "-1+1": "'-1+1",
		"": "", "a": "a", "'a": "'a", "-1.50": "-1.50", "+41 44 123": "+41 44 123", "-1 23:59:59.5": "-1 23:59:59.5", "a=1": "a=1",
	} {
		if got := guardCell(text); got != want || unguardCell(got) != text {
			t.Errorf("guardCell(%q) = %q, and back %q", text, got, unguardCell(got))
		}
	}
}

// FuzzCSV: what appendCell writes is read back, whatever the delimiter.
func FuzzCSV(f *testing.F) {
	f.Add("a", "b\r\n\"c", byte(';'))
	f.Add("", " ", byte(','))
	f.Fuzz(func(t *testing.T, a, b string, delimiter byte) {
		if checkText([]byte(a)) != "" || checkText([]byte(b)) != "" || !strings.ContainsRune(",;\t|", rune(delimiter)) {
			return
		}
		line := appendCell(nil, "x", delimiter, true)
		for _, s := range []string{a, b} {
			line = appendCell(append(line, delimiter), guardCell(s), delimiter, true)
		}
		r, err := newCSVReader(bufio.NewReaderSize(strings.NewReader(string(line)+"\r\n"), sniffSize), delimiter, ImportLimits{}.withDefaults())
		if err != nil {
			t.Fatal(err)
		}
		cells, _, err := r.next()
		if err != nil || len(cells) != 3 || unguardCell(cells[1].text) != a || unguardCell(cells[2].text) != b {
			t.Fatalf("%q %q is written as %q and read as %v, %v", a, b, line, cells, err)
		}
	})
}

// FuzzImportReader never panics and never reads for ever.
func FuzzImportReader(f *testing.F) {
	for _, s := range []string{"a,b\n1,2", `[{"a":1}]`, "{\"a\":1}\n{}", "sep=;\n", "\ufeffa", "\"a\"\"b\",", "[1,2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := NewImportReader(strings.NewReader(s), ImportSource{Limits: ImportLimits{Row: 1000, Columns: 20, Rows: 100}})
		for n := 0; err == nil; n++ {
			if _, err = r.Next(); n > 200 {
				t.Fatalf("%q has no end", s)
			}
		}
	})
}
