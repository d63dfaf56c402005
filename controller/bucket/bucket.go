// Package bucket keeps files in an S3-compatible storage.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Options say where the storage is. All but Region and Prefix are needed.
type Options struct {
	Endpoint  string // http:// or https:// and the host
	Bucket    string
	Region    string // "" lets the storage say it
	Prefix    string // before the name of each file; two installations may share a bucket
	AccessKey string
	SecretKey string
}

// The kinds of failures; the text says what to do.
var (
	ErrRefused = errors.New("the storage refuses us")
	ErrAway    = errors.New("the storage does not answer")
)

const (
	// silence is how long the storage may take to begin an answer.
	silence = 20 * time.Second
	// attempts are made by the library itself; durable work tries again later.
	attempts = 2
)

// Bucket is a place in the storage.
type Bucket struct {
	opt  Options
	core minio.Core
}

// New makes a Bucket; nothing is connected before it is needed.
func New(o Options) (*Bucket, error) {
	u, err := url.Parse(o.Endpoint)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = silence
	client, err := minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""), Secure: u.Scheme == "https", Region: o.Region, Transport: transport, MaxRetries: attempts,
	})
	if err != nil {
		return nil, err
	}
	return &Bucket{opt: o, core: minio.Core{Client: client}}, nil
}

// Name is the bucket's.
func (b *Bucket) Name() string { return b.opt.Bucket }

func (b *Bucket) key(name string) string { return b.opt.Prefix + filepath.ToSlash(name) }

// Check says what keeps the bucket from being used; a missing file is looked for, which
// needs no more than is needed anyway.
func (b *Bucket) Check(ctx context.Context) error {
	_, err := b.core.StatObject(ctx, b.opt.Bucket, b.key("check"), minio.StatObjectOptions{})
	if code := minio.ToErrorResponse(err).Code; code == minio.NoSuchKey {
		// A missing bucket looks the same: an answer to HEAD has no text.
		there, berr := b.core.BucketExists(ctx, b.opt.Bucket)
		if err = berr; err == nil && !there {
			err = minio.ErrorResponse{Code: minio.NoSuchBucket}
		}
	}
	return b.explain(err)
}

// Put stores a file under a name, in place of what has it. It is whole or not there.
func (b *Bucket) Put(ctx context.Context, name string, file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	put, err := b.core.Client.PutObject(ctx, b.opt.Bucket, b.key(name), file, info.Size(), minio.PutObjectOptions{ContentType: "application/octet-stream"})
	if err == nil && put.Size != info.Size() {
		err = fmt.Errorf("%s was cut off at %d of %d bytes", name, put.Size, info.Size())
	}
	return b.explain(err)
}

// File is what is known of a stored file.
type File struct {
	Size int64
	Tag  string // another one for other contents
}

// Stat tells of a stored file; one that is not there gives fs.ErrNotExist.
func (b *Bucket) Stat(ctx context.Context, name string) (File, error) {
	info, err := b.core.StatObject(ctx, b.opt.Bucket, b.key(name), minio.StatObjectOptions{})
	return File{Size: info.Size, Tag: info.ETag}, b.explain(err)
}

// Read gives a part of a stored file, of one byte at least. What is wrong is known when
// it returns; reading ends with ctx.
func (b *Bucket) Read(ctx context.Context, name string, first, length int64) (io.ReadCloser, error) {
	var o minio.GetObjectOptions
	if err := o.SetRange(first, first+length-1); err != nil {
		return nil, err
	}
	body, _, _, err := b.core.GetObject(ctx, b.opt.Bucket, b.key(name), o)
	return body, b.explain(err)
}

// Remove removes a stored file; one that is not there is no mistake.
func (b *Bucket) Remove(ctx context.Context, name string) error {
	err := b.explain(b.core.RemoveObject(ctx, b.opt.Bucket, b.key(name), minio.RemoveObjectOptions{}))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// explain says in the operator's words what is wrong.
func (b *Bucket) explain(err error) error {
	if err == nil {
		return nil
	}
	said := minio.ToErrorResponse(err)
	switch said.Code {
	case minio.NoSuchKey:
		return fmt.Errorf("%w: %s", fs.ErrNotExist, said.Key)
	case minio.NoSuchBucket:
		return fmt.Errorf("%w: there is no bucket %s at %s; make it, or set RINGDESK_S3_BUCKET", ErrRefused, b.opt.Bucket, b.opt.Endpoint)
	case minio.InvalidAccessKeyID, minio.SignatureDoesNotMatch:
		return fmt.Errorf("%w: it does not know the key; check RINGDESK_S3_ACCESS_KEY and RINGDESK_S3_SECRET_KEY or its _FILE (%s)", ErrRefused, said.Code)
	case minio.AccessDenied:
		return fmt.Errorf("%w: the key may not read, write and delete in the bucket %s; check its policy, RINGDESK_S3_ACCESS_KEY and RINGDESK_S3_SECRET_KEY", ErrRefused, b.opt.Bucket)
	case "RequestTimeTooSkewed":
		return fmt.Errorf("%w: its clock and ours differ too much; let both be kept by NTP", ErrRefused)
	case "":
		return fmt.Errorf("%w: %s: %w", ErrAway, b.opt.Endpoint, err)
	}
	return fmt.Errorf("the storage at %s: %w", b.opt.Endpoint, err)
}
