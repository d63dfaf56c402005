-- How an account's desk behaves: JSON, what it leaves out has its default in package models.
ALTER TABLE accounts ADD COLUMN preferences TEXT NOT NULL DEFAULT '{}';
