#include "node/cyber.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "crypto/node_key.h"
#include "node/cyber_person.h"
#include "node/secret.h"

int64_t cyber_micros(void *ctx)
{
    struct timespec t;

    (void)ctx;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

bool cyber_base_open(const char *folder, const struct agreement *a, unsigned quarantine_days,
                     struct cyber_base **ret, struct why *w)
{
    const struct journal_options journal = { .folder = folder,
                                             .keep_days = quarantine_days ? quarantine_days : 30 };
    struct cyber_base *b = calloc(1, sizeof *b);
    char path[4096];
    const struct object_store_options o = { .folder = path, .now = cyber_micros };

    if (!b)
        abort();
    (void)pthread_mutex_init(&b->rules, NULL);
    if ((size_t)snprintf(path, sizeof path, "%s/objects", folder) < sizeof path &&
        cyber_places_open(folder, a, &b->places, w) && object_store_open(&o, &b->objects, w) &&
        object_journal_open(&journal, cyber_micros(NULL), &b->journal, w) &&
        node_secret(folder, "sightings.key", b->secret, sizeof b->secret, w)) {
        *ret = b;
        return true;
    }
    cyber_base_close(b);
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path of the folder is too long");
}

void cyber_base_close(struct cyber_base *b)
{
    if (!b)
        return;
    object_store_close(b->objects);
    object_journal_close(b->journal);
    (void)pthread_mutex_destroy(&b->rules);
    free(b);
}

void cyber_base_law(const struct instance *i, unix_time now, struct cyber_law *out,
                    const struct sharing_rules **rules)
{
    cyber_law_on(&i->cyber->places, i->agreement, span_str(i->config.member), date_of_time(now), out, rules);
}

static struct cyber_reader officer_reads(const void *ctx, struct span officer)
{
    const struct instance *i = ctx;

    return cyber_person_reader(i->config.persons, officer, &i->cyber->places, span_str(i->config.member));
}

bool cyber_desk_of_federation(const struct federation *f, struct cyber_desk *out, struct why *w)
{
    const struct instance *i = f ? f->o.instance : NULL;

    if (!i || !i->cyber || !i->store)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL,
                       "this node has no part in the federation, or node.conf names no folder `cyber`");
    *out = (struct cyber_desk){ .places = &i->cyber->places,
                                .agreement = i->agreement,
                                .self = f->member,
                                .objects = i->cyber->objects,
                                .store = i->store,
                                .streams = f->streams,
                                .random = random_bytes,
                                .reader = officer_reads,
                                .reader_ctx = i,
                                .secret = i->cyber->secret };
    return true;
}

bool cyber_desk_of(const struct node_view *v, struct cyber_desk *out, struct why *w)
{
    return cyber_desk_of_federation(v->o->federation, out, w);
}
