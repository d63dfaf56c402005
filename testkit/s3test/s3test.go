// Package s3test is an S3-compatible storage for tests, which can be away, slow, and
// refuse a key.
package s3test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"ringdesk/controller/bucket"
)

// The bucket that a Server has, and the key that it takes.
const (
	Bucket = "recordings"
	Key    = "KEY"
	Secret = "SECRET-OF-THE-KEY"
)

// Server is a storage on the loopback.
type Server struct {
	URL string

	backend *s3mem.Backend
	handler http.Handler

	mu    sync.Mutex
	away  bool
	begun func(*http.Request) // called before each request is answered
}

// New starts a Server; it ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{backend: s3mem.New()}
	if err := s.backend.CreateBucket(Bucket); err != nil {
		t.Fatal(err)
	}
	s.handler = gofakes3.New(s.backend).Server()
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	s.URL = server.URL
	return s
}

// Options reach the bucket.
func (s *Server) Options() bucket.Options {
	return bucket.Options{Endpoint: s.URL, Bucket: Bucket, Region: "us-east-1", AccessKey: Key, SecretKey: Secret}
}

// Away makes every connection break off, or ends that.
func (s *Server) Away(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = away
}

// Begun has f called before each request is answered; it may take its time.
func (s *Server) Begun(f func(*http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun = f
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	away, begun := s.away, s.begun
	s.mu.Unlock()
	if begun != nil {
		begun(r)
	}
	switch {
	case away:
		panic(http.ErrAbortHandler) // the connection is cut
	case !strings.Contains(r.Header.Get("Authorization"), "Credential="+Key+"/"):
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, "<Error><Code>InvalidAccessKeyId</Code><Message>unknown</Message></Error>")
	default:
		if err := unchunk(r); err != nil {
			panic(http.ErrAbortHandler)
		}
		s.handler.ServeHTTP(w, r)
	}
}

// Names are the names of all that is stored.
func (s *Server) Names(t testing.TB) []string {
	t.Helper()
	list, err := s.backend.ListBucket(Bucket, nil, gofakes3.ListBucketPage{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, o := range list.Contents {
		names = append(names, o.Key)
	}
	return names
}
