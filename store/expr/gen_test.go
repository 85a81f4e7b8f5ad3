package expr

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Values that collide often enough for both outcomes of a comparison, with the corners that engines differ in.
var (
	poolTexts = []string{"", "a", "A", "abc", "ABC", "aé", "AÉ", "É", "é", "İ", "ı", "ß", "ẞ", "Σ", "ς", "σ", "𐐀", "𐐨", "😀", "😀b",
		"%", "_", "a%", `\`, "a\nb", "10", "0x1", " ", "abcabc", "\uffff", "\U00010000", "'", `"`, "$1", "true"}
	poolInts     = []int64{0, 1, -1, 2, 3, 5, 7, 10, 100, -100, 1 << 53, 1<<53 + 1, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, 32767}
	poolDecimals = []string{"0", "1", "-1", "0.5", "1.5", "1.50", "-1.5", "1.005", "2.345", "-2.345", "0.000001", "-0.000001", "99999999.99",
		"-99999999.99", "123456789012.345678", "12345678901234567890.0123456789", "-12345678901234567890.0123456789", "3", "9223372036854775807", "1e3", "10", "100"}
	poolFloats    = []float64{0, 1, -1, 0.5, 1.5, 0.1, 1e300, -1e300, 1 << 53, 3, 5, 9223372036854775807}
	poolDays      = []string{"2024-05-01", "2024-04-30", "0001-01-01", "9999-12-31", "2024-02-29"}
	poolDateTimes = []string{"2024-05-01T12:00:00Z", "2024-05-01T12:00:00.5Z", "2024-05-01T14:00:00+02:00", "2024-04-30T23:59:59.999999Z",
		"2024-05-01T00:00:00-12:00", "2024-05-01T12:00:00.000001Z", "2024-05-01", "2024-05-02 12:00:00", "2024-05-01T11:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}
	poolTimes = []string{"00:00:00", "09:30:00", "09:30", "09:30:00.5", "23:59:59.999999", "09:30:00.000001"}
	poolSpans = []string{"1h", "1h30m", "-1h", "0s", "36h", "1d12h", "500ms", "1us", "1 12:00:00"}
	poolUUIDs = []string{"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "00000000-0000-0000-0000-000000000000", "12345678901234567890123456789012", "ffffffffffffffffffffffffffffffff"}
	poolIPs   = []string{"192.0.2.1", "::1", "2001:db8::1", "10.0.0.1", "::ffff:10.0.0.1"}
	poolJSON  = []string{`[]`, `["a","É","😀"]`, `[1,2.0,"1",true]`, `{"a":1}`, `"a"`, `null`, `[false,null,[1]]`, `[9007199254740993,1e3]`, `1`}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// randomValue returns a value of a type in stored form.
func randomValue(r *rand.Rand, t value.Type) value.Value {
	switch {
	case t.IsText():
		return value.Text(pick(r, poolTexts) + pick(r, []string{"", "", pick(r, poolTexts)}))
	case t.Kind == value.Boolean:
		return value.Bool(r.IntN(2) == 0)
	case t.Kind == value.FloatingPoint:
		return value.Float(pick(r, poolFloats))
	case t.Kind == value.Duration:
		us, _ := parseDuration(pick(r, poolSpans))
		return value.Int(us)
	case t.Kind == value.Decimal:
		for {
			d, err := value.ParseDecimal(pick(r, poolDecimals))
			if err != nil {
				panic(err)
			}
			if v, _, err := d.Round(t); err == nil {
				return v
			}
		}
	case t.IsInteger():
		for lo, hi := t.IntRange(); ; {
			if n := pick(r, poolInts); n >= lo && n <= hi {
				return value.Int(n)
			}
		}
	}
	v, err := t.Parse(pick(r, poolFor(t)))
	if err != nil {
		panic(err)
	}
	return v
}

func poolFor(t value.Type) []string {
	return map[value.Kind][]string{value.Date: poolDays, value.DateTime: poolDateTimes, value.Time: poolTimes,
		value.UUID: poolUUIDs, value.IP: poolIPs, value.JSON: poolJSON}[t.Kind]
}

// gen writes random well-typed expressions.
type gen struct {
	r     *rand.Rand
	s     *schema.Schema
	coll  *schema.Collection
	loops []genLoop
	next  int
}

type genLoop struct {
	name string
	coll *schema.Collection
}

// place is a record that an expression can name: "this", a variable, or a path from one.
func (g *gen) record() (src string, coll *schema.Collection) {
	switch {
	case len(g.loops) > 0 && g.r.IntN(3) > 0:
		l := pick(g.r, g.loops)
		src, coll = l.name, l.coll
	case g.r.IntN(5) == 0:
		src, coll = "user", g.s.Users()
	default:
		src, coll = "this", g.coll
	}
	for g.r.IntN(5) < 2 {
		var steps []schema.Step
		for _, f := range coll.Columns {
			if f.To != nil {
				steps = append(steps, schema.Step{Field: f})
			}
		}
		for _, rev := range coll.Reverse {
			if !rev.Many() {
				steps = append(steps, schema.Step{Reverse: rev})
			}
		}
		if len(steps) == 0 {
			break
		}
		s := pick(g.r, steps)
		src, coll = src+"."+stepName(s), s.Target()
	}
	return src, coll
}

// field returns a field that passes a test, "" after many tries.
func (g *gen) field(ok func(*schema.Field) bool) (string, *schema.Field) {
	for range 200 {
		src, coll := g.record()
		f := pick(g.r, coll.Columns)
		if f.Relation == schema.NoRelation && !f.Secret && ok(f) {
			src += "." + f.Name
			return strings.TrimPrefix(src, pick(g.r, []string{"this.", "–"})), f
		}
	}
	return "", nil
}

func anyField(*schema.Field) bool  { return true }
func textual(f *schema.Field) bool { return f.Type.IsText() && len(f.Choices) == 0 }
func ofKind(k value.Kind) func(*schema.Field) bool {
	return func(f *schema.Field) bool { return f.Type.Kind == k }
}
func number(f *schema.Field) bool  { return isExact(f.Type) }
func addable(f *schema.Field) bool { return isExact(f.Type) && !isWide(f.Type) }

func (g *gen) text() string { return Format(&Node{Op: OpString, Text: pick(g.r, poolTexts)}) }

func (g *gen) textExpr() string {
	src, _ := g.field(textual)
	switch {
	case src == "" || g.r.IntN(8) == 0:
		return g.text()
	case g.r.IntN(3) == 0:
		return src + ".lower()"
	}
	return src
}

func (g *gen) cmp() string { return pick(g.r, []string{"==", "!=", "<", "<=", ">", ">="}) }

func (g *gen) numberLiteral() string {
	s := pick(g.r, poolDecimals)
	if g.r.IntN(3) == 0 {
		s = strconv.FormatInt(pick(g.r, poolInts), 10)
	}
	return s
}

// sum returns an exact number.
func (g *gen) sum() string {
	src, _ := g.field(addable)
	if src == "" {
		return g.numberLiteral()
	}
	for g.r.IntN(3) == 0 {
		op := pick(g.r, []string{" + ", " - "})
		if more, f := g.field(addable); f != nil && g.r.IntN(2) == 0 {
			src += op + more
		} else {
			src += op + pick(g.r, []string{"1", "0.5", "100", "2.345", "9223372036"})
		}
	}
	return src
}

func (g *gen) literal(f *schema.Field, equality bool) string {
	t := f.Type
	switch {
	case len(f.Choices) > 0 && equality:
		c := pick(g.r, f.Choices).Value
		if t.IsText() {
			return strconv.Quote(c.Text())
		}
		return t.String(c)
	case t.IsText():
		return g.text()
	case isExact(t):
		return g.numberLiteral()
	case t.Kind == value.FloatingPoint:
		return strings.Replace(strconv.FormatFloat(pick(g.r, poolFloats), 'g', -1, 64), "+", "", 1)
	case t.Kind == value.Boolean:
		return pick(g.r, []string{"true", "false"})
	case t.Kind == value.Duration:
		return fmt.Sprintf("duration(%q)", pick(g.r, poolSpans))
	}
	return strconv.Quote(pick(g.r, poolFor(t)))
}

// atom writes one clause.
func (g *gen) atom(depth int) string {
	switch g.r.IntN(16) {
	case 0:
		return g.sum() + " " + g.cmp() + " " + g.sum()
	case 1:
		a, _ := g.field(number)
		b, _ := g.field(number)
		if a != "" && b != "" {
			return a + " " + g.cmp() + " " + b
		}
	case 15:
		a, _ := g.field(ofKind(value.FloatingPoint))
		b, _ := g.field(func(f *schema.Field) bool { return f.Type.IsInteger() })
		if a != "" && b != "" {
			return pick(g.r, []string{a, a + " + " + b, a + " - 1.5", b + " - " + a + " + 1"}) + " " + g.cmp() + " " + pick(g.r, []string{a, b, b + " + 1"})
		}
	case 2:
		return g.textExpr() + "." + pick(g.r, []string{"contains", "startsWith", "endsWith"}) + "(" + g.textExpr() + ")"
	case 3:
		return g.textExpr() + ".matches(" + pick(g.r, []string{`"^a"`, `"(?i)É"`, `r"[a-z]+$"`, `"."`, `"^.$"`, `"\\bA"`, `"σ|ß"`}) + ")"
	case 4:
		return g.textExpr() + " " + g.cmp() + " " + g.textExpr()
	case 5:
		if src, _ := g.field(anyField); src != "" {
			return pick(g.r, []string{"has(" + src + ")", src + " == null", src + " != null"})
		}
	case 6:
		return g.relation()
	case 7:
		if src, f := g.field(ofKind(value.DateTime)); f != nil {
			return src + " " + g.cmp() + " now" + pick(g.r, []string{"", ` - duration("1h")`, ` + duration("24h")`, ` - duration("36h") + duration("500ms")`})
		}
	case 8:
		if src, _ := g.field(ofKind(value.Date)); src != "" {
			return src + " " + g.cmp() + " now" + pick(g.r, []string{"", ` - duration("1d")`})
		}
	case 9:
		return g.inList()
	case 10:
		return g.inJSON()
	case 11:
		return "size(" + g.textExpr() + ") " + g.cmp() + " " + pick(g.r, []string{"0", "1", "2.5", "3"})
	case 12, 13:
		if depth > 0 {
			return g.members(depth)
		}
	case 14:
		return pick(g.r, []string{"user.is_authenticated", `request.method == "GET"`, "request.ip == \"10.0.0.1\"", "value", "!value", "value == has(body)",
			"amount < price", "rate >= amount", "wide == amount", "n > amount", "user.is_staff", "true", "user == owner", "user == null"})
	}
	return g.compare()
}

func (g *gen) compare() string {
	src, f := g.field(func(f *schema.Field) bool { return f.Type.Kind != value.JSON })
	if f == nil {
		return "true"
	}
	op := g.cmp()
	if f.Type.Kind == value.Boolean || f.Type.Kind == value.IP {
		op = pick(g.r, []string{"==", "!="})
	}
	if g.r.IntN(3) == 0 {
		if other, o := g.field(func(o *schema.Field) bool { return o.Type.Kind == f.Type.Kind }); o != nil {
			return src + " " + op + " " + other
		}
	}
	if f.Type.Kind == value.Boolean && g.r.IntN(2) == 0 {
		return src
	}
	lit := g.literal(f, op == "==" || op == "!=")
	if len(f.Choices) == 0 && g.r.IntN(6) == 0 {
		return lit + " " + op + " " + src
	}
	return src + " " + op + " " + lit
}

func (g *gen) relation() string {
	a, ca := g.record()
	for range 20 {
		if b, cb := g.record(); cb == ca {
			return a + pick(g.r, []string{" == ", " != "}) + b
		}
	}
	return pick(g.r, []string{a + " == null", "has(" + a + ")", a + " == 3", a + " in [1, 2, 5]", a + " > 4", a + " != 2"})
}

func (g *gen) inList() string {
	src, f := g.field(func(f *schema.Field) bool { return f.Type.Kind != value.JSON && f.Type.Kind != value.Boolean })
	if f == nil {
		return "true"
	}
	var items []string
	for range g.r.IntN(4) {
		items = append(items, g.literal(f, true))
	}
	if other, o := g.field(func(o *schema.Field) bool { return o.Type.Kind == f.Type.Kind }); o != nil && g.r.IntN(3) == 0 {
		items = append(items, other)
	}
	return src + " in [" + strings.Join(items, ", ") + "]"
}

func (g *gen) inJSON() string {
	list, _ := g.field(ofKind(value.JSON))
	if list == "" {
		return "true"
	}
	item := pick(g.r, []string{`"a"`, `"É"`, "1", "2", "true", "false", `"editors"`, "n", "big", "title", "flag", "9007199254740993", "1000"})
	if g.coll.Name != "items" && !strings.ContainsAny(item, `"0123456789`) {
		item = `"staff"`
	}
	return item + " in " + list
}

func (g *gen) members(depth int) string {
	for range 20 {
		src, coll := g.record()
		var steps []schema.Step
		for _, f := range coll.ManyToMany {
			steps = append(steps, schema.Step{Field: f})
		}
		for _, rev := range coll.Reverse {
			if rev.Many() {
				steps = append(steps, schema.Step{Reverse: rev})
			}
		}
		if len(steps) == 0 || len(g.loops) > 2 {
			continue
		}
		s := pick(g.r, steps)
		src += "." + stepName(s)
		switch g.r.IntN(5) {
		case 0:
			return "has(" + src + ")"
		case 1:
			return "size(" + src + ") " + g.cmp() + " " + pick(g.r, []string{"0", "1", "2", "n"}[:4-btoi(g.coll.Name != "items")])
		}
		g.next++
		name := "t" + strconv.Itoa(g.next)
		g.loops = append(g.loops, genLoop{name, s.Target()})
		body := g.cond(depth - 1)
		g.loops = g.loops[:len(g.loops)-1]
		return src + ".exists(" + name + ", " + body + ")"
	}
	return "true"
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// cond writes a condition.
func (g *gen) cond(depth int) string {
	if depth <= 0 || g.r.IntN(4) == 0 {
		return g.atom(depth)
	}
	switch g.r.IntN(6) {
	case 0, 1:
		return "(" + g.cond(depth-1) + " && " + g.cond(depth-1) + ")"
	case 2, 3:
		return "(" + g.cond(depth-1) + " || " + g.cond(depth-1) + ")"
	case 4:
		return "!(" + g.cond(depth-1) + ")"
	}
	return "((" + g.cond(depth-1) + ") " + pick(g.r, []string{"==", "!="}) + " (" + g.cond(depth-1) + "))"
}
