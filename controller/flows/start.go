package flows

import (
	"context"
	"errors"
	"slices"
	"strings"

	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/models"
)

// Current is how the flows of a workspace stand.
type Current struct {
	Version models.FlowVersion // in force; its number is 0 when there is none
	Files   []models.FlowFile  // in force; without a version what the settings of each number say
	Numbers []lang.Number
}

// Current gives the version in force, or what the settings say as a text to start from.
func (f *Flows) Current(ctx context.Context, workspace string) (Current, error) {
	in, err := Installation(ctx, f.Store, workspace)
	if err != nil {
		return Current{}, err
	}
	ws, err := f.Store.Workspace(ctx, workspace)
	if err != nil {
		return Current{}, err
	}
	c := Current{Numbers: in.Numbers}
	if c.Version, err = f.Store.FlowVersion(ctx, workspace, ws.ActiveFlow); errors.Is(err, models.ErrNotFound) {
		c.Version.Version, c.Files, err = 0, start(in), nil
		return c, err
	}
	c.Files = c.Version.Files()
	return c, err
}

// FileOf gives the file in force that has a business number's flow, or what the settings of the
// number say.
func (f *Flows) FileOf(ctx context.Context, workspace, number string) (models.FlowFile, error) {
	w, err := f.world(ctx, workspace, nil)
	if err != nil {
		return models.FlowFile{}, err
	}
	n, err := w.number("number", number)
	if err != nil {
		return models.FlowFile{}, err
	}
	if w.p == nil || w.p.FlowOf(n.Number) == nil {
		return ofSettings(w.in, n), nil
	}
	ws, err := f.Store.Workspace(ctx, workspace)
	if err != nil {
		return models.FlowFile{}, err
	}
	files, err := f.Files(ctx, workspace, ws.ActiveFlow)
	i := slices.IndexFunc(files, func(file models.FlowFile) bool { return file.Name == w.p.FlowOf(n.Number).At.File })
	if err != nil || i < 0 {
		return models.FlowFile{}, err
	}
	return files[i], nil
}

// start says the settings of each number as a flow, in a file of its own.
func start(in lang.Installation) []models.FlowFile {
	var files []models.FlowFile
	for _, n := range in.Numbers {
		if len(files) == flow.MaxFlows {
			break
		}
		files = append(files, ofSettings(in, n))
	}
	return files
}

// ofSettings is what a number's settings say, as a file.
func ofSettings(in lang.Installation, n lang.Number) models.FlowFile {
	return models.FlowFile{Name: strings.TrimPrefix(n.Number, "+") + Suffix, Text: string(lang.FromSettings(n.Number, n.Merged(), in.Teams))}
}

// settingsOf are a number's settings, with the defaults where it has none; false if the
// workspace has no such number.
func settingsOf(in *lang.Installation, number string) (lang.Number, bool) {
	i := slices.IndexFunc(in.Numbers, func(n lang.Number) bool { return n.Number == number })
	if i < 0 {
		return lang.Number{}, false
	}
	return in.Numbers[i], true
}
