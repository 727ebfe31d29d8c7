#include "vectors.h"

#include "card/access.h"

enum { NOW = 1700000000 };

static void assert_readings(const struct access *a, const char *const *want)
{
    for (size_t i = 0; i < ACCESS_READINGS; i++) {
        if (!want[i]) {
            assert_int_equal(a->n, i);
            return;
        }
        assert_true(i < a->n);
        assert_int_equal(a->key[i].kind, ACCESS_MRZ);
        assert_int_equal(a->key[i].n, strlen(want[i]));
        assert_memory_equal(a->key[i].text, want[i], a->key[i].n);
    }
    assert_int_equal(a->n, ACCESS_READINGS);
}

static void lines(void **state)
{
    static const struct {
        const char *what, *mrz, *reason;
        const char *want[ACCESS_READINGS];
    } cases[] = {
        { "appendix D.2, TD3",
          "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C<3UTO6908061F9406236ZE184226B<<<<<14",
          NULL,
          { "L898902C<369080619406236" } },
        { "appendix D.2, TD2 with a long number",
          "I<UTOSTEVENSON<<PETER<<<<<<<<<<<<<<<\nD23145890<UTO3407127M95071227349<<<8",
          NULL,
          { "D23145890734934071279507122", "D23145890<734934071279507122", "D23145890<34071279507122" } },
        { "appendix D.2, TD1",
          "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<",
          NULL,
          { "D23145890734934071279507122", "D23145890<734934071279507122", "D23145890<34071279507122" } },
        { "the digit of a birth date does not hold",
          "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C<3UTO6908062F9406236ZE184226B<<<<<14",
          "check-digit",
          { 0 } },
        { "an unknown birth date goes in as it stands",
          "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C<3UTO69<<<<9F9406236ZE184226B<<<<<16",
          NULL,
          { "L898902C<369<<<<99406236" } },
        { "only the composite digit does not hold: the key does not need it",
          "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C<3UTO6908061F9406236ZE184226B<<<<<17",
          NULL,
          { "L898902C<369080619406236" } },
        { "a visa",
          "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C<3UTO6908061F9406236ZE184226B<<<<<<<",
          "no-chip",
          { 0 } },
        { "no lines", "hello", "alphabet", { 0 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct access a = { 0 };
        struct why w = { 0 };

        print_message("# %s\n", cases[i].what);
        assert_int_equal(access_from_mrz(span_str(cases[i].mrz), NOW, &a, &w), !cases[i].reason);
        if (cases[i].reason)
            assert_string_equal(w.reason, cases[i].reason);
        else
            assert_readings(&a, cases[i].want);
        /* an error does not repeat what the lines hold */
        assert_null(strstr(w.detail, "L898902C"));
    }
}

static void fields(void **state)
{
    static const struct {
        const char *what, *number, *birth, *expiry, *reason;
        const char *want[ACCESS_READINGS];
    } cases[] = {
        { "fillers left out", "L898902C", "1969-08-06", "1994-06-23", NULL, { "L898902C<369080619406236" } },
        { "fillers written", "L898902C<", "690806", "940623", NULL, { "L898902C<369080619406236" } },
        { "small letters, blanks around",
          " l898902c ",
          "690806",
          "940623",
          NULL,
          { "L898902C<369080619406236" } },
        { "a hyphen is a filler", "AB-12", "690806", "940623", NULL, { "AB<12<<<<669080619406236" } },
        { "the digit typed with the number",
          "L898902C<3",
          "690806",
          "940623",
          NULL,
          { "L898902C<369080619406236", "L898902C<3469080619406236", "L898902C<<3269080619406236",
            "L898902C<<69080619406236" } },
        { "a long number",
          "D23145890734",
          "340712",
          "950712",
          NULL,
          { "D23145890734934071279507122", "D23145890<734934071279507122", "D23145890<34071279507122" } },
        { "parts of the birth date unknown",
          "L898902C",
          "1969-XX-XX",
          "940623",
          NULL,
          { "L898902C<369<<<<99406236" } },
        { "number empty", "<<", "690806", "940623", "number", { 0 } },
        { "number with a sign", "L898902C$", "690806", "940623", "number", { 0 } },
        { "number too long", "12345678901234567890123456", "690806", "940623", "number", { 0 } },
        { "birth date in another order", "L898902C", "06.08.1969", "940623", "birth", { 0 } },
        { "expiry with letters", "L898902C", "690806", "94O623", "expiry", { 0 } },
        { "expiry cut", "L898902C", "690806", "9406", "expiry", { 0 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct access a = { 0 };
        struct why w = { 0 };

        print_message("# %s\n", cases[i].what);
        assert_int_equal(access_from_fields(span_str(cases[i].number), span_str(cases[i].birth),
                                            span_str(cases[i].expiry), &a, &w),
                         !cases[i].reason);
        if (cases[i].reason)
            assert_string_equal(w.reason, cases[i].reason);
        else
            assert_readings(&a, cases[i].want);
    }
}

static void secrets(void **state)
{
    struct access a;
    uint8_t k[ACCESS_SECRET];
    struct span seed = from_hex(&test_arena, "239ab9cb282daf66231dc5a4df6bfbaedf477565");

    (void)state;
    assert_true(access_from_fields(SPAN("L898902C"), SPAN("690806"), SPAN("940623"), &a, NULL));
    assert_int_equal(access_secret(&a.key[0], k), 20);
    assert_memory_equal(k, seed.p, 20);
    assert_true(access_from_can(SPAN(" 123456\n"), &a, NULL));
    assert_int_equal(a.key[0].kind, ACCESS_CAN);
    assert_int_equal(access_secret(&a.key[0], k), 6);
    assert_memory_equal(k, "123456", 6);
}

static void can(void **state)
{
    static const char *const cases[] = { "", "12345", "1234567", "12345a", "12 456" };
    struct access a;
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        why_clear(&w);
        assert_false(access_from_can(span_str(cases[i]), &a, &w));
        assert_string_equal(w.reason, "can");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(fields),
        cmocka_unit_test(secrets),
        cmocka_unit_test(can),
    };

    return cmocka_run_group_tests_name("access", tests, arena_setup, arena_teardown);
}
