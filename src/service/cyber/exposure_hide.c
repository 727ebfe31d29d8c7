/* Small numbers in tables with sums. Rows and columns are the points of a graph, hidden cells its lines: a
 * cell follows from the others exactly when it is a bridge. */
#include <stdlib.h>

#include "service/cyber/exposure_board.h"

struct table {
    const uint32_t *cell;
    size_t rows, columns;
    bool *hidden;
    uint16_t *of; /* the part of the graph that each row, then each column belongs to */
};

/* Parts of the graph without the cell `but`. */
static void parts(struct table *t, size_t but)
{
    bool changed = true;

    for (size_t i = 0; i < t->rows + t->columns; i++)
        t->of[i] = (uint16_t)i;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < t->rows * t->columns; i++) {
            uint16_t *r = &t->of[i / t->columns], *c = &t->of[t->rows + i % t->columns];

            if (!t->hidden[i] || i == but || *r == *c)
                continue;
            *r = *c = *r < *c ? *r : *c;
            changed = true;
        }
    }
}

/* The smallest cell of at least 1 whose hiding closes a circle through that cell. */
static size_t partner(const struct table *t, size_t cell)
{
    uint16_t a = t->of[cell / t->columns], b = t->of[t->rows + cell % t->columns];
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < t->rows * t->columns; i++) {
        uint16_t r = t->of[i / t->columns], c = t->of[t->rows + i % t->columns];

        if (!t->hidden[i] && t->cell[i] && ((r == a && c == b) || (r == b && c == a)) &&
            (best == SIZE_MAX || t->cell[i] < t->cell[best]))
            best = i;
    }
    return best;
}

/* The smallest that leads from its part to a row or column outside: the way round grows by one. */
static size_t step(const struct table *t, size_t cell)
{
    uint16_t a = t->of[cell / t->columns], b = t->of[t->rows + cell % t->columns];
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < t->rows * t->columns; i++) {
        uint16_t r = t->of[i / t->columns], c = t->of[t->rows + i % t->columns];

        if (!t->hidden[i] && t->cell[i] && r != c && (r == a || r == b || c == a || c == b) &&
            (best == SIZE_MAX || t->cell[i] < t->cell[best]))
            best = i;
    }
    return best;
}

void board_hide(const uint32_t *cell, size_t rows, size_t columns, unsigned least, bool *hidden)
{
    struct table t = { cell, rows, columns, hidden, calloc(rows + columns, sizeof(uint16_t)) };
    bool again = true;

    if (!t.of)
        abort();
    for (size_t i = 0; i < rows * columns; i++)
        hidden[i] = hidden[i] || (cell[i] > 0 && cell[i] < least);
    while (again) {
        again = false;
        for (size_t i = 0; i < rows * columns; i++) {
            size_t more;

            if (!hidden[i])
                continue;
            parts(&t, i);
            if (t.of[i / columns] == t.of[rows + i % columns])
                continue;
            more = partner(&t, i);
            more = more == SIZE_MAX ? step(&t, i) : more;
            if (more == SIZE_MAX)
                continue; /* a cell of nought: nothing small stands behind it */
            hidden[more] = again = true;
        }
    }
    free(t.of);
}
