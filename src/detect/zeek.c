/*
 * Zeek's tables: a head of lines that begin with #, which may come again inside a file with other columns;
 * then values between separators, in any order of columns. Which columns count is told by their name, and by
 * the type addr.
 */
#include "base/text.h"
#include "detect/log_internal.h"

static const struct {
    const char *name;
    enum detect_what what;
    bool many, wide;
} fields[] = {
    { "id.orig_h", WHAT_ADDRESS, false, false },
    { "id.resp_h", WHAT_ADDRESS, false, false },
    { "query", WHAT_NAME, false, false },
    { "answers", WHAT_NAME, true, false },
    { "host", WHAT_HOST, false, false },
    { "uri", WHAT_URI, false, false },
    { "server_name", WHAT_NAME, false, false },
    { "md5", WHAT_HASH, false, false },
    { "sha1", WHAT_HASH, false, false },
    { "sha256", WHAT_HASH, false, false },
    { "mailfrom", WHAT_MAIL, false, false },
    { "x_originating_ip", WHAT_ADDRESS, false, false },
    { "ts", WHAT_TIME, false, false },
    { "rcptto", WHAT_MAIL, true, true },
    { "from", WHAT_MAIL, false, true },
    { "to", WHAT_MAIL, true, true },
    { "cc", WHAT_MAIL, true, true },
    { "reply_to", WHAT_MAIL, false, true },
    { "referrer", WHAT_URL, false, true },
    { "san.dns", WHAT_NAME, true, true },
    { "san.email", WHAT_MAIL, true, true },
    { "san.ip", WHAT_ADDRESS, true, true },
    { "san.uri", WHAT_URL, true, true },
};

void zeek_reset(struct zeek *z)
{
    z->ready = false;
    z->separator = '\t';
    z->set_separator = ',';
    z->unset_n = 1;
    z->unset[0] = '-';
    z->empty_n = 7;
    memcpy(z->empty, "(empty)", 7);
    z->columns = z->wanted = 0;
    z->time = z->host = z->uri = -1;
    z->head_n = z->names_n = 0;
}

/* "\x09" or the byte itself. */
static bool separator_of(struct span s, uint8_t *out)
{
    uint8_t byte[8];
    size_t n;

    if (s.n == 0 || s.n > sizeof byte)
        return false;
    n = detect_unescape(s.p, s.n, byte);
    if (n == 0 || byte[0] == '\n')
        return false;
    *out = byte[0];
    return true;
}

static void keep_text(struct span s, uint8_t *out, uint8_t *n)
{
    if (s.n > 32)
        return;
    *n = (uint8_t)s.n;
    if (s.n)
        memcpy(out, s.p, s.n);
}

/* Never an empty name, whatever the head holds: a hit says where it was. */
static const char *keep_name(struct zeek *z, struct span s)
{
    char *at = z->names + z->names_n;

    if (s.n == 0 || s.p[0] == 0 || s.n + 1 > sizeof z->names - z->names_n)
        return "?";
    memcpy(at, s.p, s.n);
    at[s.n] = 0;
    z->names_n += s.n + 1;
    return at;
}

static void want(struct zeek *z, unsigned column, enum detect_what what, bool many)
{
    if (what == WHAT_TIME)
        z->time = (int)column;
    else if (what == WHAT_URI)
        z->uri = (int)column;
    else
        z->column[z->wanted++] = (struct zeek_column){ (uint16_t)column, (uint8_t)what, many };
    if (what == WHAT_HOST)
        z->host = (int)column;
}

static void columns(struct zeek *z, struct span rest, bool wide)
{
    struct span name;

    z->columns = z->wanted = 0;
    z->time = z->host = z->uri = -1;
    z->names_n = 0;
    while (z->columns < ZEEK_COLUMNS && text_split(&rest, z->separator, &name)) {
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
            if (span_eq_str(name, fields[i].name) && (wide || !fields[i].wide))
                want(z, z->columns, fields[i].what, fields[i].many);
        z->name[z->columns++] = keep_name(z, name);
    }
    z->url_slot = (int)z->columns;
    z->name[z->columns] = "host+uri";
    z->ready = z->columns > 0;
}

static void types(struct zeek *z, struct span rest)
{
    struct span type;
    unsigned k = 0;

    while (k < z->columns && text_split(&rest, z->separator, &type)) {
        bool addr = span_eq_str(type, "addr"),
             many = span_eq_str(type, "set[addr]") || span_eq_str(type, "vector[addr]");
        bool known = false;

        for (unsigned i = 0; i < z->wanted; i++)
            known |= z->column[i].at == k;
        if ((addr || many) && !known && z->wanted < ZEEK_COLUMNS)
            want(z, k, WHAT_ADDRESS, many);
        k++;
    }
}

void zeek_head_line(struct zeek *z, bool wide, struct span line)
{
    struct span rest, word;
    size_t n = 0;

    while (n < line.n && line.p[n] != z->separator && line.p[n] != ' ')
        n++;
    word = span_sub(line, 0, n);
    rest = span_sub(line, n + 1, line.n);
    if (span_eq_str(word, "#separator")) {
        zeek_reset(z);
        (void)separator_of(rest, &z->separator);
    } else if (span_eq_str(word, "#set_separator")) {
        (void)separator_of(rest, &z->set_separator);
    } else if (span_eq_str(word, "#empty_field")) {
        keep_text(rest, z->empty, &z->empty_n);
    } else if (span_eq_str(word, "#unset_field")) {
        keep_text(rest, z->unset, &z->unset_n);
    } else if (span_eq_str(word, "#fields")) {
        columns(z, rest, wide);
    } else if (span_eq_str(word, "#types")) {
        types(z, rest);
    } else {
        return;
    }
    if (line.n + 1 <= sizeof z->head - z->head_n) {
        memcpy(z->head + z->head_n, line.p, line.n);
        z->head[z->head_n + line.n] = '\n';
        z->head_n += line.n + 1;
    }
}

static inline bool is_unset(const struct zeek *z, const uint8_t *p, size_t n)
{
    if (n == z->unset_n && memcmp(p, z->unset, n) == 0)
        return true;
    return n == z->empty_n && memcmp(p, z->empty, n) == 0;
}

/* What a mail address or a hash holds as escapes is undone here; names see to it themselves. */
static void take(struct detect_matcher *m, unsigned what, unsigned slot, const uint8_t *p, size_t n)
{
    uint8_t *to;

    if ((what == WHAT_MAIL || what == WHAT_URL) && memchr(p, '\\', n) &&
        (to = detect_side(m, n + DETECT_PAD)) != NULL) {
        n = detect_unescape(p, n, to);
        detect_side_used(m, n + DETECT_PAD);
        p = to;
    }
    detect_take(m, what, slot, p, n);
}

static void take_many(const struct zeek *z, struct detect_matcher *m, unsigned what, unsigned slot,
                      const uint8_t *p, size_t n)
{
    const uint8_t *end = p + n;

    while (p < end) {
        const uint8_t *to = memchr(p, z->set_separator, (size_t)(end - p));

        if (!to)
            to = end;
        if (to > p && !is_unset(z, p, (size_t)(to - p)))
            take(m, what, slot, p, (size_t)(to - p));
        p = to + 1;
    }
}

static struct span undone(struct detect_matcher *m, struct span s)
{
    uint8_t *to;
    size_t n;

    if (s.n == 0 || s.n > SIDE_VALUE || !memchr(s.p, '\\', s.n))
        return s;
    to = detect_side(m, s.n);
    if (!to)
        return s;
    n = detect_unescape(s.p, s.n, to);
    detect_side_used(m, n);
    return span_of(to, n);
}

static void take_record(const struct zeek *z, struct detect_matcher *m, const uint8_t *p,
                        const uint32_t *start)
{
    for (unsigned i = 0; i < z->wanted; i++) {
        const struct zeek_column *c = &z->column[i];
        const uint8_t *v = p + start[c->at];
        size_t n = start[c->at + 1] - 1 - start[c->at];

        if (n == 0 || is_unset(z, v, n))
            continue;
        if (c->many)
            take_many(z, m, c->what, c->at, v, n);
        else
            take(m, c->what, c->at, v, n);
    }
    if (z->host >= 0 && z->uri >= 0) {
        struct span host = span_of(p + start[z->host], start[z->host + 1] - 1 - start[z->host]);
        struct span uri = span_of(p + start[z->uri], start[z->uri + 1] - 1 - start[z->uri]);

        if (host.n && uri.n && !is_unset(z, host.p, host.n) && !is_unset(z, uri.p, uri.n)) {
            if (m->collect && m->fields < RECORD_FIELDS)
                m->field[m->fields++] = (struct field){ uri.p, (uint32_t)uri.n, (uint16_t)z->uri, WHAT_URI };
            detect_take_url(m, (unsigned)z->url_slot, undone(m, host), 0, undone(m, uri));
        }
    }
}

/* Where the columns begin, and behind the last one where a next would; the end of the line. */
static inline const uint8_t *split(const struct zeek *z, const uint8_t *p, uint32_t *start,
                                   unsigned *columns_of)
{
    unsigned n = 0;
    const uint8_t *end;
    uint32_t at = 0;

    start[0] = 0;
    for (;; at += 64) {
        uint64_t nl = scan_two(p + at, '\n', '\n'), tab = scan_two(p + at, z->separator, z->separator);

        if (nl)
            tab &= (nl & -nl) - 1;
        for (; tab; tab &= tab - 1)
            if (n < z->columns)
                start[++n] = at + (uint32_t)__builtin_ctzll(tab) + 1;
        if (nl) {
            at += (uint32_t)__builtin_ctzll(nl);
            break;
        }
    }
    end = p + at;
    if (at && p[at - 1] == '\r')
        at--;
    *columns_of = n + 1;
    if (n < z->columns)
        start[n + 1] = at + 1;
    return end;
}

const uint8_t *zeek_line(struct zeek *z, struct detect_matcher *m, const uint8_t *p, bool *parsed)
{
    uint32_t UNINITIALIZED start[ZEEK_COLUMNS + 2];
    unsigned n;
    const uint8_t *end = split(z, p, start, &n);

    *parsed = n == z->columns;
    if (*parsed)
        take_record(z, m, p, start);
    return end;
}

bool zeek_time(const struct zeek *z, const uint8_t *line, size_t n, unix_time *out)
{
    struct span rest = span_of(line, n), one = { NULL, 0 };

    if (z->time < 0)
        return false;
    for (int i = 0; i <= z->time; i++)
        if (!text_split(&rest, z->separator, &one))
            return false;
    return detect_time_of(one, out);
}
