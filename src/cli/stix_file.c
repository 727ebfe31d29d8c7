#include <errno.h>
#include <zlib.h>

#include "base/limits.h"
#include "cli/stix.h"

enum { PIECE = 1 << 16 };

/* Lines with an object each: what begins like that, and is neither a bundle nor one object. */
static bool read_lines(struct span all, const struct stix_bundle_how *how, stix_item_take take, void *ctx,
                       struct stix_summary *out)
{
    struct arena a;
    bool go_on = true;

    *out = (struct stix_summary){ .in = STIX_IN_OBJECT, .bytes = all.n, .sound = true };
    arena_init(&a, LIMIT_STIX_MEMORY);
    for (size_t at = 0, end; at < all.n && go_on; at = end + 1) {
        const uint8_t *line = memchr(all.p + at, '\n', all.n - at);
        struct stix_findings f;
        struct stix_object o;
        struct why w = { 0 };
        struct stix_item item = {
            .index = out->objects, .offset = at, .object = &o, .findings = &f, .why = &w
        };

        end = line ? (size_t)(line - all.p) : all.n;
        item.bytes = span_sub(all, at, end);
        if (item.bytes.n <= 1)
            continue;
        stix_findings_init(&f);
        item.good = stix_read(item.bytes, &how->object, &a, &o, &f, &w);
        why_shift(&w, at);
        go_on = take(ctx, &item);
        out->objects++;
        out->good += item.good;
        arena_reset(&a);
    }
    arena_free(&a);
    return true;
}

/* The first line is a whole object, and something follows. */
static bool is_lines(struct span all)
{
    const uint8_t *line = all.n ? memchr(all.p, '\n', all.n) : NULL;
    struct arena a;
    struct json j;
    bool is;

    if (!line || all.p[0] != '{')
        return false;
    arena_init(&a, LIMIT_STIX_MEMORY);
    is = json_parse(span_of(all.p, (size_t)(line - all.p)), &a, &j, NULL) &&
         json_member(&j, JSON_ROOT, "type") != JSON_NONE && (size_t)(line - all.p) + 2 < all.n;
    arena_free(&a);
    return is;
}

bool stix_file_bytes(const char *path, struct buffer *b, struct why *w)
{
    gzFile file = strcmp(path, "-") == 0 ? gzdopen(0, "rb") : gzopen(path, "rb");
    uint8_t piece[PIECE];
    bool good = false;
    int n;

    if (!file)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", path, strerror(errno));
    buf_init(b, LIMIT_STIX_FILE);
    while ((n = gzread(file, piece, PIECE)) > 0)
        buf_put(b, span_of(piece, (size_t)n));
    if (n < 0)
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot read %s to its end", path);
    else if (!buf_ok(b))
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "%s is longer than the limit", path);
    else
        good = true;
    if (!good)
        buf_free(b);
    (void)gzclose(file);
    return good;
}

bool stix_file_read(const char *path, const struct stix_bundle_how *how, stix_item_take take, void *ctx,
                    struct stix_summary *out, struct why *w)
{
    struct buffer b = { 0 };
    bool good;

    *out = (struct stix_summary){ .in = STIX_IN_NOTHING };
    if (!stix_file_bytes(path, &b, w))
        return false;
    good = is_lines(buf_span(&b)) ? read_lines(buf_span(&b), how, take, ctx, out)
                                  : stix_bundle_read(buf_span(&b), how, take, ctx, out, w);
    buf_free(&b);
    return good;
}
