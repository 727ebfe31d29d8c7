-- What is kept of other members' logs. held: entries that are here, each proved. bodies: entries whose bodies
-- were asked for. edge: the right edge of the tree over the entries held. accepted, complete, witnessed: signed
-- checkpoints, the newest that fits all before it, the newest of which every entry is here, the newest with a
-- quorum. types: names of types, one a line, in the order of the bits in replica_entries. reason: why it stands
-- still. fork: proof that the log has two histories.
CREATE TABLE replicas (
    seq            INTEGER PRIMARY KEY,
    origin         TEXT NOT NULL UNIQUE,
    held           INTEGER NOT NULL,
    bodies         INTEGER NOT NULL CHECK (bodies >= 0 AND bodies <= held),
    edge           BLOB NOT NULL,
    accepted       BLOB NOT NULL,
    accepted_size  INTEGER NOT NULL,
    complete       BLOB NOT NULL,
    complete_size  INTEGER NOT NULL CHECK (complete_size <= held),
    witnessed      BLOB NOT NULL,
    witnessed_size INTEGER NOT NULL CHECK (witnessed_size <= accepted_size),
    types          TEXT NOT NULL,
    looked         INTEGER NOT NULL,
    grown          INTEGER NOT NULL,
    reason         TEXT NOT NULL,
    detail         TEXT NOT NULL,
    fork           BLOB NOT NULL,
    CHECK (held >= 0 AND held <= accepted_size)
);

-- Entries behind one another, each after its length in two bytes (C2SP tlog-tiles); a row never goes beyond a
-- bundle. types: a bit for each type among them.
CREATE TABLE replica_entries (
    replica INTEGER NOT NULL REFERENCES replicas (seq),
    first   INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    types   INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (replica, first)
);

-- Full tiles of level 1 and up; those of level 0 are made of the entries.
CREATE TABLE replica_tiles (
    replica INTEGER NOT NULL REFERENCES replicas (seq),
    level   INTEGER NOT NULL,
    tile    INTEGER NOT NULL,
    hashes  BLOB NOT NULL,
    PRIMARY KEY (replica, level, tile)
);

-- Where subjects stand: of each tag the first eight bytes, and its place in two. A segment of 65,536 entries
-- that is complete has a row for each first byte of a tag; before that each full bundle has one row (bucket -1,
-- segment: the bundle).
CREATE TABLE replica_subjects (
    replica INTEGER NOT NULL REFERENCES replicas (seq),
    bucket  INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    tags    BLOB NOT NULL,
    PRIMARY KEY (replica, bucket, segment)
);

-- Bodies behind one another, each after its length in four bytes: 0xffffffff erased, 0xfffffffe none here.
CREATE TABLE replica_bodies (
    replica INTEGER NOT NULL REFERENCES replicas (seq),
    first   INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    bodies  BLOB NOT NULL,
    PRIMARY KEY (replica, first)
);

-- Bodies that stand alone: large ones, and those that came late; in parts. hash: of the sealed body.
CREATE TABLE replica_body_parts (
    replica INTEGER NOT NULL REFERENCES replicas (seq),
    entry   INTEGER NOT NULL,
    part    INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    bytes   BLOB NOT NULL,
    PRIMARY KEY (replica, entry, part)
);
CREATE INDEX replica_body_parts_hash ON replica_body_parts (replica, hash);

-- Entries whose bodies nobody had yet; asked: when last.
CREATE TABLE replica_missing (
    replica INTEGER NOT NULL REFERENCES replicas (seq),
    entry   INTEGER NOT NULL,
    asked   INTEGER NOT NULL,
    PRIMARY KEY (replica, entry)
);

-- Erasures and expiries that stand in the log and are to be carried out here.
CREATE TABLE replica_erasures (
    replica INTEGER NOT NULL REFERENCES replicas (seq),
    entry   INTEGER NOT NULL,
    PRIMARY KEY (replica, entry)
);

-- How far each consumer has come in each log; needs: 1 what counts when published, 2 when witnessed.
CREATE TABLE replica_cursors (
    consumer TEXT NOT NULL,
    replica  INTEGER NOT NULL REFERENCES replicas (seq),
    needs    INTEGER NOT NULL,
    next     INTEGER NOT NULL,
    PRIMARY KEY (consumer, replica, needs)
);

-- Entries that a consumer went past because the body was missing.
CREATE TABLE replica_late (
    consumer TEXT NOT NULL,
    replica  INTEGER NOT NULL REFERENCES replicas (seq),
    entry    INTEGER NOT NULL,
    PRIMARY KEY (consumer, replica, entry)
);
