package main

import (
	"fmt"
	"slices"
)

// row is a line of the table: what is measured, and what is to be reached.
type row struct {
	name, text string
	unit       unit
	goal       goal
}

// unit is what a figure counts. Of requests per second more is better, of all others less.
type unit string

const (
	perSecond    unit = "/s"
	milliseconds unit = "ms"
	kilobytes    unit = "kB"
	megabytes    unit = "MB"
)

// goal is what Couplet's figure is to be, as a multiple of another product's; without one, as it stands.
type goal struct {
	of    string
	bound float64
}

// The rows, in order. Creating and live updates come last, because they change what the others read.
var rows = []row{
	{"record", "record, unchanged", perSecond, goal{bareName, 0.5}},
	{"record-auth", "record, unchanged, logged in", perSecond, goal{bareName, 0.5}},
	{"list", "list of 25 with count, unchanged", perSecond, goal{bareName, 0.5}},
	{"list-auth", "the same, logged in", perSecond, goal{bareName, 0.5}},
	{"filter", "filtered and sorted, unchanged", perSecond, goal{}},
	{"expand", "with author expanded, unchanged", perSecond, goal{}},
	{"rule", "under a row rule, unchanged", perSecond, goal{}},
	{"record-new", "record, not kept", perSecond, goal{pocketbaseName, 3}},
	{"list-new", "list of 25 with count, not kept", perSecond, goal{pocketbaseName, 3}},
	{"rule-new", "under a row rule, not kept", perSecond, goal{pocketbaseName, 3}},
	{"unindexed", "filter and sort without an index", perSecond, goal{pocketbaseName, 3}},
	{"create", "create, on disk", perSecond, goal{pocketbaseName, 2}},
	{"fanout", "last subscriber is told", milliseconds, goal{}},
	{"fanout-rule", "the same, under a row rule", milliseconds, goal{pocketbaseName, 1. / 3}},
	{"connection", "a live connection", kilobytes, goal{bound: 25}},
	{"start", "first answer after start", milliseconds, goal{bound: 60}},
	{"memory", "resident memory, at most", megabytes, goal{bound: 150}},
	{"own", "of it without files' pages", megabytes, goal{}},
}

func byName(name string) row {
	return rows[slices.IndexFunc(rows, func(r row) bool { return r.name == name })]
}

// collectionOf is the collection that a fan-out is of.
var collectionOf = map[string]string{"fanout": "articles", "fanout-rule": "notes"}

// better reports whether one figure is better than another.
func (u unit) better(a, b float64) bool {
	if u == perSecond {
		return a > b
	}
	return a < b
}

// text writes a figure.
func (u unit) text(figure float64) string {
	if u == perSecond {
		return thousands(figure)
	}
	if u == milliseconds {
		return fmt.Sprintf("%.1f ms", figure)
	}
	return fmt.Sprintf("%.0f %s", figure, u)
}

// target says what is to be reached, and whether it was: figures are by product.
func (r row) target(figures map[string]measurement, ours string) string {
	if r.goal == (goal{}) {
		return ""
	}
	sign, bound := "at most", r.goal.bound
	if r.unit == perSecond {
		sign = "at least"
	}
	text := sign + " " + r.unit.text(bound)
	if r.goal.of != "" {
		text = fmt.Sprintf("%s %.2g of %s", sign, bound, r.goal.of)
		other, ok := figures[r.goal.of]
		if !ok {
			return text
		}
		bound *= other.figure
	}
	if r.unit.better(bound, figures[ours].figure) {
		return text + "  MISSED"
	}
	return text + "  reached"
}
