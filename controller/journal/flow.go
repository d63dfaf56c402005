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

// ForwardDialled says that a number outside is called for the caller, as their flow
// says (OUT-9).
type ForwardDialled struct {
	Attempt int    `json:"attempt"` // 1 for the first trunk
	Number  string `json:"number"`  // E.164
	Trunk   string `json:"trunk"`
}

// ForwardAnswered says that the number outside has answered: the caller talks with
// it.
type ForwardAnswered struct {
	Number string `json:"number"`
	WaitMS int64  `json:"waitMs"` // since it was dialled
}

// ForwardEnded says that the number outside is gone: it had hung up, or was not to
// be had.
type ForwardEnded struct {
	Number  string `json:"number"`
	Outcome string `json:"outcome"`          // as a call's: answered, busy, noAnswer …
	TalkMS  int64  `json:"talkMs,omitempty"` // how long they talked
}

func (FlowStep) Type() string        { return "flow.step" }
func (ForwardDialled) Type() string  { return "forward.dialled" }
func (ForwardAnswered) Type() string { return "forward.answered" }
func (ForwardEnded) Type() string    { return "forward.ended" }
