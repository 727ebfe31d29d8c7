/* The newest objects that a person may see, one after another. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "service/cyber/object_view_internal.h"

struct listing {
    const struct object_view_ask *ask;
    struct object_look look;
    struct json_writer *j;
    struct { /* what stands in the list */
        struct stix_uuid uuid;
        uint16_t type;
    } * said;
    size_t n;
};

static uint8_t folded(uint8_t c)
{
    return ascii_upper(c) ? (uint8_t)(c + ('a' - 'A')) : c;
}

bool object_text_has(struct span all, struct span part)
{
    size_t k;

    for (size_t i = 0; part.n <= all.n && i <= all.n - part.n; i++) {
        for (k = 0; k < part.n && folded(all.p[i + k]) == folded(part.p[k]); k++)
            ;
        if (k == part.n)
            return true;
    }
    return part.n == 0;
}

static bool is_said(const struct listing *x, const struct object_row *r)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->said[i].type == r->type && stix_uuid_eq(&x->said[i].uuid, &r->uuid))
            return true;
    return false;
}

static bool is_of(const struct listing *x, const struct object_row *r)
{
    bool own = r->label.owner == x->look.v->law.self;

    return x->ask->whose == OBJECT_VIEW_ALL || own == (x->ask->whose == OBJECT_VIEW_OWN);
}

static bool say(struct listing *x, uint64_t sequence, struct why *w)
{
    struct object_look *l = &x->look;
    bool there;

    if (!object_store_row(l->v->objects, sequence, &l->row) || !is_of(x, &l->row) || is_said(x, &l->row))
        return true;
    if (!object_look_read(l, sequence, &there, w))
        return false;
    if (!there || !object_text_has(buf_span(&l->text), x->ask->text))
        return true;
    if (!object_look_parse(l, w))
        return false;
    x->said[x->n].uuid = l->row.uuid;
    x->said[x->n++].type = l->row.type;
    jw_object(x->j, NULL);
    object_look_say(l, x->j);
    jw_object_end(x->j);
    return true;
}

bool object_view_list(const struct object_view *v, const struct object_view_ask *ask, struct json_writer *j,
                      struct why *w)
{
    const struct object_query q = { .collection = OBJECT_ANY,
                                    .may = object_view_may,
                                    .ctx = (void *)(uintptr_t)v,
                                    .until = ask->before ? ask->before - 1 : 0,
                                    .type = &ask->type,
                                    .n_types = ask->type.n ? 1 : 0,
                                    .versions = OBJECT_LAST };
    struct listing x = { .ask = ask, .j = j };
    struct object_page page = { 0 };
    size_t looked = 0;
    bool ok = true;

    x.said = calloc(ask->most + 1, sizeof *x.said);
    if (!x.said)
        abort();
    object_look_init(&x.look, v);
    if (ask->before != 1)
        object_store_find(v->objects, &q, &page);
    jw_array(j, "objects");
    while (ok && looked < page.n && x.n < ask->most && looked < LIMIT_CYBER_LOOKED)
        ok = say(&x, page.sequence[page.n - ++looked], w);
    jw_array_end(j);
    jw_int(j, "looked", (int64_t)looked);
    if (looked < page.n)
        jw_int(j, "next", (int64_t)page.sequence[page.n - looked]);
    else
        jw_null(j, "next");
    object_page_free(&page);
    object_look_free(&x.look);
    free(x.said);
    return ok;
}
