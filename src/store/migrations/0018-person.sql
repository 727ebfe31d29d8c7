-- Who may sign in here, by what, and who is signed in. Secrets of links, tokens and sessions stand as SHA-256 alone.
CREATE TABLE persons (
    id       TEXT NOT NULL PRIMARY KEY,
    name     TEXT NOT NULL,
    roles    TEXT NOT NULL,
    purposes TEXT NOT NULL,
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
CREATE TABLE person_sessions (
    hash   BLOB NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    how    TEXT NOT NULL,
    opened INTEGER NOT NULL,
    seen   INTEGER NOT NULL,
    ends   INTEGER NOT NULL
);
CREATE INDEX person_sessions_of ON person_sessions (person);
-- What happened, each chained to the one before: hash is over that one's hash and this one's words.
CREATE TABLE person_events (
    seq    INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    person TEXT NOT NULL,
    event  TEXT NOT NULL,
    how    TEXT NOT NULL,
    hash   BLOB NOT NULL
);
