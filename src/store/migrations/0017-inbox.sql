-- What detectors of this member found, as matters that officers take and close: local, told to nobody. A matter that is
-- closed stays as it is; what is seen later is a new one. parts: what was told already, so that it counts once.
CREATE TABLE cyber_alerts (
    seq       INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    indicator TEXT NOT NULL,
    detector  TEXT NOT NULL,
    log       TEXT NOT NULL,
    at        INTEGER NOT NULL,
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    times     INTEGER NOT NULL,
    state     TEXT NOT NULL,
    officer   TEXT NOT NULL,
    outcome   TEXT NOT NULL,
    reason    TEXT NOT NULL,
    changed   INTEGER NOT NULL
);
CREATE UNIQUE INDEX cyber_alerts_open ON cyber_alerts (indicator, detector, log) WHERE state <> 'closed';
CREATE TABLE cyber_alert_parts (
    indicator TEXT NOT NULL,
    detector  TEXT NOT NULL,
    log       TEXT NOT NULL,
    since     INTEGER NOT NULL,
    ends      INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    times     INTEGER NOT NULL,
    PRIMARY KEY (indicator, detector, log, since, ends)
);

-- How far each officer has read what arrived, and what beyond it is done. source: 0 objects, 1 records.
CREATE TABLE inbox_read (
    officer TEXT NOT NULL PRIMARY KEY,
    objects INTEGER NOT NULL,
    records INTEGER NOT NULL,
    at      INTEGER NOT NULL
);
CREATE TABLE inbox_done (
    officer TEXT NOT NULL,
    source  INTEGER NOT NULL,
    place   INTEGER NOT NULL,
    PRIMARY KEY (officer, source, place)
);

-- The order in which records came here; 0: before there was one.
ALTER TABLE cooperation ADD COLUMN arrived INTEGER NOT NULL DEFAULT 0;
CREATE INDEX cooperation_arrived ON cooperation (arrived);
