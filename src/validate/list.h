/* list: what validate knows, as records. */
#ifndef VALIDATE_LIST_H
#define VALIDATE_LIST_H

/* Writes the rules to standard output as records of type `rule`. */
void list_rules(void);

/* Writes the columns of all record types to standard output as records of type `schema`. */
void list_types(void);

#endif
