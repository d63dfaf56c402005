package dialplan

import "cmp"

// Layers are the settings that say how calls are handled: those of a number go
// before those of its team, and these before the workspace's.
type Layers struct{ Number, Team, Workspace Settings }

// ParseLayers reads settings from JSON objects; an empty text sets nothing.
func ParseLayers(number, team, workspace string) (l Layers, err error) {
	if l.Number, err = Parse(number); err != nil {
		return l, err
	}
	if l.Team, err = Parse(team); err != nil {
		return l, err
	}
	l.Workspace, err = Parse(workspace)
	return l, err
}

// Merge gives what holds: the result says all.
func (l Layers) Merge() Settings { return Merge(l.Number, l.Team, l.Workspace) }

// MergeOver is Merge for a workspace that has a ring time and a longest wait of its
// own, in seconds, where its settings say none; 0 means Defaults.
func (l Layers) MergeOver(ringSeconds, queueSeconds int) Settings {
	w := &l.Workspace
	w.RingSeconds, w.QueueSeconds = cmp.Or(w.RingSeconds, ringSeconds), cmp.Or(w.QueueSeconds, queueSeconds)
	return l.Merge()
}
