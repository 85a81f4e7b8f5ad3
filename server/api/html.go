package api

import "html"

// sendHTML answers with the browsable API.
func (c *Call) sendHTML(a *Answer) error {
	c.fiber.Set("Content-Type", "text/html; charset=utf-8")
	return c.fiber.SendString("<!doctype html><title>" + html.EscapeString(c.View.Name) + "</title><pre>" +
		html.EscapeString(string(indented(a.Body, 4))) + "</pre>")
}
