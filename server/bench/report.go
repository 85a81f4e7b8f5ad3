package main

import (
	"fmt"
	"strings"
	"time"
)

// measurement is what a row yielded with one product: its figure, and beside it the time that 99 of 100 requests took at
// most, or the slowest write of a fan-out, and the server's memory.
type measurement struct {
	figure float64
	p99    time.Duration
	memory memory
}

// table gathers measurements and prints them as they come. A ratio is Couplet's figure to that product's.
type table struct {
	products []product
	got      map[string]map[string]measurement // by row and product
}

func newTable(products []product) *table {
	fmt.Printf("\n%-32s", "")
	for i, p := range products {
		fmt.Printf("%12s  p99 ms    MB", p.name())
		if i > 0 {
			fmt.Print("   ratio")
		}
	}
	fmt.Println("   target")
	return &table{products: products, got: map[string]map[string]measurement{}}
}

// add keeps the better of a product's turns, the one that was disturbed less. What it takes at most in memory is told of
// all of them.
func (t *table) add(r row, p product, m measurement) {
	t.keep(r, p.name(), m)
	if m.memory.peak == 0 {
		return
	}
	t.most(byName("memory"), p.name(), m.memory.peak)
	t.most(byName("own"), p.name(), m.memory.own)
}

func (t *table) most(r row, product string, figure float64) {
	t.set(r, product, measurement{figure: max(figure, t.got[r.name][product].figure)})
}

func (t *table) keep(r row, product string, m measurement) {
	if have, ok := t.got[r.name][product]; !ok || r.unit.better(m.figure, have.figure) {
		t.set(r, product, m)
	}
}

func (t *table) set(r row, product string, m measurement) {
	if t.got[r.name] == nil {
		t.got[r.name] = map[string]measurement{}
	}
	t.got[r.name][product] = m
}

// print writes a row: of each product what it yielded, or nothing where it was not measured.
func (t *table) print(r row) {
	figures := t.got[r.name]
	if len(figures) == 0 {
		return
	}
	fmt.Printf("%-32s", r.text)
	ours := t.products[0].name()
	for i, p := range t.products {
		m, ok := figures[p.name()]
		width := 26
		if i > 0 {
			width += 8
		}
		cells := ""
		if ok {
			cells = fmt.Sprintf("%12s %7s %5s", r.unit.text(m.figure), orBlank(ms(m.p99), 2), orBlank(m.memory.peak, 0))
			if i > 0 && m.figure > 0 {
				cells += fmt.Sprintf(" %7.2f", figures[ours].figure/m.figure)
			}
		}
		fmt.Printf("%-*s", width, cells)
	}
	fmt.Println("   " + r.target(figures, ours))
}

// orBlank writes a number with so many decimals, and nothing for none.
func orBlank(f float64, decimals int) string {
	if f == 0 {
		return ""
	}
	return fmt.Sprintf("%.*f", decimals, f)
}

func thousands(f float64) string {
	s := fmt.Sprintf("%.0f", f)
	var parts []string
	for len(s) > 3 {
		parts = append([]string{s[len(s)-3:]}, parts...)
		s = s[:len(s)-3]
	}
	return strings.Join(append([]string{s}, parts...), ",")
}
