#include "cli/licence_row.h"

#include "cli/words.h"

#include <stdio.h>

#include "base/text.h"

struct span *licence_row_member(struct licence_row *r, struct span name)
{
    const struct {
        const char *name;
        struct span *at;
    } members[] = {
        { "number", &r->number },       { "digest", &r->digest }, { "status", &r->status },
        { "reason", &r->reason },       { "since", &r->since },   { "until", &r->until },
        { "authority", &r->authority }, { "birth", &r->birth },   { "categories", &r->categories }
    };

    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (span_eq_str(name, members[i].name))
            return members[i].at;
    return NULL;
}

static bool bad(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", what);
}

bool licence_row_digest(struct span issuer, struct span number, struct span digest, struct arena *a,
                        uint8_t out[LICENCE_DIGEST], struct why *w)
{
    struct span d = { NULL, 0 };

    if (!number.n == !digest.n)
        return bad(w, _("a number or a digest is expected, one of the two"));
    if (number.n)
        return licence_digest(issuer, number, out) ||
               bad(w, _("the number has no letter or digit, or more than 64 bytes"));
    if (!hex_decode(digest, a, &d) || d.n != LICENCE_DIGEST)
        return bad(w, _("a digest has 64 hexadecimal digits"));
    memcpy(out, d.p, LICENCE_DIGEST);
    return true;
}

static bool read_day(struct span s, struct date *out, const char *what, struct why *w)
{
    return !s.n || date_parse(s, out) ||
           why_set(w, "request", WHY_NO_OFFSET, NULL, "%s is no day such as 2027-01-31", what);
}

static bool read_category(struct span text, struct licence_entitlement *out, struct why *w)
{
    struct span name = { 0 }, from = { 0 }, to = { 0 };

    if (text_split(&text, ':', &name) && text_split(&text, ':', &from))
        (void)text_split(&text, ':', &to);
    out->category = text_trim(name);
    out->entitled = true;
    out->codes = text_trim(text);
    return read_day(text_trim(from), &out->from, _("the first day of a category"), w) &&
           read_day(text_trim(to), &out->to, _("the last day of a category"), w);
}

static bool read_categories(struct span text, struct licence_entry *e, struct why *w)
{
    struct span one;

    while (text_split(&text, ';', &one)) {
        if (e->n == LIMIT_LICENCE_PRIVILEGES)
            return bad(w, _("there are too many categories"));
        if (text_trim(one).n && !read_category(one, &e->category[e->n++], w))
            return false;
    }
    return true;
}

static bool read_entry(const struct store *s, const struct licence_row *r,
                       const uint8_t digest[LICENCE_DIGEST], struct licence_entry *e, struct why *w)
{
    struct date birth = { 0 };

    e->reason = r->reason;
    e->authority = r->authority;
    if (!licence_standing_from(r->status, &e->standing))
        return bad(
            w, _("the status is none: valid, suspended, withdrawn, disqualified, confiscated, lost, stolen, "
                 "surrendered, replaced, expired, or another word of TACHOnet"));
    if (!read_day(r->since, &e->since, "since", w) || !read_day(r->until, &e->until, "until", w) ||
        !read_day(r->birth, &birth, "birth", w) || !read_categories(r->categories, e, w))
        return false;
    e->has_guard = date_is_set(birth);
    if (e->has_guard)
        licence_guard(s, digest, birth, e->guard);
    return true;
}

bool licence_row_put(struct store *s, struct span issuer, const struct licence_row *r, enum row_as as,
                     unix_time at, struct arena *a, struct why *w)
{
    struct licence_entry *e = arena_alloc(a, sizeof *e);
    const struct licence_entry *old;
    uint8_t digest[LICENCE_DIGEST];
    size_t n = 0;

    if (!e)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    e->at = at;
    if (!licence_row_digest(issuer, r->number, r->digest, a, digest, w) || !read_entry(s, r, digest, e, w))
        return false;
    if (as == ROW_EITHER && !licence_register_history(s, issuer, digest, a, &old, &n, w))
        return false;
    return licence_register_put(s, issuer, digest, e, as == ROW_NEW || (as == ROW_EITHER && n == 0), w);
}

bool cli_open_store(const char *folder, bool read_only, struct arena *a, struct node_config *config,
                    struct store **ret, struct why *w)
{
    struct store_options opt;
    char path[4096];

    if ((size_t)snprintf(path, sizeof path, "%s/node.conf", folder) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if (!config_load(path, a, config, w))
        return false;
    config_store(config, &opt);
    opt.read_only = read_only;
    return store_open(&opt, ret, w);
}
