package journal

// RecordingPaused says that the recording goes on in silence (CALL-7). Agent is
// nil where ending the pause had failed.
type RecordingPaused struct {
	*Agent
	Failed bool `json:"failed,omitempty"`
}

// RecordingResumed says that the recording's pause is over. Agent is nil where
// the pause had failed.
type RecordingResumed struct {
	*Agent
	Failed bool `json:"failed,omitempty"`
}

// RecordingFailed says what is wrong with a track.
type RecordingFailed struct {
	Track string `json:"track"`
	Why   string `json:"why"`
}

// PromptFailed says that the customer did not hear an announcement.
type PromptFailed struct {
	For    string   `json:"for"` // what the announcement was for
	Sounds []string `json:"sounds"`
	Why    string   `json:"why"`
}

// CommandFailed says that the engine did not do what it was told.
type CommandFailed struct {
	Command string `json:"command"`
	Kind    string `json:"kind"` // of the engine's error
}

// EngineRestarted says that the engine lost all its calls, so nobody hung up.
type EngineRestarted struct{}

func (RecordingPaused) Type() string  { return "recording.paused" }
func (RecordingResumed) Type() string { return "recording.resumed" }
func (RecordingFailed) Type() string  { return "recording.failed" }
func (PromptFailed) Type() string     { return "prompt.failed" }
func (CommandFailed) Type() string    { return "command.failed" }
func (EngineRestarted) Type() string  { return "engine.restarted" }
