-- What members say to each other in stream "cooperation": playbooks and their use, advisories, offers and requests,
-- contacts and their tests. Added to; body is the signed note as it stands in its author's log, the same bytes at
-- every member. due: when it was said, as long as an own record does not stand in the log yet; else 0.
CREATE TABLE cooperation (
    id       TEXT NOT NULL PRIMARY KEY,
    part     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    member   TEXT NOT NULL,
    at       INTEGER NOT NULL,
    audience TEXT NOT NULL,
    due      INTEGER NOT NULL,
    body     BLOB NOT NULL
);
CREATE INDEX cooperation_part ON cooperation (part, id);
CREATE INDEX cooperation_due ON cooperation (due) WHERE due > 0;
