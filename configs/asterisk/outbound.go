package asterisk

import "fmt"

// What the engine lets pass to carriers, checked by itself after the controller
// has decided (OUT-9): a controller that is deceived must not call just anybody.
// Numbers are those of E.164 without '+'.

// DefaultOutbound are the prefixes that may be called where Settings.Outbound
// is nil: Korea, and the countries that have a rate (OUT-7).
var DefaultOutbound = []string{
	"82",                                     // Korea
	"81",                                     // Japan
	"1",                                      // USA and Canada; see DefaultOutboundDenied
	"45", "49", "52", "55", "56", "60", "62", // Denmark, Germany, Mexico, Brazil, Chile, Malaysia, Indonesia
	"64", "65", "86", "91", // New Zealand, Singapore, China, India
	"354", "356", "379", "421", // Iceland, Malta, Vatican, Slovakia
	"852", "880", "976", // Hong Kong, Bangladesh, Mongolia
}

// DefaultOutboundDenied are prefixes below allowed ones that may not be called
// where Settings.OutboundDenied is nil.
var DefaultOutboundDenied = []string{
	// Korea: premium services (060, formerly 0700), and no second trunk prefix,
	// behind which other countries and carriers could be reached.
	"8260", "82700", "820",
	// The North American Numbering Plan beyond the USA and Canada, and the USA's
	// islands, by area code (nationalnanpa.com), and premium services (900).
	"1242", "1246", "1264", "1268", "1284", "1340", "1345", "1441", "1473", "1649", "1658", "1664", "1670", "1671", "1684",
	"1721", "1758", "1767", "1784", "1787", "1809", "1829", "1849", "1868", "1869", "1876", "1900", "1939",
}

// DefaultShort are the short numbers that may be called where Settings.Short is
// nil: police, fire and ambulance in Korea.
var DefaultShort = []string{"112", "119"}

// completeOutbound fills the lists in and checks them.
func (s *Settings) completeOutbound() error {
	for _, list := range []struct {
		name     string
		list     *[]string
		defaults []string
	}{
		{"outbound", &s.Outbound, DefaultOutbound},
		{"denied outbound", &s.OutboundDenied, DefaultOutboundDenied},
		{"short", &s.Short, DefaultShort},
	} {
		if *list.list == nil {
			*list.list = list.defaults
		}
		for _, number := range *list.list {
			if !digits(number) {
				return fmt.Errorf("%s number %q must be 1 to 15 digits", list.name, number)
			}
		}
	}
	return nil
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return len(s) >= 1 && len(s) <= 15
}
