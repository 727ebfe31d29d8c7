-- Until when a stay was admitted, and under which article and rule: days in any period, 0 per visit. office,
-- reason and recorded stand where a movement was entered by hand.
ALTER TABLE movements ADD COLUMN article TEXT;
ALTER TABLE movements ADD COLUMN days INTEGER;
ALTER TABLE movements ADD COLUMN period INTEGER;
ALTER TABLE movements ADD COLUMN until INTEGER;
ALTER TABLE movements ADD COLUMN office TEXT;
ALTER TABLE movements ADD COLUMN reason TEXT;
ALTER TABLE movements ADD COLUMN recorded INTEGER;

-- Another member asks with a digest of the document: its keyed hash leads to the traveller.
CREATE TABLE travellers (
    subject   BLOB NOT NULL PRIMARY KEY CHECK (length(subject) = 32),
    traveller BLOB NOT NULL CHECK (length(traveller) = 32)
);

-- The code on the traveller's receipt.
ALTER TABLE checks ADD COLUMN code TEXT;
CREATE UNIQUE INDEX checks_code ON checks (code) WHERE code IS NOT NULL;

-- Complaints. follow: keyed hash of the traveller's code. about: the check or permission, until it is erased.
-- due: by when the office must act, 0: nothing is due. answered, decided: the offices that did. body: sealed
-- text and contact; NULL when erased.
CREATE TABLE complaints (
    seq       INTEGER PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    follow    BLOB NOT NULL UNIQUE CHECK (length(follow) = 32),
    kind      TEXT NOT NULL,
    about     TEXT,
    subject   TEXT NOT NULL,
    language  TEXT NOT NULL,
    at        INTEGER NOT NULL,
    state     TEXT NOT NULL,
    due       INTEGER NOT NULL,
    answered  TEXT,
    decided   TEXT,
    last      INTEGER NOT NULL,
    erased    INTEGER,
    body      BLOB
);
CREATE INDEX complaints_state ON complaints (state, seq);
CREATE INDEX complaints_due ON complaints (due) WHERE due > 0;

CREATE TABLE complaint_events (
    seq       INTEGER PRIMARY KEY,
    complaint INTEGER NOT NULL REFERENCES complaints (seq) ON DELETE CASCADE,
    at        INTEGER NOT NULL,
    what      TEXT NOT NULL,
    state     TEXT NOT NULL,
    due       INTEGER NOT NULL,
    office    TEXT,
    late      INTEGER NOT NULL,
    body      BLOB
);
CREATE INDEX complaint_events_of ON complaint_events (complaint, seq);
