package exchange

import (
	"sync"

	"ringdesk/models"
)

// mostDialled is how many numbers are kept as they were dialled: more than an installation
// has, unless somebody tries them all.
const mostDialled = 1024

// dialled reads numbers that were dialled. A business has few, and reading one takes longer than
// looking it up; its callers, and all others, wait for both.
type dialled struct {
	mu   sync.Mutex
	read map[string]string // E.164 by what was dialled
}

// e164 is models.E164 in the installation's country.
func (d *dialled) e164(text, country string) (string, error) {
	d.mu.Lock()
	number, known := d.read[text]
	d.mu.Unlock()
	if known {
		return number, nil
	}
	number, err := models.E164(text, country)
	if err != nil {
		return "", err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.read == nil || len(d.read) >= mostDialled {
		d.read = map[string]string{}
	}
	d.read[text] = number
	return number, nil
}
