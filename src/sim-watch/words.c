/* words: what titles, people and genres are made of.
 * Ordinary words, so that titles sound like films and no name is that of a real customer. The order
 * and number of words decide what a seed means: appending a word changes the catalogue. */
#include "words.h"

const char *const word_adjectives[] = {
    "Silent",     "Crimson",  "Last",      "Hidden",   "Broken",    "Golden",     "Distant",
    "Burning",    "Frozen",   "Forgotten", "Restless", "Quiet",     "Savage",     "Gentle",
    "Electric",   "Hollow",   "Second",    "Stolen",   "Bitter",    "Bright",     "Midnight",
    "Paper",      "Scarlet",  "Iron",      "Endless",  "Reluctant", "Velvet",     "Wild",
    "Lonely",     "Borrowed", "Perfect",   "Secret",   "Winter",    "Summer",     "Northern",
    "Southern",   "Unlikely", "Invisible", "Sleeping", "Drowning",  "Radiant",    "Wicked",
    "Faithful",   "Crooked",  "Tender",    "Nameless", "Glass",     "Painted",    "Seventh",
    "Thirteenth", "Fallen",   "Rising",    "Blue",     "Black",     "White",      "Emerald",
    "Honest",     "Deadly",   "Curious",   "Ancient",  "Modern",    "Impossible", "Careless",
    "Noble",      NULL};

const char *const word_nouns[] = {
    "River",      "Garden",   "Promise",    "Shadow",     "Harbour",  "Kingdom",   "Letter",
    "Mirror",     "Orchard",  "Stranger",   "Detective",  "Daughter", "Brother",   "Clockmaker",
    "Lighthouse", "Orphan",   "Empire",     "Machine",    "Witness",  "Summer",    "Storm",
    "Voyage",     "Tide",     "Horizon",    "Station",    "Heart",    "Hunter",    "Island",
    "Crown",      "Dream",    "Echo",       "Fire",       "Ghost",    "Highway",   "Inheritance",
    "Journey",    "Knight",   "Labyrinth",  "Memory",     "Night",    "Oath",      "Pianist",
    "Queen",      "Rain",     "Sparrow",    "Throne",     "Umbrella", "Valley",    "Wolf",
    "Year",       "Zero",     "Bridge",     "Castle",     "Dancer",   "Engine",    "Forest",
    "Gambler",    "House",    "Invitation", "Judge",      "Key",      "Lantern",   "Magician",
    "Neighbour",  "Ocean",    "Passenger",  "Question",   "Reunion",  "Sailor",    "Teacher",
    "Uncle",      "Village",  "Wedding",    "Apprentice", "Ballad",   "Cathedral", "Diamond",
    "Election",   "Fortune",  "Getaway",    "Hostage",    "Illusion", "Jury",      "Kiss",
    "Legend",     "Mountain", "Nurse",      "Outlaw",     "Paradise", "Recipe",    "Signal",
    "Treasure",   "Verdict",  "Window",     "Algorithm",  "Bakery",   NULL};

const char *const word_places[] = {
    "Lisbon",   "Kyoto",        "Havana",     "Trieste",    "Montreal",   "Marrakesh",
    "Oslo",     "Naples",       "Seville",    "Valparaíso", "Bergen",     "Odesa",
    "Glasgow",  "Buenos Aires", "Kraków",     "Tangier",    "Zürich",     "Saint-Malo",
    "Nairobi",  "Shanghai",     "Brooklyn",   "Reykjavík",  "Ljubljana",  "Dakar",
    "the Moon", "the North",    "the Valley", "the Deep",   "the Border", "the Attic",
    "Nowhere",  "Winter",       NULL};

const char *const word_first_names[] = {
    "Ada",   "Bruno",  "Clara", "Dmitri", "Elif",  "Farid",  "Greta", "Hugo",  "Ines",
    "Jonas", "Kiran",  "Lena",  "Mateo",  "Nadia", "Oskar",  "Priya", "Quinn", "Rosa",
    "Sami",  "Tove",   "Uma",   "Viktor", "Wanda", "Ximena", "Yusuf", "Zoë",   "Anouk",
    "Björn", "Chiara", "Dario", "Emeka",  "Fiona", "Gaël",   "Hana",  "Iker",  "Jana",
    "Keiko", "Léa",    "Marek", "Noor",   NULL};

const char *const word_last_names[] = {
    "Quillfeather", "Moonwhistle", "Tumbleroot",  "Larkmeadow",   "Inkwell",
    "Copperkettle", "Fernhollow",  "Brightwater", "Thimblewick",  "Oakenshield",
    "Pebblebrook",  "Snowdrift",   "Applegarth",  "Windermoss",   "Lanternjaw",
    "Goosefoot",    "Marrowby",    "Nettlecombe", "Puddlethorpe", "Ravenscroft",
    "Saltmarsh",    "Thistledown", "Underbough",  "Velvetine",    "Wobblecroft",
    "Yarrowgate",   "Zephyrson",   "Butterwick",  "Candlemaker",  "Dewberry",
    "Eiderdown",    "Foxglove",    "Gingerbread", "Hazelnut",     "Ivywood",
    "Jamjar",       NULL};

const struct language languages[] = {
    {.code = "en", .share = 700},
    {.code = "fr",
     .share = 70,
     .between = " ",
     .first = {"Le Dernier", "Le Petit", "Mon", "L'Étrange", "Un", "Le Vieux", "Notre", "Ce", NULL},
     .second = {"Été", "Jardin", "Voyage", "Secret", "Château", "Matin", "Frère", "Train", NULL}},
    {.code = "es",
     .share = 60,
     .between = " ",
     .first = {"El último", "El otro", "Aquel", "Mi", "El pequeño", "Nuestro", "Un", "Sin", NULL},
     .second = {"verano", "camino", "corazón", "sueño", "secreto", "mañana", "niño", "río", NULL}},
    {.code = "de",
     .share = 45,
     .between = " ",
     .first = {"Der letzte", "Der große", "Mein", "Kein", "Der stille", "Unser", "Der", "Zwei",
               NULL},
     .second = {"Sommer", "Garten", "König", "Schlüssel", "Zug", "Mörder", "Flüsse", "Brüder",
                NULL}},
    {.code = "ja",
     .share = 50,
     .between = "の",
     .first = {"静か", "最後", "冬", "夜", "東京", "雨", "海辺", "私たち", NULL},
     .second = {"約束", "街", "星", "花", "手紙", "猫", "ラーメン", "物語", NULL}},
    {.code = "ko",
     .share = 40,
     .between = " ",
     .first = {"마지막", "조용한", "푸른", "그해", "나의", "서울의", "어느", "비밀의", NULL},
     .second = {"여름", "약속", "바다", "편지", "겨울", "정원", "노래", "하루", NULL}},
    {.code = "hi",
     .share = 35,
     .between = " ",
     .first = {"आख़िरी", "मेरा", "नया", "एक", "दूर", "सच्चा", "छोटा", "हमारा", NULL},
     .second = {"सफ़र", "वादा", "शहर", "सपना", "दोस्त", "रास्ता", "मौसम", "घर", NULL}},
};
const size_t nlanguages = sizeof languages / sizeof *languages;

/* The index of a genre in the table below. */
enum {
    ACTION,
    ADVENTURE,
    ANIMATION,
    COMEDY,
    CRIME,
    DOCUMENTARY,
    DRAMA,
    FAMILY,
    FANTASY,
    HISTORY,
    HORROR,
    MUSIC,
    MYSTERY,
    ROMANCE,
    SCIENCE_FICTION,
    TV_MOVIE,
    THRILLER,
    WAR,
    WESTERN,
};

const struct genre genres[] = {
    {"Action", 105, {THRILLER, ADVENTURE, SCIENCE_FICTION, CRIME, WAR, ACTION}, 90, 150},
    {"Adventure", 55, {ACTION, FANTASY, FAMILY, SCIENCE_FICTION, ADVENTURE}, 90, 150},
    {"Animation", 55, {FAMILY, COMEDY, ADVENTURE, FANTASY, ANIMATION}, 75, 110},
    {"Comedy", 165, {ROMANCE, DRAMA, FAMILY, CRIME, MUSIC, COMEDY}, 82, 120},
    {"Crime", 50, {THRILLER, DRAMA, MYSTERY, ACTION, CRIME}, 90, 145},
    {"Documentary", 60, {HISTORY, MUSIC, WAR, DOCUMENTARY}, 60, 115},
    {"Drama", 215, {ROMANCE, THRILLER, HISTORY, CRIME, FAMILY, DRAMA}, 85, 160},
    {"Family", 30, {COMEDY, ADVENTURE, FANTASY, TV_MOVIE, FAMILY}, 80, 110},
    {"Fantasy", 25, {ADVENTURE, FAMILY, ROMANCE, HORROR, FANTASY}, 85, 150},
    {"History", 15, {DRAMA, WAR, ROMANCE, HISTORY}, 95, 175},
    {"Horror", 75, {THRILLER, MYSTERY, SCIENCE_FICTION, COMEDY, HORROR}, 78, 115},
    {"Music", 12, {DRAMA, ROMANCE, DOCUMENTARY, MUSIC}, 75, 130},
    {"Mystery", 20, {THRILLER, CRIME, DRAMA, HORROR, MYSTERY}, 85, 130},
    {"Romance", 40, {COMEDY, DRAMA, TV_MOVIE, ROMANCE}, 85, 125},
    {"Science Fiction", 30, {ACTION, ADVENTURE, THRILLER, DRAMA, SCIENCE_FICTION}, 88, 155},
    {"TV Movie", 12, {ROMANCE, DRAMA, FAMILY, THRILLER, TV_MOVIE}, 80, 95},
    {"Thriller", 20, {CRIME, MYSTERY, ACTION, DRAMA, HORROR, THRILLER}, 88, 135},
    {"War", 8, {DRAMA, HISTORY, ACTION, WAR}, 95, 170},
    {"Western", 8, {ACTION, DRAMA, ADVENTURE, WESTERN}, 85, 140},
};
_Static_assert(sizeof genres / sizeof *genres == NGENRES, "19 genres");

size_t word_count(const char *const *list)
{
    size_t n = 0;
    while (list[n])
        n++;
    return n;
}
