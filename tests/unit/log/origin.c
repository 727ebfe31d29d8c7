/* Names of logs, and who belongs to an audience. */
#include "log/origin.h"

#include "vectors.h"

static void names(void **state)
{
    static const struct {
        const char *text;
        size_t at; /* offset of the error; 999: it is one */
    } cases[] = {
        { "kz.specimen/trust/all/2026", 999 },
        { "kz.specimen/index/all/2026.2", 999 },
        { "kz.specimen/a-1/kz-tr/2026.99", 999 },
        { "kz/s/self/1970", 999 },
        { "kz/s/tr/9999", 999 },
        { "", 0 },
        { "KZ/s/all/2026", 0 },
        { "/s/all/2026", 0 },
        { "kz s/s/all/2026", 0 },
        { "kz//all/2026", 3 },
        { "kz/S/all/2026", 3 },
        { "kz/../all/2026", 3 },
        { "kz/s/ALL/2026", 5 },
        { "kz/s/tr-kz/2026", 5 },
        { "kz/s/kz-kz/2026", 5 },
        { "kz/s/kz-/2026", 5 },
        { "kz/s/-kz/2026", 5 },
        { "kz/s/all-kz/2026", 5 },
        { "kz/s/kz-self/2026", 5 },
        { "kz/s/kz+tr/2026", 5 },
        { "kz/s/k1/2026", 5 },
        { "kz/s/all/", 9 },
        { "kz/s/all/202", 9 },
        { "kz/s/all/02026", 9 },
        { "kz/s/all/1969", 9 },
        { "kz/s/all/2026.1", 9 },
        { "kz/s/all/2026.02", 9 },
        { "kz/s/all/2026.100", 9 },
        { "kz/s/all/2026.", 9 },
        { "kz/s/all/2026/", 9 },
        { "kz/s/all/2026/x", 9 },
        { "kz/s/all", 8 },
        { "kz/s", 4 },
        { "kz", 2 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why w = { 0 };
        struct origin o;
        struct buffer b;
        bool ok = origin_parse(span_str(cases[i].text), &o, &w);

        if (ok != (cases[i].at == 999) ||
            (!ok && (w.offset != cases[i].at || strcmp(w.reason, "origin") != 0)))
            fail_msg("%s: %s at %zu", cases[i].text, ok ? "taken" : w.reason, w.offset);
        if (!ok)
            continue;
        buf_init(&b, 1000);
        assert_true(origin_put(o.name, o.stream, o.audience, o.year, o.epoch, &b));
        assert_true(span_eq_str(buf_span(&b), cases[i].text));
        buf_free(&b);
    }
}

static void audiences(void **state)
{
    static const struct {
        const char *audience, *owner, *member;
        bool has;
    } cases[] = {
        { "all", "KZ", "IR", true },     { "all", "KZ", "", false },    { "self", "KZ", "KZ", true },
        { "self", "KZ", "IR", false },   { "kz-tr", "KZ", "TR", true }, { "kz-tr", "KZ", "tr", true },
        { "kz-tr", "KZ", "IR", false },  { "kz-tr", "KZ", "K", false }, { "kz-tr", "KZ", "Z-T", false },
        { "ir-tr", "KZ", "KZ", true },   { "kz-", "KZ", "KZ", false },  { "kz-tr", "KZ", "kz-tr", false },
        { "self", "KZ", "self", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (origin_audience_has(span_str(cases[i].audience), span_str(cases[i].owner),
                                span_str(cases[i].member)) != cases[i].has)
            fail_msg("%s of %s: %s", cases[i].audience, cases[i].owner, cases[i].member);
}

int main(void)
{
    static const struct CMUnitTest tests[] = { cmocka_unit_test(names), cmocka_unit_test(audiences) };

    return cmocka_run_group_tests_name("log-origin", tests, arena_setup, arena_teardown);
}
