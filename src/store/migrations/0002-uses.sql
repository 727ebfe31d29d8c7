-- Entries per permission in a row of their own: a limit is checked and counted in one statement, and the
-- count outlives the movements when those are erased.
CREATE TABLE permission_uses (
    permission_id TEXT NOT NULL PRIMARY KEY,
    entries       INTEGER NOT NULL CHECK (entries > 0),
    last_at       INTEGER NOT NULL
);
INSERT INTO permission_uses (permission_id, entries, last_at)
    SELECT permission_id, count(*), max(at) FROM movements
     WHERE kind = 1 AND permission_id IS NOT NULL GROUP BY permission_id;

-- What was erased when: counts only.
CREATE TABLE erasures (
    seq       INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    before    INTEGER NOT NULL,
    checks    INTEGER NOT NULL,
    movements INTEGER NOT NULL
);
CREATE INDEX checks_at ON checks (at);
CREATE INDEX movements_at ON movements (at);
