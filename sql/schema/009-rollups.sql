-- Rollups: additive figures of each business day, computed by agg-daily from the raw rows of that day. A day
-- is replaced as a whole. And what is made of them: lists of the best rated films.
CREATE TABLE day_daily (
    day date PRIMARY KEY,
    views bigint NOT NULL,
    viewers bigint NOT NULL,
    rated_views bigint NOT NULL,
    rating_sum numeric NOT NULL,
    load_id bigint NOT NULL
);
COMMENT ON TABLE day_daily IS 'Each business day';
COMMENT ON COLUMN day_daily.day IS 'The business day';
COMMENT ON COLUMN day_daily.views IS 'Watches';
COMMENT ON COLUMN day_daily.viewers IS 'Different users among them';
COMMENT ON COLUMN day_daily.rated_views IS 'Watches with a rating';
COMMENT ON COLUMN day_daily.rating_sum IS 'The sum of these ratings';
COMMENT ON COLUMN day_daily.load_id IS 'The load that brought or last changed the row';

-- No foreign key to movies: it would cost a rebuild more than the rows themselves, and films are never deleted.
CREATE TABLE movie_daily (
    day date NOT NULL,
    movie_id bigint NOT NULL,
    views bigint NOT NULL,
    viewers bigint NOT NULL,
    rated_views bigint NOT NULL,
    rating_sum numeric NOT NULL,
    load_id bigint NOT NULL,
    PRIMARY KEY (day, movie_id)
);
COMMENT ON TABLE movie_daily IS 'Each film on each business day that it was watched on';
COMMENT ON COLUMN movie_daily.day IS 'The business day';
COMMENT ON COLUMN movie_daily.movie_id IS 'The film';
COMMENT ON COLUMN movie_daily.views IS 'Watches';
COMMENT ON COLUMN movie_daily.viewers IS 'Different users among them';
COMMENT ON COLUMN movie_daily.rated_views IS 'Watches with a rating';
COMMENT ON COLUMN movie_daily.rating_sum IS 'The sum of these ratings';
COMMENT ON COLUMN movie_daily.load_id IS 'The load that brought or last changed the row';

CREATE TABLE genre_daily (
    day date NOT NULL,
    genre text NOT NULL,
    views bigint NOT NULL,
    viewers bigint NOT NULL,
    rated_views bigint NOT NULL,
    rating_sum numeric NOT NULL,
    load_id bigint NOT NULL,
    PRIMARY KEY (day, genre)
);
COMMENT ON TABLE genre_daily IS 'Each genre on each business day; a film of several genres counts once in each';
COMMENT ON COLUMN genre_daily.day IS 'The business day';
COMMENT ON COLUMN genre_daily.genre IS 'The genre, as the films had it when the day was computed';
COMMENT ON COLUMN genre_daily.views IS 'Watches';
COMMENT ON COLUMN genre_daily.viewers IS 'Different users among them';
COMMENT ON COLUMN genre_daily.rated_views IS 'Watches with a rating';
COMMENT ON COLUMN genre_daily.rating_sum IS 'The sum of these ratings';
COMMENT ON COLUMN genre_daily.load_id IS 'The load that brought or last changed the row';

CREATE TABLE hour_daily (
    day date NOT NULL,
    hour bigint NOT NULL CHECK (hour BETWEEN 0 AND 23),
    views bigint NOT NULL,
    viewers bigint NOT NULL,
    rated_views bigint NOT NULL,
    rating_sum numeric NOT NULL,
    load_id bigint NOT NULL,
    PRIMARY KEY (day, hour)
);
COMMENT ON TABLE hour_daily IS 'Each hour of each business day, as a clock in the business time zone shows it';
COMMENT ON COLUMN hour_daily.day IS 'The business day';
COMMENT ON COLUMN hour_daily.hour IS 'The hour, 0 to 23; one that the clock shows twice has the views of both';
COMMENT ON COLUMN hour_daily.views IS 'Watches';
COMMENT ON COLUMN hour_daily.viewers IS 'Different users among them';
COMMENT ON COLUMN hour_daily.rated_views IS 'Watches with a rating';
COMMENT ON COLUMN hour_daily.rating_sum IS 'The sum of these ratings';
COMMENT ON COLUMN hour_daily.load_id IS 'The load that brought or last changed the row';

CREATE TABLE top_rated (
    scored_by text NOT NULL,
    as_of date NOT NULL,
    window_days bigint NOT NULL,
    min_votes bigint NOT NULL,
    rank bigint NOT NULL,
    movie_id bigint NOT NULL,
    views bigint NOT NULL,
    rated_views bigint NOT NULL,
    weighted numeric NOT NULL,
    bayes numeric NOT NULL,
    mean numeric NOT NULL,
    load_id bigint NOT NULL,
    PRIMARY KEY (scored_by, as_of, window_days, movie_id)
);
COMMENT ON TABLE top_rated IS
    'Lists of the best rated films: all rows with the same scored_by, as_of and window_days are one';
COMMENT ON COLUMN top_rated.scored_by IS 'What the rank goes by: bayes or weighted';
COMMENT ON COLUMN top_rated.as_of IS 'The last business day that counts';
COMMENT ON COLUMN top_rated.window_days IS 'How many business days count; 0: all up to as_of';
COMMENT ON COLUMN top_rated.min_votes IS 'The m of the Bayesian estimate';
COMMENT ON COLUMN top_rated.rank IS 'The place in the list, from 1';
COMMENT ON COLUMN top_rated.movie_id IS 'The film';
COMMENT ON COLUMN top_rated.views IS 'Watches';
COMMENT ON COLUMN top_rated.rated_views IS 'Watches with a rating';
COMMENT ON COLUMN top_rated.weighted IS 'The weighted average of the ratings';
COMMENT ON COLUMN top_rated.bayes IS 'The Bayesian estimate';
COMMENT ON COLUMN top_rated.mean IS 'The mean rating of all films';
COMMENT ON COLUMN top_rated.load_id IS 'The load that brought or last changed the row';

COMMENT ON COLUMN trending."by" IS 'What is ranked: movie or genre; all: the total alone';
COMMENT ON COLUMN trending.item IS 'The film''s number or the genre''s name; all for the total';

CREATE INDEX trending_as_of_idx ON trending (as_of);
COMMENT ON INDEX trending_as_of_idx IS 'For dash.trending: the latest day that has lists';
CREATE INDEX top_rated_as_of_idx ON top_rated (as_of);
COMMENT ON INDEX top_rated_as_of_idx IS 'For dash.top_rated: the latest day that has lists';
CREATE INDEX movies_release_date_idx ON movies (release_date);
COMMENT ON INDEX movies_release_date_idx IS 'For dash.releases: few films out of many';

GRANT SELECT, INSERT, UPDATE, DELETE ON day_daily, movie_daily, genre_daily, hour_daily, top_rated
    TO reelpipe_etl;
