/* The image that detectors read, kept as the register says. */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/digest.h"
#include "crypto/node_key.h"
#include "detect/build.h"
#include "detect/delta.h"
#include "node/indicators.h"

enum { ENTRIES = 1024, LONG_DELTA = 50 * 1000, BATCH = 4096 };

void detector_feed_free(struct detector_feed *d)
{
    free(d->has);
    d->has = NULL;
}

size_t detector_entries(const struct life *l, size_t i, const struct cyber_law *law, unix_time now,
                        struct detect_indicator *out, size_t room, char id[STIX_ID_TEXT], unix_time *again)
{
    const struct cyber_reader client = {
        .kind = CYBER_DETECTOR, .organisation = CYBER_CLIENT, .member = law->self, .clearance = TLP_AMBER
    };
    struct life_indicator x;
    enum cyber_verdict v;
    size_t n = 0;

    if (!life_at(l, i, &x) || x.revoked)
        return 0;
    v = cyber_may(law, &client, &x.label, CYBER_EXPORT, now);
    if (v == CYBER_EMBARGOED && again && (*again == 0 || (unix_time)x.label.until < *again))
        *again = x.label.until;
    if (v != CYBER_ALLOWED)
        return 0;
    memcpy(id, "indicator--", 11);
    (void)stix_uuid_text(&x.uuid, id + 11);
    for (size_t k = 0; k < x.values && n < room; k++) {
        struct life_value y;

        life_value_at(l, i, k, NULL, &y);
        if (y.until && y.until <= now)
            continue;
        out[n++] = (struct detect_indicator){ .kind = y.kind,
                                              .value = y.value,
                                              .id = span_str(id),
                                              .weight = y.confidence,
                                              .from = x.from,
                                              .until = y.until };
    }
    return n;
}

static uint64_t digest_of_entries(const struct detect_indicator *e, size_t n)
{
    struct digest_run r;
    struct digest d;
    uint64_t h;

    if (!n)
        return 0;
    digest_begin(DIGEST_SHA256, &r);
    for (size_t k = 0; k < n; k++) {
        const uint64_t head[] = { e[k].kind, e[k].weight, (uint64_t)e[k].from, (uint64_t)e[k].until,
                                  e[k].value.n };

        digest_more(&r, span_of(head, sizeof head));
        digest_more(&r, e[k].value);
    }
    digest_end(&r, &d);
    memcpy(&h, d.b, sizeof h);
    return h | 1;
}

static void room_for(struct detector_feed *d, size_t n)
{
    if (n <= d->n)
        return;
    d->has = realloc(d->has, n * sizeof *d->has);
    if (!d->has)
        abort();
    memset(d->has + d->n, 0, (n - d->n) * sizeof *d->has);
    d->n = n;
}

static bool add_all(struct detector_feed *d, const struct life *l, const struct cyber_law *law, unix_time now,
                    struct detect_build *b, struct why *w)
{
    struct detect_indicator *e = calloc(ENTRIES, sizeof *e);
    char id[STIX_ID_TEXT];
    bool ok = true;

    if (!e)
        abort();
    for (size_t i = 0; ok && i < life_count(l); i++) {
        size_t n = detector_entries(l, i, law, now, e, ENTRIES, id, &d->again);

        d->has[i] = digest_of_entries(e, n);
        for (size_t k = 0; ok && k < n; k++)
            ok =
                e[k].kind == DETECT_KINDS ? detect_build_pattern(b, &e[k], w) : detect_build_add(b, &e[k], w);
    }
    free(e);
    return ok;
}

static bool compile(struct detector_feed *d, struct life *l, const struct cyber_law *law, unix_time now,
                    struct why *w)
{
    struct detect_build_how how = { .sign = DETECT_ALERT, .made = now };
    struct detect_build *b;
    size_t i;
    bool ok;

    random_bytes(&how.key, sizeof how.key);
    how.key.b |= 1;
    random_bytes(how.identity, sizeof how.identity);
    b = detect_build_new(&how);
    d->again = 0;
    room_for(d, life_count(l));
    detect_build_source(b, SPAN("register"));
    ok = add_all(d, l, law, now, b, w) && detect_build_write(b, d->image, w);
    detect_build_free(b);
    d->whole = !ok;
    if (!ok)
        return false;
    while (life_changed(l, &i))
        ; /* the image has it */
    d->appended = 0;
    d->images++;
    return true;
}

/* Changes that wait; entries are the register's, ids are here. */
struct changes {
    struct detect_change item[BATCH + ENTRIES];
    char id[BATCH][STIX_ID_TEXT];
    size_t n, ids;
};

static bool send(struct detector_feed *d, struct changes *c, struct why *w)
{
    if (c->n && !detect_delta_append(d->image, c->item, c->n, w)) {
        d->whole = true;
        return false;
    }
    d->appended += c->n;
    c->n = c->ids = 0;
    return true;
}

/* One indicator: gone first, then what it is now, so that of its earlier values none stays. */
static bool change(struct detector_feed *d, struct life *l, size_t i, const struct cyber_law *law,
                   unix_time now, struct changes *c, struct why *w)
{
    struct detect_indicator *e = calloc(ENTRIES, sizeof *e);
    char *id = c->id[c->ids];
    struct life_indicator x;
    uint64_t digest;
    size_t n;

    if (!e)
        abort();
    n = detector_entries(l, i, law, now, e, ENTRIES, id, &d->again);
    digest = digest_of_entries(e, n);
    if (digest != d->has[i]) {
        memcpy(id, "indicator--", 11);
        if (life_at(l, i, &x))
            (void)stix_uuid_text(&x.uuid, id + 11);
        c->ids++;
        if (d->has[i]) {
            c->item[c->n++] =
                (struct detect_change){ DETECT_WITHDRAWN, { .kind = DETECT_KINDS, .id = span_str(id) } };
            d->withdrawn += n == 0;
        }
        d->added += d->has[i] == 0;
        d->has[i] = digest;
        for (size_t k = 0; k < n; k++) {
            d->whole |= e[k].kind == DETECT_KINDS; /* a pattern is compiled */
            c->item[c->n++] = (struct detect_change){ DETECT_ADDED, e[k] };
        }
    }
    free(e);
    return (c->n < BATCH && c->ids < BATCH) || d->whole || send(d, c, w);
}

static bool changed(struct detector_feed *d, struct life *l, const struct cyber_law *law, unix_time now,
                    bool all, struct why *w)
{
    struct changes *c = calloc(1, sizeof *c);
    bool ok = true;
    size_t i;

    if (!c)
        abort();
    room_for(d, life_count(l));
    if (all)
        d->again = 0;
    for (i = 0; all && ok && !d->whole && i < life_count(l); i++)
        ok = change(d, l, i, law, now, c, w);
    while (ok && !d->whole && life_changed(l, &i))
        ok = change(d, l, i, law, now, c, w);
    ok = ok && (d->whole || send(d, c, w));
    free(c);
    return ok;
}

bool detector_feed_step(struct detector_feed *d, struct life *l, const struct cyber_law *law, unix_time now,
                        struct why *w)
{
    bool all = d->again && d->again <= now;

    if (!d->whole && d->appended < LONG_DELTA && !changed(d, l, law, now, all, w))
        return false;
    return (!d->whole && d->appended < LONG_DELTA) || compile(d, l, law, now, w);
}
