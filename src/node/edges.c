#include "node/edges.h"

#include "base/text.h"

static int digit(uint8_t c)
{
    return ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_pin(struct span s, uint8_t pin[EDGE_PIN])
{
    uint8_t out[EDGE_PIN];

    if (s.n != 2 * EDGE_PIN)
        return false;
    for (size_t i = 0; i < EDGE_PIN; i++) {
        int high = digit(s.p[2 * i]), low = digit(s.p[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    memcpy(pin, out, EDGE_PIN);
    return true;
}

static bool is_name(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'z') && s.p[i] != '.' && s.p[i] != '-')
            return false;
    return s.n > 0 && s.n <= EDGE_NAME;
}

bool edges_next(struct span whole, struct span *rest, struct edge_line *out, struct why *w)
{
    struct span line;

    for (;;) {
        size_t at = whole.n - rest->n;
        struct edge_line e;

        if (!text_split(rest, '\n', &line))
            return false;
        line = text_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        e.name = line.n > 2 * EDGE_PIN ? text_trim(span_sub(line, 2 * EDGE_PIN, line.n))
                                       : (struct span){ NULL, 0 };
        if (line.n <= 2 * EDGE_PIN || (line.p[2 * EDGE_PIN] != ' ' && line.p[2 * EDGE_PIN] != '\t') ||
            !read_pin(span_sub(line, 0, 2 * EDGE_PIN), e.pin) || !is_name(e.name))
            return why_set(w, "edges", at, NULL,
                           "expected the pin of a transport key, 64 hexadecimal digits, and a name");
        *out = e;
        return true;
    }
}

bool edges_find(struct span text, const uint8_t pin[EDGE_PIN], struct span *name, struct why *w)
{
    struct span rest = text, found = { NULL, 0 };
    struct edge_line e = { .name = { NULL, 0 } };
    struct why bad;

    why_clear(&bad);
    while (edges_next(text, &rest, &e, &bad)) {
        if (memcmp(e.pin, pin, EDGE_PIN) != 0)
            continue;
        if (found.n)
            return why_set(w, "edges", WHY_NO_OFFSET, NULL, "one key stands there with two names");
        found = e.name;
    }
    if (bad.reason)
        return why_set(w, bad.reason, bad.offset, NULL, "%s", bad.detail);
    if (found.n)
        *name = found;
    return found.n > 0;
}
