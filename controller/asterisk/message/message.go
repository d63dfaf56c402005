// Package message reads what Asterisk says of calls: the messages that ARI sends over its
// WebSocket. Each describes its channels and bridges at length, and little of that is used.
package message

import (
	"fmt"
	"time"
)

// Event is a message, with what is used of it.
type Event struct {
	Type       string
	At         time.Time // the engine's clock, to a millisecond
	Args       []string  // of Stasis
	Channel    Channel
	Peer       string // id of the channel that is dialled
	Bridge     string // id
	Cause      int    // of the channel's end
	DialStatus string
	Digit      string
	Playback   Playback
	Recording  Recording
}

// Channel is what an event is about.
type Channel struct{ ID, Name, State, CallerName, CallerNumber string }

// Playback is one that ended.
type Playback struct{ ID, State string }

// Recording is one that began or ended: what it records, and why it failed.
type Recording struct{ Target, Cause string }

// stamp is how ARI writes a moment.
const stamp = "2006-01-02T15:04:05.000-0700"

// Decode reads a message.
func Decode(data []byte) (Event, error) {
	var e Event
	var when string
	r := &reader{data: data}
	r.object(func(name []byte) {
		switch string(name) {
		case "type":
			e.Type = r.text()
		case "timestamp":
			when = r.text()
		case "args":
			e.Args = r.texts()
		case "channel":
			r.channel(&e.Channel)
		case "peer":
			r.object(r.only("id", &e.Peer))
		case "bridge":
			r.object(r.only("id", &e.Bridge))
		case "cause":
			e.Cause = r.number()
		case "dialstatus":
			e.DialStatus = r.text()
		case "digit":
			e.Digit = r.text()
		case "playback":
			r.object(r.both("id", &e.Playback.ID, "state", &e.Playback.State))
		case "recording":
			r.object(r.both("target_uri", &e.Recording.Target, "cause", &e.Recording.Cause))
		default:
			r.skip()
		}
	})
	r.end()
	if r.err == nil && when != "" {
		e.At, r.err = time.Parse(stamp, when)
	}
	if r.err != nil {
		return Event{}, fmt.Errorf("event %s: %w", e.Type, r.err)
	}
	return e, nil
}

func (r *reader) channel(c *Channel) {
	r.object(func(name []byte) {
		switch string(name) {
		case "id":
			c.ID = r.text()
		case "name":
			c.Name = r.text()
		case "state":
			c.State = r.text()
		case "caller":
			r.object(r.both("name", &c.CallerName, "number", &c.CallerNumber))
		default:
			r.skip()
		}
	})
}

// only reads one member of an object.
func (r *reader) only(member string, into *string) func([]byte) {
	return func(name []byte) {
		if string(name) == member {
			*into = r.text()
		} else {
			r.skip()
		}
	}
}

// both reads two members of an object.
func (r *reader) both(first string, into *string, second string, other *string) func([]byte) {
	one, two := r.only(first, into), r.only(second, other)
	return func(name []byte) {
		if string(name) == second {
			two(name)
		} else {
			one(name)
		}
	}
}
