package api

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/value"
)

// validate answers what a create with this body would say: the record is made, held against rules and checks, and
// undone.
func (r *resource) validate(c *Call) (*Answer, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	defer body.Discard(true)
	var input *store.Input
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) (err error) {
		input, err = r.serializer.Bind(body.Node, r.bindOptions(c, rd))
		return err
	})
	if err != nil {
		return nil, err
	}
	withoutFiles(input)
	_, err = c.API.Store.Write(c.Context(), c.origin("rest"), func(tx *store.Tx) error {
		if _, err := tx.Create(input); err != nil {
			return err
		}
		return errRehearsed
	})
	if !errors.Is(err, errRehearsed) {
		return nil, r.writeError(c, err)
	}
	return &Answer{Status: 200, Body: []byte(`{}`)}, nil
}

// maxIdempotencyKey is the longest Idempotency-Key, in bytes.
const maxIdempotencyKey = 255

// createOnce is create, at most once for an Idempotency-Key.
func (r *resource) createOnce(c *Call) (*Answer, error) {
	name := c.Header("Idempotency-Key")
	if name == "" {
		return r.create(c, nil)
	}
	if len(name) > maxIdempotencyKey {
		return nil, rest.ParseError("The Idempotency-Key is longer than 255 bytes.")
	}
	raw, err := c.rawBody()
	if err != nil {
		return nil, err
	}
	node, err := rest.ParseBody(string(c.fiber.Request().Header.ContentType()), raw)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append([]byte(c.Path+"\n"), raw...))
	key, again, changeset, err := r.bindOnce(c, node, name, hex.EncodeToString(sum[:]))
	if errors.Is(err, store.ErrKeyReused) {
		return nil, rest.Conflict("This Idempotency-Key was used for another request.", "idempotency_key_reused")
	}
	if err != nil {
		return nil, r.writeError(c, err)
	}
	answer, err := r.written(c, key, 201, changeset)
	if err == nil && again {
		answer.Headers = append(answer.Headers, [2]string{"Idempotent-Replayed", "true"})
	}
	return answer, err
}

// bindOnce validates and creates inside the writer's transaction, because a key that was used before must be found
// before its values are taken.
func (r *resource) bindOnce(c *Call, node *rest.Node, name, request string) (key value.Value, again bool, changeset string, err error) {
	o := c.origin("rest")
	changeset, err = c.API.Store.Write(c.Context(), o, func(tx *store.Tx) (err error) {
		key, again, err = tx.Once(o.Actor, name, request, r.def.Collection.Key.Type, func() (value.Value, error) {
			input, err := r.serializer.Bind(node, r.bindOptions(c, &tx.Reader))
			if err != nil {
				return value.Null, err
			}
			return tx.Create(input)
		})
		return err
	})
	return key, again, changeset, err
}
