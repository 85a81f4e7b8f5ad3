package api

import (
	"github.com/couplet/couplet/store/value"
)

// rootView lists the resources (DRF: APIRootView).
var rootView = &View{
	Name: "Api Root", Description: "The default basic root view for DefaultRouter", Methods: []string{"GET"}, Kept: true, route: prefix,
	Handle: func(c *Call) (*Answer, error) {
		end := "/"
		if c.Format != "" {
			end = "." + c.Format
		}
		end += c.linkQuery()
		body := []byte{'{'}
		for i, name := range c.compiled.names {
			if i > 0 {
				body = append(body, ',')
			}
			body = append(value.AppendJSONString(body, name), ':')
			body = value.AppendJSONString(body, c.Base()+prefix+name+end)
		}
		return &Answer{Status: 200, Body: append(body, '}')}, nil
	},
}
