package freeswitch

import (
	"strconv"

	"ringdesk/controller/engine"
)

// causeNames are FreeSWITCH's names of the causes that legs are hung up for. It
// refuses an unanswered call with the SIP status of the name.
var causeNames = map[engine.Cause]string{
	engine.CauseUnallocated:       "UNALLOCATED_NUMBER",
	engine.CauseNoRoute:           "NO_ROUTE_DESTINATION",
	engine.CauseNormal:            "NORMAL_CLEARING",
	engine.CauseBusy:              "USER_BUSY",
	engine.CauseNoUserResponse:    "NO_USER_RESPONSE",
	engine.CauseNoAnswer:          "NO_ANSWER",
	engine.CauseAbsent:            "SUBSCRIBER_ABSENT",
	engine.CauseRejected:          "CALL_REJECTED",
	engine.CauseNumberChanged:     "NUMBER_CHANGED",
	engine.CauseAnsweredElsewhere: "LOSE_RACE", // the only one that says so in the CANCEL
	engine.CauseOutOfOrder:        "DESTINATION_OUT_OF_ORDER",
	engine.CauseNumberFormat:      "INVALID_NUMBER_FORMAT",
	engine.CauseFailure:           "NORMAL_TEMPORARY_FAILURE",
	engine.CauseCongestion:        "SWITCH_CONGESTION",
	engine.CauseInterworking:      "INTERWORKING",
}

func causeName(c engine.Cause) string {
	if name, ok := causeNames[c]; ok {
		return name
	}
	return causeNames[engine.CauseNormal]
}

// namedCauses are what FreeSWITCH's own causes mean, and those of Q.850 that the
// port has no other word for.
var namedCauses = map[string]engine.Cause{
	"ORIGINATOR_CANCEL":              engine.CauseNormal, // a caller's CANCEL
	"LOSE_RACE":                      engine.CauseAnsweredElsewhere,
	"PICKED_OFF":                     engine.CauseAnsweredElsewhere,
	"ALLOTTED_TIMEOUT":               engine.CauseNoAnswer,
	"PROGRESS_TIMEOUT":               engine.CauseNoAnswer,
	"USER_NOT_REGISTERED":            engine.CauseAbsent,
	"RECOVERY_ON_TIMER_EXPIRE":       engine.CauseNoUserResponse,
	"BUSY_EVERYWHERE":                engine.CauseBusy,
	"DECLINE":                        engine.CauseRejected,
	"REJECT_ALL":                     engine.CauseRejected,
	"DOES_NOT_EXIST_ANYWHERE":        engine.CauseUnallocated,
	"NOT_ACCEPTABLE":                 engine.CauseFailure,
	"INVALID_GATEWAY":                engine.CauseNoRoute,
	"INVALID_PROFILE":                engine.CauseNoRoute,
	"INVALID_URL":                    engine.CauseNoRoute,
	"GATEWAY_DOWN":                   engine.CauseFailure,
	"INVALID_NUMBER_FORMAT":          engine.CauseUnallocated,
	"NORMAL_UNSPECIFIED":             engine.CauseNormal,
	"NORMAL_CIRCUIT_CONGESTION":      engine.CauseFailure,
	"NETWORK_OUT_OF_ORDER":           engine.CauseFailure,
	"REQUESTED_CHAN_UNAVAIL":         engine.CauseFailure,
	"INCOMPATIBLE_DESTINATION":       engine.CauseFailure,
	"BEARERCAPABILITY_NOTAVAIL":      engine.CauseFailure,
	"MEDIA_TIMEOUT":                  engine.CauseFailure,
	"MANAGER_REQUEST":                engine.CauseNormal,
	"BLIND_TRANSFER":                 engine.CauseNormal,
	"ATTENDED_TRANSFER":              engine.CauseNormal,
	"SYSTEM_SHUTDOWN":                engine.CauseFailure,
	"REDIRECTION_TO_NEW_DESTINATION": engine.CauseNumberChanged,
}

// statusCauses are the causes of SIP's final responses (RFC 3398, section
// 7.2.4.1, and section 7.2.4 for 6xx), where FreeSWITCH's own mapping differs or
// joins some.
var statusCauses = map[int]engine.Cause{
	401: engine.CauseRejected, 403: engine.CauseRejected, 407: engine.CauseRejected, 404: engine.CauseUnallocated, 408: engine.CauseNoUserResponse,
	410: engine.CauseNumberChanged, 480: engine.CauseNoAnswer, 484: engine.CauseUnallocated,
	486: engine.CauseBusy, 488: engine.CauseFailure, 500: engine.CauseFailure,
	502: engine.CauseOutOfOrder, 503: engine.CauseFailure, 504: engine.CauseFailure,
	600: engine.CauseBusy, 603: engine.CauseRejected, 604: engine.CauseUnallocated, 606: engine.CauseFailure,
	904: engine.CauseRejected, // Sofia's own: a challenge that we have no login for
}

// endCause decides why a leg ended. name and status are FreeSWITCH's cause and
// the SIP status that the far side refused the call with, or empty.
func (l *leg) endCause(name, status string) engine.Cause {
	if l.cause != 0 {
		return l.cause
	}
	if code, err := strconv.Atoi(status); err == nil && !l.inbound && !l.answered && name != causeNames[engine.CauseNoAnswer] {
		if code/100 == 3 {
			return engine.CauseNumberChanged // a redirect, which is not followed
		}
		if c, ok := statusCauses[code]; ok {
			return c
		}
	}
	return causeOf(name)
}

func causeOf(name string) engine.Cause {
	if c, ok := namedCauses[name]; ok {
		return c
	}
	for c, known := range causeNames {
		if known == name {
			return c
		}
	}
	return engine.CauseNormal
}
