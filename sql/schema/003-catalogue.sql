-- Films, their genres, and users.
CREATE TABLE movies (
    movie_id bigint PRIMARY KEY,
    title text,
    genre text,
    release_date date,
    rating numeric(5, 3) CHECK (rating BETWEEN 0 AND 10),
    original_title text,
    vote_count bigint,
    popularity numeric,
    runtime bigint,
    original_language text,
    status text,
    adult boolean,
    fetched_at timestamptz,
    deleted boolean NOT NULL DEFAULT false,
    placeholder boolean NOT NULL DEFAULT false,
    load_id bigint NOT NULL,
    CONSTRAINT movies_title_check CHECK (title IS NOT NULL OR placeholder)
);
COMMENT ON TABLE movies IS 'Films';
COMMENT ON COLUMN movies.movie_id IS 'TMDB''s number of the film; negative where TMDB has none';
COMMENT ON COLUMN movies.title IS 'The title; NULL only for a placeholder';
COMMENT ON COLUMN movies.genre IS 'The first of the film''s genres (movie_genres has them all)';
COMMENT ON COLUMN movies.release_date IS 'The day of the first release';
COMMENT ON COLUMN movies.rating IS 'The average of TMDB''s votes, 0 to 10';
COMMENT ON COLUMN movies.original_title IS 'The title in the original language';
COMMENT ON COLUMN movies.vote_count IS 'How many votes the rating stands on';
COMMENT ON COLUMN movies.popularity IS 'TMDB''s popularity figure';
COMMENT ON COLUMN movies.runtime IS 'Minutes';
COMMENT ON COLUMN movies.original_language IS 'ISO 639-1 code of the original language';
COMMENT ON COLUMN movies.status IS 'TMDB''s production status, such as Released';
COMMENT ON COLUMN movies.adult IS 'Whether TMDB lists it as an adult film';
COMMENT ON COLUMN movies.fetched_at IS 'When the metadata was fetched';
COMMENT ON COLUMN movies.deleted IS 'The film is gone from its source; what was known of it stays';
COMMENT ON COLUMN movies.placeholder IS
    'Nothing is known of the film but its number, which a log named; the next metadata run fills it in';
COMMENT ON COLUMN movies.load_id IS 'The load that brought or last changed the row';
-- For pg-read movies-missing.
CREATE INDEX movies_missing_idx ON movies (movie_id) WHERE placeholder AND NOT deleted;
COMMENT ON INDEX movies_missing_idx IS 'For pg-read movies-missing: few rows out of many';

CREATE TABLE movie_genres (
    movie_id bigint NOT NULL REFERENCES movies,
    position smallint NOT NULL CHECK (position > 0),
    genre text NOT NULL,
    PRIMARY KEY (movie_id, position)
);
COMMENT ON TABLE movie_genres IS 'All genres of each film';
COMMENT ON COLUMN movie_genres.movie_id IS 'The film';
COMMENT ON COLUMN movie_genres.position IS 'The genre''s place in the film''s list, from 1';
COMMENT ON COLUMN movie_genres.genre IS 'The genre''s name, once per film';

CREATE TABLE genres (
    genre_id bigint PRIMARY KEY,
    name text NOT NULL,
    load_id bigint NOT NULL
);
COMMENT ON TABLE genres IS 'TMDB''s official genres';
COMMENT ON COLUMN genres.genre_id IS 'TMDB''s number of the genre';
COMMENT ON COLUMN genres.name IS 'Its name';
COMMENT ON COLUMN genres.load_id IS 'The load that brought or last changed the row';

CREATE TABLE users (
    user_id bigint PRIMARY KEY,
    name text,
    email text,
    signup_date date,
    country text,
    plan text,
    birth_years text,
    placeholder boolean NOT NULL DEFAULT false,
    load_id bigint NOT NULL
);
COMMENT ON TABLE users IS 'Users of the service';
COMMENT ON COLUMN users.user_id IS 'The user''s number';
COMMENT ON COLUMN users.name IS 'Personal: the name';
COMMENT ON COLUMN users.email IS 'Personal: the e-mail address';
COMMENT ON COLUMN users.signup_date IS 'The day the user signed up';
COMMENT ON COLUMN users.country IS 'ISO 3166-1 code of the country';
COMMENT ON COLUMN users.plan IS 'The plan the user pays for';
COMMENT ON COLUMN users.birth_years IS 'The span of years the year of birth lies in, such as 1980-1989';
COMMENT ON COLUMN users.placeholder IS 'Nothing is known of the user but the number, which a log named';
COMMENT ON COLUMN users.load_id IS 'The load that brought or last changed the row';
