package sounds

import (
	"ringdesk/models"
)

// Resolver knows which sounds a workspace has of its own.
type Resolver struct {
	own map[string]string // "ko/greeting" → "custom/WORKSPACE/ID"
}

// NewResolver takes a workspace's sounds (models.Store.Sounds).
func NewResolver(rows []models.Sound) Resolver {
	r := Resolver{own: make(map[string]string, len(rows))}
	for _, s := range rows {
		r.own[Say(s.Language, s.Name)] = File(s)
	}
	// A sound that replaces no built-in one is better in the wrong language than
	// not at all.
	for _, s := range rows {
		for _, language := range Languages {
			name := Say(language, s.Name)
			if _, builtIn := Lookup(language, s.Name); !builtIn && r.own[name] == "" {
				r.own[name] = File(s)
			}
		}
	}
	return r
}

// Resolve gives the workspace's own sound in place of a built-in one, or for a
// name of the workspace's own. Other names stay as they are.
func (r Resolver) Resolve(name string) string {
	if own, ok := r.own[name]; ok {
		return own
	}
	return name
}

// All resolves several names.
func (r Resolver) All(names []string) []string {
	resolved := make([]string, len(names))
	for i, name := range names {
		resolved[i] = r.Resolve(name)
	}
	return resolved
}

// File is an uploaded sound's name for the media engine.
func File(s models.Sound) string { return "custom/" + s.WorkspaceID + "/" + s.ID }
