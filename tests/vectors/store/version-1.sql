-- A store as version 1 of the schema left it. Made once with the sqlite3 shell from migration 0001 and the rows below;
-- never changed: later versions must go on reading it. It has no key mark yet: such a store gets a key at its opening.
PRAGMA journal_mode = WAL;
BEGIN;
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
);

CREATE TABLE checks (
    seq          INTEGER PRIMARY KEY,
    request_id   TEXT NOT NULL UNIQUE,
    request_hash BLOB NOT NULL CHECK (length(request_hash) = 32),
    at           INTEGER NOT NULL,
    admitted     INTEGER NOT NULL CHECK (admitted IN (0, 1)),
    response     BLOB NOT NULL
);

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
CREATE INDEX movements_traveller ON movements (traveller, member, at, seq, kind, day);

CREATE TABLE permissions (
    id   TEXT NOT NULL PRIMARY KEY,
    at   INTEGER NOT NULL,
    body BLOB NOT NULL
);
INSERT INTO checks (request_id, request_hash, at, admitted, response) VALUES
    ('specimen-1', zeroblob(32), 1700000000, 1, '{"outcome":"admit"}'),
    ('specimen-2', zeroblob(32), 1700000100, 0, '{"outcome":"refer"}');
INSERT INTO movements (request_id, traveller, member, kind, at, day, permission_id) VALUES
    (NULL, zeroblob(32), 'IR', 1, 1700000000, 19675, 'P-SPECIMEN-1'),
    ('m-1', zeroblob(32), 'IR', 2, 1700086400, 19676, 'P-SPECIMEN-1'),
    (NULL, zeroblob(32), 'IR', 1, 1700172800, 19677, 'P-SPECIMEN-1'),
    ('m-2', zeroblob(32), 'IR', 2, 1700259200, 19678, 'P-SPECIMEN-2');
INSERT INTO permissions (id, at, body) VALUES ('P-SPECIMEN-1', 1699999999, 'sealed');
PRAGMA application_id = 1397051969;
PRAGMA user_version = 1;
COMMIT;
