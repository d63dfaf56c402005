package cli

import (
	"context"

	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/models"
)

// lookAtStorage asks the storage of recordings, if there is one, and counts those that
// wait for it.
func lookAtStorage(ctx context.Context, s configs.Settings) []finding {
	const part = "storage"
	b, err := app.NewBucket(s)
	if err != nil {
		return found(part, wrong, "RINGDESK_S3_ENDPOINT: %v", err)
	}
	if b == nil {
		return found(part, well, "recordings stay in the folder")
	}
	ctx, cancel := context.WithTimeout(ctx, doctorWait)
	defer cancel()
	waiting := 0
	if counts, err := models.TaskCountsIn(ctx, s.Database()); err == nil { // the look at the database tells more
		for _, c := range counts {
			if c.Kind == models.TaskUpload {
				waiting = c.Open
			}
		}
	}
	if err := b.Check(ctx); err != nil {
		return found(part, wrong, "%v; %d recordings wait here for it", err, waiting)
	}
	return found(part, well, "the bucket %s answers, %d recordings wait for it", b.Name(), waiting)
}
