package e2e

import (
	"slices"
	"time"
)

// written: the call, its conversation, the new contact and the journal as the
// API tells them (IN-7, IN-8, INBOX-1).
func (k *talk) written() {
	call := k.API.Call(k.id)
	for _, c := range []struct{ what, got, want string }{
		{"kind", call.Kind, "phone"}, {"direction", call.Direction, "inbound"}, {"state", call.State, "ended"},
		{"from", call.From, k.number.e164()}, {"to", call.To, "+827076660001"}, {"number", call.Number.Number, "+827076660001"},
		{"endedBy", call.EndedBy, "agent"}, {"missedReason", call.MissedReason, ""}, {"contact's kind", call.Contact.Kind, "lead"},
	} {
		if c.got != c.want {
			k.t.Errorf("the call's %s is %q, want %q", c.what, c.got, c.want)
		}
	}
	if !slices.Equal(call.Contact.Numbers, []string{k.number.e164()}) {
		k.t.Errorf("the contact's numbers are %v", call.Contact.Numbers)
	}
	near := func(what string, got, want time.Time) {
		if got.Sub(want).Abs() > time.Second {
			k.t.Errorf("%s is %v, want about %v", what, got, want)
		}
	}
	near("startedAt", call.StartedAt, k.caller.Start)
	near("answeredAt", call.AnsweredAt, k.Mina.Answered())
	near("endedAt", call.EndedAt, k.left)
	k.participants(call)
	conv := k.API.Conversation(k.conv)
	if conv.Kind != "phone" || conv.Direction != "inbound" || conv.State != "open" || conv.Live || conv.Assignee == nil || conv.Assignee.Name != minaName ||
		len(conv.Calls) != 1 || len(conv.Notes) != 1 || conv.Contact.ID != call.Contact.ID {
		k.t.Errorf("the conversation is %+v", conv)
	}
	k.journal()
}

func (k *talk) participants(call Call) {
	k.t.Helper()
	want := map[string]string{k.number.e164(): "left", minaName: "left", alexName: "taken"}
	for _, p := range call.Participants {
		if want[p.Name] != p.State || p.Muted || p.OnHold || p.LeftAt.IsZero() {
			k.t.Errorf("participant %+v, want state %q", p, want[p.Name])
		}
		if (p.Name == alexName) != p.JoinedAt.IsZero() {
			k.t.Errorf("%s joined at %v", p.Name, p.JoinedAt)
		}
		delete(want, p.Name)
	}
	if len(want) > 0 {
		k.t.Errorf("not among the participants: %v", want)
	}
}

// journal: everything that happened, in order.
func (k *talk) journal() {
	k.t.Helper()
	entries := k.API.Journal(k.id)
	want := []string{
		"call.created", "agent.offered", "agent.offered", "call.answered", "agent.taken", "call.held", "call.released", "agent.muted", "agent.unmuted",
		"agent.dtmf", "agent.dtmf", "agent.dtmf", "customer.dtmf", "customer.dtmf", "agent.left", "call.ended",
	}
	if got := types(entries); !slices.Equal(got, want) {
		k.t.Errorf("the journal is %v, want %v", got, want)
	}
	for i, e := range entries {
		if e.Seq != int64(i+1) || i > 0 && e.At.Before(entries[i-1].At) {
			k.t.Errorf("journal entry %d has seq %d and time %v", i+1, e.Seq, e.At)
		}
	}
	if by := entry(k.t, entries, "call.answered", 0).Data["name"]; by != minaName {
		k.t.Errorf("the journal says that %v answered", by)
	}
}

// player: the recording stands in the conversation by itself and plays
// (END-2).
func (k *talk) player() {
	const player = "[data-testid=conversation] [data-testid=recording-player]"
	k.Mina.AwaitText(player, "0:00")
	Await(k.t, "the waveform is drawn", actionTime, func() (bool, string) {
		return eval[int](k.Mina, "("+waveform+")(%s)", player) > 50, "too few pixels"
	})
	k.Mina.Click("Play")
	Await(k.t, "the player plays", actionTime, func() (bool, string) {
		at := eval[string](k.Mina, "document.querySelector(%s+' [role=slider]')?.getAttribute('aria-valuenow') ?? ''", player)
		return at != "" && at != "0", at
	})
	k.Mina.Click("Pause")
}

// waveform counts the columns of the player's canvases with something drawn.
const waveform = `(player) => {
  const host = [...document.querySelector(player).querySelectorAll('*')].find((el) => el.shadowRoot);
  let columns = 0;
  for (const canvas of (host?.shadowRoot ?? document).querySelectorAll('canvas')) {
    if (!canvas.width || !canvas.height) continue;
    const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    for (let x = 0; x < width; x++) for (let y = 0; y < height; y++) if (data[(y * width + x) * 4 + 3]) { columns++; break; }
  }
  return columns;
}`

// secondCall: the same caller is the same contact, now with a name and a
// profile, in a second conversation (IN-1, IN-7, IN-8).
func (k *talk) secondCall() {
	first := k.API.Call(k.id)
	k.Login(k.t, k.Owner).send("PUT", "/contacts/"+first.Contact.ID, map[string]any{
		"name": "이수진 Sujin Lee", "profile": map[string]string{"company": "한빛 상사", "plan": "Gold", "city": "Busan"}}, nil)
	again := k.Dial(k.t, NewPhone(k.t), k.number.e164(), CallerHz)
	box := k.Mina.WaitRinging()
	if !containsAll(box.Text, []string{"이수진 Sujin Lee", k.number.shown(), "070-7666-0001", "한빛 상사", "Gold", "Busan"}) {
		k.t.Errorf("the ring box says %q", box.Text)
	}
	k.Alex.WaitRinging()
	k.Alex.Answer()
	AwaitHears(k.t, "the caller", again, AlexHz)
	second := k.API.Call(box.Call)
	if second.Contact.ID != first.Contact.ID || second.Contact.Kind != "member" || second.ConversationID == first.ConversationID {
		k.t.Errorf("the second call has contact %+v and conversation %s", second.Contact, second.ConversationID)
	}
	conversations := List[Conversation](k.API, "/conversations?contactId="+first.Contact.ID)
	if len(conversations) != 2 || conversations[0].ID != second.ConversationID {
		k.t.Errorf("the contact's conversations are %+v", conversations)
	}
	again.Hangup()
	ended := k.API.AwaitCall(second.ID, "ended", actionTime)
	if ended.EndedBy != "customer" {
		k.t.Errorf("ended by %q", ended.EndedBy)
	}
}
