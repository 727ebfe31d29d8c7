/* One zone in, one struct out; the floor is the copy of the input. */
#include "bench.h"

#include <string.h>

#include "wire/mrz_suggest.h"
#include "wire/mrz_write.h"
#include "wire/translit.h"

static const unix_time NOW = 1795219200; /* 2026-11-21 */

static void copy(void *ctx, size_t n)
{
    struct span s = *(const struct span *)ctx;
    char to[128];

    for (size_t i = 0; i < n; i++) {
        memcpy(to, s.p, s.n);
        __asm__ volatile("" : : "r"(to) : "memory");
    }
}

static void parse(void *ctx, size_t n)
{
    struct span s = *(const struct span *)ctx;
    struct mrz m;

    for (size_t i = 0; i < n; i++) {
        bool ok = mrz_parse(s, NOW, &m, NULL);

        __asm__ volatile("" : : "r"(ok), "r"(&m) : "memory");
    }
}

static void write_again(void *ctx, size_t n)
{
    struct span s = *(const struct span *)ctx;
    struct mrz_fields f;
    struct buffer b;
    struct mrz m;
    char mem[100];

    if (!mrz_parse(s, NOW, &m, NULL))
        return;
    f = mrz_fields_of(&m);
    for (size_t i = 0; i < n; i++) {
        bool ok;

        buf_init_fixed(&b, mem, sizeof mem);
        ok = mrz_write(&f, &b, NULL, NULL);
        __asm__ volatile("" : : "r"(ok), "r"(mem) : "memory");
    }
}

static void suggest(void *ctx, size_t n)
{
    struct span s = *(const struct span *)ctx;
    struct mrz_suggestion out[4];

    for (size_t i = 0; i < n; i++) {
        size_t k = mrz_suggest(s, NOW, out, 4, NULL);

        __asm__ volatile("" : : "r"(k), "r"(out) : "memory");
    }
}

static void transliterate(void *ctx, size_t n)
{
    struct span s = *(const struct span *)ctx;
    struct buffer b;
    char mem[128];

    for (size_t i = 0; i < n; i++) {
        bool ok;

        buf_init_fixed(&b, mem, sizeof mem);
        ok = translit_to_mrz(s, TRANSLIT_RUSSIAN, &b, NULL, NULL);
        __asm__ volatile("" : : "r"(ok), "r"(mem) : "memory");
    }
}

int main(int argc, char **argv)
{
    struct span td3 =
        SPAN("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10");
    struct span td1 = SPAN(
        "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<");
    struct span misread =
        SPAN("P<UT0ERIK55ON<<ANNA<MAR1A<<<<<<<<<<<<<<<<<<<\nL898902C36UTO740BIZZF12041S9ZE184226B<<<<<1O");
    struct span worst = SPAN(
        "I<UTOOOOOOOOOO<OOOOOOOOOOOOO9<\nOOOOOO0M0000000UTOOOOOOOOOOOO2\nSTEVENSON<<PETER<JOHN<<<<<<<<<");
    struct span name = SPAN("Щербакова Юлия Александровна");

    bench_init(argc, argv);
    bench_ratio("mrz parse TD3", parse, &td3, "memcpy of the text", copy, &td3, 0);
    bench_ratio("mrz parse TD1, long number", parse, &td1, "memcpy of the text", copy, &td1, 0);
    bench_time("mrz write TD3", write_again, &td3);
    bench_time("mrz suggest, 10 changes", suggest, &misread);
    bench_time("mrz suggest, nothing found, every place open", suggest, &worst);
    bench_time("transliterate 28 letters", transliterate, &name);
    return 0;
}
