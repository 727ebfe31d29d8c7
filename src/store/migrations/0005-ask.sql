-- What a case holds of the message that began it, apart from its row: the row is written again with each event,
-- and its message, of up to 12 MB, is not. An event's body stays with it: events never change.
CREATE TABLE case_bodies (
    case_seq INTEGER PRIMARY KEY REFERENCES cases (seq) ON DELETE CASCADE,
    body     BLOB NOT NULL
);
INSERT INTO case_bodies (case_seq, body) SELECT seq, body FROM cases;
ALTER TABLE cases DROP COLUMN body;
