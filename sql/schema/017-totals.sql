-- Films over all days: sums of movie_daily, so that what counts over all days needn't be added up from them each hour.
CREATE TABLE movie_total (
    movie_id bigint PRIMARY KEY,
    views bigint NOT NULL,
    rated_views bigint NOT NULL,
    rating_sum numeric NOT NULL,
    load_id bigint NOT NULL
);
COMMENT ON TABLE movie_total IS
    'Each film over all business days: the sums of movie_daily, whose merge keeps them. Without a row, nobody has added up the days yet';
COMMENT ON COLUMN movie_total.movie_id IS 'The film';
COMMENT ON COLUMN movie_total.views IS 'Watches';
COMMENT ON COLUMN movie_total.rated_views IS 'Watches with a rating';
COMMENT ON COLUMN movie_total.rating_sum IS 'The sum of these ratings';
COMMENT ON COLUMN movie_total.load_id IS 'The load that brought or last changed the row';
GRANT SELECT, INSERT, UPDATE, DELETE ON movie_total TO reelpipe_etl;
