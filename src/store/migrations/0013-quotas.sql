-- Entries admitted under a quota of the agreement, by its name and calendar period (days since 1970-01-01).
-- Nothing of a person; it outlives the movements when those are erased.
CREATE TABLE quota_uses (
    quota   TEXT NOT NULL,
    first   INTEGER NOT NULL,
    last    INTEGER NOT NULL,
    entries INTEGER NOT NULL CHECK (entries >= 0),
    last_at INTEGER NOT NULL,
    PRIMARY KEY (quota, first, last)
);
