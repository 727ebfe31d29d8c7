/* Numbers of types and collections: a text file, a name a line, "t NAME" and "c ID" in the order of numbers.
 */
#include <stdio.h>

#include "base/text.h"
#include "service/cyber/object_internal.h"

enum { NAMES_BYTES = 4 * 1024 * 1024 };
static const char names_file[] = "names";

void object_names_init(struct object_names *n)
{
    (void)pthread_mutex_init(&n->lock, NULL);
    arena_init(&n->arena, 2 * NAMES_BYTES);
}

void object_names_free(struct object_names *n)
{
    arena_free(&n->arena);
    (void)pthread_mutex_destroy(&n->lock);
}

bool object_names_load(struct object_store *s, struct why *w)
{
    struct object_names *n = &s->names;
    char path[OBJECT_PATH + 8];
    struct span text, line;
    bool there;

    (void)snprintf(path, sizeof path, "%s/%s", s->folder, names_file);
    if (!file_read(path, NAMES_BYTES, &n->arena, &text, &there, w))
        return false;
    while (text_split(&text, '\n', &line)) {
        struct span name = span_sub(line, 2, line.n);

        if (span_starts(line, SPAN("t ")) && n->n_types < OBJECT_TYPES)
            n->type[n->n_types++] = name;
        else if (span_starts(line, SPAN("c ")) && n->n_collections < OBJECT_COLLECTIONS)
            n->collection[n->n_collections++] = name;
        else if (line.n)
            return why_set(w, "corrupt", WHY_NO_OFFSET, NULL, "%s is not understood", path);
    }
    return true;
}

static bool save(struct object_store *s, struct why *w)
{
    const struct object_names *n = &s->names;
    struct buffer b;
    bool ok;

    buf_init(&b, NAMES_BYTES);
    for (size_t i = 0; i < n->n_collections; i++) {
        buf_str(&b, "c ");
        buf_put(&b, n->collection[i]);
        buf_u8(&b, '\n');
    }
    for (size_t i = 0; i < n->n_types; i++) {
        buf_str(&b, "t ");
        buf_put(&b, n->type[i]);
        buf_u8(&b, '\n');
    }
    ok = buf_ok(&b) ? file_replace(s->folder, names_file, buf_span(&b), s->o.steps, w)
                    : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "there are too many names of types");
    buf_free(&b);
    return ok;
}

/* Places found by going through: there are few. Under the lock. */
static bool place_of(const struct span *of, size_t n, struct span name, uint16_t *number)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(of[i], name)) {
            *number = (uint16_t)i;
            return true;
        }
    return false;
}

static bool numbered(struct object_store *s, struct span *of, size_t *n, size_t most, struct span name,
                     uint16_t *number, struct why *w)
{
    bool ok;

    (void)pthread_mutex_lock(&s->names.lock);
    ok = place_of(of, *n, name, number);
    if (!ok && (*n == most || name.n == 0 || name.n > 255 || memchr(name.p, '\n', name.n))) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "there are too many types or collections");
    } else if (!ok) {
        of[*n] = arena_copy(&s->names.arena, name);
        *number = (uint16_t)*n;
        (*n)++;
        ok = save(s, w);
        *n -= !ok;
    }
    (void)pthread_mutex_unlock(&s->names.lock);
    return ok;
}

bool object_names_type_known(struct object_store *s, struct span name, uint16_t *number)
{
    bool ok;

    (void)pthread_mutex_lock(&s->names.lock);
    ok = place_of(s->names.type, s->names.n_types, name, number);
    (void)pthread_mutex_unlock(&s->names.lock);
    return ok;
}

bool object_names_type(struct object_store *s, struct span name, uint16_t *number, struct why *w)
{
    return numbered(s, s->names.type, &s->names.n_types, OBJECT_TYPES, name, number, w);
}

bool object_store_collection(struct object_store *s, struct span id, uint16_t *number, struct why *w)
{
    return numbered(s, s->names.collection, &s->names.n_collections, OBJECT_COLLECTIONS, id, number, w);
}

struct span object_store_collection_id(struct object_store *s, uint16_t number)
{
    struct span id = { 0 };

    (void)pthread_mutex_lock(&s->names.lock);
    if (number < s->names.n_collections)
        id = s->names.collection[number];
    (void)pthread_mutex_unlock(&s->names.lock);
    return id;
}

size_t object_names_collections(struct object_store *s)
{
    size_t n;

    (void)pthread_mutex_lock(&s->names.lock);
    n = s->names.n_collections;
    (void)pthread_mutex_unlock(&s->names.lock);
    return n;
}

struct span object_store_type(struct object_store *s, uint16_t type)
{
    struct span name = { 0 };

    (void)pthread_mutex_lock(&s->names.lock);
    if (type < s->names.n_types)
        name = s->names.type[type];
    (void)pthread_mutex_unlock(&s->names.lock);
    return name;
}
