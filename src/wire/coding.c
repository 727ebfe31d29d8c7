#include "wire/coding.h"

#include <stdlib.h>
#include <strings.h>
#include <zlib.h>
#include <zstd.h>

#include "base/text.h"

enum { GZIP_WINDOW = 15 + 16, GZIP_MEMORY = 8, WEIGHT_MOST = 1000 };

static const char *const words[CODINGS] = { NULL, "gzip", "zstd" };
static const int gzip_level[] = { [CODING_QUICK] = 1, [CODING_SMALL] = 5 };
static const int zstd_level[] = { [CODING_QUICK] = 1, [CODING_SMALL] = 6 };

const char *coding_word(enum coding c)
{
    return words[c];
}

/* RFC 9110 12.4.2: "0", "1", and up to three digits behind a point, in thousandths; -1 when it is none. */
static int weight_of(struct span s)
{
    int n, unit = 100;

    if (s.n < 1 || s.n > 5 || (s.p[0] != '0' && s.p[0] != '1') || (s.n > 1 && s.p[1] != '.'))
        return -1;
    n = (s.p[0] - '0') * WEIGHT_MOST;
    for (size_t i = 2; i < s.n; i++, unit /= 10) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return -1;
        n += (s.p[i] - '0') * unit;
    }
    return n > WEIGHT_MOST ? -1 : n;
}

static bool is_word(struct span s, const char *word)
{
    return s.n == strlen(word) && strncasecmp((const char *)s.p, word, s.n) == 0;
}

/* One member, "word" or "word;q=weight". */
static bool take_member(struct span member, int weight[CODINGS], int *any)
{
    struct span word = { 0 };
    int q = WEIGHT_MOST;

    (void)text_split(&member, ';', &word);
    word = text_trim(word);
    member = text_trim(member);
    if (member.n) {
        if (member.n < 3 || (member.p[0] | 0x20) != 'q' || member.p[1] != '=')
            return false;
        q = weight_of(span_of(member.p + 2, member.n - 2));
    }
    if (q < 0)
        return false;
    if (is_word(word, "*"))
        *any = q;
    for (size_t i = CODING_GZIP; i < CODINGS; i++)
        if (is_word(word, words[i]))
            weight[i] = q;
    return true;
}

enum coding coding_choose(const char *accept_encoding)
{
    int weight[CODINGS] = { -1, -1, -1 }, any = 0, most = 0;
    struct span rest, member;
    enum coding best = CODING_NONE;

    if (!accept_encoding)
        return CODING_NONE;
    rest = span_str(accept_encoding);
    while (text_split(&rest, ',', &member))
        if (text_trim(member).n && !take_member(member, weight, &any))
            return CODING_NONE;
    for (size_t i = CODING_GZIP; i < CODINGS; i++) {
        int w = weight[i] < 0 ? any : weight[i];

        if (w > 0 && w >= most) {
            most = w;
            best = (enum coding)i;
        }
    }
    return best;
}

/* 0: there is no room, or no memory. */
static size_t gzip_pack(int level, struct span in, uint8_t *to, size_t room)
{
    z_stream z = { 0 };
    size_t n = 0;

    if (in.n > UINT32_MAX / 2 ||
        deflateInit2(&z, level, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    z.next_in = (z_const Bytef *)(uintptr_t)in.p;
    z.avail_in = (uInt)in.n;
    z.next_out = to;
    z.avail_out = (uInt)room;
    if (deflate(&z, Z_FINISH) == Z_STREAM_END)
        n = room - z.avail_out;
    (void)deflateEnd(&z);
    return n;
}

static size_t zstd_pack(int level, struct span in, uint8_t *to, size_t room)
{
    size_t n = ZSTD_compress(to, room, in.p, in.n, level);

    return ZSTD_isError(n) ? 0 : n;
}

bool coding_pack(enum coding c, enum coding_effort effort, struct span in, struct arena *a, struct span *out)
{
    uint8_t *to;
    size_t n = 0;

    if (c == CODING_NONE || in.n < 2)
        return false;
    to = malloc(in.n - 1);
    if (!to)
        return false;
    n = c == CODING_GZIP ? gzip_pack(gzip_level[effort], in, to, in.n - 1)
                         : zstd_pack(zstd_level[effort], in, to, in.n - 1);
    if (n) {
        struct span packed = arena_copy(a, span_of(to, n));

        n = packed.p ? n : 0;
        if (n)
            *out = packed;
    }
    free(to);
    return n > 0;
}
