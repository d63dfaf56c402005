package dialplan

import "slices"

// The reasons for which a call that comes in is missed (MISS-1).
const (
	BlockedUser        = "blockedUser"
	UnregisteredNumber = "unregisteredNumber"
	InboundRateLimit   = "inboundRateLimit"
	Workflow           = "workflow"
	NotInOperation     = "notInOperation"
	NoOperator         = "noOperator"
	ExceededQueue      = "exceededQueue"
	AbandonedInQueue   = "abandonedInQueue"
	RingTimeOver       = "ringTimeOver"
	ManagerLeft        = "managerLeft"
	UserLeft           = "userLeft"
)

// precedence is MISS-1's order.
var precedence = []string{BlockedUser, UnregisteredNumber, InboundRateLimit, Workflow, NotInOperation, NoOperator,
	ExceededQueue, AbandonedInQueue, RingTimeOver, ManagerLeft, UserLeft}

// First gives the reason that counts where several apply (MISS-1). Empty texts
// are no reasons; without any it is "".
func First(reasons ...string) string {
	for _, r := range precedence {
		if slices.Contains(reasons, r) {
			return r
		}
	}
	return ""
}
