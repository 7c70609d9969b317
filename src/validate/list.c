/* list: what validate knows, as records: its rules, and the schema table. Records rather than
 * prose, so that rec-view lays them out for a person and a test can hold SQL and manual against
 * them.
 */
#include "list.h"

#include <unistd.h>

#include "recwrite.h"
#include "rules.h"
#include "schema.h"

void list_rules(void)
{
    static const char *const columns[] = {"name", "types", "breaks"};
    struct recwrite out;
    struct header header;
    header_make(&header, "rule", columns, sizeof columns / sizeof *columns);
    recwrite_open(&out, STDOUT_FILENO, "stdout");
    recwrite_header(&out, &header);
    for (int rule = 0; rule < RULE_COUNT; rule++) {
        recwrite_text(&out, slice_of(rule_texts[rule].name));
        recwrite_text(&out, slice_of(rule_texts[rule].types));
        recwrite_text(&out, slice_of(rule_texts[rule].what));
        recwrite_done(&out);
    }
    recwrite_end(&out);
    recwrite_close(&out);
    header_free(&header);
}

static void write_bool(struct recwrite *out, bool value)
{
    recwrite_raw(out, slice_of(value ? "t" : "f"));
}

void list_types(void)
{
    static const char *const columns[] = {"type", "column",   "value",   "required",
                                          "key",  "identity", "present", "best"};
    struct recwrite out;
    struct header header;
    header_make(&header, "schema", columns, sizeof columns / sizeof *columns);
    recwrite_open(&out, STDOUT_FILENO, "stdout");
    recwrite_header(&out, &header);
    for (const struct schema_type *type = schema_types; type->name; type++)
        for (size_t i = 0; i < type->ncolumns; i++) {
            const struct schema_column *column = &type->columns[i];
            recwrite_text(&out, slice_of(type->name));
            recwrite_text(&out, slice_of(column->name));
            recwrite_text(&out, slice_of(value_kind_name(column->kind)));
            write_bool(&out, column->required);
            write_bool(&out, column->key);
            write_bool(&out, column->identity);
            recwrite_int(&out, column->present);
            recwrite_int(&out, column->best);
            recwrite_done(&out);
        }
    recwrite_end(&out);
    recwrite_close(&out);
    header_free(&header);
}
