package schema

import (
	"fmt"
	"slices"
	"strings"
)

// property is something of a collection or field in a form that can be compared.
type property struct{ key, text string }

func differing(o, n []property) []string {
	var out []string
	for i := range o {
		if o[i].text != n[i].text && !slices.Contains(out, o[i].key) {
			out = append(out, o[i].key)
		}
	}
	return out
}

func (d *differ) collectionProperties(c *Collection) []property {
	var ordering []string
	for _, o := range c.Ordering {
		ordering = append(ordering, d.fieldKey(o.Path, []bool{o.Desc}))
	}
	var checks []string
	for _, x := range c.Checks {
		checks = append(checks, fmt.Sprintf("%q %q %q", x.Expr, x.Message, x.Field))
	}
	return []property{
		{"table", c.Table}, {"model", c.Model}, {"model", c.ObjectName}, {"label", c.Label}, {"label_plural", c.LabelPlural},
		{"help_text", c.Help}, {"display", d.fieldKey(c.DisplayPath, nil)}, {"ordering", strings.Join(ordering, " ")},
		{"checks", strings.Join(checks, " ")}, {"rules", fmt.Sprint(c.Rules)}, {"owned", fmt.Sprint(c.Owned)}, {"ui", string(c.UI)},
	}
}

func (d *differ) fieldProperties(f *Field) []property {
	to, through := "", ""
	if f.To != nil {
		to = d.id(f.To, f.To.ID)
	}
	if f.Through != nil && f.Through.Collection != nil {
		through = d.id(f.Through.Collection, f.Through.Collection.ID) + " " + f.Through.FromColumn + " " + f.Through.ToColumn
	}
	bounds := func(min bool) string {
		v := f.Max
		if min {
			v = f.Min
		}
		if v == nil {
			return ""
		}
		return fmt.Sprint(*v)
	}
	return []property{
		{"type", fmt.Sprint(f.Relation, f.Type.Kind)}, {"max_digits", fmt.Sprint(f.Type.Digits)}, {"decimal_places", fmt.Sprint(f.Type.Places)},
		{"column", f.Column}, {"to", to}, {"through", through}, {"on_delete", string(f.OnDelete)}, {"related_name", f.RelatedName},
		{"primary_key", fmt.Sprint(f.Primary)}, {"auto", fmt.Sprint(f.Auto)}, {"null", fmt.Sprint(f.Null)}, {"blank", fmt.Sprint(f.Blank)},
		{"unique", fmt.Sprint(f.Unique)}, {"index", fmt.Sprint(f.Index)}, {"editable", fmt.Sprint(f.Editable)}, {"secret", fmt.Sprint(f.Secret)},
		{"auto_now", fmt.Sprint(f.AutoNow)}, {"auto_now_add", fmt.Sprint(f.AutoNowAdd)}, {"default", fmt.Sprint(f.HasDefault, f.Default)},
		{"max_length", fmt.Sprint(f.MaxLength)}, {"min_length", fmt.Sprint(f.MinLength)}, {"regex", f.Regex}, {"regex_message", f.RegexMessage},
		{"min_value", bounds(true)}, {"max_value", bounds(false)}, {"choices", fmt.Sprint(f.Choices)}, {"check", f.Check + "\x00" + f.CheckMessage},
		{"upload_to", f.UploadTo}, {"max_size", fmt.Sprint(f.MaxSize)}, {"accept", strings.Join(f.Accept, ",")}, {"label", f.Label},
		{"verbose_name", f.VerboseName}, {"help_text", f.Help}, {"rules", f.ReadRule + "\x00" + f.WriteRule}, {"ui", string(f.UI)},
	}
}
