// Package configs holds ringdesk's settings: what they mean, their defaults,
// and what is wrong with them, in the operator's words.
package configs

import "github.com/alecthomas/kong"

// Settings is everything that can be set. The tags of a field are the one place
// that tells of its setting:
//
//	name     how it is called in its section of ringdesk.yaml
//	env      how it is called in the environment, which wins
//	default  what it is where neither says anything; no tag means empty
//	unit     of a number
//	check    which of the checks its text must pass
//	was      an older name in the environment, which is refused
//	help     what it means
//
// An empty text stands for the default. docs/settings.md is made from these tags.
type Settings struct {
	Web           Web            `embed:"" prefix:"web." group:"The desk and the API"`
	SIP           SIP            `embed:"" prefix:"sip." group:"Carriers"`
	Media         Media          `embed:"" prefix:"media." group:"Sound"`
	Calls         Calls          `embed:"" prefix:"calls." group:"Calls"`
	Storage       Storage        `embed:"" prefix:"storage." group:"What is kept"`
	Engine        Engine         `embed:"" prefix:"engine." group:"The media engine"`
	Asterisk      AsteriskLink   `embed:"" prefix:"asterisk." group:"Asterisk"`
	FreeSWITCH    FreeSWITCHLink `embed:"" prefix:"freeswitch." group:"FreeSWITCH"`
	Recordings    Recordings     `embed:"" prefix:"recordings." group:"Recordings"`
	S3            S3             `embed:"" prefix:"s3." group:"Storage of recordings"`
	Exports       Exports        `embed:"" prefix:"exports." group:"Scheduled exports of raw data"`
	Transcription Transcription  `embed:"" prefix:"transcription." group:"Speech to text"`
	Sounds        Sounds         `embed:"" prefix:"sounds." group:"What callers hear"`
	Flows         Flows          `embed:"" prefix:"flows." group:"Flows"`
	Webhooks      Webhooks       `embed:"" prefix:"webhooks." group:"Webhooks"`
	Log           Log            `embed:"" prefix:"log." group:"The log"`
	Metrics       Metrics        `embed:"" prefix:"metrics." group:"Figures for Prometheus"`
}

// Web is where and to whom the desk and the API are served.
type Web struct {
	Address    string   `name:"address" env:"RINGDESK_HTTP" default:"127.0.0.1:8080" check:"address" help:"host:port of the desk and the API"`
	URL        string   `name:"url" env:"RINGDESK_URL" check:"url" help:"the desk's address as people type it, such as https://desk.example.com; without it the address above"`
	Origins    []string `name:"origins" env:"RINGDESK_ORIGINS" help:"further web origins that may use the API from a browser"`
	Proxies    []string `name:"proxies" env:"RINGDESK_PROXIES" check:"network" help:"reverse proxies whose X-Forwarded-For is believed, as addresses or networks"`
	TLSCert    string   `name:"tls_cert" env:"RINGDESK_TLS_CERT" help:"file of the certificate with its chain, PEM: the desk and the API are served over HTTPS (TLS 1.2 or newer). The files are read anew when they change"`
	TLSKey     string   `name:"tls_key" env:"RINGDESK_TLS_KEY" help:"file of its key, PEM, without a passphrase"`
	Redirect   string   `name:"http_redirect" env:"RINGDESK_HTTP_REDIRECT" check:"address" help:"host:port at which plain HTTP is answered with the way to HTTPS, such as 0.0.0.0:80; without it nothing listens there"`
	SecureOnly bool     `name:"secure_only" env:"RINGDESK_SECURE_ONLY" default:"false" check:"bool" help:"cookies only over HTTPS, and browsers are told to come over nothing else (HSTS): set it behind a TLS proxy. With tls_cert it is so anyway"`
}

// SIP is where carriers send calls to, and with whose certificate.
type SIP struct {
	Address string `name:"address" env:"RINGDESK_SIP" default:"127.0.0.1:5060" check:"address" help:"host:port that carriers send calls to (UDP and TCP)"`

	TLSAddress string `name:"tls_address" env:"RINGDESK_SIP_TLS" check:"address" help:"host:port that carriers send calls over TLS to, with tls_cert; without it SIP's host at port 5061"`
	TLSCert    string `name:"tls_cert" env:"RINGDESK_SIP_TLS_CERT" check:"whole path" help:"file of SIP's own certificate with its chain, PEM: trunks may then use TLS and SRTP. The engine reads it, and anew when it changes; no call ends"`
	TLSKey     string `name:"tls_key" env:"RINGDESK_SIP_TLS_KEY" check:"whole path" help:"file of its key, PEM, without a passphrase"`
	TLSCA      string `name:"tls_ca" env:"RINGDESK_SIP_TLS_CA" check:"whole path" help:"file of the authorities that carriers' certificates must come from, PEM; without it the system's"`
	TLSVerify  bool   `name:"tls_verify" env:"RINGDESK_SIP_TLS_VERIFY" default:"true" check:"bool" help:"refuse carriers whose certificate is not trusted, has ended or is for another name than the trunk's remote; without it calls are encrypted, but perhaps with a stranger"`

	// Whoever can send from these addresses is taken for the carrier.
	LocalTrunks bool `name:"local_trunks" env:"RINGDESK_LOCAL_TRUNKS" default:"false" check:"bool" help:"trunks may be at loopback and at this machine's own addresses: for a SIP proxy beside the engine, and for tests"`
}

// Media is where the engine takes sound.
type Media struct {
	Ports      string   `name:"ports" env:"RINGDESK_RTP" default:"20000-20999" check:"ports" help:"UDP ports for media, FROM-TO"`
	STUN       []string `name:"stun" env:"RINGDESK_STUN" check:"stun" help:"STUN servers that tell browsers their address outside NAT, such as stun:stun.example.com:3478; seldom needed, since the engine learns it by itself"`
	TURN       []string `name:"turn" env:"RINGDESK_TURN" check:"turn" help:"TURN servers that relay browsers' sound where no direct way leads to the engine, such as turn:desk.example.com:3478"`
	TURNSecret string   `name:"turn_secret" env:"RINGDESK_TURN_SECRET" check:"secret" help:"what the TURN servers share with ringdesk (coturn: static-auth-secret): each session gets credentials of 12 hours made of it"`

	Address string `name:"address" env:"RINGDESK_MEDIA" check:"ip" help:"address that media is taken at; without it that of SIP with 'ringdesk run' (browsers': where the desk is served there, too), else every one"`
}

// Calls is what goes for all calls.
type Calls struct {
	Country      string   `name:"country" env:"RINGDESK_COUNTRY" default:"KR" check:"country" help:"default country of telephone numbers, ISO 3166-1 alpha-2"`
	Outbound     []string `name:"outbound" env:"RINGDESK_OUTBOUND" help:"prefixes without + that the engine's dialplan lets out; without it the countries that have a rate. What a workspace may call of them is its own setting"`
	NewPerSecond int      `name:"new_per_second" env:"RINGDESK_NEW_CALLS_PER_SECOND" was:"RINGDESK_NEW_CALLS" default:"100" unit:"calls per second" check:"calls" help:"calls from outside that are taken; the others get 503 at once. 0 means any number"`
}

// Storage is where things are kept.
type Storage struct {
	Data        string `name:"data" env:"RINGDESK_DATA" default:"./data" help:"folder of the database, recordings and secrets"`
	Database    string `name:"database" env:"RINGDESK_DATABASE" default:"sqlite" check:"database" help:"'sqlite', a file in the data folder, or the URL of a PostgreSQL (15 or newer), such as postgres://ringdesk@db.example:5432/ringdesk?sslmode=verify-full"`
	Password    string `name:"database_password" env:"RINGDESK_DATABASE_PASSWORD" check:"secret" help:"the password at the PostgreSQL"`
	PasswordIn  string `name:"database_password_file" env:"RINGDESK_DATABASE_PASSWORD_FILE" help:"a file that holds the password at the PostgreSQL, instead of the setting itself"`
	KeepFreeMiB int    `name:"keep_free_mib" env:"RINGDESK_KEEP_FREE_MIB" was:"RINGDESK_KEEP_FREE" default:"1024" unit:"MiB" check:"mib" help:"what new recordings leave free on each disk, at most a tenth of it; with less, calls go on unrecorded"`
}

// Engine is which media engine carries the calls.
type Engine struct {
	Use       string `name:"use" env:"RINGDESK_ENGINE" default:".engine/asterisk" help:"Asterisk's root file system; 'system' is the machine's own Asterisk, 'freeswitch' a FreeSWITCH"`
	SIPSocket string `name:"sip_socket" env:"RINGDESK_SIP_SOCKET" help:"the engine's SIP over WebSocket, which browsers reach through the controller"`
}

// AsteriskLink is how an Asterisk is reached.
type AsteriskLink struct {
	ARIURL      string `name:"ari_url" env:"RINGDESK_ARI_URL" help:"Asterisk's REST interface"`
	ARIUser     string `name:"ari_user" env:"RINGDESK_ARI_USER" help:"its user"`
	ARIPassword string `name:"ari_password" env:"RINGDESK_ARI_PASSWORD" check:"password" help:"its password"`
	Guard       bool   `name:"guard" env:"RINGDESK_GUARD" default:"true" check:"bool" help:"load the guard into Asterisk; without it one datagram from anybody can end a call (SECURITY.md)"`
}

// FreeSWITCHLink is how a FreeSWITCH is reached.
type FreeSWITCHLink struct {
	EventSocket   string `name:"event_socket" env:"RINGDESK_EVENT_SOCKET" help:"host:port of FreeSWITCH's event socket"`
	EventPassword string `name:"event_password" env:"RINGDESK_EVENT_PASSWORD" check:"password" help:"its password"`
	Endpoints     string `name:"endpoints" env:"RINGDESK_ENDPOINTS" was:"RINGDESK_ACCOUNTS" help:"folder of phones and trunks that FreeSWITCH's configuration includes"`
}

// Recordings is where recordings come from, and what makes MP3s of them.
type Recordings struct {
	Folder string `name:"folder" env:"RINGDESK_RECORDINGS" help:"folder that the engine writes recordings to"`
	Lame   string `name:"lame" env:"RINGDESK_LAME" was:"RINGDESK_FFMPEG" default:"lame" help:"program that makes MP3s"`
}

// S3 is a storage that recordings are moved to when they are ready.
type S3 struct {
	Endpoint  string `name:"endpoint" env:"RINGDESK_S3_ENDPOINT" check:"storage" help:"S3-compatible storage that recordings are moved to when they are ready, as http:// or https:// and the host; without it they stay in the folder, which they do, too, while it is away"`
	Bucket    string `name:"bucket" env:"RINGDESK_S3_BUCKET" help:"its bucket, which must exist"`
	Region    string `name:"region" env:"RINGDESK_S3_REGION" help:"its region, where the storage does not tell it"`
	Prefix    string `name:"prefix" env:"RINGDESK_S3_PREFIX" help:"what the files' names begin with in the bucket, such as ringdesk/"`
	AccessKey string `name:"access_key" env:"RINGDESK_S3_ACCESS_KEY" help:"a key that may read, write and delete there"`
	SecretKey string `name:"secret_key" env:"RINGDESK_S3_SECRET_KEY" check:"secret" help:"its secret"`
	SecretIn  string `name:"secret_key_file" env:"RINGDESK_S3_SECRET_KEY_FILE" help:"a file that holds its secret, instead of the setting itself"`
}

// Exports is when the raw data of calls is exported by itself, and where to.
type Exports struct {
	At     string `name:"at" env:"RINGDESK_EXPORTS" check:"cron" help:"when each workspace's raw data is exported, in its time zone, as five fields of cron: 30 2 * * * is every night at 2:30; without it never. Times at which nothing ran are caught up, up to 31 of them; what failed is tried again every 15 minutes, and told by the job 'exports'"`
	Of     string `name:"of" env:"RINGDESK_EXPORTS_OF" default:"day" check:"period" help:"'day', 'week' (from Monday) or 'month': the last one that was over then"`
	Format string `name:"format" env:"RINGDESK_EXPORTS_FORMAT" default:"xlsx" check:"export format" help:"'xlsx', one workbook, or 'csv', a file of calls and one of agents' parts"`
	Reason string `name:"reason" env:"RINGDESK_EXPORTS_REASON" default:"scheduled export" help:"what the data is for: it stands in each workspace's audit log"`
	Folder string `name:"folder" env:"RINGDESK_EXPORTS_FOLDER" help:"folder of the files, which have names such as WORKSPACE/ringdesk_2026-11-29_2026-11-29.xlsx and are whole as soon as they are there; without it exports/ in the data folder. They are deleted by nobody"`
	To     string `name:"to" env:"RINGDESK_EXPORTS_TO" default:"folder" check:"export place" help:"'folder', or 's3' for exports/ in the bucket of the storage of recordings"`
}

// Transcription is the server that makes text of speech.
type Transcription struct {
	URL            string `name:"url" env:"RINGDESK_TRANSCRIPTION_URL" check:"server" help:"server that makes text of speech in the way of OpenAI's, such as whisper.cpp's whisper-server, speaches or OpenAI's own, as http:// or https:// and the host; without it there is none"`
	Path           string `name:"path" env:"RINGDESK_TRANSCRIPTION_PATH" default:"/v1/audio/transcriptions" check:"url path" help:"where it takes sound; whisper-server's is /inference, unless it was started with another --inference-path"`
	Key            string `name:"key" env:"RINGDESK_TRANSCRIPTION_KEY" check:"secret" help:"its API key, where it wants one; over plain http:// it is sent to this machine alone"`
	KeyIn          string `name:"key_file" env:"RINGDESK_TRANSCRIPTION_KEY_FILE" help:"a file that holds its API key, instead of the setting itself"`
	Model          string `name:"model" env:"RINGDESK_TRANSCRIPTION_MODEL" default:"whisper-1" help:"name of the model there; whisper-server has one, and does not look at it"`
	Language       string `name:"language" env:"RINGDESK_TRANSCRIPTION_LANGUAGE" default:"ko" check:"language" help:"what is spoken, as a code such as ko or en; 'auto' has the server find it out for each track, 'none' tells it nothing, which OpenAI's takes for auto and whisper-server for English"`
	TimeoutMinutes int    `name:"timeout_minutes" env:"RINGDESK_TRANSCRIPTION_TIMEOUT_MINUTES" default:"60" unit:"minutes" check:"timeout" help:"how long one track, which is up to an hour of sound, may take there"`
}

// Sounds is what callers hear.
type Sounds struct {
	Folder       string `name:"folder" env:"RINGDESK_SOUNDS" help:"folder of what callers hear; without it sounds/ in the data folder"`
	EngineFolder string `name:"engine_folder" env:"RINGDESK_ENGINE_SOUNDS" check:"whole path" help:"the same folder as the engine sees it; without it the same path"`
	Sox          string `name:"sox" env:"RINGDESK_SOX" default:"sox" help:"program that converts sounds which are uploaded; it needs its part for MP3 (Debian's libsox-fmt-mp3)"`
	Music        string `name:"music" env:"RINGDESK_MUSIC" help:"folder of hold music for FreeSWITCH, WAV or MP3 files; without it music/ in the data folder. Asterisk has its own: music/ in the data folder, WAV of 8 kHz mono"`
}

// Flows is where the flows of a workspace come from, if not from the screen.
type Flows struct {
	Dir       string `name:"dir" env:"RINGDESK_FLOWS_DIR" help:"folder whose *.hcl files are the flows of a workspace: they are put in force at the start and when they change, as soon as all of them are right, and the screen only shows them; without it flows come from the screen, the API and 'ringdesk dialplan push'"`
	Workspace string `name:"workspace" env:"RINGDESK_FLOWS_WORKSPACE" help:"id of the workspace whose flows the folder has; without it the only one"`
}

// Webhooks is where other systems are told what happens in calls.
type Webhooks struct {
	Allow []string `name:"allow" env:"RINGDESK_WEBHOOKS_ALLOW" help:"names, addresses and networks, such as crm.office.example or 192.168.0.5, that webhooks may be sent to and that lookups of flows may ask although they are not on the public Internet, also by plain HTTP; without it none"`
}

// Log is what is told, and where: on standard error, unless in a file.
type Log struct {
	Level  string `name:"level" env:"RINGDESK_LOG_LEVEL" default:"info" check:"level" help:"debug, info, warn or error"`
	Format string `name:"format" env:"RINGDESK_LOG_FORMAT" default:"text" check:"log format" help:"text, or json with one object a line"`
	File   string `name:"file" env:"RINGDESK_LOG_FILE" help:"file that the log goes to instead of standard error; four older ones stay beside it"`
	MiB    int    `name:"mib" env:"RINGDESK_LOG_MIB" default:"20" unit:"MiB" check:"log mib" help:"size at which that file begins anew"`
}

// Metrics is where Prometheus finds figures.
type Metrics struct {
	Address string `name:"address" env:"RINGDESK_METRICS" default:"127.0.0.1:9464" check:"address or off" help:"host:port of /metrics, which nobody but Prometheus should reach; 'off' leaves it out"`
}

// Off says that something is left out.
const Off = "off"

// Default is ringdesk on one machine, for itself.
func Default() Settings {
	var s Settings
	for _, f := range s.all() {
		if err := set(f, f.Default); err != nil {
			panic(err) // a default that its own check refuses is shown by every test
		}
	}
	return s
}

// all gives the settings, each bound to its field of s.
func (s *Settings) all() []*kong.Flag {
	return kong.Must(s, kong.NoDefaultHelp()).Model.Flags
}
