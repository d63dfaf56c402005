package api

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// recordingSound gives out a recording's MP3: whole or one range of it (RFC
// 9110 section 14), or 304 when the browser has it. ?download=1 names the
// file for saving.
func (s *Server) recordingSound(c *fiber.Ctx) error {
	ctx := c.UserContext()
	r, err := s.opts.Store.Recording(ctx, who(ctx).workspace, c.Params("id"))
	if err != nil {
		return verb.Missing(err, unknownRecording, reason.NoRecording)
	}
	switch RecordingState(r.State) {
	case RecordingStateReady:
	case RecordingStateFailed:
		return conflict("", "This recording could not be made: %s", r.Error).because(reason.RecordingFailed, "text", r.Error)
	default:
		return conflict("", "This recording is still being made: try again in some seconds.").because(reason.RecordingPending)
	}
	from, err := s.source(ctx, r)
	if errors.Is(err, fs.ErrNotExist) {
		s.log.Error("the file of a recording is missing", "recording", r.ID, "file", r.File, "error", err)
		return notFound("The sound of this recording is no longer there.").because(reason.RecordingGone)
	}
	if err != nil {
		return err
	}
	if c.Query("download") != "" {
		name, err := s.recordingName(c, r)
		if err != nil {
			return errors.Join(err, from.Close())
		}
		c.Set(fiber.HeaderContentDisposition, disposition(name))
	}
	if c.Method() == http.MethodGet {
		if err := s.inbox.ReadRecording(ctx, who(ctx).by(), r, c.Query("download") != ""); err != nil {
			return errors.Join(err, from.Close())
		}
	}
	etag := fmt.Sprintf(`"%s-%x-%s"`, r.ID, from.size(), from.tag())
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	c.Set(fiber.HeaderContentType, "audio/mpeg")
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	return send(c, from, etag)
}

// openRecording opens a file below the recordings folder; a path that leads
// out of it, also by a link, is refused.
func (s *Server) openRecording(name string) (*os.File, fs.FileInfo, error) {
	root, err := os.OpenRoot(s.opts.Recordings)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = root.Close() }() // nothing was written
	file, err := root.Open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, info, nil
}

// send answers with the whole or the range that is asked for; the source is closed
// when the answer has been sent.
func send(c *fiber.Ctx, from source, etag string) error {
	if tagListed(c.Get(fiber.HeaderIfNoneMatch), etag) {
		c.Status(http.StatusNotModified)
		return from.Close()
	}
	size := from.size()
	first, length, ok := wantedRange(c.Get(fiber.HeaderRange), size)
	if cond := c.Get(fiber.HeaderIfRange); cond != "" && cond != etag {
		first, length, ok = 0, size, true // the file is not the one that the browser has a part of
	}
	if !ok {
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes */%d", size))
		return errors.Join(from.Close(), &problem{Status: http.StatusRequestedRangeNotSatisfiable, Code: ProblemCodeInvalid, Reason: reason.Malformed,
			Title: "The sound has no such bytes: see the header Content-Range."})
	}
	part, err := from.part(c.UserContext(), first, length)
	if err != nil {
		return errors.Join(from.Close(), err)
	}
	if length != size {
		c.Status(http.StatusPartialContent)
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", first, first+length-1, size))
	}
	return c.SendStream(part, int(length))
}

// wantedRange reads a Range header for a file of the given size. No header,
// one that cannot be read, and several ranges mean the whole file, as RFC 9110
// section 14.2 allows. ok is false when there are no such bytes.
func wantedRange(header string, size int64) (first, length int64, ok bool) {
	spec, isBytes := strings.CutPrefix(header, "bytes=")
	from, to, isRange := strings.Cut(strings.TrimSpace(spec), "-")
	if !isBytes || !isRange || strings.Contains(spec, ",") {
		return 0, size, true
	}
	if from == "" { // the last bytes
		n, err := strconv.ParseInt(to, 10, 64)
		if err != nil || n < 0 {
			return 0, size, true
		}
		n = min(n, size)
		return size - n, n, n > 0
	}
	first, err := strconv.ParseInt(from, 10, 64)
	if err != nil || first < 0 {
		return 0, size, true
	}
	last := size - 1
	if to != "" {
		n, err := strconv.ParseInt(to, 10, 64)
		if err != nil || n < first {
			return 0, size, true
		}
		last = min(last, n)
	}
	return first, last - first + 1, first < size
}

// tagListed says whether an If-None-Match header has the tag (RFC 9110
// section 13.1.2).
func tagListed(header, etag string) bool {
	etag = strings.TrimPrefix(etag, "W/")
	for tag := range strings.SplitSeq(header, ",") {
		if tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/"); tag == etag || tag == "*" {
			return true
		}
	}
	return false
}

// recordingName names a recording for people: when, in the workspace's time
// zone, and with whom.
func (s *Server) recordingName(c *fiber.Ctx, r models.Recording) (string, error) {
	ctx := c.UserContext()
	row, err := s.opts.Store.Call(ctx, r.WorkspaceID, r.CallID)
	if err != nil {
		return "", err
	}
	contact, err := s.contact(ctx, r.WorkspaceID, row.ContactID)
	if err != nil {
		return "", err
	}
	w, err := s.opts.Store.Workspace(ctx, r.WorkspaceID)
	if err != nil {
		return "", err
	}
	zone, err := time.LoadLocation(w.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	whom := contact.Name
	if whom == "" && len(contact.Numbers) > 0 {
		whom = contact.Numbers[0]
	}
	name := row.StartedAt.In(zone).Format("2006-01-02 15.04.05") + " " + whom
	return strings.TrimSpace(name) + ".mp3", nil
}

// disposition offers a file for saving under a name in any language (RFC 6266
// with RFC 8187), and in ASCII for old programs.
func disposition(name string) string {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	ascii := strings.Map(func(r rune) rune {
		if r > '~' {
			return '_'
		}
		return r
	}, clean)
	return `attachment; filename="` + ascii + `"; filename*=UTF-8''` + url.PathEscape(clean)
}
