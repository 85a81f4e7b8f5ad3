package rest

// Format is a file format of exports and imports.
type Format string

// The formats. A JSON file is one list, an NDJSON file has one object on each line.
const (
	FormatCSV    Format = "csv"
	FormatJSON   Format = "json"
	FormatNDJSON Format = "ndjson"
)

// FormatOf returns the format of that name or file extension.
func FormatOf(name string) (Format, bool) {
	switch name {
	case "csv", "tsv":
		return FormatCSV, true
	case "json":
		return FormatJSON, true
	case "ndjson", "jsonl":
		return FormatNDJSON, true
	}
	return "", false
}

// ContentType returns the format's media type.
func (f Format) ContentType() string {
	switch f {
	case FormatCSV:
		return "text/csv; charset=utf-8"
	case FormatNDJSON:
		return "application/x-ndjson"
	}
	return "application/json"
}
