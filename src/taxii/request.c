#include "taxii/request.h"

#include "base/text.h"
#include "stix/object.h"

enum { PIECES = 7 };

bool taxii_path_read(struct span path, struct taxii_path *out)
{
    struct span piece[PIECES] = { 0 }, rest = span_sub(path, 1, path.n);
    struct taxii_path p = { 0 };
    size_t n = 0;

    if (path.n == 0 || path.p[0] != '/' || memchr(path.p, 0, path.n))
        return false;
    while (n < PIECES && text_split(&rest, '/', &piece[n]))
        if (piece[n++].n == 0)
            return false;
    if (rest.n || n == 0 || n == PIECES)
        return false;
    p.root = piece[0];
    p.status = n == 3 && span_eq_str(piece[1], "status") ? piece[2] : (struct span){ 0 };
    p.collection = n >= 3 && !p.status.n ? piece[2] : (struct span){ 0 };
    p.object = n >= 5 ? piece[4] : (struct span){ 0 };
    if (n == 1)
        p.place = span_eq_str(p.root, "taxii2") ? TAXII_DISCOVERY : TAXII_ROOT;
    else if (p.status.n)
        p.place = TAXII_STATUS;
    else if (!span_eq_str(piece[1], "collections"))
        return false;
    else if (n <= 3)
        p.place = n == 2 ? TAXII_COLLECTIONS : TAXII_COLLECTION;
    else if (n == 4 && span_eq_str(piece[3], "manifest"))
        p.place = TAXII_MANIFEST;
    else if (!span_eq_str(piece[3], "objects"))
        return false;
    else if (n <= 5)
        p.place = n == 4 ? TAXII_OBJECTS : TAXII_OBJECT;
    else if (span_eq_str(piece[5], "versions"))
        p.place = TAXII_VERSIONS;
    else
        return false;
    *out = p;
    return true;
}

const char *taxii_methods(enum taxii_place p)
{
    return p == TAXII_OBJECTS ? "GET, HEAD, POST" : p == TAXII_OBJECT ? "GET, HEAD, DELETE" : "GET, HEAD";
}

static bool bad(struct why *w, const char *reason, const char *clause, const char *text)
{
    return why_set(w, reason, WHY_NO_OFFSET, clause, "%s", text);
}

static bool read_time(struct span s, struct stix_time *t, struct why *w)
{
    return stix_time_read(s, t) || bad(w, "timestamp", "TAXII 2.1 3.4",
                                       "That is no timestamp: it has the form 2026-03-01T08:00:00Z.");
}

static bool read_added_after(struct span v, struct taxii_filters *out, struct why *w)
{
    struct stix_time t;

    if (!read_time(v, &t, w))
        return false;
    out->dated = true;
    out->added_after = t.seconds * 1000000 + t.nanos / 1000;
    return true;
}

static bool read_limit(struct span v, struct taxii_filters *out, struct why *w)
{
    uint64_t n = LIMIT_TAXII_PAGE;
    size_t zeros = 0;

    while (zeros < v.n && v.p[zeros] == '0')
        zeros++;
    for (size_t i = 0; i < v.n; i++)
        if (!ascii_digit(v.p[i]))
            return bad(w, "limit", "TAXII 2.1 3.4", "limit is a number above 0.");
    if (zeros == v.n)
        return bad(w, "limit", "TAXII 2.1 3.4", "limit is a number above 0.");
    if (!text_number(v, LIMIT_TAXII_PAGE, &n))
        n = LIMIT_TAXII_PAGE; /* lowered, not refused */
    out->limit = (size_t)n;
    return true;
}

static bool read_next(struct span v, struct taxii_filters *out, struct why *w)
{
    (void)w;
    out->next = v;
    return true;
}

static bool take_type(struct span v, struct taxii_filters *out, struct why *w)
{
    (void)w;
    out->type[out->n_types++] = v;
    return true;
}

static bool take_id(struct span v, struct taxii_filters *out, struct why *w)
{
    (void)w;
    out->by_id = true;
    if (stix_id_read(v, &out->id[out->n_ids]))
        out->n_ids++;
    return true;
}

static bool take_version(struct span v, struct taxii_filters *out, struct why *w)
{
    struct stix_time t;

    if (span_eq_str(v, "last"))
        out->versions |= TAXII_LAST;
    else if (span_eq_str(v, "first"))
        out->versions |= TAXII_FIRST;
    else if (span_eq_str(v, "all"))
        out->versions |= TAXII_ALL;
    else if (!read_time(v, &t, w))
        return false;
    else
        out->version[out->n_versions++] =
            (struct taxii_instant){ t.seconds * 1000000 + t.nanos / 1000, (uint16_t)(t.nanos % 1000) };
    return true;
}

static bool take_spec(struct span v, struct taxii_filters *out, struct why *w)
{
    if (v.n != 3 || !ascii_digit(v.p[0]) || v.p[1] != '.' || !ascii_digit(v.p[2]))
        return bad(w, "filter", "TAXII 2.1 3.4", "A specification version has the form 2.1.");
    out->spec[out->n_specs++] = span_eq_str(v, "2.1") ? 21 : span_eq_str(v, "2.0") ? 20 : 0;
    return true;
}

enum {
    AT_LIST = 1 << TAXII_OBJECTS | 1 << TAXII_MANIFEST,
    AT_ONE = 1 << TAXII_OBJECT,
    AT_VERSIONS = 1 << TAXII_VERSIONS,
    BY_DELETE = 1 << 15,
};

static const struct filter {
    const char *name;
    unsigned at;
    bool (*whole)(struct span v, struct taxii_filters *out, struct why *w);
    bool (*each)(struct span v, struct taxii_filters *out, struct why *w); /* of alternatives */
} filters[] = {
    { "added_after", AT_LIST | AT_ONE | AT_VERSIONS, read_added_after, NULL },
    { "limit", AT_LIST | AT_ONE | AT_VERSIONS, read_limit, NULL },
    { "next", AT_LIST | AT_ONE | AT_VERSIONS, read_next, NULL },
    { "match[id]", AT_LIST, NULL, take_id },
    { "match[type]", AT_LIST, NULL, take_type },
    { "match[version]", AT_LIST | AT_ONE | BY_DELETE, NULL, take_version },
    { "match[spec_version]", AT_LIST | AT_ONE | AT_VERSIONS | BY_DELETE, NULL, take_spec },
};

enum { FILTERS = sizeof filters / sizeof *filters };

static bool read_each(const struct filter *f, struct span v, struct taxii_filters *out, struct why *w)
{
    struct span part;
    size_t n = 0;

    if (v.n == 0 || v.p[v.n - 1] == ',')
        return bad(w, "filter", "TAXII 2.1 3.4", "A filter has a value, or several with commas between.");
    while (text_split(&v, ',', &part)) {
        if (part.n == 0)
            return bad(w, "filter", "TAXII 2.1 3.4", "A filter has a value, or several with commas between.");
        if (n++ == LIMIT_TAXII_ALTERNATIVES)
            return bad(w, "too-many", NULL, "A filter has too many values.");
        if (!f->each(part, out, w))
            return false;
    }
    return true;
}

static const struct filter *filter_of(const char *name)
{
    for (size_t i = 0; i < FILTERS; i++)
        if (strcmp(filters[i].name, name) == 0)
            return &filters[i];
    return NULL;
}

bool taxii_filters_read(enum taxii_place place, bool deletes, const struct taxii_pair *pair, size_t n,
                        struct taxii_filters *out, struct why *w)
{
    unsigned at = deletes ? BY_DELETE : 1u << place;
    bool seen[FILTERS] = { 0 };

    out->dated = out->by_id = false;
    out->limit = out->n_types = out->n_ids = out->n_versions = out->n_specs = 0;
    out->versions = 0;
    out->next = (struct span){ NULL, 0 };
    for (size_t i = 0; i < n; i++) {
        const struct filter *f = filter_of(pair[i].name);
        struct span v = span_str(pair[i].value);

        if (!f && strncmp(pair[i].name, "match[", 6) != 0)
            continue;
        if (!f || !(f->at & at))
            return why_set(w, "filter", WHY_NO_OFFSET, "TAXII 2.1 3.4", "There is no such filter here.");
        if (seen[f - filters])
            return why_set(w, "filter", WHY_NO_OFFSET, "TAXII 2.1 3.4",
                           "%s stands twice: alternatives have commas between.", f->name);
        seen[f - filters] = true;
        if (!(f->whole ? f->whole(v, out, w) : read_each(f, v, out, w)))
            return false;
    }
    return true;
}
