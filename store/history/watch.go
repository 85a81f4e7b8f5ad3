package history

// The phases of a way back, each of which is counted anew.
const (
	Reading  = "reading"  // what is undone, change by change
	Planning = "planning" // record by record
	Writing  = "writing"
)

// Watch is told how far a way back is. Its error ends it, and nothing is done.
type Watch func(phase string, done, total int64) error

// progress counts a phase for whoever watches.
type progress struct {
	watch       Watch // nil: nobody does
	phase       string
	done, total int
}

func (p *progress) begin(phase string, total int) { p.phase, p.done, p.total = phase, 0, total }

// step counts what is begun now.
func (p *progress) step() error {
	if p.watch == nil {
		return nil
	}
	err := p.watch(p.phase, int64(p.done), int64(p.total))
	p.done = min(p.done+1, p.total)
	return err
}
