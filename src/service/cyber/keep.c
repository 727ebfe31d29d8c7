#include "service/cyber/keep.h"

#include <stdlib.h>

#include "base/limits.h"
#include "crypto/digest.h"
#include "service/cyber/release_internal.h"

enum { DAY = 86400, AT_ONCE = 1000, BODY = 1 << 20 };

bool cyber_is_over(const struct sharing_rules *r, unix_time published, unix_time now)
{
    return r && r->keep_days && published < now - (unix_time)r->keep_days * DAY;
}

struct receiving {
    uint8_t self;
};

static bool is_received(void *ctx, const struct cyber_label *l)
{
    return l->owner != ((const struct receiving *)ctx)->self;
}

/* As many of the page as are over their time: dates rise with the sequence. */
static size_t over(const struct cyber_desk *d, const struct object_page *p, int64_t before)
{
    struct object_row row;
    size_t n = 0;

    while (n < p->n && (!object_store_row(d->objects, p->sequence[n], &row) || row.date_added < before))
        n++;
    return n;
}

static bool record(const struct cyber_desk *d, const struct sharing_rules *r, const uint64_t *sequence,
                   size_t n, unix_time now, struct why *w)
{
    char act[RELEASE_ID], id[STIX_ID_TEXT];
    struct cyber_act_row row = { .at = now,
                                 .act = SPAN("erased"),
                                 .who = d->self,
                                 .audience = SPAN("self"),
                                 .article = span_str(r->article) };
    struct object_row o;
    struct digest_run run;
    struct digest all;
    struct json_writer j;
    struct buffer b;
    bool news, ok;

    release_new_id(d, 'E', act);
    digest_begin(DIGEST_SHA256, &run);
    buf_init(&b, BODY);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "id", act);
    jw_str(&j, "reason", "kept");
    jw_int(&j, "days", r->keep_days);
    jw_array(&j, "ids");
    for (size_t i = 0; i < n; i++) {
        if (!object_store_row(d->objects, sequence[i], &o))
            continue;
        digest_more(&run, span_of(id, object_id_text(d->objects, &o, id)));
        digest_more(&run, SPAN("\n"));
        jw_str(&j, NULL, id);
    }
    jw_array_end(&j);
    jw_int(&j, "erased", (int64_t)n);
    digest_end(&run, &all);
    jw_hex(&j, "ids_sha256", span_of(all.b, 32));
    jw_object_end(&j);
    row.id = span_str(act);
    row.body = buf_span(&b);
    ok = (buf_ok(&b) ||
          why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the record of an erasure is too long")) &&
         store_put_cyber_act(d->store, &row, &news, w);
    buf_free(&b);
    return ok;
}

bool cyber_erase_old(const struct cyber_desk *d, unix_time now, size_t *erased, struct why *w)
{
    const struct sharing_rules *rules = NULL;
    struct object_query q = { .may = is_received, .versions = OBJECT_ALL, .limit = AT_ONCE };
    struct receiving k;
    struct cyber_law law;
    struct object_page p;
    bool ok = true, more = true;

    *erased = 0;
    cyber_law_on(d->places, d->agreement, d->self, date_of_time(now), &law, &rules);
    if (!rules || !rules->keep_days)
        return true;
    k.self = law.self;
    q.ctx = &k;
    if (!object_store_collection(d->objects, span_str(cyber_shared_collection()), &q.collection, w))
        return false;
    while (ok && more) {
        size_t n;

        object_store_find(d->objects, &q, &p);
        n = over(d, &p, (int64_t)(now - (unix_time)rules->keep_days * DAY) * 1000000);
        if (n) {
            ok = record(d, rules, p.sequence, n, now, w) && object_store_delete(d->objects, p.sequence, n, w);
            *erased += ok ? n : 0;
        }
        more = n == AT_ONCE;
        object_page_free(&p);
    }
    return ok;
}
