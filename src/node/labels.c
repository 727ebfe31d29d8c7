#include "node/labels.h"

#include "base/text.h"

/* The next line that is no comment. */
static bool next_row(struct span *rest, struct span *row)
{
    while (text_split(rest, '\n', row))
        if (row->n && row->p[0] != '#')
            return true;
    return false;
}

static struct span cell(struct span row, size_t column)
{
    struct span c = { 0 };

    for (size_t i = 0; i <= column; i++)
        if (!text_split(&row, '\t', &c))
            return (struct span){ 0 };
    return c;
}

void labels_of(struct span text, const char *language, struct labels *out)
{
    struct span rest = text, row, c = { 0 };

    *out = (struct labels){ .text = text };
    if (!next_row(&rest, &row))
        return;
    for (size_t i = 0; text_split(&row, '\t', &c); i++)
        if (i > 0 && span_eq_str(c, language))
            out->column = i;
}

const char *label(const struct labels *l, const char *key, struct arena *a)
{
    struct span rest = l->text, row, c;

    if (l->column == 0)
        return NULL;
    while (next_row(&rest, &row)) {
        if (!span_eq_str(cell(row, 0), key))
            continue;
        c = cell(row, l->column);
        return c.n ? arena_str(a, c) : NULL;
    }
    return NULL;
}
