#include "intel/indicator.h"

#include "base/text.h"
#include "intel/object.h"

static const struct {
    enum intel_kind kind;
    const char *path;
} paths[] = {
    { INTEL_IPV4, "ipv4-addr:value" },         { INTEL_IPV6, "ipv6-addr:value" },
    { INTEL_IPV4_RANGE, "ipv4-addr:value" },   { INTEL_IPV6_RANGE, "ipv6-addr:value" },
    { INTEL_DOMAIN, "domain-name:value" },     { INTEL_URL, "url:value" },
    { INTEL_EMAIL, "email-addr:value" },       { INTEL_MD5, "file:hashes.MD5" },
    { INTEL_SHA1, "file:hashes.'SHA-1'" },     { INTEL_SHA224, "file:hashes.'SHA-224'" },
    { INTEL_SHA256, "file:hashes.'SHA-256'" }, { INTEL_SHA384, "file:hashes.'SHA-384'" },
    { INTEL_SHA512, "file:hashes.'SHA-512'" }, { INTEL_FILE_NAME, "file:name" },
};

static const char *path_of(enum intel_kind kind)
{
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (paths[i].kind == kind)
            return paths[i].path;
    return "file:name";
}

void indicator_put_quoted(struct buffer *b, struct span s)
{
    buf_u8(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'' || s.p[i] == '\\')
            buf_u8(b, '\\');
        buf_u8(b, s.p[i]);
    }
    buf_u8(b, '\'');
}

void indicator_put_pattern(struct buffer *b, enum intel_kind kind, struct span value)
{
    if (kind == INTEL_FILE_PATTERN) {
        buf_put(b, value);
        return;
    }
    buf_u8(b, '[');
    buf_str(b, path_of(kind));
    /* A range as a value is equal only to itself; what lies inside is a subset (STIX 2.1 9.6.1). */
    buf_str(b, kind == INTEL_IPV4_RANGE || kind == INTEL_IPV6_RANGE ? " ISSUBSET " : " = ");
    indicator_put_quoted(b, value);
    buf_u8(b, ']');
}

const char *indicator_identity_id(struct span name, char *out)
{
    struct stix_uuid u;

    object_derive("intel-source", name, (struct span){ NULL, 0 }, &u);
    return object_id("identity", &u, out);
}

void indicator_put_identity(struct buffer *b, struct span name)
{
    struct json_writer j = json_to(b);
    struct object_head h = { .type = "identity", .created = INTEL_NO_TIME, .confidence = -1 };
    struct stix_uuid u;

    object_derive("intel-source", name, (struct span){ NULL, 0 }, &u);
    h.uuid = &u;
    object_begin(&j, &h);
    jw_text(&j, "name", name);
    jw_str(&j, "identity_class", "organization");
    jw_object_end(&j);
}

static void put_pattern(struct json_writer *j, const struct intel_row *r)
{
    uint8_t mem[2 * INTEL_VALUE + 64];
    struct buffer p;

    buf_init_fixed(&p, mem, sizeof mem);
    indicator_put_pattern(&p, r->kind, r->value);
    jw_text(j, "pattern", buf_span(&p));
    jw_str(j, "pattern_type", r->kind == INTEL_FILE_PATTERN ? "pcre" : "stix");
    if (r->kind != INTEL_FILE_PATTERN)
        jw_str(j, "pattern_version", "2.1");
}

static enum tlp row_tlp(const struct intel_row *r, const struct intel_about *about)
{
    if (r->marked && about->marked)
        return tlp_stricter(r->tlp, about->tlp);
    return r->marked ? r->tlp : about->tlp;
}

void indicator_put(struct buffer *b, const struct intel_row *r, const struct intel_about *about,
                   const char *creator)
{
    struct json_writer j = json_to(b);
    struct span source = r->source.n ? r->source : about->source;
    unix_time from = r->first ? r->first : about->now;
    struct stix_uuid uuid;
    struct object_head h = { .type = "indicator",
                             .uuid = &uuid,
                             .creator = creator,
                             .created = from,
                             .modified = r->last,
                             .marked = r->marked || about->marked,
                             .tlp = row_tlp(r, about),
                             .confidence = r->confidence >= 0 ? r->confidence : about->confidence };

    object_derive(intel_kind_word(r->kind), r->value, source, &uuid);
    object_begin(&j, &h);
    if (r->kind != INTEL_FILE_PATTERN)
        jw_text(&j, "name", r->value);
    if (r->comment.n)
        jw_text(&j, "description", r->comment);
    put_pattern(&j, r);
    object_time(&j, "valid_from", from);
    jw_object_end(&j);
}

/* A reader of "[a:b = 'v' AND …]"; blanks between words are free. */
struct form {
    struct reader r;
    struct arena *a;
};

static void blanks(struct form *f)
{
    while (ascii_space(rd_peek(&f->r)))
        (void)rd_u8(&f->r);
}

static bool word(struct form *f, const char *s)
{
    blanks(f);
    for (; *s; s++) {
        if (rd_peek(&f->r) != *s)
            return false;
        (void)rd_u8(&f->r);
    }
    return true;
}

/* An object path: everything up to a blank or "=", quotes taken whole. */
static bool path(struct form *f, struct span *out)
{
    const uint8_t *start;
    bool quoted = false, index = false;

    blanks(f);
    for (start = f->r.p; rd_left(&f->r); (void)rd_u8(&f->r)) {
        int c = rd_peek(&f->r);

        if (c == '\'')
            quoted = !quoted;
        else if (!quoted && (c == '[' || (index && c == ']')))
            index = c == '[';
        else if (!quoted && (ascii_space(c) || c == '=' || c == '!' || c == '<' || c == '>' || c == ']'))
            break;
    }
    *out = span_of(start, (size_t)(f->r.p - start));
    return !quoted && out->n && memchr(out->p, ':', out->n);
}

static bool literal(struct form *f, struct pattern_part *out)
{
    const uint8_t *start;
    struct buffer b;
    uint8_t *mem;

    blanks(f);
    start = f->r.p;
    out->text = rd_peek(&f->r) == '\'';
    if (!out->text) {
        while (ascii_digit(rd_peek(&f->r)) || rd_peek(&f->r) == '-' || rd_peek(&f->r) == '.')
            (void)rd_u8(&f->r);
        out->value = span_of(start, (size_t)(f->r.p - start));
        return out->value.n > 0;
    }
    (void)rd_u8(&f->r);
    mem = arena_alloc(f->a, rd_left(&f->r) + 1);
    if (!mem)
        return false;
    buf_init_fixed(&b, mem, rd_left(&f->r));
    for (;;) {
        int c = rd_peek(&f->r);

        if (c < 0)
            return false;
        (void)rd_u8(&f->r);
        if (c == '\'')
            break;
        if (c == '\\') {
            c = rd_peek(&f->r);
            if (c != '\\' && c != '\'')
                return false;
            (void)rd_u8(&f->r);
        }
        buf_u8(&b, (uint8_t)c);
    }
    out->value = buf_span(&b);
    return true;
}

bool indicator_read_pattern(struct span pattern, struct arena *a, struct pattern_part *out, size_t room,
                            size_t *n, bool *any)
{
    struct form f = { rd_of(pattern), a };
    bool is_and = false, is_or = false;

    *n = 0;
    if (!word(&f, "["))
        return false;
    for (;;) {
        if (*n == room || !path(&f, &out[*n].path))
            return false;
        blanks(&f);
        if (rd_peek(&f.r) == 'I' ? !word(&f, "ISSUBSET") : !word(&f, "="))
            return false;
        if (!literal(&f, &out[*n]))
            return false;
        ++*n;
        blanks(&f);
        if (rd_peek(&f.r) == ']')
            break;
        if (rd_peek(&f.r) == 'A' && word(&f, "AND"))
            is_and = true;
        else if (rd_peek(&f.r) == 'O' && word(&f, "OR"))
            is_or = true;
        else
            return false;
    }
    if (!word(&f, "]"))
        return false;
    blanks(&f);
    *any = is_or;
    return rd_done(&f.r) && !(is_and && is_or);
}

/* "file:hashes.'SHA-256'" as "file:hashes.sha256": case, quotes and hyphens of names of digests differ. */
static enum intel_kind digest_named(struct span path)
{
    char w[16];
    size_t n = 0;
    bool many;

    if (!span_starts(path, SPAN("file:hashes.")))
        return INTEL_NONE;
    for (size_t i = 12; i < path.n; i++) {
        if (path.p[i] == '\'' || path.p[i] == '-' || path.p[i] == '"')
            continue;
        if (n == sizeof w)
            return INTEL_NONE;
        w[n++] = (char)path.p[i];
    }
    return intel_kind_named(span_of(w, n), &many);
}

enum intel_kind indicator_kind_of(const struct pattern_part *p, struct intel_value *out)
{
    enum intel_kind k = digest_named(p->path);

    for (size_t i = 0; i < sizeof paths / sizeof *paths && k == INTEL_NONE; i++)
        if (span_eq_str(p->path, paths[i].path))
            k = paths[i].kind;
    if (k == INTEL_NONE || !p->text || !intel_read_value(p->value, k, out, NULL))
        return INTEL_NONE;
    return out->kind;
}
