/*
 * A line of JSON, walked once: members that count are known by the object they stand in and their name; all
 * else is passed over. It has to be well formed where that is needed to tell where values end; what JSON
 * forbids besides (names twice, bytes that are no UTF-8, odd numbers) does not keep a line from being looked
 * at.
 */
#include "base/text.h"
#include "detect/log_internal.h"

enum context {
    IN_OTHER,
    IN_ZEEK,
    IN_EVE,
    IN_DNS,
    IN_QUERIES,
    IN_ANSWERS,
    IN_GROUPED,
    IN_HTTP,
    IN_TLS,
    IN_FILE,
    IN_SMTP,
    IN_EMAIL,
};

enum slot {
    ZEEK_ORIG,
    ZEEK_RESP,
    ZEEK_QUERY,
    ZEEK_ANSWERS,
    ZEEK_HOST,
    ZEEK_URL,
    ZEEK_SERVER_NAME,
    ZEEK_MD5,
    ZEEK_SHA1,
    ZEEK_SHA256,
    ZEEK_MAILFROM,
    ZEEK_X_IP,
    ZEEK_FROM,
    ZEEK_TO,
    EVE_SRC,
    EVE_DEST,
    EVE_RRNAME,
    EVE_QUERY,
    EVE_RDATA1,
    EVE_RDATA,
    EVE_HOST,
    EVE_URL,
    EVE_SNI,
    EVE_MD5,
    EVE_SHA1,
    EVE_SHA256,
    EVE_MAIL_FROM,
    EVE_RCPT,
    EVE_FROM,
    EVE_TO,
    EVE_SAN,
};

const char *const json_slots[] = {
    [ZEEK_ORIG] = "id.orig_h",
    [ZEEK_RESP] = "id.resp_h",
    [ZEEK_QUERY] = "query",
    [ZEEK_ANSWERS] = "answers",
    [ZEEK_HOST] = "host",
    [ZEEK_URL] = "host+uri",
    [ZEEK_SERVER_NAME] = "server_name",
    [ZEEK_MD5] = "md5",
    [ZEEK_SHA1] = "sha1",
    [ZEEK_SHA256] = "sha256",
    [ZEEK_MAILFROM] = "mailfrom",
    [ZEEK_X_IP] = "x_originating_ip",
    [ZEEK_FROM] = "from",
    [ZEEK_TO] = "to",
    [EVE_SRC] = "src_ip",
    [EVE_DEST] = "dest_ip",
    [EVE_RRNAME] = "dns.rrname",
    [EVE_QUERY] = "dns.queries.rrname",
    [EVE_RDATA1] = "dns.rdata",
    [EVE_RDATA] = "dns.answers.rdata",
    [EVE_HOST] = "http.hostname",
    [EVE_URL] = "http.hostname+url",
    [EVE_SNI] = "tls.sni",
    [EVE_MD5] = "fileinfo.md5",
    [EVE_SHA1] = "fileinfo.sha1",
    [EVE_SHA256] = "fileinfo.sha256",
    [EVE_MAIL_FROM] = "smtp.mail_from",
    [EVE_RCPT] = "smtp.rcpt_to",
    [EVE_FROM] = "email.from",
    [EVE_TO] = "email.to",
    [EVE_SAN] = "tls.subjectaltname",
};

/* inside: what the objects in this member are. A name NULL stands for all names. */
static const struct member {
    uint8_t in;
    const char *name;
    uint8_t what, slot, inside;
    bool wide;
} members[] = {
    { IN_OTHER, "", WHAT_NOTHING, 0, IN_OTHER, false },
    { IN_ZEEK, "id.orig_h", WHAT_ADDRESS, ZEEK_ORIG, IN_OTHER, false },
    { IN_ZEEK, "id.resp_h", WHAT_ADDRESS, ZEEK_RESP, IN_OTHER, false },
    { IN_ZEEK, "query", WHAT_NAME, ZEEK_QUERY, IN_OTHER, false },
    { IN_ZEEK, "answers", WHAT_NAME, ZEEK_ANSWERS, IN_OTHER, false },
    { IN_ZEEK, "host", WHAT_HOST, ZEEK_HOST, IN_OTHER, false },
    { IN_ZEEK, "uri", WHAT_URI, ZEEK_URL, IN_OTHER, false },
    { IN_ZEEK, "server_name", WHAT_NAME, ZEEK_SERVER_NAME, IN_OTHER, false },
    { IN_ZEEK, "md5", WHAT_HASH, ZEEK_MD5, IN_OTHER, false },
    { IN_ZEEK, "sha1", WHAT_HASH, ZEEK_SHA1, IN_OTHER, false },
    { IN_ZEEK, "sha256", WHAT_HASH, ZEEK_SHA256, IN_OTHER, false },
    { IN_ZEEK, "mailfrom", WHAT_MAIL, ZEEK_MAILFROM, IN_OTHER, false },
    { IN_ZEEK, "x_originating_ip", WHAT_ADDRESS, ZEEK_X_IP, IN_OTHER, false },
    { IN_ZEEK, "from", WHAT_MAIL, ZEEK_FROM, IN_OTHER, true },
    { IN_ZEEK, "to", WHAT_MAIL, ZEEK_TO, IN_OTHER, true },
    { IN_EVE, "src_ip", WHAT_ADDRESS, EVE_SRC, IN_OTHER, false },
    { IN_EVE, "dest_ip", WHAT_ADDRESS, EVE_DEST, IN_OTHER, false },
    { IN_EVE, "dns", WHAT_NOTHING, 0, IN_DNS, false },
    { IN_EVE, "http", WHAT_NOTHING, 0, IN_HTTP, false },
    { IN_EVE, "tls", WHAT_NOTHING, 0, IN_TLS, false },
    { IN_EVE, "fileinfo", WHAT_NOTHING, 0, IN_FILE, false },
    { IN_EVE, "smtp", WHAT_NOTHING, 0, IN_SMTP, false },
    { IN_EVE, "email", WHAT_NOTHING, 0, IN_EMAIL, true },
    { IN_DNS, "rrname", WHAT_NAME, EVE_RRNAME, IN_OTHER, false },
    { IN_DNS, "rdata", WHAT_NAME, EVE_RDATA1, IN_OTHER, false },
    { IN_DNS, "queries", WHAT_NOTHING, 0, IN_QUERIES, false },
    { IN_DNS, "query", WHAT_NOTHING, 0, IN_QUERIES, false },
    { IN_DNS, "answers", WHAT_NOTHING, 0, IN_ANSWERS, false },
    { IN_DNS, "answer", WHAT_NOTHING, 0, IN_DNS, false },
    { IN_DNS, "grouped", WHAT_NOTHING, 0, IN_GROUPED, false },
    { IN_QUERIES, "rrname", WHAT_NAME, EVE_QUERY, IN_OTHER, false },
    { IN_ANSWERS, "rdata", WHAT_NAME, EVE_RDATA, IN_OTHER, false },
    { IN_GROUPED, "A", WHAT_NAME, EVE_RDATA, IN_OTHER, false },
    { IN_GROUPED, "AAAA", WHAT_NAME, EVE_RDATA, IN_OTHER, false },
    { IN_GROUPED, "CNAME", WHAT_NAME, EVE_RDATA, IN_OTHER, false },
    { IN_GROUPED, "NS", WHAT_NAME, EVE_RDATA, IN_OTHER, false },
    { IN_GROUPED, "MX", WHAT_NAME, EVE_RDATA, IN_OTHER, false },
    { IN_GROUPED, "PTR", WHAT_NAME, EVE_RDATA, IN_OTHER, false },
    { IN_HTTP, "hostname", WHAT_HOST, EVE_HOST, IN_OTHER, false },
    { IN_HTTP, "url", WHAT_URI, EVE_URL, IN_OTHER, false },
    { IN_HTTP, "http_port", WHAT_URL_PORT, EVE_URL, IN_OTHER, false },
    { IN_TLS, "sni", WHAT_NAME, EVE_SNI, IN_OTHER, false },
    { IN_TLS, "subjectaltname", WHAT_NAME, EVE_SAN, IN_OTHER, true },
    { IN_FILE, "md5", WHAT_HASH, EVE_MD5, IN_OTHER, false },
    { IN_FILE, "sha1", WHAT_HASH, EVE_SHA1, IN_OTHER, false },
    { IN_FILE, "sha256", WHAT_HASH, EVE_SHA256, IN_OTHER, false },
    { IN_SMTP, "mail_from", WHAT_MAIL, EVE_MAIL_FROM, IN_OTHER, false },
    { IN_SMTP, "rcpt_to", WHAT_MAIL, EVE_RCPT, IN_OTHER, true },
    { IN_EMAIL, "from", WHAT_MAIL, EVE_FROM, IN_OTHER, true },
    { IN_EMAIL, "to", WHAT_MAIL, EVE_TO, IN_OTHER, true },
};

static unsigned name_hash(const uint8_t *p, size_t n)
{
    return ((unsigned)n * 37 + p[0] * 11u + p[n - 1] * 5u + p[n / 2]) & 255;
}

void json_line_init(struct detect_log *l)
{
    memset(l->json, 0, sizeof l->json);
    for (unsigned i = 1; i < sizeof members / sizeof *members; i++) {
        const struct member *x = &members[i];
        unsigned at = name_hash((const uint8_t *)x->name, strlen(x->name));

        if (x->wide && !l->how.wide)
            continue;
        while (l->json[x->in].slot[at])
            at = (at + 1) & 255;
        l->json[x->in].slot[at] = (uint8_t)i;
        l->json_n[i] = (uint8_t)strlen(x->name);
    }
}

static const struct member *member_of(const struct detect_log *l, unsigned in, const uint8_t *p, size_t n)
{
    if (n == 0 || in == IN_OTHER)
        return &members[0];
    for (unsigned at = name_hash(p, n); l->json[in].slot[at]; at = (at + 1) & 255) {
        const struct member *x = &members[l->json[in].slot[at]];

        if (l->json_n[l->json[in].slot[at]] == n && memcmp(x->name, p, n) == 0)
            return x;
    }
    return &members[0];
}

/* What the walk of one line keeps. */
struct walk {
    const struct detect_log *l;
    struct detect_matcher *m;
    const uint8_t *end;
    const uint8_t *block; /* each 64 bytes of the line are looked at once, as the walk gets to them */
    uint64_t quotes;      /* of them those that are not escaped */
    bool carry;           /* the first byte of the next ones is escaped */
    bool escapes;         /* a backslash stood so far */
    struct span host, uri;
    unsigned port, url_slot;
    unsigned depth;
    struct {
        const struct member *of; /* the member whose value this is */
        uint8_t in;
        bool array;
    } level[JSON_DEPTH];
};

/* At the end of the line stands a CR or an LF, which is nothing that JSON expects: who compares a byte with
 * what has to come needs not look for the end. */
static inline const uint8_t *blanks(const uint8_t *p, const uint8_t *end)
{
    if (*p > ' ')
        return p;
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
        p++;
    return p;
}

/* A backslash that is not escaped escapes what follows it. There are few. */
static uint64_t escaped_of(uint64_t backslashes, bool *carry)
{
    uint64_t escaped = *carry;

    *carry = false;
    for (uint64_t left = backslashes & ~escaped; left;) {
        uint64_t one = left & (0 - left);

        escaped |= one << 1;
        *carry = one >> 63;
        left &= ~(one | one << 1);
    }
    return escaped;
}

static inline void look(struct walk *w, const uint8_t *block)
{
    uint64_t backslashes;

    w->block = block;
    w->quotes = scan_each(block, '"', '\\', &backslashes);
    if (backslashes | w->carry) {
        w->escapes = true;
        w->quotes &= ~escaped_of(backslashes, &w->carry);
    }
}

/* From the byte behind the quote: the byte behind the string, which is *out as it stands; NULL: no end. */
static inline const uint8_t *string(struct walk *w, const uint8_t *from, struct span *out)
{
    const uint8_t *p = from;

    for (;;) {
        uint64_t here = p < w->block + 64 ? w->quotes >> (p - w->block) : 0;

        if (here) {
            p += __builtin_ctzll(here);
            break;
        }
        if (w->block + 64 >= w->end)
            return NULL;
        look(w, w->block + 64);
        p = p < w->block ? w->block : p;
    }
    *out = span_of(from, (size_t)(p - from));
    return p < w->end ? p + 1 : NULL;
}

static bool hex4(const uint8_t *p, const uint8_t *end, uint32_t *out)
{
    uint32_t v = 0;

    if (end - p < 4)
        return false;
    for (unsigned i = 0; i < 4; i++) {
        uint8_t c = p[i], l = c | 0x20;

        if (!ascii_digit(c) && (l < 'a' || l > 'f'))
            return false;
        v = v << 4 | (ascii_digit(c) ? c - (unsigned)'0' : l - (unsigned)'a' + 10);
    }
    *out = v;
    return true;
}

/* \uXXXX at p, a pair of surrogates too; a lone one is U+FFFD. The bytes read. */
static size_t unicode(const uint8_t *p, const uint8_t *end, struct buffer *b)
{
    uint32_t v, low;

    if (end - p < 6 || !hex4(p + 2, end, &v))
        return 0;
    if (v >= 0xd800 && v < 0xdc00 && end - p >= 12 && p[6] == '\\' && p[7] == 'u' && hex4(p + 8, end, &low) &&
        low >= 0xdc00 && low < 0xe000) {
        utf8_put(b, 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00));
        return 12;
    }
    utf8_put(b, v >= 0xd800 && v < 0xe000 ? 0xfffd : v);
    return 6;
}

static bool unescape(struct walk *w, struct span *s)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    uint8_t *room = detect_side(w->m, s->n + DETECT_PAD);
    const uint8_t *p = s->p, *end = s->p + s->n;
    struct buffer b;

    if (!room)
        return false;
    buf_init_fixed(&b, room, s->n + 4);
    while (p < end) {
        const char *at;

        if (*p != '\\') {
            buf_u8(&b, *p++);
        } else if (end - p > 1 && p[1] == 'u') {
            size_t n = unicode(p, end, &b);

            if (!n)
                return false;
            p += n;
        } else {
            at = end - p > 1 && p[1] ? strchr(from, p[1]) : NULL;
            if (!at)
                return false;
            buf_u8(&b, (uint8_t)to[at - from]);
            p += 2;
        }
    }
    detect_side_used(w->m, b.n + DETECT_PAD);
    *s = buf_span(&b);
    return buf_ok(&b);
}

static bool take(struct walk *w, const struct member *x, struct span s)
{
    if (s.n == 0)
        return true;
    if (w->escapes && memchr(s.p, '\\', s.n) && !unescape(w, &s))
        return s.n > SIDE_VALUE; /* too long for a value: passed over */
    if (s.n == 0)
        return true;
    detect_take(w->m, x->what, x->slot, s.p, s.n);
    if (x->what == WHAT_HOST) {
        w->host = s;
    } else if (x->what == WHAT_URI) {
        w->uri = s;
        w->url_slot = x->slot;
    }
    return true;
}

/* NULL: nothing stands there. */
static inline const uint8_t *number(struct walk *w, const uint8_t *p, const struct member *x)
{
    const uint8_t *to = scan_word(p, w->end);
    uint64_t port;

    if (x->what == WHAT_URL_PORT && text_number(span_of(p, (size_t)(to - p)), 65535, &port))
        w->port = (unsigned)port;
    return to > p ? to : NULL;
}

static inline const uint8_t *push(struct walk *w, const uint8_t *p, const struct member *x, unsigned in,
                                  bool array)
{
    if (w->depth == JSON_DEPTH)
        return NULL;
    w->level[w->depth].of = x;
    w->level[w->depth].in = (uint8_t)in;
    w->level[w->depth++].array = array;
    return p + 1;
}

/* The value of member x; *opened: it is a container, which was entered. */
static inline const uint8_t *value(struct walk *w, const uint8_t *p, const struct member *x, bool *opened)
{
    struct span s;

    *opened = false;
    if (*p == '"') {
        p = string(w, p + 1, &s);
        return p && (x->what == WHAT_NOTHING || take(w, x, s)) ? p : NULL;
    }
    if (*p != '{' && *p != '[')
        return number(w, p, x);
    *opened = true;
    return push(w, p, x, x->inside, *p == '[');
}

/* EVE is told from Zeek by its first member. */
static unsigned root_of(const struct walk *w, struct span name)
{
    if (w->l->how.format == LOG_EVE)
        return IN_EVE;
    return w->l->how.format != LOG_ZEEK && span_eq_str(name, "timestamp") ? IN_EVE : IN_ZEEK;
}

/* A member's name with its colon. */
static inline const uint8_t *name(struct walk *w, const uint8_t *p, const struct member **x, bool first)
{
    struct span s;

    if (*p != '"')
        return NULL;
    p = string(w, p + 1, &s);
    if (!p)
        return NULL;
    p = blanks(p, w->end);
    if (*p != ':')
        return NULL;
    p = blanks(p + 1, w->end);
    if (first && w->depth == 1)
        w->level[0].in = (uint8_t)root_of(w, s);
    *x = member_of(w->l, w->level[w->depth - 1].in, s.p, s.n);
    return p;
}

/* Behind a value: commas and closing brackets. *more: a next item follows. */
static inline const uint8_t *after(struct walk *w, const uint8_t *p, bool *more)
{
    *more = false;
    while (w->depth) {
        p = blanks(p, w->end);
        if (*p == ',') {
            *more = true;
            return p + 1;
        }
        if (*p != (w->level[w->depth - 1].array ? ']' : '}'))
            return NULL;
        p++;
        w->depth--;
    }
    p = blanks(p, w->end);
    return p == w->end ? p : NULL;
}

static bool walk(struct walk *w, const uint8_t *p)
{
    bool first = true, opened, more = true;

    p = push(w, p, &members[0], IN_ZEEK, false);
    while (p && more) {
        const struct member *x = w->level[w->depth - 1].of;
        bool array = w->level[w->depth - 1].array;

        p = blanks(p, w->end);
        if (first && *p == (array ? ']' : '}')) {
            p = after(w, p, &more);
            first = false;
            continue;
        }
        if (!array)
            p = name(w, p, &x, first);
        if (p)
            p = value(w, p, x, &opened);
        if (!p)
            return false;
        first = opened;
        if (!opened)
            p = after(w, p, &more);
    }
    return p != NULL;
}

bool json_line(const struct detect_log *l, struct detect_matcher *m, const uint8_t *p, const uint8_t *end)
{
    struct walk UNINITIALIZED w;
    bool ok;

    w.l = l;
    w.m = m;
    w.end = end;
    w.carry = w.escapes = false;
    look(&w, p);
    w.host = w.uri = (struct span){ NULL, 0 };
    w.port = w.url_slot = w.depth = 0;
    ok = walk(&w, p);
    if (ok && w.host.n && w.uri.n)
        detect_take_url(m, w.url_slot, w.host, w.port, w.uri);
    return ok;
}

bool json_line_time(const uint8_t *p, size_t n, unix_time *out)
{
    static const char *const name[] = { "\"ts\"", "\"timestamp\"", "\"t\"" };

    for (unsigned i = 0; i < 3; i++) {
        const uint8_t *at = memmem(p, n, name[i], strlen(name[i]));
        struct span rest;
        size_t k = 0;

        if (!at)
            continue;
        rest = span_of(at + strlen(name[i]), n - (size_t)(at - p) - strlen(name[i]));
        while (k < rest.n && (rest.p[k] == ':' || rest.p[k] == ' ' || rest.p[k] == '"'))
            k++;
        rest = span_sub(rest, k, rest.n);
        for (k = 0; k < rest.n && rest.p[k] != '"' && rest.p[k] != ',' && rest.p[k] != '}'; k++)
            ;
        return detect_time_of(span_sub(rest, 0, k), out);
    }
    return false;
}
