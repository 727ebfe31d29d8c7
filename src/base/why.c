#include "base/why.h"

#include <stdio.h>

static why_lookup *said;

void why_words(why_lookup *lookup)
{
    said = lookup;
}

const char *why_text(const char *english)
{
    return said && english && *english ? said(english) : english;
}

bool why_vset(struct why *w, const char *reason, size_t offset, const char *clause, const char *fmt,
              va_list ap)
{
    size_t n;

    if (!w || w->reason)
        return false;
    w->reason = reason;
    w->offset = offset;
    w->clause = clause;
    (void)vsnprintf(w->detail, sizeof w->detail, why_text(fmt), ap);
    /* A cut UTF-8 sequence at the end is dropped whole. */
    n = strlen(w->detail);
    if (n == sizeof w->detail - 1) {
        while (n > 0 && ((uint8_t)w->detail[n - 1] & 0xc0) == 0x80)
            n--;
        if (n > 0 && (uint8_t)w->detail[n - 1] >= 0xc0)
            n--;
        else
            n = strlen(w->detail);
        w->detail[n] = 0;
    }
    return false;
}

bool why_set(struct why *w, const char *reason, size_t offset, const char *clause, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)why_vset(w, reason, offset, clause, fmt, ap);
    va_end(ap);
    return false;
}

void why_clear(struct why *w)
{
    *w = (struct why){ .offset = WHY_NO_OFFSET };
}

void why_shift(struct why *w, size_t base)
{
    if (w && w->reason && w->offset != WHY_NO_OFFSET)
        w->offset += base;
}
