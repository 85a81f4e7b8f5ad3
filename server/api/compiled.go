package api

import (
	"slices"
	"sync/atomic"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// compiled is what the API makes of a schema once: serializers, shapes and views.
type compiled struct {
	state     *store.State
	links     *rest.Links
	resources map[string]*resource
	names     []string             // in the order of registration
	full      map[string]*resource // by collection: the full resources of the system API
	displays  map[*schema.Collection]*rest.Display
	rates     map[string]auth.Rate
	documents documents
	slow      *slowLists
}

// resource is a public resource ready to serve.
type resource struct {
	def        *schema.Resource
	serializer *rest.Serializer
	listing    *rest.Listing
	detail     *query.Shape // the serializer's, with what the version is made of
	version    versioner
	list, one  *View
	bulk       *View
	full       bool            // it is a full resource
	masked     []*schema.Field // of a full resource: those that may be written by a rule
	picking    *rest.Listing   // of a full resource: lists that are also searched by what records call themselves
	listed     atomic.Int64    // bytes of the last list, and so about of the next one
}

// current returns what belongs to the schema in force, made anew after a change of it.
func (a *API) current() *compiled {
	st := a.Store.State()
	if c := a.compiled.Load(); c != nil && c.state == st {
		return c
	}
	c, err := a.compile(st)
	if err != nil { // the schema was compiled before it came into force: only a bug of ours leads here
		a.Log.Error("the schema cannot be served", "error", err)
		if old := a.compiled.Load(); old != nil {
			return old
		}
		c = &compiled{state: st, links: &rest.Links{Schema: st.Schema, Prefix: prefix}}
	}
	a.compiled.Store(c)
	return c
}

// prefix is the path below which the API lies.
const prefix = "/api/"

func (a *API) compile(st *store.State) (*compiled, error) {
	c := &compiled{
		state: st, resources: map[string]*resource{}, full: map[string]*resource{}, slow: &slowLists{},
		links: &rest.Links{Schema: st.Schema, Prefix: prefix, Known: a.known},
	}
	var err error
	if c.rates, err = rates(st.Schema); err != nil {
		return nil, err
	}
	for _, def := range st.Schema.Resources {
		r, err := a.compileResource(c, def)
		if err != nil {
			return nil, err
		}
		c.resources[def.Name] = r
		c.names = append(c.names, def.Name)
	}
	c.documents = newDocuments(st.Schema, c.nested(), append(openapi.Tokens(), openapi.Accounts()...), a.systemDocument())
	c.displays = displaysOf(st.Schema, c.links)
	for _, coll := range st.Schema.Collections {
		if c.full[coll.Name], err = a.compileFull(c, coll); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (a *API) compileResource(c *compiled, def *schema.Resource) (*resource, error) {
	s, err := rest.CompileSerializer(def.Serializer, c.links)
	if err != nil {
		return nil, err
	}
	listing, err := rest.CompileListing(def, s.Shape())
	if err != nil {
		return nil, err
	}
	r := &resource{def: def, serializer: s, listing: listing}
	r.detail, r.version = versioned(c.state, s.Shape())
	a.resourceViews(r)
	return r, nil
}

// compileFull compiles the full resource of a collection.
func (a *API) compileFull(c *compiled, coll *schema.Collection) (*resource, error) {
	r, err := a.compileResource(c, schema.FullResource(coll))
	if err != nil {
		return nil, err
	}
	r.full, r.picking = true, r.listing
	for _, f := range r.def.Serializer.Fields {
		if model := f.Column(); !f.ReadOnly && model != nil && model.WriteRule != "" {
			r.masked = append(r.masked, model)
		}
	}
	if d := c.displays[coll]; len(d.Path) > 1 {
		def := *r.def
		def.Search = append(slices.Clone(def.Search), schema.SearchField{Path: d.Path})
		r.picking, err = rest.CompileListing(&def, r.serializer.Shape())
	}
	return r, err
}

// versioner reads a record's version from a row of the shape that versioned made.
type versioner struct {
	state   *store.State
	columns []int
	many    []int
	linked  map[*schema.Field]int // its place in a row
}

// versioned returns a shape that also loads every column and the keys of every many-to-many field. What the given
// shape has stays in its place.
func versioned(st *store.State, s *query.Shape) (*query.Shape, versioner) {
	all := &query.Shape{
		Collection: s.Collection, Columns: slices.Clone(s.Columns), One: slices.Clone(s.One),
		Many: slices.Clone(s.Many), Aggregates: slices.Clone(s.Aggregates),
	}
	v := versioner{state: st, linked: map[*schema.Field]int{}}
	for _, f := range s.Collection.Columns {
		v.columns = append(v.columns, all.Column(f))
	}
	for _, f := range s.Collection.ManyToMany {
		i, _ := all.ToMany(schema.Step{Field: f})
		v.many, v.linked[f] = append(v.many, i), i
	}
	return all, v
}

func (v versioner) of(row *query.Row) uint64 {
	values := make([]value.Value, len(v.columns))
	for i, at := range v.columns {
		values[i] = row.Values[at]
	}
	links := make([][]value.Value, len(v.many))
	for i, at := range v.many {
		for _, linked := range row.Many[at] {
			links[i] = append(links[i], linked.Key())
		}
		slices.SortFunc(links[i], value.Compare)
	}
	return v.state.Version(values, links)
}
