package odata

import (
	"maps"
	"slices"
	"strings"

	"ringdesk/models"
)

// function is what a function takes and gives.
type function struct {
	takes []models.FeedKind // FeedFraction stands for any number
	least int               // how many it wants at least; 0 means all
	gives models.FeedKind
}

var (
	oneText  = []models.FeedKind{models.FeedText}
	twoTexts = []models.FeedKind{models.FeedText, models.FeedText}
	oneTime  = []models.FeedKind{models.FeedMoment}
	number   = []models.FeedKind{models.FeedFraction}
)

// functions are those of OData that there are here (OData URL Conventions 4.01, 5.1.1.5
// to 5.1.1.9), beside now.
var functions = map[string]function{
	"contains": {twoTexts, 0, models.FeedTruth}, "startswith": {twoTexts, 0, models.FeedTruth}, "endswith": {twoTexts, 0, models.FeedTruth},
	"length": {oneText, 0, models.FeedWhole}, "indexof": {twoTexts, 0, models.FeedWhole}, "tolower": {oneText, 0, models.FeedText}, "toupper": {oneText, 0, models.FeedText},
	"trim": {oneText, 0, models.FeedText}, "concat": {twoTexts, 0, models.FeedText},
	"substring": {[]models.FeedKind{models.FeedText, models.FeedWhole, models.FeedWhole}, 2, models.FeedText},
	"year":      {oneTime, 0, models.FeedWhole}, "month": {oneTime, 0, models.FeedWhole}, "day": {oneTime, 0, models.FeedWhole}, "hour": {oneTime, 0, models.FeedWhole},
	"minute": {oneTime, 0, models.FeedWhole}, "second": {oneTime, 0, models.FeedWhole}, "date": {oneTime, 0, models.FeedDay},
	"round": {number, 0, models.FeedFraction}, "floor": {number, 0, models.FeedFraction}, "ceiling": {number, 0, models.FeedFraction},
}

// call checks a function's arguments.
func (s *scope) call(name string, e models.FeedExpr) (models.FeedExpr, error) {
	name = strings.ToLower(name) // since OData 4.01 case does not matter
	if name == "now" && len(e.Args) == 0 {
		*s.clock = true
		return models.FeedExpr{Op: "value", Value: s.now.UnixMicro(), Kind: models.FeedMoment}, nil
	}
	f, ok := functions[name]
	if !ok {
		return e, unsupported(s.target, "There is no function %s here. There are: %s.", short(name), functionNames())
	}
	least := f.least
	if least == 0 {
		least = len(f.takes)
	}
	if len(e.Args) < least || len(e.Args) > len(f.takes) {
		return e, bad(s.target, "%s takes %d values, and not %d.", name, len(f.takes), len(e.Args))
	}
	for i := range e.Args {
		if err := s.fits(name, &e.Args[i], f.takes[i]); err != nil {
			return e, err
		}
	}
	e.Op, e.Kind = name, f.gives
	if f.takes[0] == models.FeedFraction && e.Args[0].Kind == models.FeedWhole {
		return e.Args[0], nil // it is round
	}
	return e, nil
}

// fits says whether an argument is of a kind. Parts of the time are of a property's, and
// of a day but for the hours.
func (s *scope) fits(name string, arg *models.FeedExpr, want models.FeedKind) error {
	switch {
	case want == models.FeedMoment && arg.Kind == models.FeedDay && !strings.Contains("hour minute second", name):
		return nil
	case want == models.FeedMoment && arg.Kind == models.FeedMoment && arg.Op != "column":
		return unsupported(s.target, "%s is of a property, such as %s(startedAt).", name, name)
	case arg.Kind == want, want == models.FeedFraction && arg.Kind == models.FeedWhole:
		return nil
	case arg.Kind == models.FeedNull:
		if want == models.FeedMoment {
			want = models.FeedDay
		}
		arg.Kind = want
		return nil
	}
	return bad(s.target, "%s takes %s, and not %s.", name, kindNames[want], kindNames[arg.Kind])
}

func functionNames() string {
	return "now, " + strings.Join(slices.Sorted(maps.Keys(functions)), ", ")
}
