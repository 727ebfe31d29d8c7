-- Assets by product, advisories against which they are compared, findings: this member's own. body: one part of what
-- is sealed as a whole. ends: erased after it; 0: no end of its own.
CREATE TABLE exposure_parts (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    part INTEGER NOT NULL,
    at   INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (kind, id, part)
);
CREATE INDEX exposure_parts_ends ON exposure_parts (ends) WHERE ends > 0;

-- Who took in, looked, closed or erased, what for: offices and words, never names.
CREATE TABLE exposure_looks (
    seq     INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    what    TEXT NOT NULL,
    id      TEXT NOT NULL,
    who     TEXT NOT NULL,
    purpose TEXT NOT NULL
);
CREATE INDEX exposure_looks_at ON exposure_looks (at);
