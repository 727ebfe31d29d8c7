#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

/* Two, so that a shared and an own path can be used at the same time. */
static char path[4096], shared_path[4096];

struct arena test_arena;

int arena_setup(void **state)
{
    (void)state;
    arena_init(&test_arena, 64 << 20);
    return 0;
}

int arena_teardown(void **state)
{
    (void)state;
    arena_free(&test_arena);
    return 0;
}

const char *source_path(const char *relative)
{
    const char *root = getenv("SERAI_SOURCE");

    (void)snprintf(path, sizeof path, "%s/%s", root ? root : ".", relative);
    return path;
}

const char *vector_path(const char *relative)
{
    const char *root = getenv("SERAI_VECTORS");
    const char *source = getenv("SERAI_SOURCE");
    const char *ci = getenv("CI");

    if (root)
        (void)snprintf(shared_path, sizeof shared_path, "%s/%s", root, relative);
    else
        (void)snprintf(shared_path, sizeof shared_path, "%s/../shared/data/%s", source ? source : ".",
                       relative);
    if (access(shared_path, R_OK) != 0) {
        print_message("# vectors %s not found: set SERAI_VECTORS\n", relative);
        if (ci && *ci)
            fail_msg("vectors %s are required when CI is set", relative);
        skip();
    }
    return shared_path;
}

struct span load_file(struct arena *a, const char *file)
{
    FILE *f = fopen(file, "rb");
    long n = 0;
    uint8_t *p;

    if (!f)
        fail_msg("%s: cannot open", file);
    if (fseek(f, 0, SEEK_END) != 0 || (n = ftell(f)) < 0 || fseek(f, 0, SEEK_SET) != 0)
        fail_msg("%s: cannot seek", file);
    p = arena_alloc(a, (size_t)n);
    assert_non_null(p);
    assert_int_equal(fread(p, 1, (size_t)n, f), n);
    (void)fclose(f);
    return span_of(p, (size_t)n);
}

json_t *load_json(const char *file)
{
    json_error_t e;
    json_t *j = json_load_file(file, 0, &e);

    if (!j)
        fail_msg("%s:%d: %s", file, e.line, e.text);
    return j;
}

struct span from_hex(struct arena *a, const char *s)
{
    struct span out = { 0 };

    if (!hex_decode(span_str(s), a, &out))
        fail_msg("bad hex");
    return out;
}
