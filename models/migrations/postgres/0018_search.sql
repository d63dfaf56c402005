-- What is searched for (INBOX-5): the tokens of package search, as in SQLite's migration of this name. The tokens of a row are a tsvector.
ALTER TABLE contacts ADD COLUMN search_doc BIGINT;
ALTER TABLE conversations ADD COLUMN search_doc BIGINT;
ALTER TABLE conversations ADD COLUMN search_texts BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX contacts_search ON contacts(search_doc) WHERE search_doc IS NOT NULL;
CREATE UNIQUE INDEX conversations_search ON conversations(search_doc) WHERE search_doc IS NOT NULL;
CREATE TABLE contact_tokens (rowid BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL);
CREATE TABLE text_tokens (rowid BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL);
CREATE INDEX contact_tokens_tokens ON contact_tokens USING gin (tokens);
CREATE INDEX text_tokens_tokens ON text_tokens USING gin (tokens);
