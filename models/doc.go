// Package models holds ringdesk's tables, their migrations and every query. It
// is the only place that knows SQL or GORM.
//
// All changes go through Store.Tx. A change that a screen should see is told
// with Tx.Changed; it becomes a row of the changes table in the same
// transaction, and Store.OnCommit hears of it once it is durable.
package models
