package api

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"

	"ringdesk/controller/bucket"
	"ringdesk/controller/reason"
	"ringdesk/models"
)

// Bucket is the storage that recordings are moved to when they are ready.
type Bucket interface {
	Name() string
	Stat(ctx context.Context, name string) (bucket.File, error)
	Read(ctx context.Context, name string, first, length int64) (io.ReadCloser, error)
}

// source is where the bytes of a recording come from.
type source interface {
	size() int64
	tag() string // another one for other bytes
	// part opens bytes; they may be read after the request's own time is over.
	part(ctx context.Context, first, length int64) (io.ReadCloser, error)
	Close() error // when no part was opened
}

// source finds a recording's bytes: in the folder until they have been moved, and in
// the storage after that. Neither gives fs.ErrNotExist.
func (s *Server) source(ctx context.Context, r models.Recording) (source, error) {
	file, info, err := s.openRecording(r.File)
	switch {
	case err == nil:
		return localSource{file, info}, nil
	case r.Bucket == "" || !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case s.opts.Bucket == nil || s.opts.Bucket.Name() != r.Bucket:
		return nil, away(errors.New("the recording is in the bucket " + r.Bucket + ", which is not the one of RINGDESK_S3_BUCKET"))
	}
	stored, err := s.opts.Bucket.Stat(ctx, r.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, away(err)
	}
	return storedSource{s.opts.Bucket, r.File, stored}, nil
}

func away(cause error) error {
	return unavailable("The storage of recordings does not answer: try again later.", cause).because(reason.RecordingAway)
}

// localSource is a file of the recordings folder.
type localSource struct {
	file *os.File
	info fs.FileInfo
}

func (l localSource) size() int64 { return l.info.Size() }
func (l localSource) tag() string { return strconv.FormatInt(l.info.ModTime().UnixMicro(), 16) }

func (l localSource) Close() error { return l.file.Close() }

func (l localSource) part(_ context.Context, first, length int64) (io.ReadCloser, error) {
	return section{io.NewSectionReader(l.file, first, length), l.file}, nil
}

// section is a part of a file; closing it closes the file.
type section struct {
	io.Reader
	io.Closer
}

// storedSource is a file in the storage.
type storedSource struct {
	bucket Bucket
	name   string
	file   bucket.File
}

func (s storedSource) size() int64  { return s.file.Size }
func (s storedSource) tag() string  { return s.file.Tag }
func (s storedSource) Close() error { return nil }

func (s storedSource) part(ctx context.Context, first, length int64) (io.ReadCloser, error) {
	if length == 0 {
		return http.NoBody, nil
	}
	// The answer is written when the handler has returned, over slow lines for minutes.
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	body, err := s.bucket.Read(ctx, s.name, first, length)
	if err != nil {
		stop()
		return nil, away(err)
	}
	return stored{body, stop}, nil
}

// stored is a part of a stored file that is being read.
type stored struct {
	io.ReadCloser
	stop context.CancelFunc
}

func (s stored) Close() error {
	defer s.stop()
	return s.ReadCloser.Close()
}
