package models

import "gorm.io/gorm"

// gone gives the error of a change; one that found nothing to change gives
// ErrNotFound.
func gone(res *gorm.DB) error {
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	return res.Error
}
