-- What this member did with objects of the cyber service that concerns others: released, recalled, copied; and what
-- it holds back of what came, or was told that others hold back of its own. Added to, never changed. body: JSON with
-- ids and counts, no object.
CREATE TABLE cyber_acts (
    id       TEXT NOT NULL PRIMARY KEY,
    at       INTEGER NOT NULL,
    act      TEXT NOT NULL,
    who      TEXT NOT NULL,
    audience TEXT NOT NULL,
    article  TEXT NOT NULL,
    body     BLOB NOT NULL
);
CREATE INDEX cyber_acts_at ON cyber_acts (act, at);
