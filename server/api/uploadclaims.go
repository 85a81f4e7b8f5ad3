package api

import (
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
)

// claims are the uploads that a request's input names: each write gets one of its own, which goes with it, so that a
// write which is refused leaves the upload as it was.
type claims struct {
	call *Call
	list []claim
}

type claim struct {
	token  string
	upload *store.Upload
}

// Upload implements rest.Uploads.
func (k *claims) Upload(token string) (*rest.FilePart, error) {
	if k.call.User == nil {
		return nil, nil
	}
	u := k.call.API.staged.get(token, k.call.userID(), k.call.API.Jobs.Now())
	if u == nil {
		return nil, nil
	}
	own, err := u.part.Upload.Again()
	if err != nil {
		return nil, err
	}
	k.list = append(k.list, claim{token, own})
	part := *u.part
	part.Upload = own
	return &part, nil
}

// settle ends what the request claimed: what a record names now is used up, the rest was a try.
func (k *claims) settle() {
	for _, c := range k.list {
		if c.upload.Kept() {
			k.call.API.staged.drop(c.token)
		} else {
			c.upload.Discard()
		}
	}
}
