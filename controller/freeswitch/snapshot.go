package freeswitch

import (
	"cmp"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/lease"
)

// channelList is what "show channels as json" says. The list comes from a
// database that lags behind; each channel is asked for itself.
type channelList struct {
	Rows []struct {
		UUID string `json:"uuid"`
	} `json:"rows"`
}

// memberList is what "conference json_list" says.
type memberList []struct {
	Name    string `json:"conference_name"`
	Members []struct {
		ID   int    `json:"id"`
		UUID string `json:"uuid"`
	} `json:"members"`
}

// bug is something that takes a channel's sound, in FreeSWITCH's word.
type bug struct {
	Function string `xml:"function"`
	Target   string `xml:"target"`
}

// found is one of our legs as FreeSWITCH has it.
type found struct {
	state    engine.LegState
	up       bool // answered by FreeSWITCH alone
	hears    bool
	early    bool
	member   string
	in       engine.RoomID // without being in a conference
	with     engine.LegID
	marked   bool
	muted    bool
	music    bool
	monitor  engine.LegID
	whispers bool
	tones    bool
	records  map[engine.RecordingID]record
}

// takeSnapshot asks how things stand and makes our own knowledge follow it.
func (a *Adapter) takeSnapshot(ctx context.Context) (engine.Snapshot, error) {
	s := engine.Snapshot{
		Legs:       make(map[engine.LegID]engine.LegState),
		Rooms:      make(map[engine.RoomID][]engine.LegID),
		Recordings: make(map[engine.RecordingID]bool),
	}
	legs, err := a.findLegs(ctx)
	if err != nil {
		return s, err
	}
	if err := a.findRooms(ctx, s.Rooms); err != nil {
		return s, err
	}
	var conferences memberList
	if err := a.askJSON(ctx, "conference json_list", &conferences); err != nil {
		return s, err
	}
	for _, c := range conferences {
		room := engine.RoomID(c.Name)
		for _, m := range c.Members {
			if f := legs[engine.LegID(m.UUID)]; f != nil {
				f.state.Room, f.member = room, strconv.Itoa(m.ID)
				s.Rooms[room] = append(s.Rooms[room], engine.LegID(m.UUID))
			}
		}
	}
	a.silenceRooms(ctx, legs)
	mixed := maps.Clone(s.Rooms)
	for id, f := range legs {
		if _, there := s.Rooms[f.in]; there && f.state.Room == "" {
			f.state.Room = f.in
			s.Rooms[f.in] = append(s.Rooms[f.in], id)
		} else {
			f.with = ""
		}
	}
	for id, f := range legs {
		s.Legs[id] = f.state
		for rec := range f.records {
			s.Recordings[rec] = true
		}
	}
	a.follow(s, legs, func(room engine.RoomID) bool { return len(mixed[room]) > 0 })
	return s, a.loadEndpoints()
}

// askJSON runs a command whose output is JSON, or words when there is nothing.
func (a *Adapter) askJSON(ctx context.Context, line string, into any) error {
	text, err := a.commands.API(ctx, line)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return nil // such as "No active conferences."
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("%s: %w", line, err)
	}
	return nil
}

// findLegs looks at all channels. Those that end meanwhile are left out.
func (a *Adapter) findLegs(ctx context.Context) (map[engine.LegID]*found, error) {
	var list channelList
	if err := a.askJSON(ctx, "show channels as json", &list); err != nil {
		return nil, err
	}
	legs := make(map[engine.LegID]*found)
	for _, row := range list.Rows {
		if engine.CheckIDs(row.UUID) != nil {
			continue
		}
		f, err := a.findLeg(ctx, row.UUID)
		if isGone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if f != nil {
			legs[engine.LegID(row.UUID)] = f
		}
	}
	return legs, nil
}

// findLeg looks at one channel; nil means that it is none of ours.
func (a *Adapter) findLeg(ctx context.Context, uuid string) (*found, error) {
	var values map[string]any
	if err := a.askJSON(ctx, "uuid_dump "+uuid+" json", &values); err != nil {
		return nil, err
	}
	get := func(name string) string {
		v, _ := values[name].(string)
		return v
	}
	f := &found{records: make(map[engine.RecordingID]record), tones: tonesOnly(get)}
	id := engine.LegID(uuid)
	answered := get("Answer-State") == "answered"
	switch get("variable_" + roleVariable) {
	case roleInbound:
		since := get("variable_" + upVariable)
		f.up = answered && since != "" && since != notUp
		f.state = engine.LegState{Inbound: true, Answered: answered && !f.up, Arrived: arrivedLeg(id, created(get), get)}
	case roleDialled:
		f.state = engine.LegState{Answered: answered}
		f.hears = get("variable_"+ignoreEarlyMedia) != "true"
		f.early = !answered && get("variable_current_application") != "" // it is parked, or has been since
	default:
		return nil, nil
	}
	if get("variable_current_application") == "eavesdrop" {
		f.monitor = engine.LegID(get("variable_current_application_data"))
		f.whispers = get("variable_eavesdrop_whisper_bleg") == "true"
	}
	f.in, f.with = engine.RoomID(get("variable_"+inVariable)), engine.LegID(get("variable_bridge_to"))
	f.marked = get("variable_"+pairVariables[0][0]) == pairVariables[0][1]
	if f.in == "" { // else it has ended what it heard before
		f.music = a.isMusic(get("variable_current_application_data"))
		f.state.Playback = playbackOf(get("variable_current_application_data"))
	}
	return f, a.findBugs(ctx, id, get, values, f)
}

// playbackOf is the playback that an application is given, if any.
func playbackOf(data string) engine.PlaybackID {
	rest, ok := strings.CutPrefix(data, "{"+playVariable+"=")
	id, _, closed := strings.Cut(rest, "}")
	if !ok || !closed || engine.CheckIDs(id) != nil {
		return ""
	}
	return engine.PlaybackID(id)
}

// findBugs finds a channel's recordings and whether it is muted.
func (a *Adapter) findBugs(ctx context.Context, id engine.LegID, get func(string) string, values map[string]any, f *found) error {
	bugs, err := a.bugs(ctx, id)
	if err != nil {
		return err
	}
	running := make(map[string]bool)
	for _, b := range bugs {
		running[b.Target] = running[b.Target] || b.Function == "session_record"
		f.muted = f.muted || b.Function == "audio"
	}
	for name := range values {
		rec, ok := strings.CutPrefix(name, "variable_"+recordVariable)
		if path := get(name); ok && running[path] {
			masked := get("variable_"+maskedVariable+rec) == "true"
			f.records[engine.RecordingID(rec)] = record{leg: id, path: path, masked: masked}
		}
	}
	return nil
}

// bugs lists what takes a channel's sound.
func (a *Adapter) bugs(ctx context.Context, id engine.LegID) ([]bug, error) {
	text, err := a.commands.API(ctx, "uuid_buglist "+string(id))
	if err != nil {
		return nil, err
	}
	var list struct {
		Bugs []bug `xml:"media-bug"`
	}
	if err := xml.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("uuid_buglist: %w", err)
	}
	return list.Bugs, nil
}

// findRooms reads the rooms from the global variables that keep them.
func (a *Adapter) findRooms(ctx context.Context, rooms map[engine.RoomID][]engine.LegID) error {
	text, err := a.commands.API(ctx, "global_getvar")
	if err != nil {
		return err
	}
	for line := range strings.Lines(text) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), "=")
		if room, ok := strings.CutPrefix(name, roomVariable); ok && room != "" {
			rooms[engine.RoomID(room)] = []engine.LegID{}
		}
	}
	return nil
}

// follow replaces what is known by the snapshot. Dials that are under way stay:
// the snapshot may have been taken just before them.
func (a *Adapter) follow(s engine.Snapshot, legs map[engine.LegID]*found, mixed func(engine.RoomID) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.made.Take()
	a.followRooms(s.Rooms, mixed)
	for id, l := range a.legs {
		// Nobody knows any more which of them ended meanwhile.
		for _, e := range a.endPlays(id, l, time.Now()) {
			a.made.Emit(e)
			if f := legs[id]; f != nil {
				f.state.Playback = ""
				s.Legs[id] = f.state
				go a.silence(id)
			}
		}
		l.arrives() // where it is stands in the snapshot
		if legs[id] == nil && !l.dialling {
			delete(a.legs, id)
		}
	}
	for id := range a.records {
		a.dropRecord(id)
	}
	for id, f := range legs {
		l := a.legs[id]
		if l == nil {
			l = &leg{}
			a.legs[id] = l
		}
		l.limit = lease.Limit{} // what was set last is not known for sure
		l.created, l.dialling = true, false
		l.inbound, l.arrived = f.state.Inbound, f.state.Arrived
		l.answered, l.told, l.up, l.hears = f.state.Answered, f.state.Answered, f.up, f.hears
		l.in, l.member, l.with = f.state.Room, f.member, f.with
		l.used, l.marked = true, f.marked
		l.muted, l.music, l.wantsMusic = f.muted, f.music, f.music
		l.monitor, l.whispers, l.tones = f.monitor, f.whispers, f.tones
		if p := f.state.Playback; p != "" {
			l.queue, a.plays[p] = []engine.PlaybackID{p}, &play{leg: id}
		}
		if l.in != "" {
			l.room, l.held = l.in, false
		} else if !l.held {
			l.room = ""
		}
		if f.early {
			if e := a.rings(id, time.Now(), true); e != nil { // the sound began unseen
				a.made.Emit(e)
			}
		}
		for rec, r := range f.records {
			a.records[rec] = &r
		}
	}
}

// followRooms replaces what is known of rooms. The caller holds mu.
func (a *Adapter) followRooms(rooms map[engine.RoomID][]engine.LegID, mixed func(engine.RoomID) bool) {
	known := maps.Clone(a.rooms) // who moves their legs goes on
	clear(a.rooms)
	for room := range rooms {
		r := cmp.Or(known[room], newRoom())
		r.mixed = mixed(room)
		a.rooms[room] = r
		go a.mend(room)
	}
}

// silenceRooms ends the sounds that legs hear in rooms, if a controller before
// this one has begun them: FreeSWITCH does not say what they are.
func (a *Adapter) silenceRooms(ctx context.Context, legs map[engine.LegID]*found) {
	for id, f := range legs {
		if f.member != "" && !a.with(id, func(*leg) {}) {
			_, _ = a.commands.API(ctx, "conference "+string(f.state.Room)+" stop all "+f.member) // mostly there are none
		}
	}
}

// silence stops what a leg may still hear.
func (a *Adapter) silence(id engine.LegID) {
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	room, member, music := engine.RoomID(""), "", false
	a.with(id, func(l *leg) { room, member, music = l.in, l.member, l.music })
	if member == "" {
		_ = a.park(ctx, id, music) // when it fails, the leg is gone, or the link is
		return
	}
	_, _ = a.commands.API(ctx, "conference "+string(room)+" stop all "+member) // it may have ended by itself
}
