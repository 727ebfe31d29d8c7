-- What a check was decided on, without names and numbers: check/facts_record.h. NULL: of a check before this schema.
ALTER TABLE checks ADD COLUMN facts BLOB;
