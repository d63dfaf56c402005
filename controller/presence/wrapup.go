package presence

import (
	"strconv"
	"time"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

const (
	// wrapUpExtension is how much longer a wrap-up gets each time.
	wrapUpExtension = time.Minute
	// MostExtensions is how often one wrap-up can be made longer: nobody is free of
	// calls for ever by it.
	MostExtensions = 3
)

// extendWrapUp gives an agent more time to finish (END-5).
func extendWrapUp(tx *models.Tx, workspace, agent string, now time.Time) error {
	a, err := tx.Member(workspace, agent)
	switch {
	case err != nil:
		return err
	case !now.Before(a.WrapUpUntil.Time):
		return verb.Refuse(verb.Conflict, "extendWrapUp", "You are in no wrap-up any more.").Because(reason.NotInWrapUp)
	case a.WrapUpExtended >= MostExtensions:
		return verb.Refuse(verb.Conflict, "extendWrapUp", "A wrap-up can be made longer %d times only: finish it, or set a status that keeps calls away.", MostExtensions).
			Because(reason.WrapUpExtended, "max", strconv.Itoa(MostExtensions))
	}
	return tx.UpdateAgent(workspace, agent, models.AgentUpdate{WrapUpUntil: new(models.At(a.WrapUpUntil.Add(wrapUpExtension))),
		WrapUpExtended: new(a.WrapUpExtended + 1)})
}
