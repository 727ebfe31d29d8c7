#include "node/peer_path.h"

static int nibble(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hash(struct span s, uint8_t out[32])
{
    int high, low;

    for (size_t i = 0; i < 32; i++) {
        high = nibble(s.p[2 * i]);
        low = nibble(s.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* Parts of small letters and digits with a slash between; a dot only before the p of a partial tile. */
static bool file_fits(struct span s)
{
    uint8_t before = '/';

    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

        if (!word && (c == '/' ? before == '/' : c != '.' || before == '/' || before == '.'))
            return false;
        if (before == '.' && c != 'p')
            return false;
        before = c;
    }
    return before != '/' && before != '.';
}

bool peer_path_parse(struct span path, struct span prefix, struct peer_path *out)
{
    struct peer_path p;
    size_t n = prefix.n;

    if (path.n > PEER_PATH || !span_starts(path, prefix) || path.n <= n + 65 || path.p[n + 64] != '/' ||
        !read_hash(span_sub(path, n, n + 64), p.hash))
        return false;
    p.file = span_sub(path, n + 65, path.n);
    if (!file_fits(p.file))
        return false;
    *out = p;
    return true;
}
