/* Paths on the members' port: what is taken leads nowhere but below a log's folder. */
#include <stdlib.h>

#include "node/peer_path.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool has(struct span s, const char *word)
{
    return s.p && memmem(s.p, s.n, word, strlen(word));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct peer_path out = { 0 };
    struct span path = span_of(p, n);

    for (int i = 0; i < 2; i++) {
        if (!peer_path_parse(path, i ? SPAN("/witness/") : SPAN("/log/"), &out))
            continue;
        if (out.file.n == 0 || out.file.p[0] == '/' || out.file.p[0] == '.' || has(out.file, "..") ||
            has(out.file, "//") || has(out.file, "/.") || has(out.file, "%") ||
            memchr(out.file.p, 0, out.file.n) || out.file.p + out.file.n != path.p + path.n)
            abort();
    }
    return 0;
}
