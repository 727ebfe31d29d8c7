/* What the store has of single objects: the newest version, a marking-definition, a member's identity. */
#include <pthread.h>
#include <stdlib.h>

#include "base/limits.h"
#include "service/cyber/federate_take.h"

enum { MEMORY = 8 << 20 };

const char *cyber_shared_collection(void)
{
    /* UUIDv5 of "cyber/shared" in stix_space_serai; tests/unit/cyber holds it to that. */
    return "04a878ba-319f-5969-863c-973617ba2567";
}

void cyber_identity_of(struct span member, struct stix_uuid *out)
{
    uint8_t mem[64];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_str(&b, "cyber/identity/");
    buf_put(&b, member);
    stix_uuid_v5(&stix_space_serai, buf_span(&b), out);
}

bool cyber_newest(struct object_store *s, uint16_t collection, const struct stix_id *id, uint64_t *sequence,
                  struct object_row *row)
{
    const struct object_query q = { .collection = collection, .id = id, .n_ids = 1, .versions = OBJECT_LAST };
    struct object_page p = { 0 };
    bool found;

    object_store_find(s, &q, &p);
    found = p.n && object_store_row(s, p.sequence[p.n - 1], row);
    if (found)
        *sequence = p.sequence[p.n - 1];
    object_page_free(&p);
    return found;
}

bool cyber_marking_look(void *ctx, const struct stix_uuid *id, struct stix_marking *out)
{
    static const struct stix_how how = { .any_pattern = true };
    const struct stix_id want = { .type = SPAN("marking-definition"), .uuid = *id };
    struct object_store *s = ctx;
    struct stix_object o;
    struct object_row row;
    struct why w = { 0 };
    struct arena a;
    uint64_t sequence;
    uint8_t *text;
    bool ok;

    if (!cyber_newest(s, OBJECT_ANY, &want, &sequence, &row))
        return false;
    arena_init(&a, MEMORY);
    text = arena_alloc(&a, (size_t)row.n + 1);
    ok = text && object_store_bytes(s, &sequence, 1, text, row.n, &w) &&
         stix_read(span_of(text, row.n), &how, &a, &o, NULL, &w);
    if (ok) {
        stix_marking_read(&o, &a, out);
        out->statement = (struct span){ NULL, 0 };
    }
    arena_free(&a);
    return ok;
}
