package call

// flowRows are the ways in which a flow leads a call from one state to another. A
// survey is for those who have talked, and only they end without having been
// missed.
func flowRows() []Row {
	says := map[State]string{
		Greeting:  "The flow plays something, waits for keys, or asks a server (DP-1).",
		Queued:    "The flow comes to a queue (DP-1).",
		Voicemail: "The flow lets the caller leave a message (Q-2).",
		Survey:    "The flow asks a customer who has talked for a grade (Q-2).",
		Missed:    "The flow ends, and no agent had answered (MISS-1).",
		Ended:     "The flow of a customer who has talked ends.",
	}
	ways := map[State][]State{
		"":        {Greeting, Queued, Voicemail, Missed},
		Greeting:  {Queued, Voicemail, Survey, Missed, Ended},
		Queued:    {Greeting, Queued, Voicemail, Survey, Missed, Ended},
		Ringing:   {Greeting, Queued, Voicemail, Survey, Missed, Ended},
		Talking:   {Greeting, Queued, Voicemail, Survey},
		Voicemail: {Greeting, Queued, Survey, Missed, Ended},
		Survey:    {Greeting, Queued, Voicemail, Ended},
	}
	var rows []Row
	for _, from := range []State{"", Greeting, Queued, Ringing, Talking, Voicemail, Survey} {
		for _, to := range ways[from] {
			rows = append(rows, Row{Transition{from, onFlow, to}, says[to]})
		}
	}
	return rows
}
