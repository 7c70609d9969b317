#include "schema.h"

/* Name, kind, required, key, identity, present, best. */

/* A watch with a rating beats one without, then the later time wins, then the higher rating. */
static const struct schema_column watch[] = {
    {"session_id", VALUE_INT, true, true, false, 0, 0},
    {"user_id", VALUE_INT, true, false, true, 0, 0},
    {"movie_id", VALUE_INT, true, false, true, 0, 0},
    {"watch_timestamp", VALUE_TIME, true, false, false, 0, 2},
    {"rating", VALUE_RATING, false, false, false, 1, 3},
};

/* Everything but the key may be missing: a tombstone has movie_id and deleted alone. That a film
 * which isn't deleted has a title is validate's rule empty-title. */
static const struct schema_column movie[] = {
    {"movie_id", VALUE_INT, true, true, false, 0, 0},
    {"title", VALUE_TEXT, false, false, false, 0, 0},
    {"original_title", VALUE_TEXT, false, false, false, 0, 0},
    {"genres", VALUE_LIST, false, false, false, 0, 0},
    {"release_date", VALUE_DATE, false, false, false, 0, 0},
    {"rating", VALUE_RATING, false, false, false, 0, 0},
    {"vote_count", VALUE_INT, false, false, false, 0, 0},
    {"popularity", VALUE_DECIMAL, false, false, false, 0, 0},
    {"runtime", VALUE_INT, false, false, false, 0, 0},
    {"original_language", VALUE_TEXT, false, false, false, 0, 0},
    {"status", VALUE_TEXT, false, false, false, 0, 0},
    {"adult", VALUE_BOOL, false, false, false, 0, 0},
    {"fetched_at", VALUE_TIME, false, false, false, 0, 0},
    {"deleted", VALUE_BOOL, false, false, false, 0, 0},
};

static const struct schema_column user[] = {
    {"user_id", VALUE_INT, true, true, false, 0, 0},
    {"name", VALUE_TEXT, false, false, false, 0, 0},
    {"email", VALUE_TEXT, false, false, false, 0, 0},
    {"signup_date", VALUE_DATE, false, false, false, 0, 0},
    {"country", VALUE_TEXT, false, false, false, 0, 0},
    {"plan", VALUE_TEXT, false, false, false, 0, 0},
    {"birth_years", VALUE_DECADE, false, false, false, 0, 0},
};

/* Users who are to be erased (user_id, which isn't kept) or have been: see mask(1). */
static const struct schema_column erased_user[] = {
    {"hash", VALUE_TEXT, true, true, false, 0, 0},
    {"user_id", VALUE_INT, false, false, false, 0, 0},
};

/* The days before this one are closed: their watches go, their rollups stay. */
static const struct schema_column retention[] = {
    {"before", VALUE_DATE, true, true, false, 0, 0},
};

static const struct schema_column genre[] = {
    {"id", VALUE_INT, true, true, false, 0, 0},
    {"name", VALUE_TEXT, true, false, false, 0, 0},
};

/* Who the viewers were can't be told from daily rollups. */
static const struct schema_column trending[] = {
    {"by", VALUE_TEXT, true, true, false, 0, 0},
    {"scored_by", VALUE_TEXT, true, true, false, 0, 0},
    {"as_of", VALUE_DATE, true, true, false, 0, 0},
    {"window_days", VALUE_INT, true, true, false, 0, 0},
    {"rank", VALUE_INT, true, false, false, 0, 0},
    {"item", VALUE_TEXT, true, true, false, 0, 0},
    {"views", VALUE_INT, true, false, false, 0, 0},
    {"viewers", VALUE_INT, false, false, false, 0, 0},
    {"score", VALUE_DECIMAL, true, false, false, 0, 0},
    {"previous_views", VALUE_INT, true, false, false, 0, 0},
    {"previous_viewers", VALUE_INT, false, false, false, 0, 0},
    {"previous_score", VALUE_DECIMAL, true, false, false, 0, 0},
    {"previous_rank", VALUE_INT, false, false, false, 0, 0},
    {"change", VALUE_DECIMAL, true, false, false, 0, 0},
};

/* A business day whose rollups must be computed anew. */
static const struct schema_column dirty_day[] = {
    {"day", VALUE_DATE, true, true, false, 0, 0},
};

/* A business day whose rollups follow in the stream, and the generation it had before they were
 * computed. */
static const struct schema_column rolled_day[] = {
    {"day", VALUE_DATE, true, true, false, 0, 0},
    {"generation", VALUE_INT, true, false, false, 0, 0},
};

/* The rollups of a business day; a day is replaced as a whole. */
static const struct schema_column day_daily[] = {
    {"day", VALUE_DATE, true, true, false, 0, 0},
    {"views", VALUE_INT, true, false, false, 0, 0},
    {"viewers", VALUE_INT, true, false, false, 0, 0},
    {"rated_views", VALUE_INT, true, false, false, 0, 0},
    {"rating_sum", VALUE_DECIMAL, true, false, false, 0, 0},
};

static const struct schema_column movie_daily[] = {
    {"day", VALUE_DATE, true, true, false, 0, 0},
    {"movie_id", VALUE_INT, true, true, false, 0, 0},
    {"views", VALUE_INT, true, false, false, 0, 0},
    {"viewers", VALUE_INT, true, false, false, 0, 0},
    {"rated_views", VALUE_INT, true, false, false, 0, 0},
    {"rating_sum", VALUE_DECIMAL, true, false, false, 0, 0},
};

static const struct schema_column movie_total[] = {
    {"movie_id", VALUE_INT, true, true, false, 0, 0},
    {"views", VALUE_INT, true, false, false, 0, 0},
    {"rated_views", VALUE_INT, true, false, false, 0, 0},
    {"rating_sum", VALUE_DECIMAL, true, false, false, 0, 0},
};

static const struct schema_column genre_daily[] = {
    {"day", VALUE_DATE, true, true, false, 0, 0},
    {"genre", VALUE_TEXT, true, true, false, 0, 0},
    {"views", VALUE_INT, true, false, false, 0, 0},
    {"viewers", VALUE_INT, true, false, false, 0, 0},
    {"rated_views", VALUE_INT, true, false, false, 0, 0},
    {"rating_sum", VALUE_DECIMAL, true, false, false, 0, 0},
};

static const struct schema_column hour_daily[] = {
    {"day", VALUE_DATE, true, true, false, 0, 0},
    {"hour", VALUE_INT, true, true, false, 0, 0},
    {"views", VALUE_INT, true, false, false, 0, 0},
    {"viewers", VALUE_INT, true, false, false, 0, 0},
    {"rated_views", VALUE_INT, true, false, false, 0, 0},
    {"rating_sum", VALUE_DECIMAL, true, false, false, 0, 0},
};

static const struct schema_column hour_weekday_daily[] = {
    {"day", VALUE_DATE, true, true, false, 0, 0},
    {"weekday", VALUE_INT, true, false, false, 0, 0},
    {"hour", VALUE_INT, true, true, false, 0, 0},
    {"views", VALUE_INT, true, false, false, 0, 0},
    {"viewers", VALUE_INT, true, false, false, 0, 0},
    {"rated_views", VALUE_INT, true, false, false, 0, 0},
    {"rating_sum", VALUE_DECIMAL, true, false, false, 0, 0},
};

static const struct schema_column top_rated[] = {
    {"scored_by", VALUE_TEXT, true, true, false, 0, 0},
    {"as_of", VALUE_DATE, true, true, false, 0, 0},
    {"window_days", VALUE_INT, true, true, false, 0, 0},
    {"min_votes", VALUE_INT, true, false, false, 0, 0},
    {"rank", VALUE_INT, true, false, false, 0, 0},
    {"movie_id", VALUE_INT, true, true, false, 0, 0},
    {"views", VALUE_INT, true, false, false, 0, 0},
    {"rated_views", VALUE_INT, true, false, false, 0, 0},
    {"weighted", VALUE_DECIMAL, true, false, false, 0, 0},
    {"bayes", VALUE_DECIMAL, true, false, false, 0, 0},
    {"mean", VALUE_DECIMAL, true, false, false, 0, 0},
};

/* A list that was computed, which may have come out empty. */
static const struct schema_column computed_list[] = {
    {"list", VALUE_TEXT, true, true, false, 0, 0},
    {"by", VALUE_TEXT, true, true, false, 0, 0},
    {"scored_by", VALUE_TEXT, true, true, false, 0, 0},
    {"as_of", VALUE_DATE, true, true, false, 0, 0},
    {"window_days", VALUE_INT, true, true, false, 0, 0},
};

static const struct schema_column hourly[] = {
    {"hour", VALUE_INT, true, true, false, 0, 0},
    {"views", VALUE_INT, true, false, false, 0, 0},
    {"viewers", VALUE_INT, true, false, false, 0, 0},
};

static const struct schema_column weekday_hourly[] = {
    {"weekday", VALUE_INT, true, true, false, 0, 0},
    {"hour", VALUE_INT, true, true, false, 0, 0},
    {"views", VALUE_INT, true, false, false, 0, 0},
    {"viewers", VALUE_INT, true, false, false, 0, 0},
};

static const struct schema_column reject[] = {
    {"stage", VALUE_TEXT, true, true, false, 0, 0},
    {"rule", VALUE_TEXT, true, true, false, 0, 0},
    {"origin", VALUE_TEXT, true, true, false, 0, 0},
    {"reason", VALUE_TEXT, true, true, false, 0, 0},
    {"raw_header", VALUE_TEXT, false, false, false, 0, 0},
    {"raw", VALUE_TEXT, false, false, false, 0, 0},
};

static const struct schema_column mended[] = {
    {"stage", VALUE_TEXT, true, true, false, 0, 0},
    {"rule", VALUE_TEXT, true, true, false, 0, 0},
    {"origin", VALUE_TEXT, true, true, false, 0, 0},
};

static const struct schema_column dq_result[] = {
    {"checked_at", VALUE_TIME, true, true, false, 0, 0},
    {"rule", VALUE_TEXT, true, true, false, 0, 0},
    {"severity", VALUE_TEXT, true, false, false, 0, 0},
    {"description", VALUE_TEXT, true, false, false, 0, 0},
    {"found", VALUE_INT, true, false, false, 0, 0},
    {"detail", VALUE_TEXT, false, false, false, 0, 0},
};

static const struct schema_column etl_stage[] = {
    {"stage", VALUE_TEXT, true, true, false, 0, 0},
    {"started_at", VALUE_TIME, true, true, false, 0, 0},
    {"seconds", VALUE_DECIMAL, true, false, false, 0, 0},
    {"records_read", VALUE_INT, true, false, false, 0, 0},
    {"records_written", VALUE_INT, true, false, false, 0, 0},
    {"records_rejected", VALUE_INT, true, false, false, 0, 0},
    {"records_dropped", VALUE_INT, true, false, false, 0, 0},
    {"inserted", VALUE_INT, false, false, false, 0, 0},
    {"updated", VALUE_INT, false, false, false, 0, 0},
    {"unchanged", VALUE_INT, false, false, false, 0, 0},
    {"bytes_in", VALUE_INT, true, false, false, 0, 0},
    {"bytes_out", VALUE_INT, true, false, false, 0, 0},
    {"loaded_as", VALUE_INT, false, false, false, 0, 0},
};

static const struct schema_column etl_run[] = {
    {"pipeline", VALUE_TEXT, true, true, false, 0, 0},
    {"started_at", VALUE_TIME, true, true, false, 0, 0},
    {"finished_at", VALUE_TIME, false, false, false, 0, 0},
    {"exit_status", VALUE_INT, false, false, false, 0, 0},
    {"signal", VALUE_TEXT, false, false, false, 0, 0},
    {"failed_stage", VALUE_TEXT, false, false, false, 0, 0},
    {"attempts", VALUE_INT, true, false, false, 0, 0},
    {"records_read", VALUE_INT, false, false, false, 0, 0},
    {"records_written", VALUE_INT, false, false, false, 0, 0},
    {"records_rejected", VALUE_INT, false, false, false, 0, 0},
    {"records_dropped", VALUE_INT, false, false, false, 0, 0},
    {"inserted", VALUE_INT, false, false, false, 0, 0},
    {"updated", VALUE_INT, false, false, false, 0, 0},
    {"unchanged", VALUE_INT, false, false, false, 0, 0},
    {"bytes_in", VALUE_INT, false, false, false, 0, 0},
    {"bytes_out", VALUE_INT, false, false, false, 0, 0},
    {"message", VALUE_TEXT, false, false, false, 0, 0},
};

/* A load whose rows are to be taken back. */
static const struct schema_column undo_load[] = {
    {"load_id", VALUE_INT, true, true, false, 0, 0},
};

static const struct schema_column bookmark[] = {
    {"pipeline", VALUE_TEXT, true, true, false, 0, 0},
    {"source", VALUE_TEXT, true, true, false, 0, 0},
    {"state", VALUE_TEXT, true, false, false, 0, 0},
};

/* This table itself, as `validate --list-types` writes it. */
static const struct schema_column schema[] = {
    {"type", VALUE_TEXT, true, true, false, 0, 0},
    {"column", VALUE_TEXT, true, true, false, 0, 0},
    {"value", VALUE_TEXT, true, false, false, 0, 0},
    {"required", VALUE_BOOL, true, false, false, 0, 0},
    {"key", VALUE_BOOL, true, false, false, 0, 0},
    {"identity", VALUE_BOOL, true, false, false, 0, 0},
    {"present", VALUE_INT, true, false, false, 0, 0},
    {"best", VALUE_INT, true, false, false, 0, 0},
};

const struct schema_type schema_types[] = {
    {"watch", "a viewing of a film by a user", KEEP_BEST, sizeof watch / sizeof *watch, watch},
    {"movie", "a film", KEEP_LAST, sizeof movie / sizeof *movie, movie},
    {"user", "a user of the service", KEEP_LAST, sizeof user / sizeof *user, user},
    {"erased_user", "a user who is or was erased", KEEP_LAST,
     sizeof erased_user / sizeof *erased_user, erased_user},
    {"retention", "a day that raw watches are kept from", KEEP_LAST,
     sizeof retention / sizeof *retention, retention},
    {"genre", "a genre and its number", KEEP_LAST, sizeof genre / sizeof *genre, genre},
    {"trending", "a place in a trending list", KEEP_LAST, sizeof trending / sizeof *trending,
     trending},
    {"dirty_day", "a business day to be computed anew", KEEP_LAST,
     sizeof dirty_day / sizeof *dirty_day, dirty_day},
    {"rolled_day", "a business day that is computed anew", KEEP_LAST,
     sizeof rolled_day / sizeof *rolled_day, rolled_day},
    {"day_daily", "a business day", KEEP_LAST, sizeof day_daily / sizeof *day_daily, day_daily},
    {"movie_daily", "a film on a business day", KEEP_LAST, sizeof movie_daily / sizeof *movie_daily,
     movie_daily},
    {"movie_total", "a film over all business days", KEEP_LAST,
     sizeof movie_total / sizeof *movie_total, movie_total},
    {"genre_daily", "a genre on a business day", KEEP_LAST,
     sizeof genre_daily / sizeof *genre_daily, genre_daily},
    {"hour_daily", "an hour of a business day", KEEP_LAST, sizeof hour_daily / sizeof *hour_daily,
     hour_daily},
    {"hour_weekday_daily", "an hour of a business day, with its weekday", KEEP_LAST,
     sizeof hour_weekday_daily / sizeof *hour_weekday_daily, hour_weekday_daily},
    {"top_rated", "a place in a list of the best rated films", KEEP_LAST,
     sizeof top_rated / sizeof *top_rated, top_rated},
    {"computed_list", "a list that was computed", KEEP_LAST,
     sizeof computed_list / sizeof *computed_list, computed_list},
    {"hourly", "an hour of the day", KEEP_LAST, sizeof hourly / sizeof *hourly, hourly},
    {"weekday_hourly", "an hour of the week", KEEP_LAST,
     sizeof weekday_hourly / sizeof *weekday_hourly, weekday_hourly},
    {"reject", "a record that was taken out", KEEP_FIRST, sizeof reject / sizeof *reject, reject},
    {"mended", "a reject that is back", KEEP_LAST, sizeof mended / sizeof *mended, mended},
    {"dq_result", "a finding of a quality rule", KEEP_LAST, sizeof dq_result / sizeof *dq_result,
     dq_result},
    {"etl_stage", "what one program of a pipeline did", KEEP_LAST,
     sizeof etl_stage / sizeof *etl_stage, etl_stage},
    {"etl_run", "a run of a pipeline", KEEP_LAST, sizeof etl_run / sizeof *etl_run, etl_run},
    {"undo_load", "a load to be taken back", KEEP_LAST, sizeof undo_load / sizeof *undo_load,
     undo_load},
    {"bookmark", "how far a source has been read", KEEP_LAST, sizeof bookmark / sizeof *bookmark,
     bookmark},
    {"schema", "a column of a record type", KEEP_LAST, sizeof schema / sizeof *schema, schema},
    {0},
};

const struct schema_type *schema_find(struct slice name)
{
    for (const struct schema_type *type = schema_types; type->name; type++)
        if (slice_is(name, type->name))
            return type;
    return NULL;
}

const struct schema_column *schema_column(const struct schema_type *type, struct slice name)
{
    for (size_t i = 0; i < type->ncolumns; i++)
        if (slice_is(name, type->columns[i].name))
            return &type->columns[i];
    return NULL;
}
