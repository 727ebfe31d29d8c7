#include "log/origin.h"

#include "base/text.h"

enum { STATE_MOST = 8, YEAR_DIGITS = 4, EPOCH_DIGITS = 2 };

static bool all_of(struct span s, size_t most, const char *also, bool digits)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && !(digits && ascii_digit(s.p[i])) && !(s.p[i] && strchr(also, s.p[i])))
            return false;
    return s.n > 0 && s.n <= most;
}

static bool name_valid(struct span s)
{
    return all_of(s, ORIGIN_NAME, ".-", true);
}

bool origin_stream_valid(struct span stream)
{
    return all_of(stream, ORIGIN_STREAM, "-", true);
}

bool origin_audience_valid(struct span audience)
{
    struct span rest = audience, state = { 0 }, before = { 0 };
    size_t n = 0;

    if (span_eq_str(audience, "all") || span_eq_str(audience, "self"))
        return true;
    if (audience.n == 0 || audience.n > ORIGIN_AUDIENCE || audience.p[audience.n - 1] == '-')
        return false;
    while (text_split(&rest, '-', &state)) {
        if (!all_of(state, STATE_MOST, "", false) || span_eq_str(state, "all") ||
            span_eq_str(state, "self") || (n && span_cmp(before, state) >= 0))
            return false;
        before = state;
        n++;
    }
    return n > 0;
}

static bool digits(struct span s, size_t from, size_t to, unsigned *out)
{
    unsigned v = 0;

    if (s.n < from || s.n > to || s.p[0] == '0')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i]))
            return false;
        v = v * 10 + (unsigned)(s.p[i] - '0');
    }
    *out = v;
    return true;
}

static bool shard_parse(struct span shard, unsigned *year, unsigned *epoch)
{
    *epoch = 1;
    if (!digits(span_sub(shard, 0, YEAR_DIGITS), YEAR_DIGITS, YEAR_DIGITS, year) || *year < 1970)
        return false;
    if (shard.n == YEAR_DIGITS)
        return true;
    return shard.p[YEAR_DIGITS] == '.' &&
           digits(span_sub(shard, YEAR_DIGITS + 1, shard.n), 1, EPOCH_DIGITS, epoch) && *epoch >= 2;
}

static bool wrong(struct span text, struct span part, const char *what, struct why *w)
{
    return why_set(w, "origin", part.p ? (size_t)(part.p - text.p) : text.n, NULL, "%s", what);
}

bool origin_parse(struct span text, struct origin *out, struct why *w)
{
    struct span rest = text;
    struct origin o = { .text = text };

    if (text.n >= ORIGIN_MAX || !text_split(&rest, '/', &o.name) || !name_valid(o.name))
        return why_set(w, "origin", 0, NULL, "the name of a node has small letters, digits, . and -");
    if (!text_split(&rest, '/', &o.stream) || !origin_stream_valid(o.stream))
        return wrong(text, o.stream, "a stream has small letters, digits and -", w);
    if (!text_split(&rest, '/', &o.audience) || !origin_audience_valid(o.audience))
        return wrong(text, o.audience, "an audience is all, self, or states in order: kz-tr", w);
    o.shard = rest;
    if (!shard_parse(o.shard, &o.year, &o.epoch))
        return wrong(text, o.shard, "a shard is a year, or a year and an epoch: 2026.2", w);
    *out = o;
    return true;
}

bool origin_put(struct span name, struct span stream, struct span audience, unsigned year, unsigned epoch,
                struct buffer *b)
{
    if (!name_valid(name) || !origin_stream_valid(stream) || !origin_audience_valid(audience) ||
        year < 1970 || year > 9999 || epoch < 1 || epoch > 99)
        return false;
    buf_put(b, name);
    buf_u8(b, '/');
    buf_put(b, stream);
    buf_u8(b, '/');
    buf_put(b, audience);
    buf_printf(b, epoch > 1 ? "/%u.%u" : "/%u", year, epoch);
    return buf_ok(b);
}

static bool same_state(struct span a, struct span b)
{
    if (a.n != b.n || a.n == 0)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if ((ascii_upper(a.p[i]) ? a.p[i] + 32 : a.p[i]) != (ascii_upper(b.p[i]) ? b.p[i] + 32 : b.p[i]))
            return false;
    return true;
}

bool origin_audience_has(struct span audience, struct span owner, struct span member)
{
    struct span rest = audience, state = { 0 };

    if (member.n == 0 || !origin_audience_valid(audience))
        return false;
    if (same_state(owner, member) || span_eq_str(audience, "all"))
        return true;
    if (span_eq_str(audience, "self"))
        return false;
    while (text_split(&rest, '-', &state))
        if (same_state(state, member))
            return true;
    return false;
}
