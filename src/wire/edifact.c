#include "wire/edifact.h"

#include "base/text.h"

bool edifact_open(struct edifact *e, struct span text, struct why *w)
{
    struct edifact x = { .in = text, .component = ':', .element = '+', .release = '?', .terminator = '\'' };
    struct span head;

    while (x.at < text.n && ascii_space(text.p[x.at]))
        x.at++;
    head = span_sub(text, x.at, x.at + 9);
    if (span_starts(head, SPAN("UNA")) && head.n == 9) {
        x.component = head.p[3];
        x.element = head.p[4];
        x.release = head.p[6];
        x.terminator = head.p[8];
        x.at += 9;
        if (x.component == x.element || x.component == x.terminator || x.element == x.terminator ||
            (x.release != ' ' &&
             (x.release == x.component || x.release == x.element || x.release == x.terminator)))
            return why_set(w, "edifact", x.at - 9, "ISO 9735-1 7", "two service characters are the same");
    } else if (head.n > 3 && span_starts(head, SPAN("UNB")) && head.p[3] == 0x1d) {
        x.component = 0x1f; /* level B: characters that do not print, ISO 9735-1 6.2 */
        x.element = 0x1d;
        x.release = ' ';
        x.terminator = 0x1c;
    } else if (!span_starts(head, SPAN("UNB")) && !span_starts(head, SPAN("UNH"))) {
        return why_set(w, "edifact", x.at, "ISO 9735-1 7", "an interchange begins with UNA, UNB or UNH");
    }
    *e = x;
    return true;
}

/* A blank in UNA: nothing is released. */
static bool releases(const struct edifact *e, uint8_t c)
{
    return c == e->release && c != ' ';
}

static bool tag_of(const struct edifact *e, size_t at, size_t end, char out[4])
{
    size_t n = 0;

    while (n < 4 && at + n < end && e->in.p[at + n] != e->element && e->in.p[at + n] != e->component)
        n++;
    if (n != 3 || !ascii_upper(e->in.p[at]))
        return false;
    for (size_t i = 0; i < 3; i++) {
        if (!ascii_upper(e->in.p[at + i]) && !ascii_digit(e->in.p[at + i]))
            return false;
        out[i] = (char)e->in.p[at + i];
    }
    out[3] = 0;
    return true;
}

/* Offset of the next unreleased c, or of the end. */
static size_t find(const struct edifact *e, size_t at, size_t end, uint8_t c)
{
    for (; at < end; at++) {
        if (releases(e, e->in.p[at]))
            at++;
        else if (e->in.p[at] == c)
            return at;
    }
    return end;
}

enum edifact_got edifact_next(struct edifact *e, struct edifact_segment *out, struct why *w)
{
    size_t end, at;

    while (e->at < e->in.n && (e->in.p[e->at] == '\r' || e->in.p[e->at] == '\n' || e->in.p[e->at] == ' '))
        e->at++;
    out->n = 0;
    out->tag[0] = 0;
    out->at = e->at;
    if (e->at >= e->in.n)
        return EDIFACT_END;
    out->number = ++e->segments;
    end = find(e, e->at, e->in.n, e->terminator);
    at = e->at;
    e->at = end < e->in.n ? end + 1 : end;
    if (end == e->in.n) {
        (void)why_set(w, "cut", end, "ISO 9735-1 7", "the last segment has no end");
        return EDIFACT_BAD;
    }
    if (!tag_of(e, at, end, out->tag)) {
        (void)why_set(w, "tag", at, "ISO 9735-1 7.4", "a segment begins with three capital letters");
        return EDIFACT_BAD;
    }
    for (at = find(e, at, end, e->element); at < end;) {
        size_t next = find(e, at + 1, end, e->element);

        if (out->n == EDIFACT_ELEMENTS) {
            (void)why_set(w, "elements", at, NULL, "more than %d data elements", EDIFACT_ELEMENTS);
            return EDIFACT_BAD;
        }
        out->element[out->n++] = span_sub(e->in, at + 1, next);
        at = next;
    }
    return EDIFACT_SEGMENT;
}

static struct span plain(const struct edifact *e, struct span s, struct buffer *scratch)
{
    size_t from = scratch->n;
    bool any = false;

    for (size_t i = 0; i < s.n && !any; i++)
        any = releases(e, s.p[i]);
    if (!any)
        return text_trim(s);
    for (size_t i = 0; i < s.n; i++) {
        if (releases(e, s.p[i]) && i + 1 < s.n)
            i++;
        buf_u8(scratch, s.p[i]);
    }
    return buf_ok(scratch) ? text_trim(span_sub(buf_span(scratch), from, scratch->n))
                           : (struct span){ NULL, 0 };
}

struct span edifact_value(const struct edifact *e, const struct edifact_segment *s, size_t i, size_t c,
                          struct buffer *scratch)
{
    struct span el;
    size_t from = 0, k = 0;

    if (i >= s->n)
        return (struct span){ NULL, 0 };
    el = s->element[i];
    for (size_t at = 0; at <= el.n; at++) {
        if (at < el.n && releases(e, el.p[at])) {
            at++;
            continue;
        }
        if (at < el.n && el.p[at] != e->component)
            continue;
        if (k++ == c)
            return plain(e, span_sub(el, from, at), scratch);
        from = at + 1;
    }
    return (struct span){ NULL, 0 };
}
