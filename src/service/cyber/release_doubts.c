/* Indicators that somebody has to look at before they go out: nothing is dropped, nothing goes unseen. */
#include <stdlib.h>

#include "service/cyber/release_internal.h"

enum { SAID = 1000 };

static int by_uuid(const void *a, const void *b)
{
    return memcmp(((const struct stix_id *)a)->uuid.b, ((const struct stix_id *)b)->uuid.b, 16);
}

static bool confirmed(const struct release_ask *ask, const struct stix_uuid *u)
{
    const struct stix_id id = { .uuid = *u };

    return ask->n_confirm && bsearch(&id, ask->confirm, ask->n_confirm, sizeof id, by_uuid);
}

static void say(const struct release_plan *p, const struct object_row *row, const char *const *word, size_t n,
                struct json_writer *j)
{
    char id[STIX_ID_TEXT];

    (void)object_id_text(p->desk->objects, row, id);
    jw_object(j, NULL);
    jw_str(j, "object", id);
    jw_array(j, "doubts");
    for (size_t i = 0; i < n; i++)
        jw_str(j, NULL, word[i]);
    jw_array_end(j);
    jw_bool(j, "confirmed", confirmed(p->ask, &row->uuid));
    jw_object_end(j);
}

size_t release_doubts_of(const struct release_plan *p, size_t i, struct object_row *row, const char **out)
{
    const struct cyber_label *l = &p->class[p->object[i].class].label;

    if (!p->desk->doubts || !l->audience || (l->flags & CYBER_EXERCISE) ||
        !object_store_row(p->desk->objects, p->object[i].sequence, row) || (row->flags & OBJECT_IS_REVOKED) ||
        !span_eq_str(object_store_type(p->desk->objects, row->type), "indicator"))
        return 0;
    return p->desk->doubts(p->desk->doubts_ctx, &row->uuid, p->now, out);
}

size_t release_doubts(const struct release_plan *p, struct json_writer *j)
{
    size_t open = 0, said = 0;

    if (p->ask->n_confirm)
        qsort(p->ask->confirm, p->ask->n_confirm, sizeof *p->ask->confirm, by_uuid);
    for (size_t i = 0; i < p->n; i++) {
        const char *word[CYBER_DOUBTS];
        struct object_row row;
        size_t n = release_doubts_of(p, i, &row, word);

        if (!n)
            continue;
        open += !confirmed(p->ask, &row.uuid);
        if (j && said++ < SAID)
            say(p, &row, word, n, j);
    }
    return open;
}
