package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"ringdesk/controller/sounds"
	"ringdesk/models"
)

const (
	soundsPath   = apiPrefix + "/sounds/"
	unknownSound = "Your workspace has no sound of this name in this language."
	noSound      = "none" // stands in settings for no sound at all
	maxSoundName = 60     // characters
)

var soundName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// uploadLimits lets the body of an upload be larger, and take longer to come
// in over a slow line, than that of other requests.
func uploadLimits(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	if !h.IsPut() || !strings.HasPrefix(string(h.RequestURI()), soundsPath) {
		return fasthttp.RequestConfig{}
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: uploadReadLimit, ReadTimeout: uploadTimeout}
}

// checkAudio checks the body of an upload as far as its header tells.
func checkAudio(c *fiber.Ctx) error {
	if len(c.Request().Body()) > sounds.MaxBytes { // c.Body would copy it
		return fiber.ErrRequestEntityTooLarge
	}
	if !strings.HasPrefix(strings.ToLower(c.Get(fiber.HeaderContentType)), "audio/") {
		return &problem{Status: http.StatusUnsupportedMediaType, Code: ProblemCodeInvalid,
			Title: "Send the file itself as the body, with the header Content-Type: audio/wav or audio/mpeg."}
	}
	return nil
}

// ListSounds lists the built-in prompts, replaced or not, and then the
// workspace's further sounds.
func (h *handlers) ListSounds(ctx context.Context, _ ListSoundsRequestObject) (ListSoundsResponseObject, error) {
	id, err := asAdmin(ctx, "see the sounds")
	if err != nil {
		return nil, err
	}
	rows, err := h.opts.Store.Sounds(ctx, id.workspace)
	if err != nil {
		return nil, err
	}
	own := make(map[string]models.Sound, len(rows))
	for _, s := range rows {
		own[sounds.Say(s.Language, s.Name)] = s
	}
	list := SoundList{Items: []Sound{}}
	for _, p := range sounds.Catalogue() {
		list.Items = append(list.Items, viewSound(p, own[sounds.Say(p.Language, p.Name)]))
	}
	for _, s := range rows {
		if p, builtIn := promptOf(s.Language, s.Name); !builtIn {
			list.Items = append(list.Items, viewSound(p, s))
		}
	}
	return ListSounds200JSONResponse(list), nil
}

// promptOf gives the built-in prompt of a name, or one that says nothing.
func promptOf(language, name string) (sounds.Prompt, bool) {
	p, builtIn := sounds.Lookup(language, name)
	if !builtIn {
		p = sounds.Prompt{Name: name, Language: language}
	}
	return p, builtIn
}

// viewSound shows what is heard under a name; own is the zero Sound where the
// workspace has none.
func viewSound(p sounds.Prompt, own models.Sound) Sound {
	v := Sound{Name: p.Name, Language: PromptLanguage(p.Language), Own: own.ID != "", Url: soundsPath + p.Name + ".wav?language=" + p.Language}
	if p.Name != sounds.Beep {
		v.Text = optional(p.Text)
	}
	if v.Own {
		v.DurationMs, v.CreatedAt = &own.DurationMS, &own.CreatedAt.Time
	}
	return v
}

// PutSound takes in a WAV or MP3 as the workspace's sound of a name.
func (h *handlers) PutSound(ctx context.Context, req PutSoundRequestObject) (PutSoundResponseObject, error) {
	id, err := asAdmin(ctx, "change the sounds")
	if err != nil {
		return nil, err
	}
	if !soundName.MatchString(req.Name) || len(req.Name) > maxSoundName || req.Name == noSound {
		return nil, invalid("name", "name must be of a to z, 0 to 9 and single - between them, at most %d characters and not %q, such as spring-sale.", maxSoundName, noSound)
	}
	s := models.Sound{ID: models.NewID(), WorkspaceID: id.workspace, Name: req.Name, Language: string(req.Params.Language), CreatedAt: models.At(h.now())}
	prompt, builtIn := promptOf(s.Language, s.Name)
	if builtIn {
		s.Replaces = s.Name
	}
	if err := h.keepSound(ctx, &s, req.Body); err != nil {
		return nil, err
	}
	return PutSound200JSONResponse(viewSound(prompt, s)), nil
}

// keepSound makes the file, then the row, and removes what the row replaced.
// A crash in between leaves a file that nothing refers to, never a row without
// its file.
func (s *Server) keepSound(ctx context.Context, sound *models.Sound, from io.Reader) error {
	length, err := s.opts.Sounds.Put(ctx, *sound, from)
	if err != nil {
		return soundProblem(err)
	}
	sound.DurationMS = length.Milliseconds()
	var former models.Sound
	err = s.opts.Store.Tx(ctx, func(tx *models.Tx) (err error) {
		former, err = tx.PutSound(*sound, sounds.MaxCount)
		return err
	})
	if err != nil {
		return errors.Join(soundProblem(err), s.opts.Sounds.Remove(*sound))
	}
	if former.ID != "" {
		s.dropSoundFile(former)
	}
	return nil
}

func soundProblem(err error) error {
	var bad *sounds.BadSoundError
	switch {
	case errors.As(err, &bad):
		return invalid("", "%s", bad.Reason)
	case errors.Is(err, sounds.ErrNoConverter):
		return unavailable("Sounds cannot be converted here, since ffmpeg is missing: tell your administrator.", err)
	case errors.Is(err, models.ErrLimit):
		return conflict("", "Your workspace has %d sounds of its own already: delete one first.", sounds.MaxCount)
	default:
		return err
	}
}

// dropSoundFile removes a file that no row refers to any more. When it cannot,
// that only costs room.
func (s *Server) dropSoundFile(sound models.Sound) {
	if err := s.opts.Sounds.Remove(sound); err != nil {
		s.log.Error("removing a sound", "sound", sound.ID, "error", err)
	}
}

// DeleteSound removes the workspace's own sound; the built-in one is back.
func (h *handlers) DeleteSound(ctx context.Context, req DeleteSoundRequestObject) (DeleteSoundResponseObject, error) {
	id, err := asAdmin(ctx, "change the sounds")
	if err != nil {
		return nil, err
	}
	var gone models.Sound
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) (err error) {
		gone, err = tx.DeleteSound(id.workspace, req.Name, string(req.Params.Language))
		return err
	})
	if err != nil {
		return nil, missing(err, unknownSound)
	}
	h.dropSoundFile(gone)
	return DeleteSound204Response{}, nil
}

// soundFile gives out the WAV that the workspace's callers hear under a name.
func (s *Server) soundFile(c *fiber.Ctx) error {
	id, err := asAdmin(c.UserContext(), "hear the sounds")
	if err != nil {
		return err
	}
	name, language := c.Params("name"), c.Query("language")
	file := ""
	row, err := s.opts.Store.Sound(c.UserContext(), id.workspace, name, language)
	switch {
	case err == nil:
		file = sounds.File(row)
	case !errors.Is(err, models.ErrNotFound):
		return err
	default:
		if _, builtIn := sounds.Lookup(language, name); !builtIn {
			return notFound(unknownSound)
		}
		file = sounds.Say(language, name)
	}
	f, err := s.opts.Sounds.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		s.log.Error("the file of a sound is missing", "file", file, "error", err)
		return notFound("The file of this sound is missing: tell your administrator.")
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	etag := fmt.Sprintf(`"%s-%x-%x"`, row.ID, info.Size(), info.ModTime().UnixMicro())
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	c.Set(fiber.HeaderContentType, "audio/wav")
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	return sendFile(c, f, info.Size(), etag)
}
