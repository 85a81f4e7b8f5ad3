package rest

import "context"

// The system topics of live updates: what goes on in the server itself.
const (
	TopicSchema  = "schema"
	TopicBuild   = "build"
	TopicJobs    = "jobs"
	TopicImports = "imports"
	TopicBackups = "backups"
	TopicDoctor  = "doctor"

	TopicSettings = "settings"
)

// Topic is a system topic as somebody may be told of it.
type Topic struct {
	Name string
	Sees func(about any) bool // whether news of something is for whoever has the topic; nil: all news
	// Now returns the topic's state, a JSON text.
	Now func(context.Context) ([]byte, error)
}

// Told is news of a system topic.
type Told struct {
	Topic string
	About any    // what Sees decides about
	Data  []byte // a JSON text in the form of Topic.Now; nil: the state is another one, and to be asked for anew
}

// Concerns reports whether news is told to whoever has the topic.
func (t *Topic) Concerns(news *Told) bool { return t.Sees == nil || t.Sees(news.About) }
