package app

import (
	"path/filepath"

	"ringdesk/configs"
	"ringdesk/controller/asterisk"
	"ringdesk/controller/engine"
	"ringdesk/controller/engine/trust"
	"ringdesk/controller/freeswitch"
	"ringdesk/controller/sounds"
)

// NewEngine is the adapter to the engine that the settings choose.
func NewEngine(s configs.Settings) engine.Engine {
	var carriers *trust.Carriers
	if s.SIPTLS() {
		carriers = trust.New(s.SIP.TLSCA, s.SIP.TLSVerify)
	}
	lastRun := filepath.Join(s.Storage.Data, "engine-run")
	if s.Engine.Use == configs.FreeSWITCH {
		return freeswitch.New(freeswitch.Options{
			LastRun: lastRun, Carriers: carriers,
			Address: s.FreeSWITCH.EventSocket, Password: s.FreeSWITCH.EventPassword, SIPSocket: s.Engine.SIPSocket, RecordingsDir: s.Recordings.Folder, SoundsDir: s.Sounds.EngineFolder, EndpointsDir: s.FreeSWITCH.Endpoints,
			MusicFile: filepath.Join(s.Sounds.EngineFolder, sounds.HoldMusic+".wav"),
		})
	}
	return asterisk.New(asterisk.Options{URL: s.Asterisk.ARIURL, Username: s.Asterisk.ARIUser, Password: s.Asterisk.ARIPassword, SIPSocket: s.Engine.SIPSocket, RecordingsDir: s.Recordings.Folder, SoundsDir: s.Sounds.EngineFolder,
		CarrierMedia: s.CarrierMedia(), PhoneMedia: s.BrowserMedia(), LastRun: lastRun, Carriers: carriers})
}
