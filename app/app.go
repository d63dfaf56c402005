// Package app puts the parts of ringdesk together. There is no other wiring:
// `ringdesk serve`, the tests of whole calls and the measurements all use it.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"time"

	"ringdesk/api"
	"ringdesk/configs"
	conf "ringdesk/configs/asterisk"
	"ringdesk/controller/bucket"
	"ringdesk/controller/certificate"
	"ringdesk/controller/disk"
	"ringdesk/controller/engine"
	"ringdesk/controller/exchange"
	"ringdesk/controller/flows"
	"ringdesk/controller/inbox"
	"ringdesk/controller/jobs"
	"ringdesk/controller/lookup"
	"ringdesk/controller/presence"
	"ringdesk/controller/provision"
	"ringdesk/controller/recording"
	"ringdesk/controller/sounds"
	"ringdesk/controller/sounds/built"
	"ringdesk/controller/stats"
	"ringdesk/controller/tasks"
	"ringdesk/controller/webhook"
	"ringdesk/controller/workflow"
	"ringdesk/models"
	"ringdesk/web"
)

// Options say what an App is made of.
type Options struct {
	Settings configs.Settings
	Version  string // of the build
	Log      *slog.Logger
	Listener net.Listener // of the desk and the API; nil leaves them out
	Metrics  net.Listener // of the figures for Prometheus; nil leaves them out

	// Around puts something around the engine that Settings choose, such as what
	// gives it plain telephones in place of browsers; nil leaves it as it is.
	Around func(engine.Engine) engine.Engine

	// CallsOnly leaves out what calls do not need: the mixing of recordings, jobs,
	// and the watches over free space and heartbeats.
	CallsOnly bool

	// KeepTracks leaves recordings as they are, a track for each speaker: they are mixed
	// by the next App without it.
	KeepTracks bool
}

// App is the wired controller. Its parts may be used while it runs.
type App struct {
	Store    *models.Store
	Engine   engine.Engine
	Exchange *exchange.Exchange
	Presence *presence.Presence

	id          string // this controller's own, the same after each start
	version     string
	log         *slog.Logger
	listener    net.Listener
	metrics     net.Listener
	tasks       *tasks.Tasks // nil with CallsOnly, as are jobs and disk
	jobs        *jobs.Scheduler
	disk        *disk.Watch
	bucket      *bucket.Bucket // nil keeps recordings in the folder, as does uploads
	uploads     *recording.Uploader
	webhooks    *webhook.Sender  // nil with CallsOnly
	workflows   *workflow.Runner // likewise
	statistics  *stats.Keeper    // likewise
	flows       *flows.Folder    // nil without a folder of flows
	provisioner *provision.Provisioner
	music       *sounds.Music      // nil on Asterisk, which plays a folder by itself
	server      *api.Server        // nil without a listener
	certificate *certificate.Files // nil without TLS of our own
	reader      certificateReader  // nil where the engine cannot be told of SIP's certificate
	redirects   net.Listener       // for who comes without TLS; nil leaves them out
	redirectTo  string             // the desk's address
	unlock      func()

	sipCertificate *certificate.Files // nil without SIP over TLS
	sipRenewed     chan struct{}      // the engine must be told of it
}

// OperatorError is a failure that the operator must mend: starting again would
// not help.
type OperatorError struct{ Err error }

func (e OperatorError) Error() string { return e.Err.Error() }
func (e OperatorError) Unwrap() error { return e.Err }

// Open makes the parts, and takes the data folder for itself: a second App on
// it is refused. Parts that were opened before an error are closed.
func Open(ctx context.Context, o Options) (_ *App, err error) {
	a := &App{version: o.Version, log: o.Log, listener: o.Listener, metrics: o.Metrics, Engine: NewEngine(o.Settings)}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if a.unlock, err = LockData(o.Settings.Storage.Data); err != nil {
		return nil, OperatorError{err}
	}
	if a.id, err = controllerID(o.Settings.Storage.Data); err != nil {
		return nil, OperatorError{err}
	}
	if a.Store, err = models.Open(o.Settings.Database()); errors.Is(err, models.ErrUnavailable) {
		return nil, err // a PostgreSQL comes back: calls go on until then
	} else if err != nil {
		return nil, OperatorError{err}
	}
	if o.Settings.SIP.LocalTrunks {
		a.Store.AllowLocalTrunks()
	}
	if err = warnOfOverlaps(ctx, a.Store, a.log); err != nil {
		return nil, err
	}
	a.reader, _ = a.Engine.(certificateReader)
	if o.Around != nil {
		a.Engine = o.Around(a.Engine)
	}
	return a, a.openCalls(ctx, o)
}

// openCalls makes what runs calls, and the desk.
func (a *App) openCalls(ctx context.Context, o Options) error {
	s := o.Settings
	library, err := openSounds(s, a.log)
	if err != nil {
		return OperatorError{err}
	}
	if s.Engine.Use == configs.FreeSWITCH {
		if a.music, err = library.NewMusic(ctx, s.Sounds.Music, a.log); err != nil {
			return OperatorError{err}
		}
	}
	if err := a.openSIPCertificate(s); err != nil {
		return err
	}
	a.provisioner = &provision.Provisioner{Store: a.Store, Engine: a.Engine, Log: a.log}
	calls := exchange.Options{Store: exchange.OnModels(a.Store), Lookups: lookup.New(webhook.Guard{Allow: s.Webhooks.Allow}), Engine: a.Engine, Country: s.Calls.Country, Log: a.log, NewCalls: s.Calls.NewPerSecond,
		Controller: a.id, Shared: s.OnPostgres(), Provisioner: a.provisioner}
	if !o.CallsOnly {
		if err = a.openStorage(s); err != nil {
			return OperatorError{err}
		}
		mixer := recording.New(recording.Options{Store: a.Store, Folder: s.Recordings.Folder, Lame: s.Recordings.Lame, Log: a.log, Upload: a.bucket != nil})
		work := &inbox.Inbox{Store: a.Store, Now: time.Now, AgentsChanged: func(workspace string) { a.Exchange.AgentsChanged(workspace) }}
		kinds := append(work.Tasks(), (&inbox.Importer{Store: a.Store, Now: time.Now}).Tasks())
		if !o.KeepTracks {
			kinds = append(kinds, mixer.Tasks())
		}
		if a.uploads != nil {
			kinds = append(kinds, a.uploads.Tasks())
		}
		a.tasks = tasks.New(tasks.Options{Store: a.Store, Log: a.log}, kinds...)
		a.workflows = workflow.New(workflow.Options{Store: a.Store, Log: a.log, Guard: webhook.Guard{Allow: s.Webhooks.Allow}, Owner: a.id, AgentsChanged: work.AgentsChanged})
		a.webhooks = webhook.NewSender(webhook.Options{Store: a.Store, Log: a.log, Guard: webhook.Guard{Allow: s.Webhooks.Allow}, Owner: a.id})
		a.statistics = stats.NewKeeper(a.Store, a.log, a.id, nil)
		if s.Flows.Dir != "" {
			a.flows = &flows.Folder{Path: s.Flows.Dir, Workspace: s.Flows.Workspace, Log: a.log}
		}
		a.disk = disk.New([]string{s.Storage.Data, s.Recordings.Folder, s.Sounds.Folder}, s.KeepFree(), a.log, time.Now)
		if a.jobs, err = jobs.New(a.jobOptions(s)); err != nil {
			return err
		}
		calls.Recorded, calls.Room = func() { a.tasks.Kick(models.TaskMix) }, a.disk.Room
	}
	if a.Exchange, err = exchange.NewExchange(ctx, calls); err != nil {
		return err
	}
	a.Presence = presence.New(presence.Options{Store: a.Store, Engine: a.Engine, Calls: a.Exchange, Log: a.log, Now: time.Now, EngineUp: a.Exchange.EngineUp})
	a.Store.OnCommit(a.heed)
	if a.listener == nil {
		return nil
	}
	if err := a.openHTTPS(s); err != nil {
		return err
	}
	return a.openDesk(s, library, calls.Room)
}

func (a *App) openDesk(s configs.Settings, library *sounds.Library, room func() error) error {
	dist, err := fs.Sub(web.Dist, "dist")
	if err != nil {
		return err
	}
	proxies, err := s.ProxyNetworks()
	if err != nil {
		return OperatorError{err}
	}
	var scheduled api.Jobs
	if a.jobs != nil { // an interface that holds a nil pointer is not nil
		scheduled = a.jobs
	}
	options := api.Options{
		Jobs:     scheduled,
		Webhooks: webhook.Guard{Allow: s.Webhooks.Allow},
		Flows:    a.flows,
		Store:    a.Store, Calls: a.Exchange, Engine: a.Engine, Trunks: a.provisioner, Presence: a.Presence, EngineUp: a.Exchange.EngineUp, EngineWarning: a.Exchange.EngineWarning,
		SIPSocket: s.Engine.SIPSocket, SIPTLS: s.SIPTLS(),
		SIPSockets: api.SocketLimits{All: conf.MostPhones},
		Recordings: s.Recordings.Folder, Sounds: library, Web: dist, Origins: s.Web.Origins, Proxies: proxies, Secure: s.Web.SecureOnly || s.TLS(), Country: s.Calls.Country, Version: a.version, Log: a.log,
		Room: room, ICE: api.ICE{STUN: s.Media.STUN, TURN: s.Media.TURN, TURNSecret: s.Media.TURNSecret},
	}
	if a.bucket != nil {
		options.Bucket, options.StorageTrouble = a.bucket, a.storageTrouble
	}
	a.server = api.New(options)
	return nil
}

// openSounds puts the built-in prompts where the engine finds them. A program
// that was built without them serves calls all the same.
func openSounds(s configs.Settings, log *slog.Logger) (*sounds.Library, error) {
	files, err := fs.Sub(built.Files, "files")
	if err != nil {
		return nil, err
	}
	library := sounds.NewLibrary(s.Sounds.Folder, s.Sounds.Sox)
	err = library.Install(files)
	if errors.Is(err, sounds.ErrNotBuilt) {
		log.Warn("callers hear no prompts", "error", err)
		err = nil
	}
	return library, err
}

// warnOfOverlaps tells of trunks whose calls may be taken for another workspace's.
func warnOfOverlaps(ctx context.Context, store *models.Store, log *slog.Logger) error {
	pairs, err := store.OverlappingTrunks(ctx)
	for _, p := range pairs {
		log.Error("two workspaces' trunks have the same addresses: whose call comes from there, nobody can tell; change one of them",
			"trunk", p[0].ID, "workspace", p[0].WorkspaceID, "hosts", p[0].Hosts, "other trunk", p[1].ID, "other workspace", p[1].WorkspaceID, "other hosts", p[1].Hosts)
	}
	return err
}

// Close gives up what Open took. Run must have returned.
func (a *App) Close() error {
	var err error
	if a.Store != nil {
		if err = a.Store.Close(); err != nil {
			err = fmt.Errorf("closing the database: %w", err)
		}
	}
	if a.redirects != nil {
		_ = a.redirects.Close() // the server on it has done so, if there was one
	}
	if a.unlock != nil {
		a.unlock()
	}
	return err
}
