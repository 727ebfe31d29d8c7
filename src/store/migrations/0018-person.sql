-- Who may sign in here, and by what. Secrets of links and tokens stand as SHA-256 alone; who is signed in, the node keeps in memory.
CREATE TABLE persons (
    id       TEXT NOT NULL PRIMARY KEY,
    name     TEXT NOT NULL,
    roles    TEXT NOT NULL,
    purposes TEXT NOT NULL,
    office   TEXT NOT NULL,
    added    INTEGER NOT NULL,
    removed  INTEGER NOT NULL
);
-- kind: passkey, certificate, oidc, link, token. used and ends: 0 never. counter: of a passkey.
CREATE TABLE person_credentials (
    kind    TEXT NOT NULL,
    id      TEXT NOT NULL,
    person  TEXT NOT NULL,
    label   TEXT NOT NULL,
    data    BLOB NOT NULL,
    counter INTEGER NOT NULL,
    added   INTEGER NOT NULL,
    used    INTEGER NOT NULL,
    ends    INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX person_credentials_of ON person_credentials (person);
-- What happened, each chained to the one before: hash is over that one's hash and this one's words.
CREATE TABLE person_events (
    seq    INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    person TEXT NOT NULL,
    event  TEXT NOT NULL,
    how    TEXT NOT NULL,
    hash   BLOB NOT NULL
);
