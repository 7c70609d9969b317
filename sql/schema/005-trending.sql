-- Trending lists: a snapshot is all rows with the same by, scored_by, as_of and window_days.
CREATE TABLE trending (
    "by" text NOT NULL,
    scored_by text NOT NULL,
    as_of date NOT NULL,
    window_days bigint NOT NULL,
    rank bigint NOT NULL,
    item text NOT NULL,
    views bigint NOT NULL,
    viewers bigint NOT NULL,
    score numeric NOT NULL,
    previous_views bigint NOT NULL,
    previous_viewers bigint NOT NULL,
    previous_score numeric NOT NULL,
    previous_rank bigint,
    change numeric NOT NULL,
    load_id bigint NOT NULL,
    PRIMARY KEY ("by", scored_by, as_of, window_days, item)
);
COMMENT ON TABLE trending IS 'Trending lists, a snapshot for each day they were computed for';
COMMENT ON COLUMN trending."by" IS 'What is ranked: movie or genre';
COMMENT ON COLUMN trending.scored_by IS 'What the score counts: views, viewers or decay';
COMMENT ON COLUMN trending.as_of IS 'The last business day of the window';
COMMENT ON COLUMN trending.window_days IS 'The window''s length in business days';
COMMENT ON COLUMN trending.rank IS 'The place in the list, from 1';
COMMENT ON COLUMN trending.item IS 'The film''s number or the genre''s name';
COMMENT ON COLUMN trending.views IS 'Watches in the window';
COMMENT ON COLUMN trending.viewers IS 'Different users among them';
COMMENT ON COLUMN trending.score IS 'What the rank goes by';
COMMENT ON COLUMN trending.previous_views IS 'Watches in the window before';
COMMENT ON COLUMN trending.previous_viewers IS 'Different users in the window before';
COMMENT ON COLUMN trending.previous_score IS 'The score in the window before';
COMMENT ON COLUMN trending.previous_rank IS 'The rank in the window before; NULL: not watched then';
COMMENT ON COLUMN trending.change IS 'score less previous_score';
COMMENT ON COLUMN trending.load_id IS 'The load that brought or last changed the row';
