package exchange_test

import (
	"os/signal"
	"syscall"
	"testing"

	"ringdesk/controller/call"
	"ringdesk/testkit/memory"
)

// A call that ends while nothing can be saved is mixed as soon as its record
// stands in the database: the kick of before found nothing.
//
// Covers: SYS-3, END-1
func TestRecordSavedLateIsMixed_SYS_3_END_1(t *testing.T) {
	w := newStage(t, 1, memory.Options{})
	caller := w.caller(from(1))
	caller.Call(number)
	w.rings(w.phones[0])
	w.phones[0].Answer()
	w.last(call.Talking)
	w.await("tracks", func() bool { return w.newest().Recording })
	found := make(chan bool, 10)
	told := func() {
		_, err := w.store.NextTask(t.Context(), "mix")
		found <- err == nil
	}
	w.mixes.Store(&told)

	room := noMoreWriting(t)
	caller.Hangup()
	if <-found { // the end was decided, and could not be saved
		t.Fatal("it was saved although nothing can be written")
	}
	room()
	if !<-found {
		t.Error("the kick came before the record again")
	}
	w.last(call.Ended)
	w.clean()
}

// noMoreWriting lets this process write no file any more, as on a full disk,
// until room is called.
func noMoreWriting(t *testing.T) (room func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ) // writes then fail with EFBIG (setrlimit(2))
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	set := func(l syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Error(err)
		}
	}
	set(syscall.Rlimit{Cur: 0, Max: was.Max})
	room = func() { set(was) }
	t.Cleanup(room)
	return room
}
