-- Why somebody entered, as the check had it, in a word of the agreement: for counts of stays by purpose. NULL: not recorded.
ALTER TABLE movements ADD COLUMN purpose TEXT;
