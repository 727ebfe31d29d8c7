#include "base/finding.h"

#include <stdarg.h>

void finding_add(struct findings *f, enum severity severity, const char *reason, size_t offset,
                 const char *clause, const char *fmt, ...)
{
    struct finding *item;
    va_list ap;

    if (!f)
        return;
    if (f->n == FINDINGS_MAX) {
        f->lost++;
        return;
    }
    item = &f->item[f->n++];
    item->severity = severity;
    item->why.reason = NULL;
    va_start(ap, fmt);
    (void)why_vset(&item->why, reason, offset, clause, fmt, ap);
    va_end(ap);
}

const char *severity_word(enum severity s)
{
    return s == FINDING_WARNING ? "warning" : "note";
}
