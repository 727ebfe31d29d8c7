/* Lists of documents: index.txt, changes.csv, ROLIE feeds. */
#include "base/limits.h"
#include "base/text.h"
#include "csaf/source.h"

static bool add(struct csaf_entries *e, struct arena *a, const struct csaf_entry *x, struct why *w)
{
    if (e->n == e->cap) {
        size_t cap = e->cap ? e->cap * 2 : 64;
        struct csaf_entry *more = e->n < LIMIT_ADVISORIES ? arena_array(a, cap, sizeof *more) : NULL;

        if (!more)
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more documents than this program takes");
        if (e->n)
            memcpy(more, e->item, e->n * sizeof *more);
        e->item = more;
        e->cap = cap;
    }
    e->item[e->n++] = *x;
    return true;
}

/* 7.1.11, 5.1: a folder of a year and a name in small letters. */
static bool line_fits(struct span s)
{
    if (s.n < 5 + 6 || s.n > 245 || s.p[4] != '/' || !span_eq_str(span_sub(s, s.n - 5, s.n), ".json"))
        return false;
    for (size_t i = 0; i < 4; i++)
        if (!ascii_digit(s.p[i]))
            return false;
    for (size_t i = 5; i < s.n - 5; i++)
        if (!ascii_lower(s.p[i]) && !ascii_digit(s.p[i]) && (!s.p[i] || !strchr("+-_", s.p[i])))
            return false;
    return true;
}

static struct span joined(struct span base, struct span name, const char *ending, struct arena *a)
{
    size_t m = strlen(ending);
    uint8_t *p = arena_alloc(a, base.n + name.n + m + 1);

    if (!p)
        return (struct span){ NULL, 0 };
    if (base.n)
        memcpy(p, base.p, base.n);
    if (name.n)
        memcpy(p + base.n, name.p, name.n);
    if (m)
        memcpy(p + base.n + name.n, ending, m);
    return span_of(p, base.n + name.n + m);
}

static bool add_line(struct csaf_entries *e, struct arena *a, struct span base, struct span line,
                     struct span updated, struct why *w)
{
    struct csaf_entry x = { .updated = updated };

    x.url = joined(base, line, "", a);
    x.sha256 = joined(base, line, ".sha256", a);
    x.sha512 = joined(base, line, ".sha512", a);
    x.signature = joined(base, line, ".asc", a);
    if (!x.signature.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the list does not fit into memory");
    return add(e, a, &x, w);
}

static void refuse(csaf_fault_fn tell, void *ctx, struct span what, const char *reason, const char *clause,
                   const char *says)
{
    struct why w = { 0 };

    (void)why_set(&w, reason, WHY_NO_OFFSET, clause, "%s", says);
    tell(ctx, what, &w);
}

bool csaf_index_read(struct span text, struct span base, struct arena *a, struct csaf_entries *e,
                     csaf_fault_fn tell, void *ctx, struct why *w)
{
    static const struct span unknown = { NULL, 0 };
    struct span line;

    while (text_split(&text, '\n', &line)) {
        line = text_trim(line);
        if (!line.n)
            continue;
        if (!line_fits(line))
            refuse(tell, ctx, line, "path", "CSAF 2.0 7.1.12", "this line of index.txt is no YEAR/name.json");
        else if (!add_line(e, a, base, line, unknown, w))
            return false;
    }
    return true;
}

/* One field in quotes, or plain up to the comma. */
static bool field(struct span *s, struct span *out)
{
    if (s->n && s->p[0] == '"') {
        const uint8_t *end = memchr(s->p + 1, '"', s->n - 1);

        if (!end)
            return false;
        *out = span_of(s->p + 1, (size_t)(end - s->p - 1));
        *s = span_sub(*s, out->n + 2, s->n);
        if (s->n && s->p[0] != ',')
            return false;
        *s = span_sub(*s, 1, s->n);
        return true;
    }
    return text_split(s, ',', out);
}

bool csaf_changes_read(struct span text, struct span base, struct arena *a, struct csaf_entries *e,
                       csaf_fault_fn tell, void *ctx, struct why *w)
{
    struct span line;

    while (text_split(&text, '\n', &line)) {
        struct span rest, name, when;
        unix_time t;

        line = rest = text_trim(line);
        if (!line.n)
            continue;
        if (!field(&rest, &name) || !field(&rest, &when) || rest.n || !csaf_time_parse(when, &t))
            refuse(tell, ctx, line, "line", "CSAF 2.0 7.1.13",
                   "this line of changes.csv is no name and time");
        else if (!line_fits(name))
            refuse(tell, ctx, name, "path", "CSAF 2.0 7.1.13",
                   "this name of changes.csv is no YEAR/name.json");
        else if (!add_line(e, a, base, name, when, w))
            return false;
    }
    return true;
}

static struct span text_of(const struct json *j, json_ref v, struct arena *a)
{
    struct span s = { NULL, 0 };

    if (!json_is(j, v, JSON_KIND_STRING) || !json_text_of(j, v, a, &s))
        return (struct span){ NULL, 0 };
    return s;
}

static bool ends(struct span s, const char *with)
{
    size_t n = strlen(with);

    return s.n >= n && memcmp(s.p + s.n - n, with, n) == 0;
}

/* Reads links; false: one leads to no address. */
static bool read_links(const struct json *j, json_ref entry, struct arena *a, struct csaf_entry *x,
                       struct why *w)
{
    json_ref links = json_member(j, entry, "link");

    for (json_ref l = json_first(j, links); l != JSON_NONE; l = json_after(j, links, l)) {
        json_ref rel = json_member(j, l, "rel");
        struct span href = text_of(j, json_member(j, l, "href"), a);

        if (!json_text_is(j, rel, "self") && !json_text_is(j, rel, "hash") &&
            !json_text_is(j, rel, "signature"))
            continue;
        if (!csaf_url(href, w))
            return false;
        if (json_text_is(j, rel, "signature"))
            x->signature = href;
        else if (json_text_is(j, rel, "self"))
            x->url = href;
        else if (ends(href, ".sha512"))
            x->sha512 = href;
        else if (ends(href, ".sha256"))
            x->sha256 = href;
    }
    return true;
}

static bool read_entry(const struct json *j, json_ref entry, struct arena *a, struct csaf_entry *x,
                       struct why *w)
{
    struct span src = text_of(j, json_member(j, json_member(j, entry, "content"), "src"), a);
    unix_time t;

    x->id = text_of(j, json_member(j, entry, "id"), a);
    x->updated = text_of(j, json_member(j, entry, "updated"), a);
    if (!read_links(j, entry, a, x, w))
        return false;
    if (src.n)
        x->url = src;
    if (!x->url.n || !csaf_time_parse(x->updated, &t))
        return why_set(w, "entry", json_offset(j, entry), "CSAF 2.0 7.1.15",
                       "an entry of the feed has no document or no time");
    return csaf_url(x->url, w) && (ends(x->url, ".json") || why_set(w, "entry", json_offset(j, entry),
                                                                    "CSAF 2.0 5.1", "it leads to no .json"));
}

bool csaf_feed_read(struct span text, struct arena *a, struct csaf_entries *e, csaf_fault_fn tell, void *ctx,
                    struct why *w)
{
    struct json j;
    json_ref list;

    if (!json_parse(text, a, &j, w))
        return false;
    list = json_member(&j, json_member(&j, JSON_ROOT, "feed"), "entry");
    if (!json_is(&j, list, JSON_KIND_ARRAY))
        return why_set(w, "invalid", WHY_NO_OFFSET, "CSAF 2.0 7.1.15", "it is no ROLIE feed");
    for (json_ref i = json_first(&j, list); i != JSON_NONE; i = json_after(&j, list, i)) {
        struct csaf_entry x = { .url = { NULL, 0 } };
        struct why why = { 0 };

        if (!read_entry(&j, i, a, &x, &why))
            tell(ctx, x.url.n ? x.url : x.id, &why);
        else if (!add(e, a, &x, w))
            return false;
    }
    return true;
}
