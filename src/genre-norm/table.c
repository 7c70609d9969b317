/* table: TMDB's genres and the labels that mean them, as reviewed data: one row a meaning, its
 * keys sorted.
 *
 * Labels that films are filed under elsewhere and for which TMDB has no genre (formats such as
 * IMAX, television's talk shows, audiences, countries, sport) stand for nothing: a film that has
 * them has other labels too, and a wrong genre is worse than none. Biographies go to History, as
 * most lives that are filmed are of people in it.
 */
#include "table.h"

const struct official official_genres[OFFICIAL_COUNT] = {
    {28, "Action"},      {12, "Adventure"},  {16, "Animation"},
    {35, "Comedy"},      {80, "Crime"},      {99, "Documentary"},
    {18, "Drama"},       {10751, "Family"},  {14, "Fantasy"},
    {36, "History"},     {27, "Horror"},     {10402, "Music"},
    {9648, "Mystery"},   {10749, "Romance"}, {878, "Science Fiction"},
    {10770, "TV Movie"}, {53, "Thriller"},   {10752, "War"},
    {37, "Western"},
};

/* TMDB's genres of series, and one that it gave up. */
const struct other_id other_ids[] = {
    {10759, "Action|Adventure"},
    {10762, "Family"},
    {10763, "Documentary"},
    {10764, ""},
    {10765, "Science Fiction|Fantasy"},
    {10766, "Drama"},
    {10767, ""},
    {10768, "War"},
    {10769, ""},
    {0},
};

const struct synonyms synonyms[] = {
    {"Action",
     "action actioner actionpacked adrenaline blaxploitation buddycop catastrophe chanbara "
     "comicbook comicbooks disaster karate kungfu martialart martialarts samurai superhero "
     "superheroes swordplay wuxia"},
    {"Adventure",
     "adventure adventures adventurous pirate pirates quest roadmovie roadtrip survival "
     "swashbuckler treasurehunt"},
    {"Animation",
     "adultanimation animated animatedcartoon animatedfeature animation animations anime "
     "cartoon cartoons cganimation cgi claymation computeranimation manga stopmotion"},
    {"Comedy", "blackcomedy comedic comedies comedy comedyofmanners darkcomedy farce funny humor "
               "humorous humour mockumentary mocumentary parody satire satirical screwball "
               "screwballcomedy sitcom sketch sketchcomedy sketchshow slapstick spoof standup "
               "standupcomedy"},
    {"Crime",
     "caper cop crime crimefiction crimes criminal filmnoir gangster gangsters heist mafia "
     "mob neonoir noir police policeprocedural policier procedural underworld"},
    {"Documentary",
     "cinemaverite doc docs docu documentaries documentary docuseries education "
     "educational factual nature natureanimals naturedocumentary news newsreel nonfiction "
     "travelogue wildlife"},
    {"Drama", "comingofage courtroom courtroomdrama courtroomdramas drama dramas dramatic "
              "familydrama kitchensink legal legaldrama medical medicaldrama melodrama political "
              "politicaldrama politics psychologicaldrama soap soapopera socialdrama telenovela "
              "tragedy"},
    {"Family", "allages child children childrenfamily childrens childrensfamily childrensfilm "
               "families family familyfriendly kid kids kidsfamily preschool"},
    {"Fantasy", "darkfantasy fable fairytale fairytales fantasies fantastic fantastique fantasy "
                "heroicfantasy highfantasy magic magicalrealism myth mythological mythology "
                "swordsorcery urbanfantasy"},
    {"History", "biographic biographical biographies biography biopic biopics historic historical "
                "history period periodfilm periodpiece"},
    {"Horror", "bodyhorror creaturefeature folkhorror foundfootage ghost ghosts ghoststory giallo "
               "gore hauntedhouse horrific horror horrors monster monstermovie monsters "
               "psychologicalhorror slasher splatter vampire vampires werewolf zombie zombies"},
    {"Music", "ballet concert concertfilm concerts dance dancing jukeboxmusical music musical "
              "musicals musicconcert musicvideo opera operetta rock"},
    {"Mystery", "murdermystery mysteries mysterious mystery whodunit whodunnit"},
    {"Romance", "love lovestories lovestory romance romances romantic romanticfilm"},
    {"Science Fiction",
     "alien alieninvasion aliens apocalyptic cyberpunk dystopia dystopian dystopic "
     "futuristic hardsciencefiction hardscifi kaiju mecha postapocalypse postapocalyptic "
     "scfi sciencefiction sciencefictions scifi sf sifi space spaceopera "
     "speculativefiction steampunk syfy timetravel"},
    {"TV Movie", "madefortelevision madefortv madefortvmovie movieoftheweek telefeature telefilm "
                 "telemovie televisionfilm televisionmovie tvfilm tvfilms tvm tvmovie tvmovies"},
    {"Thriller",
     "conspiracy conspiracythriller espionage legalthriller politicalthriller "
     "psychological psychologicalthriller spies spy spyfilm suspense suspenseful thriller "
     "thrillers thrilling"},
    {"War", "antiwar military war warfare warpolitics wars wartime worldwar worldwar2 worldwarii "
            "ww1 ww2 wwi wwii"},
    {"Western", "cowboy eurowestern spaghettiwestern spaghettiwesterns western westerns wildwest"},
    {"Action|Adventure", "actionadventure"},
    {"Adventure|Action", "swashbucklers swashbuckling"},
    {"Adventure|History", "peplum swordsandal"},
    {"Animation|Family", "familyanimation"},
    {"Comedy|Drama", "comedydrama"},
    {"Comedy|Horror", "comedyhorror"},
    {"Crime|Documentary", "truecrime"},
    {"Crime|Drama", "crimedrama"},
    {"Crime|Mystery", "detective detectivefiction detectives detectivestory"},
    {"Documentary|Music", "musicdocumentary rockumentary"},
    {"Drama|Comedy", "dramedies dramedy seriocomedy tragicomedy"},
    {"Drama|Documentary", "docudrama docudramas docufiction"},
    {"Drama|History",
     "biographicaldrama costumedrama costumedramas historicaldrama historicaldramas "
     "historicalepic perioddrama perioddramas"},
    {"Fantasy|Science Fiction", "fantasysciencefiction fantasyscifi"},
    {"Horror|Comedy", "horrorcomedy zomcom"},
    {"Music|Drama", "rockopera"},
    {"Romance|Comedy",
     "chickflick chickflicks romancecomedy romanticcomedies romanticcomedy romcom romcoms"},
    {"Science Fiction|Fantasy", "sciencefantasy sciencefictionfantasy scififantasy sff"},
    {"Science Fiction|Western", "spacewestern"},
    {"", "3d 3dfilm 4dx 4k adult adults art artfilm arthouse avantgarde awardsshow blackwhite "
         "blockbuster bollywood bw christian christmas cinema classic classics color colour "
         "cult cultfilm cultmovies directtovideo dolby dolbyatmos dolbycinema dtv episode "
         "erotic erotica experimental faith faithspirituality feature featurefilm "
         "featurelength features film films foreign foreignfilm foreignlanguage fullfeature "
         "gameshow gameshows gay gaylesbian general hd hdr holiday holidays hollywood imax "
         "imaxdmr independent independentfilm indie indies international lgbt lgbtq lgbtqia "
         "lgbtqplus lifestyle miniseries misc miscellaneous movie movies na nan nil nogenre "
         "nogenrelisted nogenres nogenreslisted nollywood none notapplicable notavailable "
         "notspecified nsfw null other others pornography queer quizshow reality realityshow "
         "realitytv religious season serial series short shortfilm shortfilms shorts silent "
         "silentera silentfilm sport sports sportsfilm sportsfitness talk talkshow talkshows "
         "tba tbc tbd teen teens television theatrical tv tvepisode tvminiseries tvseries "
         "tvshort tvshow tvshows tvspecial uhd uncategorised uncategorized unclassified "
         "undefined unknown unspecified variety varietyshow video videogame videos webseries "
         "world worldcinema youngadult youth"},
    {0},
};
