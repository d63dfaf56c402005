// Package memstore is the database in memory, as far as calls need it: it keeps
// the rules of package models (claims by compare-and-set, the order of waiting,
// unique keys, references, the errors, transactions that are undone as a whole),
// for a simulation that has no time for a disk. A test compares the two.
//
// A Store is for one thread.
package memstore

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"ringdesk/controller/exchange"
	"ringdesk/models"
)

// errReference says that a row refers to one that is not there.
var errReference = errors.New("memstore: a reference leads nowhere")

// errFailed ends a transaction that went on after a statement had failed, which no
// database allows (models, pinned.go).
var errFailed = errors.New("memstore: a statement of this transaction has failed: it must be undone")

// fails notes that a statement has.
func (s *Store) fails(err error) error {
	s.failed = true
	return err
}

// Store is the database.
type Store struct {
	now   func() time.Time
	newID func() string
	undo  []func() // of the transaction under way, the latest last
	// failed says that a statement of it has broken a key or a reference: it cannot be committed.
	failed bool

	workspaces    map[string]models.Workspace
	accounts      map[string]models.Account
	agents        map[string]*agent
	byWorkspace   map[string][]*agent // in the order of their ids
	byAccount     map[string][]*agent // likewise
	teams         map[string]models.Team
	phones        map[string]models.Phone // by account
	claims        map[string]models.Claim // by account
	trunks        map[string]models.Trunk
	numbers       map[string]models.Number
	numberIDs     map[string]string // by E.164 form
	contacts      map[string]*models.Contact
	contactOf     map[numberKey]string // contact by number
	addressOf     map[numberKey]string // contact by address
	numbersOf     map[string][]string  // of a contact, in order
	conversations map[string]*models.Conversation
	tags          map[string][]string // of a conversation
	blocks        map[numberKey]models.Block
	calls         map[string]*models.Call
	callsOf       map[string][]*models.Call                // of a workspace, in the order of their ids
	live          map[string][]*models.Call                // likewise, but only live ones
	controllers   map[string]models.Time                   // until when each counts as living
	participants  map[string]map[string]models.Participant // by call and id
	journal       map[string][]models.JournalEntry
	wrapUps       map[string][]models.ConversationEntry // by conversation: their ends
	outbound      map[string]*models.OutboundCall
	outboundOf    map[string][]*models.OutboundCall // of a workspace
	usage         map[string]models.Usage
	recordings    map[string]*models.Recording
	recordingOf   map[string]string // by call
	tracks        map[string]*models.Track
	tasks         map[taskKey]models.Task
	sounds        map[string][]models.Sound
	rates         []models.Rate
	programs      map[programKey]string
}

type (
	numberKey struct{ workspace, number string }
	taskKey   struct{ kind, subject string }
)

// agent is an agent's row with what it belongs to.
type agent struct {
	models.Agent
	teams []string // in the order of their ids
}

var _ exchange.Store = (*Store)(nil)

// New makes an empty database. newID makes the ids that models would make.
func New(now func() time.Time, newID func() string) *Store {
	return &Store{now: now, newID: newID,
		workspaces: map[string]models.Workspace{}, accounts: map[string]models.Account{}, agents: map[string]*agent{}, byWorkspace: map[string][]*agent{},
		byAccount: map[string][]*agent{}, teams: map[string]models.Team{}, phones: map[string]models.Phone{}, claims: map[string]models.Claim{},
		trunks: map[string]models.Trunk{}, numbers: map[string]models.Number{}, numberIDs: map[string]string{}, contacts: map[string]*models.Contact{},
		contactOf: map[numberKey]string{}, addressOf: map[numberKey]string{}, numbersOf: map[string][]string{},
		conversations: map[string]*models.Conversation{}, tags: map[string][]string{}, blocks: map[numberKey]models.Block{},
		calls: map[string]*models.Call{}, callsOf: map[string][]*models.Call{}, live: map[string][]*models.Call{},
		controllers: map[string]models.Time{}, participants: map[string]map[string]models.Participant{}, journal: map[string][]models.JournalEntry{},
		wrapUps: map[string][]models.ConversationEntry{}, outbound: map[string]*models.OutboundCall{}, outboundOf: map[string][]*models.OutboundCall{},
		usage: map[string]models.Usage{}, recordings: map[string]*models.Recording{}, recordingOf: map[string]string{},
		tracks: map[string]*models.Track{}, tasks: map[taskKey]models.Task{}, sounds: map[string][]models.Sound{}, programs: map[programKey]string{}}
}

// Tx implements exchange.Store.
func (s *Store) Tx(ctx context.Context, do func(exchange.Tx) error) error {
	return s.Do(ctx, func(t *Tx) error { return do(t) })
}

// Do is Tx with all that a transaction of this store can do.
func (s *Store) Do(ctx context.Context, do func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.undo, s.failed = s.undo[:0], false
	err := do(&Tx{s})
	if err == nil && s.failed {
		err = errFailed
	}
	if err != nil {
		for _, undo := range slices.Backward(s.undo) {
			undo()
		}
	}
	s.undo = s.undo[:0]
	return err
}

// View is for looking, outside of transactions.
func (s *Store) View() *Tx { return &Tx{s} }

// Tx is a transaction. All of its changes are noted with how they are undone.
type Tx struct{ *Store }

var _ exchange.Tx = (*Tx)(nil)

// put sets an entry of a map.
func put[K comparable, V any](t *Tx, m map[K]V, k K, v V) {
	was, there := m[k]
	t.undo = append(t.undo, func() {
		if there {
			m[k] = was
		} else {
			delete(m, k)
		}
	})
	m[k] = v
}

// remove deletes an entry of a map.
func remove[K comparable, V any](t *Tx, m map[K]V, k K) {
	if was, there := m[k]; there {
		t.undo = append(t.undo, func() { m[k] = was })
		delete(m, k)
	}
}

// change notes a row as it is, before it is changed.
func change[V any](t *Tx, row *V) *V {
	was := *row
	t.undo = append(t.undo, func() { *row = was })
	return row
}

// insert puts a row into a list that is ordered by id.
func insert[V any](t *Tx, m map[string][]*V, k string, row *V, id func(*V) string) {
	list := m[k]
	i, _ := slices.BinarySearchFunc(list, id(row), func(o *V, want string) int { return strings.Compare(id(o), want) })
	m[k] = slices.Insert(list, i, row)
	t.undo = append(t.undo, func() { take(m, k, row) })
}

// drop takes a row out of such a list.
func drop[V any](t *Tx, m map[string][]*V, k string, row *V, id func(*V) string) {
	take(m, k, row)
	t.undo = append(t.undo, func() {
		i, _ := slices.BinarySearchFunc(m[k], id(row), func(o *V, want string) int { return strings.Compare(id(o), want) })
		m[k] = slices.Insert(m[k], i, row)
	})
}

func take[V any](m map[string][]*V, k string, row *V) {
	if i := slices.Index(m[k], row); i >= 0 {
		m[k] = slices.Delete(m[k], i, i+1)
	}
}

func callID(c *models.Call) string { return c.ID }

func agentID(a *agent) string { return a.ID }
