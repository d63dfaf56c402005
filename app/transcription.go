package app

import (
	"time"

	"ringdesk/configs"
	"ringdesk/controller/transcription"
)

// NewTranscription is the speech-to-text server that the settings name; nil without one.
func NewTranscription(s configs.Settings) (*transcription.Client, error) {
	t := s.Transcription
	if t.URL == "" {
		return nil, nil
	}
	return transcription.New(transcription.Options{URL: t.URL, Path: t.Path, Key: t.Key, Model: t.Model, Language: t.Language, Timeout: time.Duration(t.TimeoutMinutes) * time.Minute})
}
