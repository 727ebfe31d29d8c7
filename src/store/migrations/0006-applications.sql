-- Applications for permissions. content, the bodies of events and the files are sealed by who puts them: here
-- they are bytes. request: keyed hash of what came first under this reference. ends: erased after it. due: when
-- something is to be done about it, 0: nothing waits for a time. events: how many there are; who changes an
-- application names the number seen.
CREATE TABLE applications (
    seq       INTEGER PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    request   BLOB NOT NULL CHECK (length(request) = 32),
    kind      TEXT NOT NULL,
    purpose   TEXT NOT NULL,
    subject   BLOB NOT NULL CHECK (length(subject) = 32),
    state     TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'consulting', 'to decide', 'granted',
                                             'declined', 'withdrawn', 'expired')),
    at        INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    due       INTEGER NOT NULL,
    ends      INTEGER NOT NULL,
    revision  INTEGER NOT NULL,
    events    INTEGER NOT NULL,
    content   BLOB NOT NULL
);
CREATE INDEX applications_state ON applications (state, seq);
CREATE INDEX applications_subject ON applications (subject, seq);
CREATE INDEX applications_due ON applications (due) WHERE due > 0;
CREATE INDEX applications_ends ON applications (ends);

-- state: after it. who: an office, never a name; empty for the applicant and the node itself.
CREATE TABLE application_events (
    seq             INTEGER PRIMARY KEY,
    application_seq INTEGER NOT NULL REFERENCES applications (seq) ON DELETE CASCADE,
    at              INTEGER NOT NULL,
    what            TEXT NOT NULL,
    state           TEXT NOT NULL,
    who             TEXT NOT NULL,
    revision        INTEGER NOT NULL,
    body            BLOB NOT NULL
);
CREATE INDEX application_events_of ON application_events (application_seq, seq);

-- type: as the applicant named it and its first bytes have it.
CREATE TABLE application_files (
    seq             INTEGER PRIMARY KEY,
    application_seq INTEGER NOT NULL REFERENCES applications (seq) ON DELETE CASCADE,
    name            TEXT NOT NULL,
    type            TEXT NOT NULL,
    size            INTEGER NOT NULL,
    hash            BLOB NOT NULL CHECK (length(hash) = 32),
    bytes           BLOB NOT NULL,
    UNIQUE (application_seq, name)
);

-- What happened, counted for good: nothing of a person. year: of the member's clock. seconds: from the
-- submission, summed.
CREATE TABLE application_counts (
    year    INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    purpose TEXT NOT NULL,
    what    TEXT NOT NULL,
    n       INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    PRIMARY KEY (year, kind, purpose, what)
);
