package app

import (
	"context"
	"fmt"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/bucket"
	"ringdesk/controller/jobs"
	"ringdesk/controller/rawdata"
	"ringdesk/controller/recording"
)

// NewBucket is the storage of recordings that the settings name; nil without one.
func NewBucket(s configs.Settings) (*bucket.Bucket, error) {
	if s.S3.Endpoint == "" {
		return nil, nil
	}
	return bucket.New(bucket.Options{Endpoint: s.S3.Endpoint, Bucket: s.S3.Bucket, Region: s.S3.Region, Prefix: s.S3.Prefix, AccessKey: s.S3.AccessKey, SecretKey: s.S3.SecretKey})
}

// openStorage makes what moves recordings to the storage, if there is one.
func (a *App) openStorage(s configs.Settings) error {
	var err error
	if a.bucket, err = NewBucket(s); err != nil || a.bucket == nil {
		return err
	}
	a.uploads = &recording.Uploader{Store: a.Store, Folder: s.Recordings.Folder, Storage: a.bucket, Log: a.log}
	return nil
}

// jobOptions are what scheduled work works with.
func (a *App) jobOptions(s configs.Settings) jobs.Options {
	o := jobs.Options{Store: a.Store, Recordings: s.Recordings.Folder, Statistics: a.statistics, Exports: a.scheduledExports(s), Log: a.log}
	if a.bucket != nil { // an interface that holds a nil pointer is not nil
		o.Bucket = a.bucket
	}
	return o
}

// watchStorage tells at the start what keeps the storage from being used, and asks for
// the moving of what is ready already.
func (a *App) watchStorage(ctx context.Context) error {
	if err := a.bucket.Check(ctx); err != nil && ctx.Err() == nil {
		a.log.Error("recordings cannot be stored; they stay in the folder until they can", "error", err)
	}
	if err := a.uploads.Begin(ctx, time.Now()); err != nil && ctx.Err() == nil {
		a.log.Error("recordings of before cannot be given to the storage", "error", err)
	}
	a.tasks.KickAll()
	return nil
}

// storageTrouble says what keeps recordings from the storage; nil when nothing does.
func (a *App) storageTrouble() error {
	since, err := a.uploads.Trouble()
	if err == nil {
		return nil
	}
	return fmt.Errorf("since %s recordings stay here, and the disk fills: %w", since.Format(time.DateTime), err)
}

// scheduledExports are those that the settings ask for; nil without any.
func (a *App) scheduledExports(s configs.Settings) *rawdata.Schedule {
	if s.Exports.At == "" {
		return nil
	}
	plan := &rawdata.Schedule{Exports: &rawdata.Exports{Store: a.Store, Now: time.Now}, At: s.Exports.At, Of: rawdata.Period(s.Exports.Of), Workbook: s.Exports.Format == configs.XLSX,
		Reason: s.Exports.Reason, Folder: s.ExportFolder()}
	if s.Exports.To == configs.S3Bucket {
		plan.Bucket = a.bucket
	}
	return plan
}
