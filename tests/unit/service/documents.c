/*
 * Listed documents: numbers and their checks, records, the set against a plain list, ranges with numbers
 * taken out, letters that are easily misread, and who may say what.
 */
#include "service/notice/document_set.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "service/notice/document_ranges.h"

static struct document_number number(enum document_kind k, const char *s)
{
    struct document_number d = { .n = 0 };
    struct why w = { 0 };

    if (!document_fold(k, span_str(s), &d, &w))
        fail_msg("%s: %s", s, w.detail);
    return d;
}

static struct document_entry entry(enum document_kind k, enum document_status s, const char *from,
                                   const char *to)
{
    struct document_entry e = { .kind = k, .status = s, .number = number(k, from) };

    if (s != DOCUMENT_CLEAR)
        e.on = (struct date){ 2026, 5, 1 };
    if (to)
        e.to = number(k, to);
    return e;
}

static void numbers(void **state)
{
    static const struct {
        const char *what;
        enum document_kind kind;
        const char *in, *out, *reason; /* out NULL: refused */
    } cases[] = {
        { "folded", DOCUMENT_PASSPORT, "ab 123-456<7<", "AB1234567", NULL },
        { "O and 0 stay apart", DOCUMENT_PASSPORT, "O0I1", "O0I1", NULL },
        { "nothing", DOCUMENT_PASSPORT, "<<", NULL, "number" },
        { "21 characters", DOCUMENT_PASSPORT, "123456789012345678901", NULL, "number" },
        { "20 characters", DOCUMENT_PASSPORT, "12345678901234567890", "12345678901234567890", NULL },
        { "another letter", DOCUMENT_PASSPORT, "AB\xd0\x96", NULL, "number" },
        { "VIN", DOCUMENT_VEHICLE, "1M8GDM9AXKP042788", "1M8GDM9AXKP042788", NULL },
        { "VIN with a blank", DOCUMENT_VEHICLE, "1m8 gdm9a xkp042788", "1M8GDM9AXKP042788", NULL },
        { "VIN with O", DOCUMENT_VEHICLE, "1M8GDM9AXKPO42788", NULL, "vin" },
        { "VIN too short", DOCUMENT_VEHICLE, "1M8GDM9AXKP04278", NULL, "vin" },
        { "container", DOCUMENT_CONTAINER, "CSQU 305438-3", "CSQU3054383", NULL },
        { "container, wrong check digit", DOCUMENT_CONTAINER, "CSQU3054384", NULL, "check-digit" },
        { "container of another category", DOCUMENT_CONTAINER, "CSQA3054383", NULL, "container" },
        { "container, letters among digits", DOCUMENT_CONTAINER, "CSQU30543B3", NULL, "container" },
        { "plate", DOCUMENT_PLATE, "01 abc 02", "01ABC02", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct document_number d;
        struct why w = { 0 };
        bool ok = document_fold(cases[i].kind, span_str(cases[i].in), &d, &w);

        if (ok != (cases[i].out != NULL))
            fail_msg("%s", cases[i].what);
        if (ok)
            assert_true(span_eq_str(document_number_span(&d), cases[i].out));
        else
            assert_string_equal(w.reason, cases[i].reason);
    }
    assert_true(document_vin_check(SPAN("1M8GDM9AXKP042788")));
    assert_true(document_vin_check(SPAN("11111111111111111")));
    assert_false(document_vin_check(SPAN("1M8GDM9A1KP042788")));
    assert_true(document_container_check(SPAN("CSQU3054383")));
    assert_true(document_container_check(SPAN("MSKU0383250")));
    assert_true(document_container_check(SPAN("TOLU4734787")));
}

/* Each wrong digit and each pair that changed places: the check digit was made for these. */
static void container_digits(void **state)
{
    char text[] = "CSQU3054383";
    unsigned missed = 0;

    (void)state;
    for (size_t i = 4; i < 10; i++) {
        char was = text[i];

        for (char c = '0'; c <= '9'; c++) {
            text[i] = c;
            missed += c != was && document_container_check(span_str(text));
        }
        text[i] = was;
    }
    assert_true(missed <= 1); /* a remainder of 10 counts as 0 */
}

static void words(void **state)
{
    enum document_kind k = DOCUMENT_OTHER;
    enum document_status s = DOCUMENT_CLEAR;

    (void)state;
    for (unsigned i = 0; i < DOCUMENT_KINDS; i++) {
        assert_true(document_kind_of(span_str(document_kind_word((enum document_kind)i)), &k));
        assert_int_equal(k, i);
    }
    assert_true(document_kind_of(SPAN("identity-card"), &k) && k == DOCUMENT_IDENTITY_CARD);
    assert_false(document_kind_of(SPAN("identity_card"), &k));
    assert_true(document_status_of(SPAN("stolen-blank"), &s) && s == DOCUMENT_STOLEN_BLANK);
    assert_false(document_status_of(SPAN("clear"), &s)); /* nobody enters that */
    assert_false(document_status_of(SPAN(""), &s));
}

struct list {
    struct document_entry e[300];
    size_t n;
};

static bool collect(void *ctx, const struct document_entry *e, struct why *w)
{
    struct list *l = ctx;

    (void)w;
    l->e[l->n++] = *e;
    return true;
}

static void records(void **state)
{
    static const struct {
        const char *what, *body;
        bool listed;
        size_t at;
    } bad[] = {
        { "empty", "", true, 0 },
        { "no first line", "passport lost 2026-05-01 A1\n", true, 0 },
        { "another version", "serai documents 2\n", true, 0 },
        { "no line end", "serai documents 1\npassport lost 2026-05-01 A1", true, 0 },
        { "empty line", "serai documents 1\n\n", true, 18 },
        { "a kind that is none", "serai documents 1\npass lost 2026-05-01 A1\n", true, 18 },
        { "a status that is none", "serai documents 1\npassport gone 2026-05-01 A1\n", true, 18 },
        { "a day that is none", "serai documents 1\npassport lost 2026-02-30 A1\n", true, 18 },
        { "a number not folded", "serai documents 1\npassport lost 2026-05-01 a1\n", true, 18 },
        { "no number", "serai documents 1\npassport lost 2026-05-01\n", true, 18 },
        { "two blanks", "serai documents 1\npassport lost  2026-05-01 A1\n", true, 18 },
        { "a blank behind", "serai documents 1\npassport lost 2026-05-01 A1 \n", true, 18 },
        { "a third number", "serai documents 1\npassport lost 2026-05-01 A1 A2 A3\n", true, 18 },
        { "a range backwards", "serai documents 1\npassport lost 2026-05-01 A2 A1\n", true, 18 },
        { "a range of two series", "serai documents 1\npassport lost 2026-05-01 A1 B2\n", true, 18 },
        { "a range of containers", "serai documents 1\ncontainer lost 2026-05-01 CSQU3054383 CSQU3054383\n",
          true, 18 },
        { "a listing as a withdrawal", "serai documents 1\npassport lost 2026-05-01 A1\n", false, 18 },
        { "a withdrawal as a listing", "serai documents 1\npassport A1\n", true, 18 },
        { "the second", "serai documents 1\npassport lost 2026-05-01 A1\nvisa lost x A1\n", true, 46 },
    };
    struct list l = { .n = 0 };
    struct document_entry in[3] = { entry(DOCUMENT_IDENTITY_CARD, DOCUMENT_STOLEN_BLANK, "AB001", "AB900"),
                                    entry(DOCUMENT_VEHICLE, DOCUMENT_STOLEN, "1M8GDM9AXKP042788", NULL),
                                    entry(DOCUMENT_PASSPORT, DOCUMENT_LOST, "N1", NULL) };
    struct why w = { 0 };
    struct buffer b;

    (void)state;
    buf_init(&b, 1 << 16);
    documents_begin(&b);
    for (size_t i = 0; i < 3; i++)
        documents_put(&in[i], &b);
    assert_true(documents_read(buf_span(&b), true, collect, &l, &w));
    assert_int_equal(l.n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(l.e[i].kind, in[i].kind);
        assert_int_equal(l.e[i].status, in[i].status);
        assert_true(span_eq(document_number_span(&l.e[i].number), document_number_span(&in[i].number)));
        assert_true(span_eq(document_number_span(&l.e[i].to), document_number_span(&in[i].to)));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why_clear(&w);
        l.n = 0;
        if (documents_read(span_str(bad[i].body), bad[i].listed, collect, &l, &w))
            fail_msg("%s", bad[i].what);
        assert_string_equal(w.reason, "documents");
        if (w.offset != bad[i].at)
            fail_msg("%s: at %zu", bad[i].what, w.offset);
    }
    buf_reset(&b);
    documents_begin(&b);
    for (size_t i = 0; i <= DOCUMENTS_RECORD; i++)
        documents_put(&in[2], &b);
    l.n = 0;
    assert_false(documents_read(buf_span(&b), true, collect, &l, &w)); /* one too many */
    buf_free(&b);
}

static struct document_set *opened(const char *path)
{
    struct document_set *s = NULL;
    struct why w = { 0 };

    if (!document_set_open(path, LOOKUP_WRITE, &s, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_true(document_set_add_state(s, SPAN("KZ")) && document_set_add_state(s, SPAN("TR")));
    return s;
}

static char *folder(void)
{
    char *path = arena_str(&test_arena, SPAN("/tmp/serai-XXXXXX"));

    assert_non_null(mkdtemp(path));
    return path;
}

static void remove_all(const char *path)
{
    char command[128];

    (void)snprintf(command, sizeof command, "rm -rf '%s'", path);
    assert_int_equal(system(command), 0);
}

static struct document_answer ask(struct document_set *s, const char *state, enum document_kind k,
                                  const char *n)
{
    struct document_number d = number(k, n);
    struct document_answer a;

    document_set_ask(s, span_str(state), k, &d, true, &a);
    return a;
}

static void take(struct document_set *s, const char *state, struct document_entry e)
{
    struct why w = { 0 };

    if (!document_set_take(s, span_str(state), &e, 1, &w))
        fail_msg("%s: %s", w.reason, w.detail);
}

static void answers(void **state)
{
    char *path = folder();
    struct document_set *s = opened(path);
    struct document_answer a;

    (void)state;
    take(s, "KZ", entry(DOCUMENT_DIPLOMATIC_PASSPORT, DOCUMENT_STOLEN, "N1234567", NULL));
    a = ask(s, "KZ", DOCUMENT_PASSPORT, "n 123-4567<<");
    assert_int_equal(a.state, LOOKUP_LISTED);
    assert_int_equal(a.status, DOCUMENT_STOLEN);
    assert_int_equal(a.kind, DOCUMENT_DIPLOMATIC_PASSPORT);
    assert_int_equal(date_cmp(a.on, (struct date){ 2026, 5, 1 }), 0);
    assert_string_equal(a.by, "KZ");
    assert_int_equal(ask(s, "TR", DOCUMENT_PASSPORT, "N1234567").state, LOOKUP_NOT_LISTED);
    assert_int_equal(ask(s, "KZ", DOCUMENT_IDENTITY_CARD, "N1234567").state, LOOKUP_NOT_LISTED);
    assert_int_equal(ask(s, "D", DOCUMENT_PASSPORT, "N1234567").state, LOOKUP_NOT_LISTED);
    assert_false(ask(s, "KZ", DOCUMENT_PASSPORT, "N1234568").read_again);
    document_set_close(s);
    s = opened(path); /* and it is still there */
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "N1234567").state, LOOKUP_LISTED);
    take(s, "KZ", entry(DOCUMENT_PASSPORT, DOCUMENT_CLEAR, "N1234567", NULL));
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "N1234567").state, LOOKUP_NOT_LISTED);
    document_set_close(s);
    remove_all(path);
}

/* A letter that is easily taken for another is a reason to read again, never a hit. */
static void misread(void **state)
{
    char *path = folder();
    struct document_set *s = opened(path);
    struct document_answer a;

    (void)state;
    take(s, "KZ", entry(DOCUMENT_PASSPORT, DOCUMENT_STOLEN, "AO123456", NULL));
    a = ask(s, "KZ", DOCUMENT_PASSPORT, "A0123456");
    assert_int_equal(a.state, LOOKUP_NOT_LISTED);
    assert_true(a.read_again);
    a = ask(s, "KZ", DOCUMENT_PASSPORT, "A0I23456"); /* two letters: another number */
    assert_int_equal(a.state, LOOKUP_NOT_LISTED);
    assert_false(a.read_again);
    a = ask(s, "KZ", DOCUMENT_PASSPORT, "AX123456");
    assert_false(a.read_again);
    a = ask(s, "KZ", DOCUMENT_PASSPORT, "AO123456"); /* the very one: no doubt */
    assert_int_equal(a.state, LOOKUP_LISTED);
    assert_false(a.read_again);
    take(s, "KZ", entry(DOCUMENT_PASSPORT, DOCUMENT_LOST, "A0123456", NULL)); /* both are listed */
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "A0123456").status, DOCUMENT_LOST);
    document_set_close(s);
    remove_all(path);
}

static void blanks(void **state)
{
    char *path = folder();
    struct document_set *s = opened(path);
    struct document_counts *c = calloc(1, sizeof *c);

    (void)state;
    take(s, "KZ", entry(DOCUMENT_PASSPORT, DOCUMENT_STOLEN_BLANK, "AB0000100", "AB0000199"));
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "AB0000100").state, LOOKUP_LISTED);
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "AB0000199").status, DOCUMENT_STOLEN_BLANK);
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "AB0000099").state, LOOKUP_NOT_LISTED);
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "AB0000200").state, LOOKUP_NOT_LISTED);
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "AB000150").state, LOOKUP_NOT_LISTED); /* shorter */
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "AC0000150").state, LOOKUP_NOT_LISTED);
    assert_int_equal(ask(s, "TR", DOCUMENT_PASSPORT, "AB0000150").state, LOOKUP_NOT_LISTED);
    take(s, "KZ", entry(DOCUMENT_PASSPORT, DOCUMENT_CLEAR, "AB0000150", NULL)); /* one was found */
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "AB0000150").state, LOOKUP_NOT_LISTED);
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "AB0000151").state, LOOKUP_LISTED);
    take(s, "TR", entry(DOCUMENT_PASSPORT, DOCUMENT_CLEAR, "AB0000100", "AB0000199")); /* not its own */
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "AB0000151").state, LOOKUP_LISTED);
    document_set_close(s);
    s = opened(path);
    document_set_count(s, c);
    assert_true(c->whole && c->n == 1);
    assert_string_equal(c->of[0].state, "KZ");
    assert_int_equal(c->of[0].ranges, 1);
    assert_int_equal(c->of[0].blanks, 100);
    assert_int_equal(c->of[0].n[DOCUMENT_CLEAR], 1);
    take(s, "KZ", entry(DOCUMENT_PASSPORT, DOCUMENT_CLEAR, "AB0000100", "AB0000199"));
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "AB0000151").state, LOOKUP_NOT_LISTED);
    document_set_close(s);
    free(c);
    remove_all(path);
}

/* Only the State itself: what another enters or withdraws is said of that one's own documents. */
static void only_the_issuer(void **state)
{
    char *path = folder();
    struct document_set *s = opened(path);
    struct document_entry e = entry(DOCUMENT_PASSPORT, DOCUMENT_STOLEN, "N1", NULL);
    struct why w = { 0 };

    (void)state;
    take(s, "KZ", e);
    take(s, "TR", entry(DOCUMENT_PASSPORT, DOCUMENT_CLEAR, "N1", NULL));
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "N1").state, LOOKUP_LISTED);
    take(s, "TR", entry(DOCUMENT_PASSPORT, DOCUMENT_LOST, "N2", NULL));
    assert_int_equal(ask(s, "KZ", DOCUMENT_PASSPORT, "N2").state, LOOKUP_NOT_LISTED);
    /* A vehicle is found whoever lists it, and stays listed while one of them does. */
    take(s, "KZ", entry(DOCUMENT_VEHICLE, DOCUMENT_STOLEN, "1M8GDM9AXKP042788", NULL));
    assert_int_equal(ask(s, "", DOCUMENT_VEHICLE, "1M8GDM9AXKP042788").state, LOOKUP_LISTED);
    take(s, "TR", entry(DOCUMENT_VEHICLE, DOCUMENT_CLEAR, "1M8GDM9AXKP042788", NULL));
    assert_string_equal(ask(s, "TR", DOCUMENT_VEHICLE, "1M8GDM9AXKP042788").by, "KZ");
    assert_false(document_set_take(s, SPAN("kz"), &e, 1, &w));
    assert_string_equal(w.reason, "state");
    document_set_close(s);
    remove_all(path);
}

static uint64_t random_state = 3;

static uint64_t random_next(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Ranges that lie in and over one another, against a plain list. */
static void ranges_against_list(void **state)
{
    struct document_ranges r = { 0 }, back;
    struct document_span plain[64];
    size_t n = 0;
    char *path = folder();
    struct why w = { 0 };

    (void)state;
    for (unsigned i = 0; i < 3000; i++) {
        uint64_t first = random_next() % 60, last = first + random_next() % 20;
        struct document_span s = { random_next() % 3, first, last, i };
        size_t at = 0;

        while (at < n && !(plain[at].print == s.print && plain[at].first == first && plain[at].last == last))
            at++;
        if (n && random_next() % 2) {
            s = at < n ? plain[at] : plain[random_next() % n];
            document_ranges_drop(&r, s.print, s.first, s.last);
            for (at = 0;
                 plain[at].print != s.print || plain[at].first != s.first || plain[at].last != s.last;)
                at++;
            plain[at] = plain[--n];
        } else if (at < n || n < 64) {
            assert_true(document_ranges_put(&r, &s, &w));
            plain[at] = s;
            n += at == n;
        }
        assert_int_equal(r.n, n);
        for (uint64_t k = 0; k < 3 * 80; k += 1 + random_next() % 5) {
            bool there = false;

            for (size_t j = 0; j < n; j++)
                there =
                    there || (plain[j].print == k % 3 && plain[j].first <= k / 3 && k / 3 <= plain[j].last);
            assert_int_equal(document_ranges_find(&r, k % 3, k / 3) != NULL, there);
        }
    }
    assert_true(document_ranges_write(path, &r, &w));
    assert_true(document_ranges_read(path, &back, &w));
    assert_int_equal(back.n, r.n);
    for (uint64_t k = 0; k < 240; k++)
        assert_int_equal(document_ranges_find(&r, k % 3, k / 3) != NULL,
                         document_ranges_find(&back, k % 3, k / 3) != NULL);
    {
        char command[128];

        (void)snprintf(command, sizeof command,
                       "printf x | dd of=%s/ranges bs=1 seek=30 conv=notrunc 2>/dev/null", path);
        assert_int_equal(system(command), 0);
        document_ranges_free(&back);
        assert_false(document_ranges_read(path, &back, &w));
        assert_string_equal(w.reason, "damaged");
    }
    document_ranges_free(&r);
    remove_all(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers), cmocka_unit_test(container_digits), cmocka_unit_test(words),
        cmocka_unit_test(records), cmocka_unit_test(answers),          cmocka_unit_test(misread),
        cmocka_unit_test(blanks),  cmocka_unit_test(only_the_issuer),  cmocka_unit_test(ranges_against_list),
    };

    return cmocka_run_group_tests_name("service/notice/documents", tests, arena_setup, arena_teardown);
}
