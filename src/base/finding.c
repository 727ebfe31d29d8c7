#include "base/finding.h"

#include <stdarg.h>
#include <stdio.h>

void finding_add(struct findings *f, enum severity severity, const char *reason, size_t offset,
                 const char *clause, const char *fmt, ...)
{
    char detail[WHY_DETAIL];
    struct finding *item;
    va_list ap;

    if (!f)
        return;
    if (f->n == FINDINGS_MAX) {
        f->lost++;
        return;
    }
    va_start(ap, fmt);
    (void)vsnprintf(detail, sizeof detail, fmt, ap);
    va_end(ap);
    item = &f->item[f->n++];
    item->severity = severity;
    why_clear(&item->why);
    (void)why_set(&item->why, reason, offset, clause, "%s", detail);
}

const char *severity_word(enum severity s)
{
    return s == FINDING_WARNING ? "warning" : "note";
}
