"""The first load as most would write it: pandas reads and cleans, psycopg2 inserts. What pg-load is measured beside."""

import sys

import pandas
import psycopg2
from psycopg2.extras import execute_values

watches = pandas.read_csv(sys.argv[1])
watches["timestamp"] = pandas.to_datetime(watches["timestamp"], utc=True, errors="coerce")
watches["rating"] = pandas.to_numeric(watches["rating"], errors="coerce")
watches = watches.dropna(subset=["session_id", "user_id", "movie_id", "timestamp"])
watches = watches[watches["rating"].isna() | watches["rating"].between(0, 10)]
watches = watches.drop_duplicates(subset="session_id")
watches["rating"] = watches["rating"].astype(object).where(watches["rating"].notna(), None)

with psycopg2.connect("") as connection, connection.cursor() as cursor:
    execute_values(
        cursor,
        "INSERT INTO watch_sessions (session_id, user_id, movie_id, watch_timestamp, rating) VALUES %s"
        " ON CONFLICT DO NOTHING",
        watches[["session_id", "user_id", "movie_id", "timestamp", "rating"]].itertuples(index=False, name=None),
        page_size=10000,
    )
