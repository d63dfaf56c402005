package message_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringdesk/controller/asterisk/message"
)

// slow is what an event says, for the decoder of the standard library.
type slow struct {
	Type, Timestamp, DialStatus, Digit string
	Args                               []string
	Channel                            struct {
		ID, Name, State string
		Caller          struct{ Name, Number string }
	}
	Peer, Bridge struct{ ID string }
	Cause        int
	Playback     struct{ ID, State string }
	Recording    struct {
		Target string `json:"target_uri"`
		Cause  string
	}
}

func (s slow) event(t require) message.Event {
	e := message.Event{Type: s.Type, Args: s.Args, Peer: s.Peer.ID, Bridge: s.Bridge.ID, Cause: s.Cause, DialStatus: s.DialStatus, Digit: s.Digit,
		Channel:  message.Channel{ID: s.Channel.ID, Name: s.Channel.Name, State: s.Channel.State, CallerName: s.Channel.Caller.Name, CallerNumber: s.Channel.Caller.Number},
		Playback: message.Playback{ID: s.Playback.ID, State: s.Playback.State}, Recording: message.Recording{Target: s.Recording.Target, Cause: s.Recording.Cause}}
	at, err := time.Parse("2006-01-02T15:04:05.000-0700", s.Timestamp)
	if err != nil {
		t.Fatal(err)
	}
	e.At = at
	return e
}

type require interface{ Fatal(...any) }

// anything draws a JSON value of some depth, in which names of an event stand, too.
func anything(depth int) *rapid.Generator[any] {
	kinds := []*rapid.Generator[any]{rapid.Bool().AsAny(), rapid.String().AsAny(), rapid.Float64().AsAny(), rapid.Just[any](nil)}
	if depth > 0 {
		name := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"id", "type", "name", "channel", "cause"}))
		kinds = append(kinds, rapid.MapOfN(name, anything(depth-1), 0, 4).AsAny(), rapid.SliceOfN(anything(depth-1), 0, 4).AsAny())
	}
	return rapid.OneOf(kinds...)
}

// with is an object of some members among others that nobody asks for.
func with(t *rapid.T, members map[string]any) map[string]any {
	for range rapid.IntRange(0, 4).Draw(t, "others") {
		members["other "+rapid.String().Draw(t, "name")] = anything(3).Draw(t, "value")
	}
	return members
}

// Whatever else Asterisk says of a call, what is used of a message is what stands there:
// the same as the standard library reads.
func TestDecode_SYS_3(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string { return rapid.String().Draw(t, name) }
		said := with(t, map[string]any{
			"type": text("type"), "timestamp": "2026-11-23T01:02:03.456+0900", "dialstatus": text("status"), "digit": text("digit"),
			"args": rapid.SliceOf(rapid.String()).Draw(t, "args"), "cause": rapid.Int32().Draw(t, "cause"),
			"channel": with(t, map[string]any{"id": text("id"), "name": text("channel"), "state": text("state"),
				"caller": with(t, map[string]any{"name": text("caller"), "number": text("number")})}),
			"peer": with(t, map[string]any{"id": text("peer")}), "bridge": with(t, map[string]any{"id": text("bridge")}),
			"playback":  with(t, map[string]any{"id": text("playback"), "state": text("played")}),
			"recording": with(t, map[string]any{"target_uri": text("target"), "cause": text("why")}),
		})
		for name := range said {
			if name != "timestamp" && rapid.IntRange(0, 5).Draw(t, "null") == 0 {
				said[name] = nil
			}
		}
		data, err := json.Marshal(said)
		if err == nil && rapid.Bool().Draw(t, "spaced") {
			data, err = json.MarshalIndent(said, " ", "\t")
		}
		if err != nil {
			t.Fatal(err)
		}
		var want slow
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatal(err)
		}
		got, err := message.Decode(data)
		if err != nil {
			t.Fatalf("%v in %s", err, data)
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want.event(t))
		if strings.ReplaceAll(string(a), "null", "[]") != strings.ReplaceAll(string(b), "null", "[]") {
			t.Fatalf("%s\nis read as %s\nand not as %s", data, a, b)
		}
	})
}

// What is no message gives an error, and nothing of it is used.
func TestDecode_Broken(t *testing.T) {
	whole := `{"type":"StasisEnd","args":["a","b"],"cause":16,"channel":{"id":"1","caller":{"name":"n"}},"x":[{"y":[1,"\""]},true]}`
	if _, err := message.Decode([]byte(whole)); err != nil {
		t.Fatal(err)
	}
	broken := []string{``, `1`, `[]`, `{"type":1}`, `{"type" "a"}`, `{"type":"a",}`, `{"type":"a"}}`, `{"cause":"a"}`, `{"cause":1.5}`, `{"cause":}`, `{"x":}`, `{"x":]}`,
		`{"args":"a"}`, `{"args":[1]}`, `{"channel":"a"}`, `{"timestamp":"noon"}`, `{"type":"\x"}`, `{type:"a"}`, whole + "x"}
	for n := range whole {
		broken = append(broken, whole[:n])
	}
	for _, text := range broken {
		if e, err := message.Decode([]byte(text)); err == nil || e.Type != "" {
			t.Errorf("%q gives %v, %v", text, e, err)
		}
	}
}

// FuzzDecode shows that no text makes the reader run on or out of its bounds.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"type":"Dial","peer":{"id":"a"},"dialstatus":"PROGRESS","x":[{"y":null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := message.Decode(data); err != nil && e.Type != "" {
			t.Errorf("%v is used of what is broken: %v", e, err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	data := []byte(`{"type":"ChannelEnteredBridge","timestamp":"2026-11-23T01:02:03.456+0000","bridge":{"id":"019a","technology":"simple_bridge","bridge_type":"mixing","bridge_class":"stasis","creator":"Stasis","name":"","channels":["1764000000.1","019b"],"creationtime":"2026-11-23T01:02:03.456+0000","video_mode":"none"},"channel":{"id":"1764000000.1","name":"PJSIP/carrier-00000001","state":"Up","protocol_id":"1-2@192.0.2.1","caller":{"name":"","number":"01012345678"},"connected":{"name":"","number":""},"accountcode":"","dialplan":{"context":"from-trunk","exten":"070","priority":2,"app_name":"Stasis","app_data":"ringdesk,inbound,KCgo"},"creationtime":"2026-11-23T01:02:03.450+0000","language":"en"},"asterisk_id":"00:00:00:00:00:00","application":"ringdesk"}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := message.Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}
