package auth

// Request is what authentication reads of a request. Texts must not be recycled buffers of the HTTP server.
type Request struct {
	Method        string
	Authorization string
	HasAuth       bool // an Authorization header was sent, if an empty one
	APIKey        string
	Origin        string
	Referer       string
	Host          string // as Host says, checked against the allowed hosts already
	Secure        bool   // https, at a trusted proxy included
	IP            string
	CSRFToken     string                   // the X-CSRFToken header
	Cookie        func(name string) string // "" where there is none
	FormToken     func() string            // csrfmiddlewaretoken of a form POST; may be nil
}

func (r *Request) scheme() string {
	if r.Secure {
		return "https"
	}
	return "http"
}

func (r *Request) cookie(name string) string {
	if r.Cookie == nil {
		return ""
	}
	return r.Cookie(name)
}

func (r *Request) formToken() string {
	if r.FormToken == nil || r.Method != "POST" {
		return ""
	}
	return r.FormToken()
}
