package api

import (
	"github.com/couplet/couplet/server/rest"
)

// options answers OPTIONS (DRF: SimpleMetadata).
func (c *Call) options() (*Answer, error) {
	info := rest.ViewInfo{Name: c.View.Name, Description: c.View.Description, Renderers: c.View.Renderers, Parsers: c.View.Parsers}
	if c.View.Metadata != nil {
		if err := c.View.Metadata(c, &info); err != nil {
			return nil, err
		}
	}
	return &Answer{Status: 200, Body: info.AppendOptions(nil)}, nil
}
