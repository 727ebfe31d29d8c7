#include "csaf/source.h"

#include "base/limits.h"
#include "base/text.h"
#include "csaf/schema.h"

static bool climbs(struct span path)
{
    struct span part;

    while (text_split(&path, '/', &part))
        if (span_eq_str(part, "..") || span_eq_str(part, "."))
            return true;
    return false;
}

static bool host_sign(int c)
{
    return ascii_lower(c) || ascii_digit(c) || ascii_upper(c) || c == '-' || c == '.' || c == ':' ||
           c == '[' || c == ']';
}

/* Signs of RFC 3986; percent only before what cannot be written otherwise, so that nothing hides in it. */
static bool path_fits(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        int c = s.p[i];

        if (c == '%' && (i + 2 >= s.n || (s.p[i + 1] == '2' && (s.p[i + 2] | 0x20) == 'e') ||
                         (s.p[i + 1] == '2' && (s.p[i + 2] | 0x20) == 'f') ||
                         (s.p[i + 1] == '5' && (s.p[i + 2] | 0x20) == 'c') || s.p[i + 1] < '2'))
            return false;
        if (c <= ' ' || c >= 0x7f || strchr("#\\\"<>^`{}|", c))
            return false;
    }
    return !climbs(s);
}

struct span csaf_url_host(struct span url)
{
    size_t from = sizeof "https://" - 1, to = from;

    while (to < url.n && url.p[to] != '/' && url.p[to] != '?')
        to++;
    return span_sub(url, from, to);
}

struct span csaf_url_name(struct span url)
{
    size_t from = url.n;

    while (from && url.p[from - 1] != '/')
        from--;
    return span_sub(url, from, url.n);
}

bool csaf_url(struct span s, struct why *w)
{
    struct span host = csaf_url_host(s);

    if (!span_starts(s, SPAN("https://")))
        return why_set(w, "address", WHY_NO_OFFSET, "CSAF 2.0 7.1.3", "it does not begin with https://");
    if (s.n > CSAF_URL || host.n == 0 || host.n > 260)
        return why_set(w, "address", WHY_NO_OFFSET, NULL, "it names no host, or is too long");
    for (size_t i = 0; i < host.n; i++)
        if (!host_sign(host.p[i]))
            return why_set(w, "address", WHY_NO_OFFSET, NULL, "its host has a sign that no host has");
    return path_fits(span_sub(s, 8 + host.n, s.n)) ||
           why_set(w, "address", WHY_NO_OFFSET, NULL,
                   "its path has a sign that does not belong there, or climbs");
}

static struct span text_of(const struct json *j, json_ref v, struct arena *a)
{
    struct span s = { NULL, 0 };

    if (!json_is(j, v, JSON_KIND_STRING) || !json_text_of(j, v, a, &s))
        return (struct span){ NULL, 0 };
    return s;
}

struct faults {
    const struct json *j;
    struct why *w;
    const char *clause;
    bool any;
};

static bool first_fault(void *ctx, enum shape_fault fault, json_ref at, const char *says)
{
    struct faults *f = ctx;

    if (fault == SHAPE_UNKNOWN)
        return true;
    f->any = true;
    (void)why_set(f->w, "invalid", json_offset(f->j, at), f->clause, "%s", says);
    return false;
}

static bool shaped(struct span text, const struct shape *s, const char *clause, struct arena *a,
                   struct json *j, struct why *w)
{
    struct faults f = { j, w, clause, false };

    if (!json_parse(text, a, j, w))
        return false;
    return json_shape_check(j, JSON_ROOT, s, a, first_fault, &f, w) && !f.any;
}

static enum csaf_tlp tlp_of(struct span word)
{
    for (int t = CSAF_UNLABELED; t < CSAF_RED; t++)
        if (span_eq_str(word, csaf_tlp_word((enum csaf_tlp)t)))
            return (enum csaf_tlp)t;
    return CSAF_RED;
}

static bool add_place(struct csaf_source *s, struct csaf_place p, struct why *w)
{
    if (s->n_places == CSAF_PLACES)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d feeds and folders", CSAF_PLACES);
    if (!csaf_url(p.url, w))
        return false;
    s->place[s->n_places++] = p;
    return true;
}

static bool with_slash(struct span *url, struct arena *a)
{
    uint8_t *p;

    if (url->n && url->p[url->n - 1] == '/')
        return true;
    p = arena_alloc(a, url->n + 1);
    if (!p)
        return false;
    if (url->n)
        memcpy(p, url->p, url->n);
    p[url->n] = '/';
    *url = span_of(p, url->n + 1);
    return true;
}

static bool read_places(const struct json *j, struct arena *a, struct csaf_source *s, struct why *w)
{
    json_ref list = json_member(j, JSON_ROOT, "distributions");

    for (json_ref d = json_first(j, list); d != JSON_NONE; d = json_after(j, list, d)) {
        json_ref folder = json_member(j, d, "directory_url");
        json_ref feeds = json_member(j, json_member(j, d, "rolie"), "feeds");
        struct csaf_place p = { .tlp = CSAF_UNLABELED };

        if (folder != JSON_NONE) {
            p.url = text_of(j, folder, a);
            if (!with_slash(&p.url, a) || !add_place(s, p, w))
                return false;
        }
        for (json_ref f = json_first(j, feeds); f != JSON_NONE; f = json_after(j, feeds, f)) {
            p = (struct csaf_place){ .rolie = true,
                                     .labelled = true,
                                     .tlp = tlp_of(text_of(j, json_member(j, f, "tlp_label"), a)),
                                     .url = text_of(j, json_member(j, f, "url"), a) };
            if (!add_place(s, p, w))
                return false;
        }
    }
    return true;
}

bool csaf_source_read(struct span text, struct arena *a, struct csaf_source *out, struct why *w)
{
    struct csaf_source s = { .n_keys = 0 };
    json_ref publisher, keys;
    struct json j;

    if (!shaped(text, &csaf_provider_shape, "CSAF 2.0 7.1.7", a, &j, w))
        return false;
    publisher = json_member(&j, JSON_ROOT, "publisher");
    keys = json_member(&j, JSON_ROOT, "public_openpgp_keys");
    s.publisher = json_source(&j, publisher);
    s.name = text_of(&j, json_member(&j, publisher, "name"), a);
    s.url = text_of(&j, json_member(&j, JSON_ROOT, "canonical_url"), a);
    s.role = text_of(&j, json_member(&j, JSON_ROOT, "role"), a);
    s.updated = text_of(&j, json_member(&j, JSON_ROOT, "last_updated"), a);
    s.list = json_is(&j, json_member(&j, JSON_ROOT, "list_on_CSAF_aggregators"), JSON_KIND_TRUE);
    s.mirror = json_is(&j, json_member(&j, JSON_ROOT, "mirror_on_CSAF_aggregators"), JSON_KIND_TRUE);
    for (json_ref k = json_first(&j, keys); k != JSON_NONE && s.n_keys < CSAF_KEYS;
         k = json_after(&j, keys, k)) {
        s.key[s.n_keys].fingerprint = text_of(&j, json_member(&j, k, "fingerprint"), a);
        s.key[s.n_keys++].url = text_of(&j, json_member(&j, k, "url"), a);
    }
    if (!csaf_url(s.url, w) || !read_places(&j, a, &s, w))
        return false;
    *out = s;
    return true;
}

size_t csaf_security_txt(struct span text, struct span *out, size_t room)
{
    struct span line;
    size_t n = 0;

    while (n < room && text_split(&text, '\n', &line)) {
        struct span field, rest = line;

        if (!text_split(&rest, ':', &field) || field.n != 4 || (field.p[0] | 0x20) != 'c' ||
            (field.p[1] | 0x20) != 's' || (field.p[2] | 0x20) != 'a' || (field.p[3] | 0x20) != 'f')
            continue;
        rest = text_trim(rest);
        if (csaf_url(rest, NULL))
            out[n++] = rest;
    }
    return n;
}

/* Addresses of mirrors at this host. */
static size_t own_mirrors(const struct json *j, json_ref list, struct span host, struct arena *a)
{
    size_t n = 0;

    for (json_ref p = json_first(j, list); p != JSON_NONE; p = json_after(j, list, p)) {
        json_ref mirrors = json_member(j, p, "mirrors");
        bool own = false;

        for (json_ref m = json_first(j, mirrors); m != JSON_NONE; m = json_after(j, mirrors, m))
            own |= span_eq(csaf_url_host(text_of(j, m, a)), host);
        n += own;
    }
    return n;
}

static struct span party(const struct json *j, json_ref p, struct arena *a)
{
    return text_of(j, json_member(j, json_member(j, json_member(j, p, "metadata"), "publisher"), "name"), a);
}

/* Any two names that differ. */
static bool disjoint(const struct json *j, struct arena *a)
{
    static const char *const lists[] = { "csaf_providers", "csaf_publishers" };
    struct span first = { NULL, 0 };

    for (size_t i = 0; i < 2; i++) {
        json_ref list = json_member(j, JSON_ROOT, lists[i]);

        for (json_ref p = json_first(j, list); p != JSON_NONE; p = json_after(j, list, p)) {
            struct span name = party(j, p, a);

            if (!first.n)
                first = name;
            else if (!span_eq(first, name))
                return true;
        }
    }
    return false;
}

bool csaf_aggregator_check(struct span text, struct arena *a, struct why *w)
{
    struct json j;
    struct span host;
    size_t own;
    bool lister;

    if (!shaped(text, &csaf_aggregator_shape, "CSAF 2.0 7.1.21", a, &j, w))
        return false;
    if (!csaf_url(text_of(&j, json_member(&j, JSON_ROOT, "canonical_url"), a), w))
        return false;
    host = csaf_url_host(text_of(&j, json_member(&j, JSON_ROOT, "canonical_url"), a));
    own = own_mirrors(&j, json_member(&j, JSON_ROOT, "csaf_providers"), host, a) +
          own_mirrors(&j, json_member(&j, JSON_ROOT, "csaf_publishers"), host, a);
    lister =
        json_text_is(&j, json_member(&j, json_member(&j, JSON_ROOT, "aggregator"), "category"), "lister");
    if (!disjoint(&j, a))
        return why_set(w, "invalid", WHY_NO_OFFSET, "CSAF 2.0 7.1.22",
                       "it does not list two issuing parties");
    if (lister && own)
        return why_set(w, "invalid", WHY_NO_OFFSET, "CSAF 2.0 7.2.4", "a lister mirrors nothing itself");
    return lister || own >= 2 ||
           why_set(w, "invalid", WHY_NO_OFFSET, "CSAF 2.0 7.2.5",
                   "an aggregator mirrors at least two issuing parties itself");
}
