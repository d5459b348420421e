CREATE TABLE IF NOT EXISTS users (
	name     TEXT PRIMARY KEY,
	salt     BLOB NOT NULL,
	password BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS sessions (
	token   BLOB PRIMARY KEY,                -- the hash of what the client has
	user    TEXT NOT NULL REFERENCES users,
	expires INTEGER NOT NULL                 -- seconds since 1970
);

CREATE TABLE IF NOT EXISTS trips (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	owner      TEXT NOT NULL REFERENCES users,
	title      TEXT NOT NULL,
	first_day  TEXT NOT NULL,
	last_day   TEXT NOT NULL,
	UNIQUE (owner, title)
);

CREATE TABLE IF NOT EXISTS stops (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	trip    INTEGER NOT NULL REFERENCES trips ON DELETE CASCADE,
	title   TEXT NOT NULL,
	day     TEXT NOT NULL,
	what    TEXT NOT NULL,                   -- JSON of What
	photo   TEXT,                            -- JSON of Photo
	file    TEXT NOT NULL DEFAULT ''          -- of the photo
);

CREATE INDEX IF NOT EXISTS stops_of_trip ON stops (trip, id);

CREATE TABLE IF NOT EXISTS changes (
	id   INTEGER PRIMARY KEY AUTOINCREMENT,
	trip INTEGER NOT NULL REFERENCES trips ON DELETE CASCADE,
	data TEXT NOT NULL                       -- JSON of Change
);

CREATE INDEX IF NOT EXISTS changes_of_trip ON changes (trip, id);
