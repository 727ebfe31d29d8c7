/* What was changed in the text, article by article, in the lines as they are laid out. */
#include "agreement/diff.h"
#include "agreement/format.h"
#include "base/text.h"

enum { MOST = 2000 }; /* lines of one block that are compared with each other */

struct block {
    struct span key, title;
    unsigned line;
    struct span *item;
    size_t n;
};

struct blocks {
    struct block *b;
    size_t n;
};

static struct span key_of(struct span line)
{
    struct span rest = line, first, second;

    if (!text_split(&rest, ' ', &first))
        return line;
    if (!text_split(&rest, ' ', &second))
        return first;
    if (span_eq_str(first, "article"))
        return span_of(line.p, (size_t)(second.p + second.n - line.p));
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] == ':')
            return span_of(line.p, i);
    if (span_eq_str(first, "case") || span_eq_str(first, "permission") || span_eq_str(first, "notice") ||
        span_eq_str(first, "sharing"))
        return line;
    return first;
}

/* Lines go on where one ends with a comma or a colon or begins with a text: they are one line to readers. */
static bool goes_on(struct span before, struct span line)
{
    struct span t = text_trim(line);
    uint8_t last = before.n ? before.p[before.n - 1] : 0;

    return last == ',' || last == ':' || (t.n && t.p[0] == '"') || span_starts(t, SPAN("and ")) ||
           span_starts(t, SPAN("or "));
}

static struct span joined(struct arena *arena, struct span a, struct span b)
{
    struct span t = text_trim(b);
    uint8_t *p = arena_alloc(arena, a.n + t.n + 1);

    if (!p)
        return a;
    memcpy(p, a.p, a.n);
    p[a.n] = ' ';
    memcpy(p + a.n + 1, t.p, t.n);
    return span_of(p, a.n + t.n + 1);
}

static bool read_blocks(struct span text, struct arena *arena, struct blocks *out)
{
    struct span rest = text, line;
    size_t lines = 1;
    unsigned number = 0;
    struct span *all;

    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n';
    out->b = arena_array(arena, lines, sizeof *out->b);
    all = arena_array(arena, lines, sizeof *all);
    out->n = 0;
    if (!out->b || !all)
        return false;
    while (text_split(&rest, '\n', &line)) {
        struct span t = text_trim(line);
        struct block *b = out->n ? &out->b[out->n - 1] : NULL;

        number++;
        if (t.n == 0 || t.p[0] == '#')
            continue;
        if (b && b->n && goes_on(b->item[b->n - 1], line)) {
            b->item[b->n - 1] = joined(arena, b->item[b->n - 1], line);
            continue;
        }
        if (line.p[0] != ' ') {
            b = &out->b[out->n++];
            *b = (struct block){ .key = key_of(line), .title = line, .line = number, .item = all };
        }
        if (!b)
            continue;
        b->item[b->n++] = line;
        all++;
    }
    return true;
}

static bool same_words(struct span a, struct span b)
{
    return span_eq(text_trim(a), text_trim(b));
}

/* The longest common run of lines, by the usual table; what is not in it was removed or added. */
static bool compare(const struct block *x, const struct block *y, struct arena *arena, struct diff_block *out)
{
    size_t n = x->n < MOST ? x->n : MOST, m = y->n < MOST ? y->n : MOST, i = 0, k = 0;
    uint16_t *t = arena_array(arena, (n + 1) * (m + 1), sizeof *t);

    out->removed = arena_array(arena, n + 1, sizeof *out->removed);
    out->added = arena_array(arena, m + 1, sizeof *out->added);
    if (!t || !out->removed || !out->added)
        return false;
#define AT(a, b) t[(a) * (m + 1) + (b)]
    for (size_t a = n; a-- > 0;)
        for (size_t b = m; b-- > 0;)
            AT(a, b) = same_words(x->item[a], y->item[b]) ? (uint16_t)(AT(a + 1, b + 1) + 1)
                       : AT(a + 1, b) >= AT(a, b + 1)     ? AT(a + 1, b)
                                                          : AT(a, b + 1);
    while (i < n || k < m) {
        if (i < n && k < m && same_words(x->item[i], y->item[k])) {
            i++;
            k++;
        } else if (k == m || (i < n && AT(i + 1, k) >= AT(i, k + 1))) {
            out->removed[out->n_removed++] = text_trim(x->item[i++]);
        } else {
            out->added[out->n_added++] = text_trim(y->item[k++]);
        }
    }
#undef AT
    return true;
}

static const struct block *find(const struct blocks *all, struct span key, size_t nth)
{
    for (size_t i = 0; i < all->n; i++)
        if (span_eq(all->b[i].key, key) && nth-- == 0)
            return &all->b[i];
    return NULL;
}

static size_t nth_of(const struct blocks *all, size_t at)
{
    size_t n = 0;

    for (size_t i = 0; i < at; i++)
        n += span_eq(all->b[i].key, all->b[at].key);
    return n;
}

static bool laid_out(struct span text, struct arena *arena, struct span *out)
{
    struct buffer b;
    bool ok;

    buf_init(&b, (size_t)4 * LIMIT_AGREEMENT);
    ok = agreement_format(text, arena, &b);
    *out = arena_copy(arena, buf_span(&b));
    buf_free(&b);
    return ok && out->p;
}

bool diff_text_of(struct span old, struct span new_, struct arena *arena, struct diff_text *out)
{
    static const struct block nothing = { .n = 0 };
    struct blocks x, y;
    struct span a, b;

    if (!laid_out(old, arena, &a) || !laid_out(new_, arena, &b) || !read_blocks(a, arena, &x) ||
        !read_blocks(b, arena, &y))
        return false;
    *out = (struct diff_text){ .block = arena_array(arena, x.n + y.n + 1, sizeof *out->block) };
    if (!out->block)
        return false;
    for (size_t i = 0; i < x.n + y.n; i++) {
        bool of_new = i < y.n;
        const struct blocks *all = of_new ? &y : &x;
        size_t at = of_new ? i : i - y.n;
        const struct block *here = &all->b[at];
        const struct block *there = find(of_new ? &x : &y, here->key, nth_of(all, at));
        struct diff_block *d = &out->block[out->n];

        if (!of_new && there)
            continue;
        *d = (struct diff_block){ .key = here->key, .title = here->title, .line = here->line };
        d->gone = !of_new;
        d->new_ = of_new && !there;
        if (!compare(of_new ? (there ? there : &nothing) : here, of_new ? here : &nothing, arena, d))
            return false;
        out->n += d->n_removed || d->n_added;
    }
    return true;
}
