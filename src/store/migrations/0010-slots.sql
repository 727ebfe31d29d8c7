-- Slots of time at posts. code: keyed hash of the holder's code. document, plate: keyed hashes, plate NULL on foot.
-- places: of the slot that it takes. open: it waits or is booked. bind, seen: what token and public list show of it.
CREATE TABLE slots (
    seq      INTEGER PRIMARY KEY,
    code     BLOB NOT NULL UNIQUE CHECK (length(code) = 32),
    place    TEXT NOT NULL,
    start    INTEGER NOT NULL,
    document BLOB NOT NULL CHECK (length(document) = 32),
    plate    BLOB CHECK (length(plate) = 32),
    persons  INTEGER NOT NULL,
    places   INTEGER NOT NULL,
    state    TEXT NOT NULL,
    open     INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    turn     INTEGER NOT NULL,
    changed  INTEGER NOT NULL,
    ended    INTEGER NOT NULL,
    bind     BLOB NOT NULL,
    seen     BLOB NOT NULL,
    ticket   BLOB NOT NULL
);
CREATE UNIQUE INDEX slots_one_document ON slots (document) WHERE open = 1;
CREATE UNIQUE INDEX slots_one_plate ON slots (plate) WHERE open = 1 AND plate IS NOT NULL;
CREATE INDEX slots_of ON slots (place, start, state);
CREATE INDEX slots_document ON slots (document, at);
CREATE INDEX slots_plate ON slots (plate, at);
CREATE INDEX slots_open ON slots (start) WHERE open = 1;

-- Places given back that rest until a draw.
CREATE TABLE slot_freed (
    seq    INTEGER PRIMARY KEY,
    place  TEXT NOT NULL,
    start  INTEGER NOT NULL,
    places INTEGER NOT NULL,
    due    INTEGER NOT NULL
);
CREATE INDEX slot_freed_of ON slot_freed (place, start);

-- For each place and day of slots (days since 1970, UTC) the end of a chain of digests, and how many draws used it.
CREATE TABLE slot_chains (
    place TEXT NOT NULL,
    day   INTEGER NOT NULL,
    seed  BLOB NOT NULL CHECK (length(seed) = 32),
    drawn INTEGER NOT NULL,
    PRIMARY KEY (place, day)
);

-- What is said publicly of slots, in order; nothing personal. published: it stands in the member's log.
CREATE TABLE slot_events (
    seq       INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    body      TEXT NOT NULL,
    published INTEGER NOT NULL
);
CREATE INDEX slot_events_waiting ON slot_events (seq) WHERE published = 0;

-- How many arrived and left in a period that begins at `at`; member empty: counted here. queue: seen by somebody, or NULL.
CREATE TABLE waiting_counts (
    member    TEXT NOT NULL,
    place     TEXT NOT NULL,
    at        INTEGER NOT NULL,
    minutes   INTEGER NOT NULL,
    arrived   INTEGER NOT NULL,
    gone      INTEGER NOT NULL,
    queue     INTEGER,
    published INTEGER NOT NULL,
    PRIMARY KEY (member, place, at)
);
CREATE INDEX waiting_counts_due ON waiting_counts (at) WHERE published = 0;
