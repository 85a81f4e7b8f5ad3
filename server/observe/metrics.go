package observe

import (
	"bytes"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/couplet/couplet/store/db"
)

// Metrics counts requests and gathers what the parts of a server count.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	process  prometheus.Collector
	mu       sync.RWMutex
	series   map[seriesKey]series
}

type seriesKey struct {
	route, method string
	status        int
}

// series is what one kind of request is counted by. Looking it up in the vectors costs more than counting.
type series struct {
	count   prometheus.Counter
	seconds prometheus.Observer
}

// NewMetrics returns the metrics of a server: its requests, the Go runtime, the process and the build.
func NewMetrics(version, revision string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(), series: map[seriesKey]series{},
		process: collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "couplet_http_requests_total", Help: "Requests answered.",
		}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "couplet_http_request_seconds", Help: "Time until the answer was ready.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "couplet_build_info", Help: "The version that runs.",
		ConstLabels: prometheus.Labels{"version": version, "revision": revision, "go": runtime.Version()},
	})
	build.Set(1)
	m.Register(m.requests, m.seconds, build, collectors.NewGoCollector(), m.process)
	return m
}

// Register adds what a part of the server counts.
func (m *Metrics) Register(c ...prometheus.Collector) { m.registry.MustRegister(c...) }

// Gauge registers a value that is asked for when it is wanted.
func (m *Metrics) Gauge(name, help string, value func() float64) {
	m.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// Answered counts a request. Routes are few: addresses without their keys.
func (m *Metrics) Answered(route, method string, status int, took time.Duration) {
	key := seriesKey{route, method, status}
	m.mu.RLock()
	s, ok := m.series[key]
	m.mu.RUnlock()
	if !ok {
		s = series{m.requests.WithLabelValues(route, method, strconv.Itoa(status)), m.seconds.WithLabelValues(route)}
		m.mu.Lock()
		m.series[key] = s
		m.mu.Unlock()
	}
	s.count.Inc()
	s.seconds.Observe(took.Seconds())
}

// ContentType is that of Text.
const ContentType = "text/plain; version=0.0.4; charset=utf-8"

// Text returns all metrics in Prometheus's text format.
func (m *Metrics) Text() ([]byte, error) {
	families, err := m.registry.Gather()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := expfmt.NewEncoder(&b, expfmt.NewFormat(expfmt.TypeTextPlain))
	for _, f := range families {
		if err := e.Encode(f); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// answers reads what was counted of requests: by status, and the times.
func (m *Metrics) answers(count func(status string, n float64), times func(*dto.Histogram)) {
	each(m.requests, func(d *dto.Metric) {
		for _, l := range d.GetLabel() {
			if l.GetName() == "status" {
				count(l.GetValue(), d.GetCounter().GetValue())
			}
		}
	})
	each(m.seconds, func(d *dto.Metric) { times(d.GetHistogram()) })
}

// resident is how many bytes of memory the process has; 0 where that is not known.
func (m *Metrics) resident() (bytes float64) {
	each(m.process, func(d *dto.Metric) { bytes = d.GetGauge().GetValue() }, "process_resident_memory_bytes")
	return bytes
}

// each reads the metrics of a collector, or those with a name.
func each(c prometheus.Collector, fn func(*dto.Metric), name ...string) {
	from := make(chan prometheus.Metric)
	go func() {
		defer close(from)
		c.Collect(from)
	}()
	for m := range from {
		var d dto.Metric
		wanted := len(name) == 0 || strings.Contains(m.Desc().String(), `"`+name[0]+`"`)
		if wanted && m.Write(&d) == nil {
			fn(&d)
		}
	}
}

// Store returns the metrics of a database engine.
func Store(e db.Observed) prometheus.Collector { return storeCollector{e} }

type storeCollector struct{ engine db.Observed }

var (
	queueDesc   = prometheus.NewDesc("couplet_store_writer_queue", "Writes that wait for the writer.", nil, nil)
	inUseDesc   = prometheus.NewDesc("couplet_store_readers_in_use", "Connections that are reading.", nil, nil)
	readersDesc = prometheus.NewDesc("couplet_store_readers", "Connections that may read at once.", nil, nil)
	groupDesc   = prometheus.NewDesc("couplet_store_group_size", "Writes that shared one commit.", nil, nil)
	writeDesc   = prometheus.NewDesc("couplet_store_write_seconds", "Time of a write from being queued to being on disk.", nil, nil)
	bytesDesc   = prometheus.NewDesc("couplet_store_bytes", "Size of the database file.", nil, nil)
	logDesc     = prometheus.NewDesc("couplet_store_log_bytes", "Size of the database's write-ahead log.", nil, nil)
)

// Describe implements prometheus.Collector.
func (c storeCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{queueDesc, inUseDesc, readersDesc, groupDesc, writeDesc, bytesDesc, logDesc} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c storeCollector) Collect(out chan<- prometheus.Metric) {
	s := c.engine.Stats()
	gauge := func(d *prometheus.Desc, v float64) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v)
	}
	gauge(queueDesc, float64(s.Queue))
	gauge(inUseDesc, float64(s.ReadersInUse))
	gauge(readersDesc, float64(s.Readers))
	gauge(bytesDesc, float64(s.Bytes))
	gauge(logDesc, float64(s.LogBytes))
	out <- prometheus.MustNewConstHistogram(groupDesc, s.Groups.Count, s.Groups.Sum, s.Groups.UpTo)
	out <- prometheus.MustNewConstHistogram(writeDesc, s.WriteSeconds.Count, s.WriteSeconds.Sum, s.WriteSeconds.UpTo)
}
