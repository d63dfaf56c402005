package journal

// FlowStep says that the call has come to a step of its flow (DP-1). What callers key
// in stands in By only where a menu or a queue has a key of that name.
type FlowStep struct {
	By      string `json:"by,omitempty"` // the exit of the step before: "key 1", "otherwise", "on ringTimeOver"; "" for the first
	File    string `json:"file"`
	Flow    string `json:"flow"`
	Kind    string `json:"kind"` // menu, queue …
	Line    int    `json:"line"`
	Step    string `json:"step"`
	Version int    `json:"version"` // of the workspace's flows
}

// CallHandedOver says that the call goes on in an extension of the engine's own
// dialplan, and is ours no longer (DP-3).
type CallHandedOver struct {
	Extension string `json:"extension"`
}

func (CallHandedOver) Type() string { return "call.handedOver" }

func (FlowStep) Type() string { return "flow.step" }
