package rest

import (
	"context"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

// exportPage is how many records are read in one short transaction.
const exportPage = 1000

// Export writes the records of a list, at most limit of them where that is not 0, rendered by the serializer. It reads
// keyset pages, each in a transaction of its own, and holds no connection while it writes; so a record that moves in
// the order meanwhile may come twice or not at all. Close is left to the caller.
func (s *Serializer) Export(ctx context.Context, st *store.Store, list query.List, limit int, rc *RenderContext, e *Exporter) error {
	list.Shape = s.Shape()
	var buf []byte
	for left := limit; ; {
		list.Limit = exportPage
		if limit > 0 && left < exportPage {
			list.Limit = left
		}
		var rows []*query.Row
		var last []value.Value
		err := st.Read(ctx, list.Scope, func(rd *store.Reader) (err error) {
			rows, last, err = list.RunPage(rd)
			return err
		})
		if err != nil {
			return err
		}
		for _, row := range rows {
			buf = s.AppendJSON(buf[:0], row, rc)
			if err := e.Row(buf); err != nil {
				return err
			}
		}
		if err := e.Flush(); err != nil {
			return err
		}
		left -= len(rows)
		if len(rows) < list.Limit || limit > 0 && left == 0 {
			return nil
		}
		list.After, list.Offset = last, 0
	}
}
