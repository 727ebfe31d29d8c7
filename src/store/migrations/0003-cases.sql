-- Questions and notices between members, ours and theirs, and what happened to each; registers of documents.
-- origin: the member that began the case and gave the reference, empty for this one. opened: the state before
-- the first event. last: the time of the newest event.
CREATE TABLE cases (
    seq       INTEGER PRIMARY KEY,
    origin    TEXT NOT NULL CHECK (origin = '' OR origin = other),
    other     TEXT NOT NULL,
    reference TEXT NOT NULL,
    kind      TEXT NOT NULL,
    subject   BLOB CHECK (subject IS NULL OR length(subject) = 32),
    purpose   TEXT NOT NULL,
    article   TEXT NOT NULL,
    at        INTEGER NOT NULL,
    until     INTEGER NOT NULL,
    opened    TEXT NOT NULL,
    state     TEXT NOT NULL,
    last      INTEGER NOT NULL,
    events    INTEGER NOT NULL,
    body      BLOB NOT NULL
);
CREATE UNIQUE INDEX cases_reference ON cases (origin, reference);
CREATE INDEX cases_subject ON cases (subject, seq) WHERE subject IS NOT NULL;
CREATE INDEX cases_state ON cases (state, seq);
CREATE INDEX cases_last ON cases (last);

CREATE TABLE case_events (
    seq      INTEGER PRIMARY KEY,
    case_seq INTEGER NOT NULL REFERENCES cases (seq) ON DELETE CASCADE,
    id       TEXT,
    at       INTEGER NOT NULL,
    what     TEXT NOT NULL,
    state    TEXT,
    body     BLOB NOT NULL
);
CREATE INDEX case_events_case ON case_events (case_seq, seq);
CREATE UNIQUE INDEX case_events_id ON case_events (case_seq, id) WHERE id IS NOT NULL;

-- A row per entry; the newest of a key counts.
CREATE TABLE register (
    seq  INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    key  BLOB NOT NULL CHECK (length(key) = 32),
    at   INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX register_key ON register (name, key, seq);

ALTER TABLE erasures ADD COLUMN cases INTEGER NOT NULL DEFAULT 0;
