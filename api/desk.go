package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
)

// smallestGzip is the size in bytes below which compressing gains nothing.
const smallestGzip = 1024

// desk serves the built browser app out of memory.
type desk struct {
	web   fs.FS
	built bool

	mu    sync.Mutex
	files map[string]*deskFile
}

type deskFile struct {
	body, gzip []byte // gzip is nil where it gains nothing
	etag, mime string
}

func newDesk(web fs.FS) *desk {
	d := &desk{web: web, files: map[string]*deskFile{}}
	if web != nil {
		_, err := fs.Stat(web, "index.html")
		d.built = err == nil
	}
	return d
}

// serve answers what is no part of the API: the app's files, and its page for
// every address inside the app.
func (d *desk) serve(c *fiber.Ctx) error {
	if m := c.Method(); m != http.MethodGet && m != http.MethodHead || strings.HasPrefix(c.Path(), "/api/") {
		return c.Next()
	}
	if !d.built {
		c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
		return c.Status(http.StatusNotFound).SendString("The desk is not built into this ringdesk: run `make build` (or `npm ci && npm run build` in web/), then start it again.\n")
	}
	name := strings.TrimPrefix(path.Clean(c.Path()), "/")
	file, err := d.file(name)
	if errors.Is(err, fs.ErrNotExist) && !strings.Contains(path.Base(name), ".") {
		name = "index.html"
		file, err = d.file(name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fiber.ErrNotFound
	}
	if err != nil {
		return err
	}
	return file.send(c, strings.HasPrefix(name, "assets/"))
}

// send answers with the file. Hashed files never change under their name; the
// others are asked for again each time.
func (f *deskFile) send(c *fiber.Ctx, hashed bool) error {
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if hashed {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	c.Set(fiber.HeaderETag, f.etag)
	c.Vary(fiber.HeaderAcceptEncoding)
	if tagListed(c.Get(fiber.HeaderIfNoneMatch), f.etag) {
		return c.SendStatus(http.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, f.mime)
	if f.gzip != nil && c.AcceptsEncodings("gzip") == "gzip" {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(f.gzip)
	}
	return c.Send(f.body)
}

// file reads a file of the app, once.
func (d *desk) file(name string) (*deskFile, error) {
	if name == "" {
		name = "index.html"
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.files[name]; f != nil {
		return f, nil
	}
	info, err := fs.Stat(d.web, name)
	if err != nil || info.IsDir() {
		return nil, fs.ErrNotExist
	}
	body, err := fs.ReadFile(d.web, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	f := &deskFile{body: body, etag: `W/"` + hex.EncodeToString(sum[:12]) + `"`, mime: mimeOf(name)}
	f.gzip = compressed(body)
	d.files[name] = f
	return f, nil
}

func mimeOf(name string) string {
	switch path.Ext(name) {
	case ".webmanifest":
		return "application/manifest+json"
	case ".woff2":
		return "font/woff2"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return fiber.MIMEOctetStream
}

// compressed gives the gzip form if it saves at least a tenth.
func compressed(body []byte) []byte {
	if len(body) < smallestGzip {
		return nil
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	_, err = z.Write(body)
	if err = errors.Join(err, z.Close()); err != nil || b.Len() > len(body)*9/10 {
		return nil
	}
	return b.Bytes()
}
