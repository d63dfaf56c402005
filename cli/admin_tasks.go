package cli

import (
	"context"
	"errors"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/tasks"
	"ringdesk/models"
)

type tasksCmd struct{}

// Run lists the work that was given up.
func (tasksCmd) Run(s configs.Settings) error {
	store, err := models.Open(s.Database())
	if err != nil {
		return usageError{Err: err}
	}
	dead, err := tasks.Dead(context.Background(), store)
	for _, t := range dead {
		say("%s  %s  %s %s: %d attempts, the last: %s", t.DeadAt.Local().Format(time.DateTime), t.ID, t.Kind, t.Subject, t.Attempts, t.LastError)
	}
	if err == nil && len(dead) == 0 {
		say("no work was given up")
	}
	return errors.Join(err, store.Close())
}

type retryCmd struct {
	Tasks []string `arg:"" help:"Ids, as ringdesk admin tasks lists them."`
}

// Run makes work that was given up due again.
func (c retryCmd) Run(s configs.Settings) error {
	store, err := models.Open(s.Database())
	if err != nil {
		return usageError{Err: err}
	}
	for _, id := range c.Tasks {
		if err = tasks.Retry(context.Background(), store, id, time.Now()); err != nil {
			break
		}
		say("%s is due: a ringdesk that runs tries it again at once", id)
	}
	if errors.Is(err, models.ErrNotFound) {
		err = usageError{Err: errors.New("there is no given up work with this id: see ringdesk admin tasks")}
	}
	return errors.Join(err, store.Close())
}

// lookAtTasks tells of work that was given up.
func lookAtTasks(ctx context.Context, s configs.Settings) []finding {
	const part = "tasks"
	counts, err := models.TaskCountsIn(ctx, s.Database())
	if err != nil {
		return nil // the look at the database has told more
	}
	late, err := models.LateTasksIn(ctx, s.Database(), time.Now().Add(-tasksLate))
	if err != nil {
		return found(part, wrong, "what waits cannot be read: %v", err)
	}
	open, all := 0, []finding{}
	for _, c := range counts {
		open += c.Open
		if c.Dead > 0 {
			all = append(all, found(part, wrong, "%d of kind %s were given up: ringdesk admin tasks lists them with the reasons; mend those, then ringdesk admin retry", c.Dead, c.Kind)...)
		}
	}
	if late > 0 {
		all = append(all, found(part, wrong, "%d should have been done more than %v ago, and nobody does them: see whether ringdesk runs, whether the machine has enough processors, "+
			"and what the log says of them", late, tasksLate)...)
	}
	if len(all) > 0 {
		return all
	}
	return found(part, well, "no work was given up, %d waiting", open)
}

// tasksLate is how long after its time work is stuck, not late: a mix of the longest
// recording takes a few minutes, and its lease is renewed meanwhile.
const tasksLate = 15 * time.Minute
