package call

// AgentsChanged says that the agents or phones of a workspace are different:
// somebody may have become free, or have a new phone.
func (x *Exchange) AgentsChanged(string) { kick(x.phonesKick) }

func kick(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // one is on its way
	}
}

// dispatch offers the waiting calls, the longest waiting first, to agents who
// became free, and lets talks find agents who came back.
func (x *Exchange) dispatch() {
	defer x.done.Done()
	for {
		talks := false
		select {
		case <-x.freeKick:
		case <-x.phonesKick:
			talks = true
		case <-x.ctx.Done():
			return
		}
		x.offerRound(talks)
	}
}

// offerRound lets the calls look for agents, in their order.
func (x *Exchange) offerRound(talks bool) {
	anyone := map[string]bool{} // by workspace, each asked once
	for _, r := range x.open(talks) {
		if !talks && !x.mayFind(r.view.Load().WorkspaceID, anyone) {
			continue
		}
		ask := lookForAgents{done: make(chan struct{})}
		r.put(ask)
		select {
		case <-ask.done:
		case <-r.ended:
		case <-x.ctx.Done():
			return
		}
	}
}

// mayFind says whether a call of the workspace may find a free agent. Reading
// that is cheap: a look in vain would hold up the one writer of the store.
func (x *Exchange) mayFind(workspace string, known map[string]bool) bool {
	if workspace == "" { // the call is being taken in
		return true
	}
	free, ok := known[workspace]
	if !ok {
		var err error
		free, err = x.Store.AgentFree(x.ctx, workspace, x.Now())
		free = free || err != nil // looking will tell
		known[workspace] = free
	}
	return free
}
