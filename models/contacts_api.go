package models

import "github.com/nyaruka/phonenumbers"

// Contact finds a contact of a workspace inside the transaction.
func (t *Tx) Contact(workspace, id string) (FullContact, error) {
	c, err := one[Contact](t.db, "workspace_id = ? AND id = ?", workspace, id)
	if err != nil {
		return FullContact{}, err
	}
	var ns []ContactNumber
	if err := t.db.Where("contact_id = ?", id).Order("position").Find(&ns).Error; err != nil {
		return FullContact{}, err
	}
	full := FullContact{Contact: c, Numbers: make([]string, len(ns))}
	for i, n := range ns {
		full.Numbers[i] = n.Number
	}
	return full, nil
}

// NumberTaken gives the first of the numbers that belongs to another contact
// of the workspace than the given one, or "".
func (t *Tx) NumberTaken(workspace, contact string, numbers []string) (string, error) {
	var taken []ContactNumber
	err := t.db.Where("workspace_id = ? AND number IN ? AND contact_id <> ?", workspace, numbers, contact).
		Order("number").Limit(1).Find(&taken).Error
	if err != nil || len(taken) == 0 {
		return "", err
	}
	return taken[0].Number, nil
}

// TestCaller is the caller's number of test calls, in E.164: a mobile number
// of the country (ISO 3166-1 alpha-2) that no customer has. For Korea it is
// 010-0000-0000, an exchange that is not given out; elsewhere the example
// number of libphonenumber's metadata; and where there is none, one of the
// North American numbers that are reserved for fiction (555-0100 to 555-0199).
func TestCaller(country string) string {
	if country == "KR" {
		return "+821000000000"
	}
	n := phonenumbers.GetExampleNumberForType(country, phonenumbers.MOBILE)
	if n == nil {
		return "+12025550123"
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}
