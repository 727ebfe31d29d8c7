#include "stix/seen.h"

#include <stdlib.h>

#include "base/limits.h"
#include "crypto/digest.h"

void stix_seen_init(struct stix_seen *s)
{
    *s = (struct stix_seen){ .entry = NULL };
}

void stix_seen_free(struct stix_seen *s)
{
    free(s->entry);
    stix_seen_init(s);
}

/* Where the key is, or would be. */
static struct stix_seen_entry *place(struct stix_seen_entry *entry, size_t cap, const uint8_t key[16])
{
    size_t i;

    memcpy(&i, key, sizeof i);
    for (i &= cap - 1;; i = (i + 1) & (cap - 1))
        if (!entry[i].key[0] || memcmp(entry[i].key, key, 16) == 0)
            return &entry[i];
}

static void grow(struct stix_seen *s)
{
    size_t cap = s->cap ? s->cap * 2 : 1024;
    struct stix_seen_entry *entry = calloc(cap, sizeof *entry);

    if (!entry)
        abort();
    for (size_t i = 0; i < s->cap; i++)
        if (s->entry[i].key[0])
            *place(entry, cap, s->entry[i].key) = s->entry[i];
    free(s->entry);
    s->entry = entry;
    s->cap = cap;
}

enum stix_twin stix_seen_add(struct stix_seen *s, const struct stix_object *o, struct span bytes)
{
    const struct stix_time *t = stix_version(o);
    struct span part[4] = { o->id, span_of(&t->seconds, sizeof t->seconds),
                            span_of(&t->nanos, sizeof t->nanos), t->further };
    struct stix_seen_entry *at;
    struct digest key, content;

    digest_parts(DIGEST_SHA256, part, 4, &key);
    key.b[0] |= 1; /* never all zeros */
    digest_of(DIGEST_SHA256, bytes, &content);
    if (s->n * 2 >= s->cap && s->n < LIMIT_STIX_KNOWN)
        grow(s);
    at = place(s->entry, s->cap, key.b);
    if (at->key[0])
        return memcmp(at->content, content.b, 16) == 0 ? STIX_TWIN_SAME : STIX_TWIN_OTHER;
    if (s->n >= LIMIT_STIX_KNOWN)
        return STIX_TWIN_NONE;
    memcpy(at->key, key.b, 16);
    memcpy(at->content, content.b, 16);
    s->n++;
    return STIX_TWIN_NONE;
}
