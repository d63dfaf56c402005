package call

import (
	"fmt"
	"reflect"
	"strings"

	"ringdesk/controller/outbound"
	"ringdesk/controller/reason"
)

// shown are the fields by which tests know an effect, so that a new field breaks
// none of them.
var shown = map[reflect.Type][]string{
	reflect.TypeFor[Ring]():            {"Leg"},
	reflect.TypeFor[Answer]():          {"Leg"},
	reflect.TypeFor[DialOut]():         {"Leg", "Route", "Number"},
	reflect.TypeFor[CreateRoom]():      {"Room"},
	reflect.TypeFor[DestroyRoom]():     {"Room"},
	reflect.TypeFor[HandOver]():        {"Leg", "Extension"},
	reflect.TypeFor[Join]():            {"Room", "Leg"},
	reflect.TypeFor[JoinEarly]():       {"Room", "Leg"},
	reflect.TypeFor[Part]():            {"Room", "Leg"},
	reflect.TypeFor[HoldLeg]():         {"Room", "Leg"},
	reflect.TypeFor[UnholdLeg]():       {"Room", "Leg"},
	reflect.TypeFor[MuteLeg]():         {"Leg", "On"},
	reflect.TypeFor[Music]():           {"Leg", "On"},
	reflect.TypeFor[PlayDigits]():      {"Leg", "Digits"},
	reflect.TypeFor[Play]():            {"ID", "Leg", "Sounds", "Loop"},
	reflect.TypeFor[StopPlay]():        {"ID"},
	reflect.TypeFor[Monitor]():         {"Leg", "Target", "Whisper"},
	reflect.TypeFor[Record]():          {"ID", "Leg", "File", "Limit"},
	reflect.TypeFor[StopRecord]():      {"ID"},
	reflect.TypeFor[Mask]():            {"ID", "On"},
	reflect.TypeFor[Occupy]():          {"AccountID"},
	reflect.TypeFor[Free]():            {"AccountID"},
	reflect.TypeFor[Took]():            {"AgentID"},
	reflect.TypeFor[WrapUp]():          {"AgentID", "Until"},
	reflect.TypeFor[Block]():           {"AgentID", "Until"},
	reflect.TypeFor[Tag]():             {"Tag"},
	reflect.TypeFor[CallBack]():        {"Rank"},
	reflect.TypeFor[Handled]():         {"CallID"},
	reflect.TypeFor[Unhandled]():       {"CallID"},
	reflect.TypeFor[OutboundBegun]():   {"AgentID"},
	reflect.TypeFor[OutboundTrunk]():   {"Trunk"},
	reflect.TypeFor[OutboundEnded]():   {},
	reflect.TypeFor[Refused]():         {"Why"},
	reflect.TypeFor[Seek]():            {},
	reflect.TypeFor[Locate]():          {},
	reflect.TypeFor[Fetch]():           {"ID", "URL"},
	reflect.TypeFor[CountQueues]():     {"ID"},
	reflect.TypeFor[Give]():            {"Team", "Agent"},
	reflect.TypeFor[DialForward]():     {"Leg", "Route", "Number", "Timeout"},
	reflect.TypeFor[ForwardBegun]():    {},
	reflect.TypeFor[ForwardTrunk]():    {"ID", "Trunk"},
	reflect.TypeFor[ForwardOver]():     {"ID"},
	reflect.TypeFor[Drained]():         {},
	reflect.TypeFor[RecordingOpened](): {},
}

// short is an effect as tests write it: "Join{call leg-a}".
func short(e Effect) string {
	switch e := e.(type) {
	case Journal:
		return "journal " + e.Entry.Type()
	case Dial:
		return "dial " + e.Agent.Phone
	case Hangup:
		return fmt.Sprintf("hangup %s %d", e.Leg, e.Cause)
	case TrackOpened:
		return "TrackOpened " + string(e.ID)
	case TrackStarted:
		return "TrackStarted " + string(e.ID)
	case TrackClosed:
		return "TrackClosed " + string(e.ID)
	}
	t := reflect.TypeOf(e)
	names, known := shown[t]
	if !known {
		panic(fmt.Sprintf("say in short_test.go how %s is shown", t))
	}
	fields := make([]string, len(names))
	for i, name := range names {
		switch v := reflect.ValueOf(e).FieldByName(name).Interface().(type) {
		case *reason.Why:
			fields[i] = v.Text
		case outbound.Route:
			fields[i] = "{" + v.TrunkID + " " + v.CallerID + "}"
		default:
			fields[i] = fmt.Sprint(v)
		}
	}
	return t.Name() + "{" + strings.Join(fields, " ") + "}"
}
