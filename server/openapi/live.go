package openapi

import _ "embed" // for LiveFrames

// LiveFrames is the JSON Schema of the frames of /api/live/.
//
//go:embed live.json
var LiveFrames []byte
