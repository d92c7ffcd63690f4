-- When a person was last switched off, in Unix seconds; 0 where they never were, or before this table knew.
ALTER TABLE people ADD COLUMN sessions_since BIGINT NOT NULL DEFAULT 0;
