package browse

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"mime"
	"path"
	"strings"
	"sync"
)

// AssetPath is where Asset's files must be served.
const AssetPath = "/api/_/browse/"

//go:embed assets
var assetFiles embed.FS

// Asset is an embedded file as it is sent.
type Asset struct {
	ContentType string
	ETag        string // strong
	Body        []byte
	Gzip        []byte // the same compressed; nil for files that compress no further
}

// assets are read when the first is asked for: a server that starts has better things to do.
var assets = sync.OnceValue(readAssets)

// FindAsset returns the asset of that name below AssetPath.
func FindAsset(name string) (*Asset, bool) {
	a, ok := assets()[name]
	return a, ok
}

func readAssets() map[string]*Asset {
	out := map[string]*Asset{}
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		panic(err) // the folder is embedded
	}
	for _, e := range entries {
		data, err := assetFiles.ReadFile("assets/" + e.Name())
		if err != nil {
			panic(err)
		}
		name, packed := strings.CutSuffix(e.Name(), ".gz")
		a := &Asset{ContentType: contentType(name), Body: data}
		sum := sha256.Sum256(data)
		a.ETag = `"` + hex.EncodeToString(sum[:12]) + `"`
		if packed {
			a.Gzip, a.Body = data, nil
		}
		out[name] = a
	}
	return out
}

func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".woff2":
		return "font/woff2"
	case ".js":
		return "text/javascript; charset=utf-8"
	default:
		return mime.TypeByExtension(ext)
	}
}

// Plain returns the file uncompressed, for clients that take no gzip.
func (a *Asset) Plain() ([]byte, error) {
	if a.Body != nil {
		return a.Body, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(a.Gzip))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
