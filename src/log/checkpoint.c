#include "log/checkpoint.h"

#include "base/text.h"

static const char clause[] = "C2SP tlog-checkpoint";

bool checkpoint_number(struct span s, uint64_t *out)
{
    uint64_t v = 0;

    if (s.n == 0 || s.n > 19 || (s.p[0] == '0' && s.n > 1))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i]))
            return false;
        v = v * 10 + (uint64_t)(s.p[i] - '0');
    }
    if (v > INT64_MAX)
        return false;
    *out = v;
    return true;
}

bool checkpoint_hash(struct span s, struct tree_hash *out)
{
    struct tree_hash h;
    struct buffer b;
    size_t bad_at;

    buf_init_fixed(&b, h.b, TREE_HASH);
    if (s.n != 44 || !base64_decode(s, BASE64_STD, &b, &bad_at) || b.n != TREE_HASH)
        return false;
    *out = h;
    return true;
}

void checkpoint_hash_put(const struct tree_hash *h, struct buffer *b)
{
    base64_put(b, span_of(h->b, TREE_HASH), BASE64_STD);
}

bool checkpoint_parse(struct span text, struct checkpoint *out, struct why *w)
{
    struct checkpoint c = { .text = text };
    struct span rest = text, line = { 0 };

    if (text.n == 0 || text.p[text.n - 1] != '\n')
        return why_set(w, "checkpoint", text.n, clause, "the text does not end with a line feed");
    if (!text_split(&rest, '\n', &c.origin) || c.origin.n == 0)
        return why_set(w, "checkpoint", 0, clause, "the first line, the origin, is empty");
    if (!text_split(&rest, '\n', &line) || !checkpoint_number(line, &c.size))
        return why_set(w, "checkpoint", c.origin.n + 1, clause,
                       "the second line is not the size of the tree in decimal");
    line = (struct span){ 0 };
    if (!text_split(&rest, '\n', &line) || !checkpoint_hash(line, &c.root))
        return why_set(w, "checkpoint", line.p ? (size_t)(line.p - text.p) : text.n, clause,
                       "the third line is not a root hash in Base64");
    while (text_split(&rest, '\n', &line)) {
        if (line.n == 0)
            return why_set(w, "checkpoint", (size_t)(line.p - text.p), clause, "an empty line");
        c.n_extensions++;
    }
    *out = c;
    return true;
}

void checkpoint_put(struct span origin, uint64_t size, const struct tree_hash *root, struct buffer *b)
{
    buf_put(b, origin);
    buf_printf(b, "\n%llu\n", (unsigned long long)size);
    checkpoint_hash_put(root, b);
    buf_u8(b, '\n');
}
