package dialplan

import "slices"

// MissedReason says why nobody answered a call that came in (MISS-1).
type MissedReason string

// The reasons in their order of precedence: where several apply, the first.
const (
	BlockedUser        MissedReason = "blockedUser"
	UnregisteredNumber MissedReason = "unregisteredNumber"
	InboundRateLimit   MissedReason = "inboundRateLimit"
	Workflow           MissedReason = "workflow"
	NotInOperation     MissedReason = "notInOperation"
	NoOperator         MissedReason = "noOperator"
	ExceededQueue      MissedReason = "exceededQueue"
	AbandonedInQueue   MissedReason = "abandonedInQueue"
	RingTimeOver       MissedReason = "ringTimeOver"
	ManagerLeft        MissedReason = "managerLeft"
	UserLeft           MissedReason = "userLeft"
)

// precedence is MISS-1's order.
var precedence = []MissedReason{BlockedUser, UnregisteredNumber, InboundRateLimit, Workflow, NotInOperation, NoOperator,
	ExceededQueue, AbandonedInQueue, RingTimeOver, ManagerLeft, UserLeft}

// First gives the reason that counts where several apply (MISS-1). Empty texts
// are no reasons; without any it is "".
func First(reasons ...MissedReason) MissedReason {
	for _, r := range precedence {
		if slices.Contains(reasons, r) {
			return r
		}
	}
	return ""
}
