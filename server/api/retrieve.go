package api

import (
	"errors"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

// retrieve answers GET of one record.
func (r *resource) retrieve(c *Call) (*Answer, error) {
	var answer *Answer
	err := c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		v, err := r.variant(c)
		if err != nil {
			return err
		}
		row, err := r.get(c, rd, v.detail)
		if err == nil {
			answer, err = r.answer(c, rd, v, row, 200)
		}
		return err
	})
	return answer, err
}

// shown is a serializer as one request wants it (fields, omit, expand), with the shape that holds the version, too.
type shown struct {
	serializer *rest.Serializer
	detail     *query.Shape
	version    versioner
}

// variant returns how the request wants records shown.
func (r *resource) variant(c *Call) (shown, error) {
	plain := shown{r.serializer, r.detail, r.version}
	if c.Query == "" {
		return plain, nil
	}
	s, err := r.serializer.Variant(c.selection())
	if err != nil || s == r.serializer {
		return plain, err
	}
	out := shown{serializer: s}
	out.detail, out.version = versioned(r.version.state, s.Shape())
	return out, nil
}

// answer renders one record with its ETag.
func (r *resource) answer(c *Call, rd *store.Reader, v shown, row *query.Row, status int) (*Answer, error) {
	body := make([]byte, 0, 1024)
	if r.full {
		with, err := c.company()
		if err != nil {
			return nil, err
		}
		if body, err = r.appendRecords(body, c, rd, v, []*query.Row{row}, with); err != nil {
			return nil, err
		}
	} else {
		body = v.serializer.AppendJSON(body, row, c.context())
	}
	return &Answer{Status: status, Body: body, Headers: [][2]string{{"ETag", etag(v.version.of(row), body)}}}, nil
}

// etag is "<version>.<hash of the body>": If-None-Match compares all of it, If-Match the version only.
func etag(version uint64, body []byte) string {
	return `"` + strconv.FormatUint(version, 36) + "." + strconv.FormatUint(xxhash.Sum64(body), 36) + `"`
}

// listTag is the ETag of a list: the hash of its body.
func listTag(body []byte) string {
	return `"` + strconv.FormatUint(xxhash.Sum64(body), 36) + `"`
}

// conditional makes an answer 304 when the client has it already (If-None-Match).
func (c *Call) conditional(a *Answer) *Answer {
	tag := etagOf(a)
	if tag == "" || a.Status != 200 || c.browsed() {
		return a
	}
	if header := c.Header("If-None-Match"); header != "" && matchesETag(header, tag) {
		return &Answer{Status: 304, Headers: a.Headers, whole: a.whole}
	}
	return a
}

func etagOf(a *Answer) string {
	for _, h := range a.Headers {
		if h[0] == "ETag" {
			return h[1]
		}
	}
	return ""
}

// matchesETag compares an If-None-Match header as RFC 9110 says: weakly, "*" matches anything.
func matchesETag(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part != "" && (part == tag || part == "*") {
			return true
		}
	}
	return false
}

// condition reads If-Match: the versions in its tags. "*" or no header is no condition; a tag that is none of ours
// matches nothing.
func (c *Call) condition() store.Condition { return conditionOf(c.Header("If-Match")) }

func conditionOf(header string) store.Condition {
	header = strings.TrimSpace(header)
	var cond store.Condition
	if header == "" || header == "*" {
		return cond
	}
	for part := range strings.SplitSeq(header, ",") {
		text, _, _ := strings.Cut(strings.Trim(strings.TrimSpace(part), `"`), ".")
		version, err := strconv.ParseUint(text, 36, 64)
		if err == nil && !strings.HasPrefix(part, "W/") {
			cond.Versions = append(cond.Versions, version)
		}
	}
	if len(cond.Versions) == 0 {
		cond.Versions = []uint64{0}
	}
	return cond
}

func isRange(err error) bool { return errors.Is(err, value.ErrRange) }
