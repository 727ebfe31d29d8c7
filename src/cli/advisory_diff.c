/* Differences of two JSON documents, item by item: flat lists of "pointer = value", compared as sets. */
#include "cli/advisory.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"

struct leaf {
    struct span path, value;
};

struct walk {
    struct json_ref_at {
        json_ref container, at;
        size_t path; /* bytes of it before this container's items */
        uint32_t index;
    } stack[LIMIT_JSON_DEPTH + 1];
    unsigned depth;
    struct buffer path;
};

/* What tells an item of an array from the others. */
static struct span name_of(const struct json *j, json_ref item, struct arena *a)
{
    static const char *const names[] = { "id", "product_id", "group_id", "cve", "number", "name", "url" };
    struct span s = { NULL, 0 };

    if (json_is(j, item, JSON_KIND_STRING) && json_text_of(j, item, a, &s))
        return s;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        json_ref v = json_member(j, item, names[i]);

        if (json_is(j, v, JSON_KIND_STRING) && json_text_of(j, v, a, &s))
            return s;
    }
    return (struct span){ NULL, 0 };
}

static void push(struct walk *x, const struct json *j, json_ref v)
{
    if (x->depth < sizeof x->stack / sizeof *x->stack)
        x->stack[x->depth++] = (struct json_ref_at){ v, json_first(j, v), x->path.n, 0 };
}

static bool leaves(const struct json *j, struct arena *a, struct leaf **out, size_t *n)
{
    struct walk x = { .depth = 0 };
    struct leaf *leaf = arena_array(a, j->n + (size_t)1, sizeof *leaf);
    size_t k = 0;
    bool ok = leaf != NULL;

    buf_init(&x.path, 1u << 20);
    push(&x, j, JSON_ROOT);
    while (ok && x.depth) {
        struct json_ref_at *f = &x.stack[x.depth - 1];
        json_ref item = f->at, v;
        struct span name;

        x.path.n = f->path;
        if (item == JSON_NONE) {
            x.depth--;
            continue;
        }
        f->at = json_after(j, f->container, item);
        buf_u8(&x.path, '/');
        if (json_is(j, f->container, JSON_KIND_OBJECT)) {
            v = json_value_of(j, item);
            ok = json_text_of(j, item, a, &name);
            buf_put(&x.path, name);
        } else {
            v = item;
            name = name_of(j, item, a);
            f->index++;
            if (name.n)
                buf_put(&x.path, name);
            else
                buf_decimal(&x.path, f->index - 1);
        }
        if (json_first(j, v) != JSON_NONE)
            push(&x, j, v);
        else
            leaf[k++] = (struct leaf){ arena_copy(a, buf_span(&x.path)), json_source(j, v) };
        ok = ok && buf_ok(&x.path) && a->used < a->ceiling;
    }
    buf_free(&x.path);
    *out = leaf;
    *n = k;
    return ok;
}

static int by_path(const void *a, const void *b)
{
    const struct leaf *x = a, *y = b;
    int c = span_cmp(x->path, y->path);

    return c != 0 ? c : span_cmp(x->value, y->value);
}

static void put(char sign, const struct leaf *l)
{
    enum { SHOWN = 160 };
    struct span v = l->value;
    struct buffer b;

    if (v.n > SHOWN)
        v.n = utf8_valid_to(span_sub(v, 0, SHOWN));
    buf_init(&b, 1u << 22);
    text_put_plain(&b, l->path);
    buf_str(&b, " ");
    text_put_plain(&b, v);
    (void)printf("%c %s%s\n", sign, buf_cstr(&b), v.n < l->value.n ? "…" : "");
    buf_free(&b);
}

size_t advisory_differences(const struct json *a, const struct json *b, struct arena *mem)
{
    struct leaf *x, *y;
    size_t n, m, i = 0, k = 0, found = 0;

    if (!leaves(a, mem, &x, &n) || !leaves(b, mem, &y, &m))
        return 1;
    qsort(x, n, sizeof *x, by_path);
    qsort(y, m, sizeof *y, by_path);
    while (i < n || k < m) {
        int c = i == n ? 1 : k == m ? -1 : by_path(&x[i], &y[k]);

        if (c == 0) {
            i++;
            k++;
            continue;
        }
        if (c < 0)
            put('-', &x[i++]);
        else
            put('+', &y[k++]);
        found++;
    }
    return found;
}

int advisory_diff_command(int argc, char **argv)
{
    struct csaf old = { 0 }, new = { 0 };
    struct arena a, b;
    int rc = CLI_USAGE;

    if (argc != 3 || argv[1][0] == '-')
        return cli_usage("advisory", "diff wants two files");
    arena_init(&b, LIMIT_CSAF_MEMORY);
    if (advisory_read(argv[1], &a, &old) && advisory_read(argv[2], &b, &new)) {
        if (!span_eq(old.id, new.id))
            (void)puts(_("these are two advisories, not two versions of one"));
        rc = advisory_differences(&old.j, &new.j, &b) ? CLI_NEGATIVE : CLI_POSITIVE;
    }
    arena_free(&a);
    arena_free(&b);
    return rc;
}
