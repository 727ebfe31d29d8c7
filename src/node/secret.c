#include "node/secret.h"

#include <stdio.h>

#include "crypto/node_key.h"
#include "files/durable.h"

bool node_secret(const char *folder, const char *name, uint8_t *out, size_t n, struct why *w)
{
    char path[4096];
    struct arena a;
    struct span s;
    bool there = false, ok;

    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path of the folder is too long");
    arena_init(&a, 4096);
    ok = file_read(path, n, &a, &s, &there, w);
    if (ok && there && s.n == n) {
        memcpy(out, s.p, n);
    } else if (ok) {
        random_bytes(out, n);
        ok = file_replace(folder, name, span_of(out, n), NULL, w);
    }
    arena_free(&a);
    return ok;
}
