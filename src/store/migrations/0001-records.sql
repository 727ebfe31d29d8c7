-- What a node has done: checks answered, movements recorded, permissions issued.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
);

-- One row per answered check. The response stands last so that a scan need not read it.
CREATE TABLE checks (
    seq          INTEGER PRIMARY KEY,
    request_id   TEXT NOT NULL UNIQUE,
    request_hash BLOB NOT NULL CHECK (length(request_hash) = 32),
    at           INTEGER NOT NULL,
    admitted     INTEGER NOT NULL CHECK (admitted IN (0, 1)),
    response     BLOB NOT NULL
);

-- kind: 1 entry, 2 exit. day: the day in the member's own calendar time, counted from 1970-01-01.
-- request_id is NULL when a check made the movement: the check's id stands in checks.
CREATE TABLE movements (
    seq           INTEGER PRIMARY KEY,
    request_id    TEXT,
    traveller     BLOB NOT NULL CHECK (length(traveller) = 32),
    member        TEXT NOT NULL,
    kind          INTEGER NOT NULL CHECK (kind IN (1, 2)),
    at            INTEGER NOT NULL,
    day           INTEGER NOT NULL,
    permission_id TEXT
);
CREATE UNIQUE INDEX movements_request ON movements (request_id) WHERE request_id IS NOT NULL;
-- Holds everything that counting the days of stay reads.
CREATE INDEX movements_traveller ON movements (traveller, member, at, seq, kind, day);

CREATE TABLE permissions (
    id   TEXT NOT NULL PRIMARY KEY,
    at   INTEGER NOT NULL,
    body BLOB NOT NULL
);
