/* aliases: one table. Within a type no name stands for two columns, or for a column and be the name
 * of another. What could be a guess (`year` for a date, `runtime` in hours) isn't here. */
#include "aliases.h"

static const struct {
    const char *type, *column, *names;
} aliases[] = {
    {"watch", "session_id", " id session sessionkey watchid viewid playid viewingid eventid "},
    {"watch", "user_id",
     " user uid userno usernumber viewer viewerid customer customerid member memberid account "
     "accountid profile profileid subscriber subscriberid "},
    {"watch", "movie_id",
     " movie film filmid tmdb tmdbid tmdbmovieid titleid item itemid contentid "},
    {"watch", "watch_timestamp",
     " timestamp time ts datetime date watchtime watchdate watchedat watchedon watched viewtime "
     "viewdate viewedat viewedon playedat startedat starttime eventtime loggedat "},
    {"watch", "rating", " score stars userrating userscore ratingvalue "},
    {"movie", "movie_id", " id movie film filmid tmdb tmdbid tmdbmovieid titleid "},
    {"movie", "title", " name movietitle moviename filmtitle filmname primarytitle "},
    {"movie", "original_title", " originalname "},
    {"movie", "genres", " genre genrelist genrenames category categories "},
    {"movie", "release_date", " released releasedon releaseday dateofrelease premiere "},
    {"movie", "rating", " voteaverage averagerating avgrating averagevote score tmdbrating "},
    {"movie", "vote_count", " votes numvotes numberofvotes votescount ratingcount "},
    {"movie", "runtime", " runtimeminutes runtimemin durationminutes minutes "},
    {"movie", "original_language", " language lang originallang "},
    {"movie", "adult", " isadult "},
    {"movie", "deleted", " isdeleted "},
    {"user", "user_id",
     " id user uid userno usernumber viewer viewerid customer customerid member memberid account "
     "accountid profileid subscriber subscriberid "},
    {"user", "name", " username fullname displayname customername membername realname "},
    {"user", "email", " mail emailaddress mailaddress "},
    {"user", "signup_date",
     " signup signupat signuptime signedup signedupat signedupon registered registeredat "
     "registeredon registrationdate joined joinedat joinedon joindate createdat membersince "},
    {"user", "country", " countrycode "},
    {"user", "plan", " subscription subscriptionplan subscriptiontype tier "},
    {"user", "birth_years",
     " birthyear yearofbirth birthdecade birthdate birthday dateofbirth born yob dob "},
    {"genre", "id", " genreid "},
    {"genre", "name", " genre genrename label "},
};

const char *aliases_of(const struct schema_type *type, const char *column)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(aliases[i].type, type->name) == 0 && strcmp(aliases[i].column, column) == 0)
            return aliases[i].names;
    return "";
}
