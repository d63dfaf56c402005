package e2e
import ("ringdesk/e2e/phone";"ringdesk/e2e/phone/tone")
func (k *talk) dbg(rec Recording, pcm []int16) {
	at := func(typ string) any { return entry(k.t, k.API.Journal(k.id), typ, 0).At.Sub(rec.StartedAt) }
	k.t.Log("mina", tone.Spans(pcm, phone.Rate, MinaHz))
	k.t.Log("caller", tone.Spans(pcm, phone.Rate, CallerHz))
	k.t.Log("held", at("call.held"), "released", at("call.released"), "muted", at("agent.muted"), "unmuted", at("agent.unmuted"), "answered", at("call.answered"), "ended", at("call.ended"))
	k.t.Log("ear muted", k.muted.Sub(rec.StartedAt))
	k.t.Log("ear", tone.Spans(k.caller.Heard(rec.StartedAt, rec.StartedAt.Add(10e9)), phone.Rate, MinaHz), )
	for _, tr := range rec.Tracks { k.t.Logf("%+v", tr) }
	for _, e := range k.API.Journal(k.id) { k.t.Log(e.At, e.Type, e.Data) }
}
