/* One answer out of a folder (SERAI_BENCH_MDOC: answer.cbor, session.cbor, root.der), strictly verified: what
 * others are compared with (tests/interop/peers). Without the folder there is nothing to measure. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "seal/mdoc.h"

struct work {
    struct mdoc_options opt;
    struct arena arena;
    struct span answer;
};

static void need(bool ok)
{
    if (!ok)
        abort();
}

static struct span load(const char *folder, const char *name, uint8_t *memory, size_t room)
{
    char path[4096];
    FILE *f;
    size_t n;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "rb");
    need(f != NULL);
    n = fread(memory, 1, room, f);
    need(n > 0 && n < room && fclose(f) == 0);
    return span_of(memory, n);
}

static void verify(void *ctx, size_t n)
{
    struct work *w = ctx;

    for (; n > 0; n--) {
        struct mdoc m;

        arena_reset(&w->arena);
        need(mdoc_verify(w->answer, &w->opt, &w->arena, &m, NULL) == RESULT_GENUINE);
        need(m.document[0].device == PROOF_HOLDS);
    }
}

int main(int argc, char **argv)
{
    static uint8_t memory[3][65536];
    const char *folder = getenv("SERAI_BENCH_MDOC");
    struct anchor_set *set;
    struct work w = { .opt = { .profile = PROFILE_STRICT, .at = time(NULL) } };

    bench_init(argc, argv);
    if (!folder)
        return 0;
    set = anchor_set_new();
    w.answer = load(folder, "answer.cbor", memory[0], sizeof memory[0]);
    w.opt.transcript = load(folder, "session.cbor", memory[1], sizeof memory[1]);
    w.opt.anchors = set;
    need(anchor_set_add(set, load(folder, "root.der", memory[2], sizeof memory[2]),
                        &(struct anchor_origin){ .source = "bench" }, ANCHOR_VOUCHED, NULL, NULL));
    arena_init(&w.arena, 64u << 20);
    (void)bench_time("mdoc answer", verify, &w);
    arena_free(&w.arena);
    anchor_set_free(set);
    return 0;
}
