#include "detect/observation.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "detect/log_internal.h"
#include "stix/pattern_index.h"
#include "stix/pattern_watch.h"

enum field_number {
    F_IPV4,
    F_IPV6,
    F_DOMAIN,
    F_RESOLVES,
    F_URL,
    F_MD5,
    F_SHA1,
    F_SHA256,
    F_SHA512,
    F_MAIL,
    F_FROM,
    F_SRC,
    F_DST,
    FIELDS,
};

static const char *const paths[FIELDS] = {
    [F_IPV4] = "ipv4-addr:value",
    [F_IPV6] = "ipv6-addr:value",
    [F_DOMAIN] = "domain-name:value",
    [F_RESOLVES] = "domain-name:resolves_to_refs[*].value",
    [F_URL] = "url:value",
    [F_MD5] = "file:hashes.MD5",
    [F_SHA1] = "file:hashes.'SHA-1'",
    [F_SHA256] = "file:hashes.'SHA-256'",
    [F_SHA512] = "file:hashes.'SHA-512'",
    [F_MAIL] = "email-addr:value",
    [F_FROM] = "email-message:from_ref.value",
    [F_SRC] = "network-traffic:src_ref.value",
    [F_DST] = "network-traffic:dst_ref.value",
};

static const struct pattern_fields fields = { paths, FIELDS };

struct one {
    struct detect_indicator indicator; /* texts are the arena's */
    struct pattern pattern;
    struct pattern_code *code;
};

struct detect_patterns {
    struct arena a;
    struct one *item;
    const struct pattern_code **code;
    size_t n;
    struct digest notes; /* of what it was made of */
};

static void digest_notes(const struct detect_image *i, struct digest *out)
{
    digest_of(DIGEST_SHA256, i->notes, out);
}

bool detect_patterns_are_of(const struct detect_patterns *p, const struct detect_image *i)
{
    struct digest d;

    digest_notes(i, &d);
    return p && memcmp(p->notes.b, d.b, d.n) == 0;
}

static bool compile(struct detect_patterns *p, const struct detect_found *f)
{
    struct one *x = &p->item[p->n];
    struct why w = { 0 };

    x->indicator = f->indicator;
    x->indicator.id = arena_copy(&p->a, f->indicator.id);
    x->indicator.value = arena_copy(&p->a, f->indicator.value);
    if (!x->indicator.value.p || !pattern_parse(x->indicator.value, &p->a, &x->pattern, &w) ||
        !pattern_compile(&x->pattern, &fields, &p->a, &x->code, &w))
        return false;
    p->code[p->n++] = x->code;
    return true;
}

void detect_patterns_new(const struct detect_image *i, struct detect_patterns **ret, uint64_t *refused)
{
    struct detect_patterns *p = calloc(1, sizeof *p);
    struct detect_found *f = malloc(sizeof *f);
    struct span bytes;
    unsigned note;
    uint64_t at = 0;
    size_t n = 0;

    if (!p || !f)
        abort();
    *ret = NULL;
    *refused = 0;
    while (detect_image_note(i, &at, &note, &bytes))
        n += note == DETECT_NOTE_PATTERN;
    if (n > LIMIT_DETECT_PATTERNS) {
        *refused = n - LIMIT_DETECT_PATTERNS;
        n = LIMIT_DETECT_PATTERNS;
    }
    arena_init(&p->a, SIZE_MAX / 2);
    p->item = calloc(n + 1, sizeof *p->item);
    p->code = calloc(n + 1, sizeof *p->code);
    if (!p->item || !p->code)
        abort();
    for (at = 0; p->n < n && detect_image_note(i, &at, &note, &bytes);)
        if (note == DETECT_NOTE_PATTERN)
            *refused += !detect_found_of(i, bytes, f) || !compile(p, f);
    free(f);
    digest_notes(i, &p->notes);
    if (p->n == 0) {
        detect_patterns_free(p);
        return;
    }
    *ret = p;
}

void detect_patterns_free(struct detect_patterns *p)
{
    if (!p)
        return;
    for (size_t k = 0; k < p->n; k++)
        pattern_code_free(p->item[k].code);
    free(p->item);
    free(p->code);
    arena_free(&p->a);
    free(p);
}

size_t detect_patterns_count(const struct detect_patterns *p)
{
    return p ? p->n : 0;
}

const struct detect_indicator *detect_patterns_indicator(const struct detect_patterns *p, size_t k)
{
    return &p->item[k].indicator;
}

enum { FACTS = 128, TEXTS = 16 * 1024, KEEP_SECONDS = 24 * 60 * 60 };

/* Which part a field plays. */
enum role { ROLE_UNKNOWN, ROLE_OTHER, ROLE_SRC, ROLE_DST, ROLE_ASKED, ROLE_ANSWER, ROLE_FROM };

struct detect_watch {
    const struct detect_patterns *patterns;
    struct pattern_watch *watch;
    struct pattern_work *work;
    int64_t now;
    struct detect_matcher *m;
    uint64_t epoch; /* of the names of fields that role is of */
    uint8_t role[LOG_SLOTS];
    /* the record */
    uint32_t n, objects, traffic, file, message, asked, answers; /* object numbers, 0: none yet */
    struct pattern_fact fact[FACTS];
    size_t text_n;
    uint8_t text[TEXTS];
};

struct detect_watch *detect_watch_new(const struct detect_patterns *p, int64_t late)
{
    struct detect_watch *w = calloc(1, sizeof *w);
    const struct pattern_watch_set set = { .late = { late, 0 }, .keep = { KEEP_SECONDS, 0 } };

    if (!w)
        abort();
    w->patterns = p;
    w->watch = pattern_watch_new(p->code, (uint32_t)p->n, &set);
    w->work = pattern_work_new();
    return w;
}

void detect_watch_free(struct detect_watch *w)
{
    if (!w)
        return;
    pattern_watch_free(w->watch);
    pattern_work_free(w->work);
    free(w);
}

static enum role role_of(const char *name)
{
    static const struct {
        const char *name;
        enum role role;
    } roles[] = {
        { "id.orig_h", ROLE_SRC },  { "src_ip", ROLE_SRC },       { "client", ROLE_SRC },
        { "id.resp_h", ROLE_DST },  { "dest_ip", ROLE_DST },      { "server", ROLE_DST },
        { "query", ROLE_ASKED },    { "dns.rrname", ROLE_ASKED }, { "dns.queries.rrname", ROLE_ASKED },
        { "answers", ROLE_ANSWER }, { "dns.rdata", ROLE_ANSWER }, { "dns.answers.rdata", ROLE_ANSWER },
        { "answer", ROLE_ANSWER },  { "mailfrom", ROLE_FROM },    { "smtp.mail_from", ROLE_FROM },
    };

    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (strcmp(name, roles[i].name) == 0)
            return roles[i].role;
    return ROLE_OTHER;
}

static enum role role(struct detect_watch *w, const struct detect_matcher *m, unsigned slot)
{
    if (w->epoch != m->slots_epoch) {
        memset(w->role, 0, sizeof w->role);
        w->epoch = m->slots_epoch;
    }
    if (slot >= LOG_SLOTS)
        return ROLE_OTHER;
    if (w->role[slot] == ROLE_UNKNOWN)
        w->role[slot] = (uint8_t)role_of(m->slot_name[slot]);
    return (enum role)w->role[slot];
}

static uint32_t object(struct detect_watch *w)
{
    return w->objects < LIMIT_PATTERN_FACT_OBJECTS - 1 ? ++w->objects : 0;
}

/* of 0: no room for a further object. */
static void fact(struct detect_watch *w, uint32_t of, unsigned field, uint32_t index, struct span s)
{
    if (of == 0 || w->n == FACTS)
        return;
    w->fact[w->n++] = (struct pattern_fact){ of, field, index, { .kind = PATTERN_VALUE_TEXT, .text = s } };
}

static uint32_t shared(struct detect_watch *w, uint32_t *of)
{
    if (*of == 0)
        *of = object(w);
    return *of;
}

/* Text that stays until the record is dealt with. */
static struct span kept(struct detect_watch *w, const struct buffer *b)
{
    w->text_n += b->n;
    return buf_span(b);
}

static void room(struct detect_watch *w, struct buffer *b)
{
    buf_init_fixed(b, w->text + w->text_n, TEXTS - w->text_n);
}

/* A host: an address or a name; the text of it in *out. */
static bool host_fact(struct detect_watch *w, struct span s, struct span *out)
{
    enum detect_kind kind;
    struct buffer b;
    uint8_t a[16];
    unsigned port;
    size_t n;

    room(w, &b);
    if (!detect_read_address(s, &kind, a, &n)) {
        s = detect_host_of(s, &port);
        if (!detect_read_address(s, &kind, a, &n)) {
            if (!detect_put_domain(&b, s) || !buf_ok(&b))
                return false;
            *out = kept(w, &b);
            fact(w, object(w), F_DOMAIN, 0, *out);
            return true;
        }
    }
    detect_put_readable(&b, kind, span_of(a, n));
    if (!buf_ok(&b))
        return false;
    *out = kept(w, &b);
    fact(w, object(w), kind == DETECT_IPV4 ? F_IPV4 : F_IPV6, 0, *out);
    return true;
}

static void take_host(struct detect_watch *w, enum role r, struct span s)
{
    uint32_t before = w->objects;
    struct span text;

    if (!host_fact(w, s, &text))
        return;
    if (r == ROLE_SRC)
        fact(w, shared(w, &w->traffic), F_SRC, 0, text);
    else if (r == ROLE_DST)
        fact(w, shared(w, &w->traffic), F_DST, 0, text);
    else if (r == ROLE_ASKED)
        w->asked = before + 1;
    else if (r == ROLE_ANSWER)
        fact(w, w->asked, F_RESOLVES, w->answers++, text);
}

static void take_hash(struct detect_watch *w, struct span s)
{
    static const uint8_t field[DETECT_KINDS] = {
        [DETECT_MD5] = F_MD5, [DETECT_SHA1] = F_SHA1, [DETECT_SHA256] = F_SHA256, [DETECT_SHA512] = F_SHA512
    };
    uint8_t form[64];
    enum detect_kind kind;
    struct buffer b;

    buf_init_fixed(&b, form, sizeof form);
    if (!detect_put_hash(&b, s, &kind))
        return;
    struct span bytes = buf_span(&b);

    room(w, &b);
    hex_put(&b, bytes);
    if (buf_ok(&b))
        fact(w, shared(w, &w->file), field[kind], 0, kept(w, &b));
}

static void take_mail(struct detect_watch *w, enum role r, struct span s)
{
    struct span text;
    struct buffer b;

    room(w, &b);
    if (!detect_put_mail(&b, s) || !buf_ok(&b))
        return;
    text = kept(w, &b);
    fact(w, object(w), F_MAIL, 0, text);
    if (r == ROLE_FROM)
        fact(w, shared(w, &w->message), F_FROM, 0, text);
}

static void take_url(struct detect_watch *w, struct span host, struct span rest)
{
    struct buffer b;

    room(w, &b);
    if (host.n && !(rest.n > 7 && memmem(rest.p, rest.n < 12 ? rest.n : 12, "://", 3))) {
        buf_str(&b, "http://");
        if (!detect_put_domain(&b, host))
            buf_put(&b, host);
    }
    buf_put(&b, rest);
    if (buf_ok(&b))
        fact(w, object(w), F_URL, 0, kept(w, &b));
}

static void gather(struct detect_watch *w, const struct detect_matcher *m)
{
    struct span host = { NULL, 0 }, uri = { NULL, 0 };

    w->n = w->objects = w->traffic = w->file = w->message = w->asked = w->answers = 0;
    w->text_n = 0;
    for (size_t i = 0; i < m->fields; i++) {
        struct span s = span_of(m->field[i].p, m->field[i].n);
        enum role r = role(w, m, m->field[i].slot);

        switch ((enum detect_what)m->field[i].what) {
        case WHAT_HOST:
            host = s;
            take_host(w, r, s);
            break;
        case WHAT_ADDRESS:
        case WHAT_NAME:
            take_host(w, r, s);
            break;
        case WHAT_URI:
            uri = s;
            break;
        case WHAT_URL:
            take_url(w, (struct span){ NULL, 0 }, s);
            break;
        case WHAT_HASH:
            take_hash(w, s);
            break;
        case WHAT_MAIL:
            take_mail(w, r, s);
            break;
        case WHAT_NOTHING:
        case WHAT_URL_PORT:
        case WHAT_ANY:
        case WHAT_TIME:
        case WHAT_TEXT:
            break;
        }
    }
    if (host.n && uri.n)
        take_url(w, host, uri);
}

static void on_hit(const struct pattern_hit *hit, void *ctx)
{
    struct detect_watch *w = ctx;

    if (hit->verdict == PATTERN_MATCH)
        detect_keep_pattern(w->m, hit->pattern);
}

static void observe(void *observer, struct detect_matcher *m, uint32_t line)
{
    struct detect_watch *w = observer;
    struct pattern_facts facts = { &fields, w->fact, 0 };
    struct pattern_observation o;
    unix_time at;

    gather(w, m);
    if (w->n == 0)
        return;
    if (m->time_of && m->time_of(m->reader, m->line[line], m->line_n[line], &at))
        w->now = at;
    facts.n = w->n;
    o = pattern_observation_of(&facts, (struct pattern_time){ w->now, 0 });
    w->m = m;
    (void)pattern_watch_see(w->watch, &o, 0, w->work, on_hit, w);
}

void detect_matcher_watch(struct detect_matcher *m, struct detect_watch *w)
{
    m->collect = w != NULL;
    m->observe = observe;
    m->observer = w;
    m->patterns = w ? w->patterns : NULL;
}
