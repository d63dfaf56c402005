package api

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"ringdesk/controller/numbering"
	"ringdesk/controller/reason"
	"ringdesk/controller/sounds"
	"ringdesk/models"
)

const (
	soundsPath = apiPrefix + "/sounds/"

	soundWait = 5 * time.Second // until another upload is worth a try
)

// uploadLimits lets the body of an upload be larger, and take longer to come
// in over a slow line, than that of other requests.
func uploadLimits(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	sound := h.IsPut() && strings.HasPrefix(string(h.RequestURI()), soundsPath)
	if !sound && !(h.IsPost() && strings.HasPrefix(string(h.RequestURI()), importsPath)) {
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
		return &problem{Status: http.StatusUnsupportedMediaType, Code: ProblemCodeInvalid, Reason: reason.Malformed,
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
	if h.opts.Room != nil {
		if err := h.opts.Room(); err != nil {
			return nil, unavailable("The disk is nearly full, so no sounds are taken in: tell your administrator.", err).because(reason.DiskFull)
		}
	}
	s, err := h.numbering.PutSound(ctx, id.by(), id.workspace, req.Name, string(req.Params.Language), req.Body)
	if err != nil {
		return nil, soundProblem(err)
	}
	prompt, _ := promptOf(s.Language, s.Name)
	return PutSound200JSONResponse(viewSound(prompt, s)), nil
}

// soundProblem words what keeps a sound from being converted for now.
func soundProblem(err error) error {
	switch {
	case errors.Is(err, sounds.ErrNoConverter):
		return unavailable("Sounds cannot be converted here, since sox is missing: tell your administrator.", err).because(reason.CannotConvert)
	case errors.Is(err, sounds.ErrBusy):
		return limited(soundWait, "Other sounds of your workspace are still being converted: send this one when they are done.").because(reason.ConvertsOthers)
	default:
		return err
	}
}

// DeleteSound removes the workspace's own sound; the built-in one is back.
func (h *handlers) DeleteSound(ctx context.Context, req DeleteSoundRequestObject) (DeleteSoundResponseObject, error) {
	id, err := asAdmin(ctx, "change the sounds")
	if err != nil {
		return nil, err
	}
	return DeleteSound204Response{}, h.numbering.RemoveSound(ctx, id.by(), id.workspace, req.Name, string(req.Params.Language))
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
			return notFound(numbering.UnknownSound).because(reason.NoSound)
		}
		file = sounds.Say(language, name)
	}
	f, err := s.opts.Sounds.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		s.log.Error("the file of a sound is missing", "file", file, "error", err)
		return notFound("The file of this sound is missing: tell your administrator.").because(reason.NoSound)
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
	return send(c, localSource{f, info}, etag)
}
