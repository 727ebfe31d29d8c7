#include "detect/log.h"

#include <stdlib.h>

#include "base/text.h"
#include "detect/log_internal.h"

bool detect_format_named(const char *word, enum detect_format *out)
{
    static const char *const names[LOG_FORMATS] = { "auto", "zeek", "eve", "dns", "proxy", "plain" };

    for (unsigned i = 0; i < LOG_FORMATS; i++)
        if (strcmp(word, names[i]) == 0) {
            *out = i;
            return true;
        }
    return false;
}

bool detect_time_of(struct span s, unix_time *out)
{
    uint8_t text[40];
    size_t n = 0;

    while (n < s.n && ascii_digit(s.p[n]))
        n++;
    if (n && n <= 12 && (n == s.n || s.p[n] == '.')) {
        uint64_t v;

        if (!text_number(span_sub(s, 0, n), 999999999999, &v))
            return false;
        *out = (unix_time)v;
        return true;
    }
    if (s.n < 10 || s.n + 1 > sizeof text)
        return false;
    memcpy(text, s.p, s.n);
    n = s.n;
    /* "+0000", as Suricata writes it, for "+00:00" */
    if (n > 5 && (text[n - 5] == '+' || text[n - 5] == '-') && text[n - 3] != ':') {
        memmove(text + n - 1, text + n - 2, 2);
        text[n - 2] = ':';
        n++;
    }
    return time_parse(span_of(text, n), out);
}

struct detect_log *detect_log_new(const struct detect_log_how *how)
{
    struct detect_log *l = calloc(1, sizeof *l);

    if (!l)
        abort();
    l->how = *how;
    zeek_reset(&l->zeek);
    json_line_init(l);
    return l;
}

void detect_log_free(struct detect_log *l)
{
    free(l);
}

size_t detect_log_samples(const struct detect_log *l, uint64_t out[LOG_SAMPLES])
{
    memcpy(out, l->sample, sizeof l->sample);
    return l->samples;
}

struct span detect_log_head(const struct detect_log *l)
{
    return span_of(l->zeek.head, l->zeek.head_n);
}

void detect_log_set_head(struct detect_log *l, struct span head)
{
    struct span line;

    zeek_reset(&l->zeek);
    while (text_split(&head, '\n', &line))
        zeek_head_line(&l->zeek, l->how.wide, line);
}

/* How the last line that gave fields was read: what its slots are called, where its time stands. */
enum reading { READ_NOTHING, READ_ZEEK, READ_JSON, READ_DNS, READ_PROXY, READ_PLAIN };

static bool time_zeek(void *l, const uint8_t *p, size_t n, unix_time *out)
{
    return zeek_time(&((struct detect_log *)l)->zeek, p, n, out);
}

static bool time_json(void *l, const uint8_t *p, size_t n, unix_time *out)
{
    (void)l;
    return json_line_time(p, n, out);
}

static bool time_dns(void *l, const uint8_t *p, size_t n, unix_time *out)
{
    (void)l;
    return dns_line_time(span_of(p, n), out);
}

static bool time_proxy(void *l, const uint8_t *p, size_t n, unix_time *out)
{
    (void)l;
    return proxy_line_time(span_of(p, n), out);
}

/* Slots mean something else from here on: what waits goes out first. */
static void turn_to(struct detect_log *l, struct detect_matcher *m, enum reading *now, enum reading next)
{
    if (*now == next)
        return;
    detect_flush_lines(m);
    *now = next;
    m->slots_epoch++;
    m->reader = l;
    switch (next) {
    case READ_ZEEK:
        m->slot_name = l->zeek.name;
        m->time_of = time_zeek;
        break;
    case READ_JSON:
        m->slot_name = json_slots;
        m->time_of = time_json;
        break;
    case READ_DNS:
        m->slot_name = lines_slots;
        m->time_of = time_dns;
        break;
    case READ_PROXY:
        m->slot_name = lines_slots;
        m->time_of = time_proxy;
        break;
    case READ_PLAIN:
    case READ_NOTHING:
        m->slot_name = plain_slots;
        m->time_of = NULL;
        break;
    }
}

static bool other_line(struct detect_log *l, struct detect_matcher *m, enum reading *now, struct span s)
{
    enum detect_format f = l->how.format;

    if (f == LOG_AUTO || f == LOG_PROXY) {
        turn_to(l, m, now, READ_PROXY);
        if (proxy_line(m, s))
            return true;
    }
    if (f == LOG_AUTO || f == LOG_DNS) {
        turn_to(l, m, now, READ_DNS);
        if (dns_line(m, s))
            return true;
    }
    if (f == LOG_PLAIN || (f == LOG_AUTO && (l->how.fields || !memchr(s.p, ' ', s.n)))) {
        turn_to(l, m, now, READ_PLAIN);
        return plain_line(&l->how, m, s);
    }
    return false;
}

static void unparsed(struct detect_log *l, struct detect_matcher *m)
{
    m->counts.unparsed++;
    if (l->samples < LOG_SAMPLES)
        l->sample[l->samples++] = m->first_line + m->lines;
}

static const uint8_t *line_end(const uint8_t *p, const uint8_t *end)
{
    const uint8_t *nl = memchr(p, '\n', (size_t)(end - p) + 1);

    return nl ? nl : end;
}

/* One line that is no row of a table; its end without CR at *stop. */
static bool one_line(struct detect_log *l, struct detect_matcher *m, enum reading *now, const uint8_t *p,
                     const uint8_t *stop, bool *event)
{
    bool tables = l->how.format == LOG_AUTO || l->how.format == LOG_ZEEK;

    *event = false;
    if (p == stop)
        return true;
    if (*p == '{' && (tables || l->how.format == LOG_EVE)) {
        turn_to(l, m, now, READ_JSON);
        return *event = json_line(l, m, p, stop);
    }
    if (*p == '#' && (tables || l->how.format == LOG_EVE)) {
        detect_flush_lines(m);
        m->slots_epoch++;
        zeek_head_line(&l->zeek, l->how.wide, span_of(p, (size_t)(stop - p)));
        return true;
    }
    return *event = other_line(l, m, now, span_of(p, (size_t)(stop - p)));
}

uint64_t detect_log_piece(struct detect_log *l, struct detect_matcher *m, uint8_t *bytes, size_t n,
                          uint64_t first_line)
{
    const uint8_t *p = bytes, *end = bytes + n;
    bool tables = l->how.format == LOG_AUTO || l->how.format == LOG_ZEEK;
    enum reading now = READ_NOTHING;

    *(bytes + n) = '\n';
    detect_piece_begin(m, first_line, plain_slots, NULL, l);
    while (p < end) {
        const uint8_t *stop, *from = p;
        bool event = false, ok;

        detect_line_begin(m, p);
        if (tables && l->zeek.ready && *p != '#' && *p != '{' && *p != '\n') {
            turn_to(l, m, &now, READ_ZEEK);
            stop = zeek_line(&l->zeek, m, p, &ok);
            event = ok;
            p = stop + 1;
        } else {
            stop = line_end(p, end);
            p = stop + 1;
            if (stop > from && stop[-1] == '\r')
                stop--;
            ok = one_line(l, m, &now, from, stop, &event);
        }
        if (!ok)
            unparsed(l, m);
        detect_line_end(m, (size_t)(stop - from), event);
    }
    detect_piece_end(m);
    return m->counts.lines - first_line + 1;
}
