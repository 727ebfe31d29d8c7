#include "log/bodies.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "files/durable.h"

/* A kept file begins with what it is. */
enum { KEPT = 'B', ERASED = 'E' };

enum { FILE_MOST = 1 + LEAF_SALT + LIMIT_LOG_BODY + LEAF_SEAL };

struct place {
    char folder[LIMIT_LOG_PATH], name[2 * LEAF_HASH + 1];
};

/* FOLDER/ab/cdef…: no folder has many files. */
static bool place_of(const struct bodies *b, const uint8_t hash[LEAF_HASH], struct place *out, struct why *w)
{
    struct buffer hex;
    int n = snprintf(out->folder, sizeof out->folder, "%s/%02x", b->folder, hash[0]);

    buf_init_fixed(&hex, out->name, sizeof out->name);
    hex_put(&hex, span_of(hash + 1, LEAF_HASH - 1));
    out->name[hex.n] = '\0';
    return (n > 0 && (size_t)n + sizeof out->name < sizeof out->folder) ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
}

static bool read_place(const struct place *p, struct arena *a, struct span *out, bool *there, struct why *w)
{
    char path[LIMIT_LOG_PATH];

    if ((size_t)snprintf(path, sizeof path, "%s/%s", p->folder, p->name) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return file_read(path, FILE_MOST, a, out, there, w);
}

static bool is_mark(struct span file)
{
    return file.n == 1 && file.p[0] == ERASED;
}

static bool make_folders(const struct bodies *b, const struct place *p, struct why *w)
{
    return folder_make(b->folder, b->steps, w) && folder_make(p->folder, b->steps, w);
}

bool bodies_put(const struct bodies *b, const struct leaf *l, const uint8_t salt[LEAF_SALT],
                struct span sealed, struct why *w)
{
    static const uint8_t kept = KEPT;
    struct place p;
    struct span was;
    struct buffer file;
    struct arena a;
    bool there = false, ok;

    if (sealed.n > LIMIT_LOG_BODY + LEAF_SEAL)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a body has at most %d bytes", LIMIT_LOG_BODY);
    arena_init(&a, 2 * (size_t)FILE_MOST);
    buf_init(&file, FILE_MOST);
    buf_put(&file, span_of(&kept, 1));
    buf_put(&file, span_of(salt, LEAF_SALT));
    buf_put(&file, sealed);
    ok = place_of(b, l->body, &p, w) && make_folders(b, &p, w) && read_place(&p, &a, &was, &there, w);
    if (ok && there && is_mark(was))
        ok = why_set(w, "erased", WHY_NO_OFFSET, NULL, "that body was erased");
    else if (ok && !(there && span_eq(was, buf_span(&file))))
        ok = file_replace(p.folder, p.name, buf_span(&file), b->steps, w);
    buf_free(&file);
    arena_free(&a);
    return ok;
}

static bool open_body(const struct leaf *l, struct span file, struct arena *a, struct span *body,
                      struct why *w)
{
    struct buffer b;
    bool ok;

    buf_init(&b, LIMIT_LOG_BODY + 1);
    ok = leaf_open(l, file.p + 1, span_sub(file, 1 + LEAF_SALT, file.n), &b, w);
    if (ok && b.n) {
        *body = arena_copy(a, buf_span(&b));
        ok = body->p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no room for the body");
    }
    buf_free(&b);
    return ok;
}

bool bodies_get(const struct bodies *b, const struct leaf *l, struct arena *a, enum body_state *state,
                struct span *body, struct why *w)
{
    struct place p;
    struct span file;
    bool there = false;

    *body = (struct span){ 0 };
    if (!place_of(b, l->body, &p, w) || !read_place(&p, a, &file, &there, w))
        return false;
    *state = !there ? BODY_MISSING : is_mark(file) ? BODY_ERASED : BODY_THERE;
    if (*state != BODY_THERE)
        return true;
    if (file.n < 1 + LEAF_SALT || file.p[0] != KEPT)
        return why_set(w, "body", WHY_NO_OFFSET, NULL, "the file of the body is damaged");
    return open_body(l, file, a, body, w);
}

bool bodies_erase(const struct bodies *b, const struct leaf *erasure, struct why *w)
{
    static const uint8_t mark = ERASED;
    struct place p;
    struct span was;
    struct arena a;
    bool there = false, ok;

    if (!span_eq(erasure->type, LEAF_ERASURE))
        return why_set(w, "leaf", WHY_NO_OFFSET, NULL, "the entry is no erasure");
    arena_init(&a, 2 * (size_t)FILE_MOST);
    ok = place_of(b, erasure->body, &p, w) && make_folders(b, &p, w) && read_place(&p, &a, &was, &there, w);
    if (ok && !(there && is_mark(was)))
        ok = file_replace(p.folder, p.name, span_of(&mark, 1), b->steps, w);
    arena_free(&a);
    return ok;
}
