-- Lists of travellers who are to come. head and the bodies of parts are sealed by who puts them: here they are
-- bytes; NULL and gone when erased. request: keyed hash of the list. parts: of the list, and as many of results.
-- summary: counts alone. ends: erased after it.
CREATE TABLE manifests (
    seq       INTEGER PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    request   BLOB NOT NULL CHECK (length(request) = 32),
    state     TEXT NOT NULL CHECK (state IN ('arriving', 'waiting', 'done', 'erased')),
    at        INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    ends      INTEGER NOT NULL,
    persons   INTEGER NOT NULL,
    parts     INTEGER NOT NULL,
    head      BLOB,
    summary   TEXT
);
CREATE INDEX manifests_state ON manifests (state, seq);
CREATE INDEX manifests_ends ON manifests (ends) WHERE state <> 'erased';

-- kind: 0 the list, 1 results.
CREATE TABLE manifest_parts (
    seq      INTEGER PRIMARY KEY,
    manifest INTEGER NOT NULL REFERENCES manifests (seq) ON DELETE CASCADE,
    kind     INTEGER NOT NULL,
    part     INTEGER NOT NULL,
    body     BLOB NOT NULL,
    UNIQUE (manifest, kind, part)
);

-- Who took one in, looked at it and erased it: offices, never names.
CREATE TABLE manifest_events (
    seq      INTEGER PRIMARY KEY,
    manifest INTEGER NOT NULL REFERENCES manifests (seq) ON DELETE CASCADE,
    at       INTEGER NOT NULL,
    what     TEXT NOT NULL,
    who      TEXT NOT NULL
);
CREATE INDEX manifest_events_of ON manifest_events (manifest, seq);
