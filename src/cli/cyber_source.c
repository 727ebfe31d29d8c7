#include "cli/cyber_source.h"

#include <stdlib.h>

#include "base/limits.h"
#include "crypto/node_key.h"
#include "detect/input.h"

struct detect_build *cyber_build(enum detect_sign sign, const struct detect_image *below)
{
    struct detect_build_how how = { .sign = sign, .made = cli_now() };

    random_bytes(&how.key, sizeof how.key);
    random_bytes(how.identity, sizeof how.identity);
    if (below)
        how.key = below->key;
    return detect_build_new(&how);
}

bool cyber_read(const char *path, struct buffer *out, struct why *w)
{
    struct detect_input *in;
    size_t n = 1;
    bool ok;

    if (!detect_input_open(path, &in, w))
        return false;
    buf_init(out, LIMIT_DETECT_SOURCE);
    do {
        uint8_t *p = buf_grow(out, INPUT_PIECE);

        ok = p ? detect_input_read(in, p, INPUT_PIECE, &n, w)
               : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "%s is too large", path);
        if (p)
            out->n -= INPUT_PIECE - (ok ? n : 0);
    } while (ok && n);
    detect_input_close(in);
    if (!ok)
        buf_free(out);
    return ok;
}

const char *cyber_name(const char *path, bool bare)
{
    static char name[256];
    static const char *const endings[] = { ".gz", ".zst", ".json" };
    const char *slash = strrchr(path, '/');

    (void)snprintf(name, sizeof name, "%s", slash ? slash + 1 : path);
    for (size_t i = 0; i < (bare ? 3 : 2); i++) {
        size_t n = strlen(name), e = strlen(endings[i]);

        if (n > e && strcmp(name + n - e, endings[i]) == 0)
            name[n - e] = 0;
    }
    return name;
}

enum { TOLD = 5 };

struct telling {
    const char *command, *path;
    unsigned told;
};

static void refused(void *ctx, const struct detect_refused *r)
{
    struct telling *t = ctx;

    if (t->told++ < TOLD)
        (void)fprintf(stderr, _("serai %s: %s: line or object %llu: %s\n"), t->command, t->path,
                      (unsigned long long)r->line, r->why->detail);
}

bool cyber_add(const char *command, struct detect_build *b, const char *path, bool warnings,
               struct detect_source_counts *sum)
{
    struct telling t = { command, path, 0 };
    struct detect_source_how how = { refused, &t, span_str(cyber_name(path, warnings)), cli_now() };
    struct buffer text;
    struct why w = { 0 };
    bool ok;

    if (!cyber_read(path, &text, &w)) {
        cli_why(command, path, &w);
        return false;
    }
    ok = warnings ? detect_source_warnings(b, buf_span(&text), &how, sum, &w)
                  : detect_source_read(b, buf_span(&text), &how, sum, &w);
    buf_free(&text);
    if (!ok)
        cli_why(command, path, &w);
    else if (!warnings)
        detect_build_source(b, how.name);
    if (t.told > TOLD)
        (void)fprintf(stderr, _("serai %s: %s: %u lines or objects were refused\n"), command, path, t.told);
    return ok;
}
