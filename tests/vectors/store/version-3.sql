-- A store as version 3 of the schema left it, which is what Serai 0.2 wrote. Made once: the schema as migrations 0001 to
-- 0003 leave it, and the rows below; never changed: later versions must go on reading it. It has no key mark yet.
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
CREATE TABLE permission_uses (
    permission_id TEXT NOT NULL PRIMARY KEY,
    entries       INTEGER NOT NULL CHECK (entries > 0),
    last_at       INTEGER NOT NULL
);
CREATE TABLE erasures (
    seq       INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    before    INTEGER NOT NULL,
    checks    INTEGER NOT NULL,
    movements INTEGER NOT NULL
, cases INTEGER NOT NULL DEFAULT 0);
CREATE INDEX checks_at ON checks (at);
CREATE INDEX movements_at ON movements (at);
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
CREATE TABLE register (
    seq  INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    key  BLOB NOT NULL CHECK (length(key) = 32),
    at   INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX register_key ON register (name, key, seq);
INSERT INTO checks (request_id, request_hash, at, admitted, response) VALUES
    ('specimen-1', zeroblob(32), 1700000000, 1, '{"outcome":"admit"}'),
    ('specimen-2', zeroblob(32), 1700000100, 0, '{"outcome":"refer"}');
INSERT INTO movements (request_id, traveller, member, kind, at, day, permission_id) VALUES
    (NULL, zeroblob(32), 'IR', 1, 1700000000, 19675, 'P-SPECIMEN-1'),
    ('m-1', zeroblob(32), 'IR', 2, 1700086400, 19676, 'P-SPECIMEN-1');
INSERT INTO permissions (id, at, body) VALUES ('P-SPECIMEN-1', 1699999999, 'sealed');
INSERT INTO permission_uses (permission_id, entries, last_at) VALUES ('P-SPECIMEN-1', 1, 1700000000);
INSERT INTO erasures (at, before, checks, movements, cases) VALUES (1700000200, 1600000000, 7, 3, 1);
INSERT INTO cases (origin, other, reference, kind, subject, purpose, article, at, until, opened, state, last, events, body) VALUES
    ('', 'KZ', 'q-1', 'licence status', NULL, 'road-check', '11', 1700000000, 1700003600, 'open', 'answered', 1700000005, 1, 'question'),
    ('TR', 'TR', 'q-9', 'licence status', NULL, 'road-check', '11', 1700000050, 1700003650, 'open', 'open', 1700000050, 0, 'asked of us');
INSERT INTO case_events (case_seq, id, at, what, state, body) VALUES (1, 'answer', 1700000005, 'answered', 'answered', 'answer');
INSERT INTO register (name, key, at, body) VALUES ('licences KZ', zeroblob(32), 1700000000, 'an entry');
PRAGMA application_id = 1397051969;
PRAGMA user_version = 3;
COMMIT;
