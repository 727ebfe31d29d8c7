/* Rows of a file to be screened: a header and a row, or an entity; entries as they are kept; identifiers. */
#include <stdlib.h>

#include "base/text.h"
#include "service/notice/list_row.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct span rest = span_of(p, n), line, id;
    struct list_question q = { 0 };
    struct list_row_table t;
    struct list_entry e;
    char country[3];
    struct arena a;

    arena_init(&a, 16 << 20);
    (void)!list_entry_read(rest, &a, &e, NULL);
    (void)!list_iban_country(rest, country);
    if (text_split(&rest, '\n', &line) && list_row_begin(line, &t, NULL)) {
        if (t.json)
            rest = span_of(p, n);
        for (unsigned i = 0; i < 8 && text_split(&rest, '\n', &line); i++) {
            if (!list_row_read(&t, line, &a, &q, &id, NULL))
                continue;
            for (size_t k = 0; k < q.n_id; k++)
                if (!list_id_same(&q.id[k].id, &q.id[k].id) || q.id[k].id.n > LIST_ID_TEXT)
                    abort();
        }
    }
    arena_free(&a);
    return 0;
}
