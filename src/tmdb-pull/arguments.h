/* arguments: the command line of tmdb-pull. */
#ifndef TMDB_PULL_ARGUMENTS_H
#define TMDB_PULL_ARGUMENTS_H

#include "options.h"
#include "pull.h"

/* Fills P and STD. Wrong usage ends the program with status 2. */
void arguments_take(struct pull_options *p, struct standard_options *std, int argc, char **argv);

#endif
