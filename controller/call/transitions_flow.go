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
		Dialing:   "The flow has a number outside called for the customer (OUT-9).",
		Missed:    "The flow ends, and no agent had answered (MISS-1).",
		Ended:     "The flow of a customer who has talked ends.",
	}
	ways := map[State][]State{
		"":        {Greeting, Queued, Voicemail, Dialing, Missed},
		Greeting:  {Queued, Voicemail, Survey, Dialing, Missed, Ended},
		Queued:    {Greeting, Queued, Voicemail, Survey, Dialing, Missed, Ended},
		Ringing:   {Greeting, Queued, Voicemail, Survey, Dialing, Missed, Ended},
		Talking:   {Greeting, Queued, Voicemail, Survey, Dialing},
		Voicemail: {Greeting, Queued, Survey, Dialing, Missed, Ended},
		Survey:    {Greeting, Queued, Voicemail, Dialing, Ended},
		Dialing:   {Greeting, Queued, Voicemail, Survey, Dialing, Missed, Ended},
	}
	var rows []Row
	for _, from := range []State{"", Greeting, Queued, Ringing, Talking, Voicemail, Survey, Dialing} {
		for _, to := range ways[from] {
			rows = append(rows, Row{Transition{from, onFlow, to}, says[to]})
		}
	}
	return append(rows,
		Row{Transition{Dialing, onCustomerLeaves, Missed}, "The caller hangs up while a number outside is dialled for them, or after they have talked with it (MISS-1)."},
		Row{Transition{Dialing, onCustomerLeaves, Ended}, "The same for a customer who has talked with an agent before."},
		Row{Transition{Dialing, onEngineFails, Missed}, "The engine cannot connect the caller with the number outside."})
}
