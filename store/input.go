package store

import (
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Input is validated data for one record, ready to be written: what server/rest binds from a request body, what an
// import reads from a row. Fields that are absent keep their value, or take their default on a create.
type Input struct {
	Collection *schema.Collection
	Values     map[*schema.Field]value.Value   // columns
	Keys       map[*schema.Field][]value.Value // many-to-many: the whole new set of keys
	AddKeys    map[*schema.Field][]value.Value // many-to-many: keys to add
	RemoveKeys map[*schema.Field][]value.Value // many-to-many: keys to take away
	Increment  map[*schema.Field]value.Value   // added to the stored number, in the writer
	Children   []*Children
	Files      map[*schema.Field]*Upload // staged uploads; the store names them
}

// Children are the records of a nested write along the way back of a relation.
type Children struct {
	Reverse *schema.Reverse
	Replace bool // delete the children there are and create these; else merge by key
	Items   []*Input
	Keys    []*value.Value // merge: the key of each item, nil for a new one
}

// NewInput returns an empty Input for a collection.
func NewInput(c *schema.Collection) *Input {
	return &Input{Collection: c, Values: map[*schema.Field]value.Value{}, Keys: map[*schema.Field][]value.Value{}}
}
