/* Documents of this member, out of its own log into its own set; images made anew when that is due. */
#include <stdio.h>
#include <stdlib.h>

#include "lookup/revocation.h"
#include "node/lookups.h"
#include "node/part_documents.h"

struct documents_part {
    struct document_issue *issue; /* NULL: this node publishes nothing */
    struct lookups *lookups;
    bool warmed;
    int year; /* of the shard of own revocations that is read, */
    char origin[ORIGIN_MAX];
    uint64_t next; /* from there on */
};

static bool part_open(struct federation *f, void **state, struct why *w)
{
    struct lookups *l = f->o.instance->lookups;
    struct documents_part *p;

    if (!l)
        return true;
    p = calloc(1, sizeof *p);
    if (!p)
        abort();
    p->lookups = l;
    p->year = 2026; /* no such stream is older */
    if (f->streams && !document_issue_open(lookups_documents_folder(l), lookups_documents(l), f->streams,
                                           f->member, span_str(f->config->name), &p->issue, w)) {
        free(p);
        return false;
    }
    *state = p;
    return true;
}

/* This member's own revocations, which no replica has: read from the first one at each start. */
static bool read_shard(struct documents_part *p, const struct federation_step *s, const char *origin,
                       bool *there, struct why *w)
{
    struct arena a;
    bool ok = true;

    if (strcmp(origin, p->origin) != 0) {
        (void)snprintf(p->origin, sizeof p->origin, "%s", origin);
        p->next = 0;
    }
    arena_init(&a, 2 * LIMIT_LOG_BODY);
    for (*there = true; ok && *there && !federation_ending(s->f); p->next++) {
        struct stream_record r;

        arena_reset(&a);
        if (!streams_get(s->f->streams, span_str(origin), p->next, &a, &r, NULL))
            break;
        ok = r.control || r.state != BODY_THERE ||
             lookups_take_revocation(p->lookups, s->f->member, r.leaf.type, r.body, w);
    }
    *there = p->next > 0;
    arena_free(&a);
    return ok;
}

static bool read_revocations(struct documents_part *p, const struct federation_step *s, struct why *w)
{
    int last = date_of_time(s->now).year;
    char origin[ORIGIN_MAX];

    if (!s->f->streams)
        return true;
    for (; p->year <= last; p->year++) {
        bool there = false;

        if ((size_t)snprintf(origin, sizeof origin, "%s/" REVOCATION_STREAM "/all/%d", s->f->config->name,
                             p->year) >= sizeof origin ||
            !read_shard(p, s, origin, &there, w))
            return false;
        if (p->year == last)
            break;
    }
    return true;
}

static bool ending(void *ctx)
{
    return federation_ending(ctx);
}

static bool part_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    struct documents_part *p = state;

    (void)again;
    if (p->issue && !document_issue_read_on(p->issue, s->now, w))
        return false;
    if (!read_revocations(p, s, w) || !lookups_tidy(p->lookups, w))
        return false;
    if (!p->warmed && !lookups_warm(p->lookups, ending, s->f, w))
        return false;
    p->warmed = true;
    return true;
}

static void part_close(void *state)
{
    struct documents_part *p = state;

    document_issue_close(p->issue);
    free(p);
}

struct document_issue *documents_part_issue(const struct federation *f)
{
    struct documents_part *p = f ? federation_part_state(f, "documents") : NULL;

    return p ? p->issue : NULL;
}

const struct federation_part documents_part = {
    .name = "documents", .seconds = 10, .open = part_open, .step = part_step, .close = part_close
};
