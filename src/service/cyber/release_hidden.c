/* What the officer who asks may not read: not there for him, and on record when he named it. */
#include "service/cyber/release_internal.h"

enum { SAID = 1000, BODY = 256 * 1024 };

bool release_readable(const struct release_plan *p, const struct cyber_label *l)
{
    const struct cyber_desk *d = p->desk;
    struct cyber_reader reader;

    if (!d->reader)
        return true;
    reader = d->reader(d->reader_ctx, p->ask->officer);
    return cyber_may(&p->law, &reader, l, CYBER_READ, p->now) == CYBER_ALLOWED;
}

void release_hide(struct release_plan *p, const struct stix_id *id)
{
    for (size_t i = 0; i < p->n_hidden; i++)
        if (stix_uuid_eq(&p->hidden[i].uuid, &id->uuid))
            return;
    if (p->n_hidden < p->ask->n_ids)
        p->hidden[p->n_hidden++] = *id;
}

bool release_write_hidden(const struct release_plan *p, const char *asked, struct why *w)
{
    char id[RELEASE_ID], uuid[STIX_UUID_TEXT], text[STIX_ID_TEXT];
    struct json_writer j;
    struct buffer b;
    bool ok;

    if (!p->n_hidden)
        return true;
    release_new_id(p->desk, 'N', id);
    buf_init(&b, BODY);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "id", id);
    jw_text(&j, "officer", p->ask->officer);
    jw_str(&j, "asked", asked);
    jw_str(&j, "reason", "not-readable");
    jw_int(&j, "refused", (int64_t)p->n_hidden);
    jw_array(&j, "ids");
    for (size_t i = 0; i < p->n_hidden && i < SAID; i++) {
        struct buffer t;

        buf_init_fixed(&t, (uint8_t *)text, sizeof text);
        buf_put(&t, p->hidden[i].type);
        buf_printf(&t, "--%s", stix_uuid_text(&p->hidden[i].uuid, uuid));
        jw_text(&j, NULL, buf_span(&t));
    }
    jw_array_end(&j);
    jw_object_end(&j);
    ok = release_write(p, id, "refused", SPAN("self"), buf_span(&b), w);
    buf_free(&b);
    return ok;
}
