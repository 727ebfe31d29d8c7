/* Answers as serai.wasm gives them, by the same code over OpenSSL: PACK REQUEST SECONDS on each line of stdin
 * name two files and a time; each answer is one line of stdout. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "wasm/pack.h"

static struct span read_file(const char *path, struct arena *a)
{
    FILE *f = fopen(path, "rb");
    uint8_t *mem = NULL;
    long n = -1;

    if (f && fseek(f, 0, SEEK_END) == 0 && (n = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0)
        mem = arena_alloc(a, (size_t)n);
    if (!mem || fread(mem, 1, (size_t)n, f) != (size_t)n) {
        (void)fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    (void)fclose(f);
    return span_of(mem, (size_t)n);
}

static bool check(const struct pack *p, struct span request, unix_time now, struct arena *a,
                  struct licence_answer *out, struct why *w)
{
    struct licence_request *r = arena_alloc(a, sizeof *r);
    struct licence_setting setting;

    pack_setting(p, &setting);
    return licence_request_from_json(request, r, a, w) && licence_check(&setting, r, now, a, out, w);
}

static void one(const char *pack, const char *request, unix_time now)
{
    struct licence_answer answer = { 0 };
    struct why w = { .offset = WHY_NO_OFFSET };
    struct pack p = { 0 };
    struct arena a;

    arena_init(&a, (size_t)256 << 20);
    if (pack_read(read_file(pack, &a), &p, &w) && check(&p, read_file(request, &a), now, &a, &answer, &w))
        (void)printf("{\"answer\":%.*s}\n", (int)answer.json.n, (const char *)answer.json.p);
    else
        (void)printf("{\"error\":{\"reason\":\"%s\"}}\n", w.reason);
    pack_free(&p);
    arena_free(&a);
}

int main(void)
{
    char pack[1024], request[1024];
    int64_t now;

    while (scanf("%1023s %1023s %" SCNd64, pack, request, &now) == 3)
        one(pack, request, now);
    return 0;
}
