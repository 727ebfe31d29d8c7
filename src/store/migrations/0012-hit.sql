-- Hits of names at the border. entity: the notice or the entry of a list; version: what it said then. owner,
-- kind: whose and of which kind. due: by when a person must close it, 0: nothing is due. subject: of the
-- document, for its holder's extract; memory: of document and entity together. first: the officer whose
-- outcome waits for a second one. body: sealed, what the traveller showed; NULL when erased.
CREATE TABLE hits (
    seq       INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    at        INTEGER NOT NULL,
    shelf     TEXT NOT NULL,
    entity    TEXT,
    version   TEXT NOT NULL,
    owner     TEXT NOT NULL,
    kind      TEXT NOT NULL,
    protect   INTEGER NOT NULL,
    score     INTEGER NOT NULL,
    state     TEXT NOT NULL,
    outcome   TEXT,
    first     TEXT,
    due       INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    closed    INTEGER,
    erased    INTEGER,
    subject   BLOB,
    memory    BLOB,
    body      BLOB
);
CREATE INDEX hits_state ON hits (state, seq);
CREATE INDEX hits_at ON hits (at);
CREATE INDEX hits_due ON hits (due) WHERE due > 0;
CREATE INDEX hits_memory ON hits (memory) WHERE memory IS NOT NULL;
CREATE INDEX hits_subject ON hits (subject) WHERE subject IS NOT NULL;

CREATE TABLE hit_events (
    seq       INTEGER PRIMARY KEY,
    hit       INTEGER NOT NULL REFERENCES hits (seq) ON DELETE CASCADE,
    at        INTEGER NOT NULL,
    what      TEXT NOT NULL,
    state     TEXT NOT NULL,
    officer   TEXT,
    purpose   TEXT,
    body      BLOB
);
CREATE INDEX hit_events_of ON hit_events (hit, seq);

-- Not that person: until when it counts, for which version. told: 1 when it came from another member, with
-- the traveller's consent.
CREATE TABLE hit_memory (
    memory    BLOB NOT NULL PRIMARY KEY CHECK (length(memory) = 32),
    version   TEXT NOT NULL,
    until     INTEGER NOT NULL,
    told      INTEGER NOT NULL,
    hit       TEXT
);
CREATE INDEX hit_memory_until ON hit_memory (until);
