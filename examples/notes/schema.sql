CREATE TABLE IF NOT EXISTS users (
	id   INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE IF NOT EXISTS tokens (
	hash    BLOB PRIMARY KEY, -- SHA-256; who reads the file cannot use what he finds
	user_id INTEGER NOT NULL REFERENCES users (id),
	scopes  TEXT NOT NULL,    -- separated by spaces
	made_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS notes (
	id         INTEGER PRIMARY KEY AUTOINCREMENT, -- the number of a deleted note is not given out again
	owner_id   INTEGER NOT NULL REFERENCES users (id),
	title      TEXT NOT NULL,
	text       TEXT NOT NULL,
	pinned     INTEGER NOT NULL,
	archived   INTEGER NOT NULL,
	public     INTEGER NOT NULL,
	version    INTEGER NOT NULL, -- one more with each change
	changed_at INTEGER NOT NULL  -- milliseconds since 1970, as are the others
) STRICT;

CREATE INDEX IF NOT EXISTS notes_owner ON notes (owner_id);

CREATE TABLE IF NOT EXISTS audit (
	id      INTEGER PRIMARY KEY,
	note_id INTEGER NOT NULL, -- of a note that may be gone
	user_id INTEGER NOT NULL REFERENCES users (id),
	action  TEXT NOT NULL,
	at      INTEGER NOT NULL
) STRICT;
