-- Notices of all members, each version where it stands in its issuer's log. open: published to all, else to its
-- reviewer alone. body: sealed; NULL once it was erased. Which state a notice is in stands nowhere: it is computed.
CREATE TABLE notices (
    origin    TEXT NOT NULL,
    place     INTEGER NOT NULL,
    id        TEXT NOT NULL,
    version   INTEGER NOT NULL,
    open      INTEGER NOT NULL,
    issuer    TEXT NOT NULL,
    kind      TEXT NOT NULL,
    digest    BLOB NOT NULL CHECK (length(digest) = 32),
    substance BLOB NOT NULL CHECK (length(substance) = 32),
    at        INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    body      BLOB,
    PRIMARY KEY (origin, place)
);
CREATE INDEX notices_id ON notices (id, version);
CREATE INDEX notices_expires ON notices (expires) WHERE body IS NOT NULL;

-- What the members said of them: proposed, reviewed, suspended, withdrawn, flagged, erased, … No word about a
-- person outside of body, which is sealed, and NULL once it was erased.
CREATE TABLE notice_events (
    origin  TEXT NOT NULL,
    place   INTEGER NOT NULL,
    id      TEXT NOT NULL,
    version INTEGER NOT NULL,
    what    TEXT NOT NULL,
    member  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    digest  BLOB,
    body    BLOB,
    PRIMARY KEY (origin, place)
);
CREATE INDEX notice_events_id ON notice_events (id);
CREATE INDEX notice_events_what ON notice_events (what, id);

-- What this member's officers are about to say: a notice, or a review of another's. id: of the notice once it
-- has one. body: sealed.
CREATE TABLE notice_drafts (
    reference TEXT NOT NULL PRIMARY KEY,
    state     TEXT NOT NULL,
    id        TEXT,
    revision  INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    body      BLOB
);
