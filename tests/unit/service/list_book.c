/*
 * Published lists as they are kept and asked: differences against a plain comparison, the version that loses
 * too much, the import that is cut off, what was in force then, identifiers, and nothing that goes on
 * alerting.
 */
#include "service/notice/list_book.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "files/durable.h"
#include "service/notice/list_desk.h"
#include "service/notice/list_row.h"

enum { DAY = 24 * 60 * 60, ENTRIES = 200 };

static char folder[64], source[128];
static const unix_time T0 = 1777000000;

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/serai-lists-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(source, sizeof source, "%s.jsonl", folder);
    return 0;
}

static int tear_down(void **state)
{
    char command[256];

    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf %s %s", folder, source);
    return system(command);
}

static void write_source(const char *text)
{
    FILE *f = fopen(source, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static bool import_at(const char *name, unix_time now, enum list_outcome *outcome, struct list_about *about,
                      struct why *w)
{
    const char *const files[] = { source };
    struct list_order o = { .folder = folder,
                            .name = name,
                            .purposes = LIST_BORDER,
                            .basis = "SPECIMEN law 1",
                            .by = "o-1",
                            .file = files,
                            .n = 1,
                            .now = now };

    return list_book_import(&o, outcome, about, w);
}

static struct list_about import_well(const char *text, unix_time now, enum list_outcome wanted)
{
    enum list_outcome outcome;
    struct list_about about = { 0 };
    struct why w = { 0 };

    write_source(text);
    if (!import_at("sample", now, &outcome, &about, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_int_equal(outcome, wanted);
    return about;
}

/* How many results a name has for a purpose. */
static size_t found(const char *name, const char *purpose, const char *property)
{
    struct list_desk *d = list_desk_new(folder);
    struct list_found *f = calloc(1, sizeof *f);
    struct list_question q = { .why = list_reason_of(span_str(purpose)),
                               .officer = SPAN("o-1"),
                               .least = .7f };
    const struct list_view *v = NULL;
    struct why w = { 0 };
    struct arena a;
    size_t n;

    arena_init(&a, 64 << 20);
    list_question_put(&q, span_str(property), span_str(name));
    q.schema = SPAN("Thing");
    if (!list_desk_take(d, &v, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    /* An identifier whose check digit is wrong is none. */
    if (!list_ask(v, &q, &a, f, &w) && strcmp(w.reason, "request") != 0)
        fail_msg("%s: %s", w.reason, w.detail);
    n = f->n;
    list_desk_give(d, v);
    list_desk_free(d);
    arena_free(&a);
    free(f);
    return n;
}

#define ONE                                                                                                  \
    "{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Qasym "                                 \
    "Specimenuly\"],\"birthDate\":[\"1970\"]}}\n"
#define TWO                                                                                                  \
    "{\"id\":\"b\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Obrazets "                             \
    "Holding\"],\"leiCode\":[\"529900T8BM49AURSDO55\"],\"registrationNumber\":[\"77-0012345\"],\"country\":" \
    "[\"kz\"]}}\n"
#define TWO_CHANGED                                                                                          \
    "{\"id\":\"b\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Obrazets "                             \
    "Holding\"],\"leiCode\":[\"529900T8BM49AURSDO55\"],\"registrationNumber\":[\"77-0012345\"],\"country\":" \
    "[\"ru\"],\"notes\":[\"x\"]}}\n"
#define THREE                                                                                                \
    "{\"id\":\"c\",\"schema\":\"Vessel\",\"properties\":{\"name\":[\"Namuna Star\"],\"imoNumber\":[\"IMO "   \
    "9074729\"]}}\n"

static void terms(void **state)
{
    const char *const files[] = { source };
    struct list_order o = { .folder = folder, .name = "sample", .file = files, .n = 1, .now = T0 };
    enum list_outcome outcome;
    struct list_about about;
    struct why w = { 0 };

    (void)state;
    write_source(ONE);
    assert_false(list_book_import(&o, &outcome, &about, &w));
    assert_string_equal(w.reason, "terms");
    why_clear(&w);
    o.purposes = LIST_BORDER;
    o.by = "o-1";
    assert_false(list_book_import(&o, &outcome, &about, &w));
    assert_string_equal(w.reason, "terms");
    why_clear(&w);
    o.basis = "SPECIMEN law 1";
    o.name = "../up";
    assert_false(list_book_import(&o, &outcome, &about, &w));
    assert_string_equal(w.reason, "terms");
    assert_int_equal(found("Qasym Specimenuly", "border-check", "name"), 0);
}

static void life(void **state)
{
    struct list_about x;
    struct why w = { 0 };

    (void)state;
    x = import_well(ONE TWO THREE, T0, LIST_ACTIVE);
    assert_int_equal(x.difference.added, 3);
    x = import_well(ONE TWO THREE, T0 + 10, LIST_UNCHANGED);
    assert_int_equal(x.version, 1);
    assert_int_equal(found("Касым Специменулы", "border-check", "name"), 1);
    assert_int_equal(found("Qasym Specimenuly", "payment", "name"), 0); /* another purpose */
    x = import_well(ONE TWO_CHANGED, T0 + DAY, LIST_ACTIVE);
    assert_int_equal(x.difference.removed, 1);
    assert_int_equal(x.difference.changed, 1);
    assert_int_equal(x.difference.same, 1);
    assert_int_equal(found("Namuna Star", "border-check", "name"), 0); /* at once */
    assert_int_equal(list_book_as_of(folder, "sample", T0 + DAY - 1), 1);
    assert_int_equal(list_book_as_of(folder, "sample", T0 + DAY), 2);
    assert_int_equal(list_book_as_of(folder, "sample", T0 - 1), 0);
    /* A year and a day after the first was in force it is gone. */
    x = import_well(ONE TWO, T0 + (LIST_KEEP_DAYS + 3) * (unix_time)DAY, LIST_ACTIVE);
    assert_int_equal(x.version, 3);
    assert_int_equal(list_book_as_of(folder, "sample", T0 + 1), 0);
    assert_false(list_book_remove(folder, "sample", "o-1", "", T0, &w));
    assert_string_equal(w.reason, "terms");
    why_clear(&w);
    assert_true(list_book_remove(folder, "sample", "o-1", "SPECIMEN", T0, &w));
    assert_int_equal(found("Qasym Specimenuly", "border-check", "name"), 0);
    assert_false(list_book_remove(folder, "sample", "o-1", "SPECIMEN", T0, &w));
    assert_string_equal(w.reason, "absent");
}

static void identifiers(void **state)
{
    (void)state;
    (void)import_well(ONE TWO THREE, T0, LIST_ACTIVE);
    assert_int_equal(found("5299 00T8 BM49 AURS DO55", "border-check", "leiCode"), 1);
    assert_int_equal(found("529900T8BM49AURSDO56", "border-check", "leiCode"), 0); /* check digits */
    assert_int_equal(found("9074729", "border-check", "imoNumber"), 1);
    assert_int_equal(found("9074728", "border-check", "imoNumber"), 0);
    assert_int_equal(found("77 0012345", "border-check", "registrationNumber"), 1);
    assert_int_equal(found("770012345", "border-check", "taxNumber"), 1); /* lists mix them up */
    assert_int_equal(found("770012345", "border-check", "passportNumber"), 0);
    assert_int_equal(found("7700I2345", "border-check", "registrationNumber"), 0); /* I is not 1 */
}

static void checks(void **state)
{
    char country[3] = "";

    (void)state;
    assert_true(list_lei_sound(SPAN("529900T8BM49AURSDO55")));
    assert_false(list_lei_sound(SPAN("529900T8BM49AURSDO5")));
    assert_true(list_imo_sound(SPAN("9074729")));
    assert_false(list_imo_sound(SPAN("907472A")));
    assert_true(list_iban_country(SPAN("DE89 3704 0044 0532 0130 00"), country));
    assert_string_equal(country, "de");
    assert_false(list_iban_country(SPAN("DE88 3704 0044 0532 0130 00"), country));
    assert_false(list_iban_country(SPAN("DE"), country));
}

/* ---- what loses too much ---- */

static void many(struct buffer *b, unsigned from, unsigned to)
{
    buf_reset(b);
    for (unsigned i = from; i < to; i++)
        buf_printf(
            b, "{\"id\":\"e%u\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Specimen Number%c%c\"]}}\n",
            i, 'a' + i / 26 % 26, 'a' + i % 26);
}

static void held(void **state)
{
    struct list_terms t;
    struct why w = { 0 };
    struct buffer b;

    (void)state;
    buf_init(&b, 1 << 20);
    many(&b, 0, 100);
    (void)import_well(buf_cstr(&b), T0, LIST_ACTIVE);
    many(&b, 0, 90);
    (void)import_well(buf_cstr(&b), T0 + 1, LIST_ACTIVE); /* ten of a hundred */
    many(&b, 0, 50);
    (void)import_well(buf_cstr(&b), T0 + 2, LIST_HELD);
    (void)import_well(buf_cstr(&b), T0 + 3, LIST_UNCHANGED); /* it stays held */
    assert_true(list_book_terms(folder, "sample", &t, &w));
    assert_int_equal(t.active, 2);
    assert_int_equal(t.held, 3);
    assert_false(list_book_confirm(folder, "sample", "", true, T0 + 4, &w));
    assert_string_equal(w.reason, "terms");
    why_clear(&w);
    assert_true(list_book_confirm(folder, "sample", "o-2", false, T0 + 4, &w));
    assert_false(list_book_confirm(folder, "sample", "o-2", true, T0 + 4, &w));
    assert_string_equal(w.reason, "absent");
    why_clear(&w);
    (void)import_well(buf_cstr(&b), T0 + 5, LIST_HELD);
    assert_true(list_book_confirm(folder, "sample", "o-2", true, T0 + 6, &w));
    assert_true(list_book_terms(folder, "sample", &t, &w));
    assert_int_equal(t.active, 4);
    assert_int_equal(t.held, 0);
    buf_free(&b);
}

/* A file that is cut off changes nothing. */
static void cut_off(void **state)
{
    enum list_outcome outcome;
    struct list_about about;
    struct list_terms t;
    struct why w = { 0 };

    (void)state;
    (void)import_well(ONE TWO THREE, T0, LIST_ACTIVE);
    write_source(ONE "{\"id\":\"b\",\"schema\":\"Comp");
    assert_false(import_at("sample", T0 + 1, &outcome, &about, &w));
    assert_string_equal(w.reason, "truncated");
    assert_true(list_book_terms(folder, "sample", &t, NULL));
    assert_int_equal(t.active, 1);
    assert_int_equal(found("Namuna Star", "border-check", "name"), 1);
}

/* ---- difference ---- */

static unsigned turn(unsigned *s)
{
    *s = *s * 1103515245u + 12345u;
    return *s >> 16;
}

struct plain {
    unsigned value[ENTRIES]; /* 0: not in it */
};

static void write_version(const struct plain *p, const char *path)
{
    struct list_writer *x = NULL;
    struct why w = { 0 };
    uint64_t again;

    assert_true(list_writer_open(path, NULL, &x, &w));
    for (unsigned i = 0; i < ENTRIES; i++) {
        char id[16], name[32];
        struct list_value v = { .property = SPAN("name") };
        struct list_entry e = { .schema = SPAN("Person"), .value = &v, .n = 1 };

        if (!p->value[i])
            continue;
        (void)snprintf(id, sizeof id, "id-%u", i);
        (void)snprintf(name, sizeof name, "Specimen %u", p->value[i]);
        e.id = span_str(id);
        v.text = span_str(name);
        assert_true(list_writer_put(x, &e, &w));
    }
    assert_true(list_writer_end(x, &again, &w));
    assert_int_equal(again, 0);
    list_writer_close(x);
}

static bool count(void *ctx, enum list_change c, struct span before, struct span after, struct why *w)
{
    uint64_t *n = ctx;

    (void)w;
    assert_int_equal(before.n == 0, c == LIST_ADDED);
    assert_int_equal(after.n == 0, c == LIST_REMOVED);
    n[c]++;
    return true;
}

static void differences(void **state)
{
    unsigned seed = 7;

    (void)state;
    for (int round = 0; round < 20; round++) {
        struct plain was = { { 0 } }, is = { { 0 } };
        uint64_t wanted[3] = { 0 }, told[3] = { 0 };
        struct list_version *a = NULL, *b = NULL;
        struct list_difference d;
        char first[80], second[80];
        struct why w = { 0 };

        for (unsigned i = 0; i < ENTRIES; i++) {
            was.value[i] = turn(&seed) % 3;
            is.value[i] = turn(&seed) % 4 ? was.value[i] : turn(&seed) % 3;
            wanted[LIST_ADDED] += !was.value[i] && is.value[i];
            wanted[LIST_REMOVED] += was.value[i] && !is.value[i];
            wanted[LIST_CHANGED] += was.value[i] && is.value[i] && was.value[i] != is.value[i];
        }
        (void)snprintf(first, sizeof first, "%s/a", folder);
        (void)snprintf(second, sizeof second, "%s/b", folder);
        write_version(&was, first);
        write_version(&is, second);
        assert_true(list_version_open(first, &a, &w) && list_version_open(second, &b, &w));
        assert_true(list_version_diff(a, b, count, told, &d, &w));
        assert_int_equal(d.added, wanted[LIST_ADDED]);
        assert_int_equal(d.removed, wanted[LIST_REMOVED]);
        assert_int_equal(d.changed, wanted[LIST_CHANGED]);
        assert_memory_equal(told, wanted, sizeof told);
        list_version_close(a);
        list_version_close(b);
    }
}

static void put_range(struct list_writer *x, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) {
        char id[16], name[32];
        struct list_value v = { .property = SPAN("name") };
        struct list_entry e = { .schema = SPAN("Person"), .value = &v, .n = 1 };

        (void)snprintf(id, sizeof id, "id-%u", i);
        (void)snprintf(name, sizeof name, "Specimen %u", i + 1);
        e.id = span_str(id);
        v.text = span_str(name);
        assert_true(list_writer_put(x, &e, NULL));
    }
}

/* What was written up to a mark, and then more that is not counted, goes on there. */
static void goes_on(void **state)
{
    struct plain all = { { 0 } };
    struct list_version *a = NULL, *b = NULL;
    struct list_writer *x = NULL;
    struct list_difference d;
    struct list_mark mark;
    char first[80], second[80];
    struct why w = { 0 };
    uint64_t again;

    (void)state;
    for (unsigned i = 0; i < ENTRIES; i++)
        all.value[i] = i + 1;
    (void)snprintf(first, sizeof first, "%s/a", folder);
    (void)snprintf(second, sizeof second, "%s/b", folder);
    write_version(&all, first);
    assert_true(list_writer_open(second, NULL, &x, &w));
    put_range(x, 0, 80);
    assert_true(list_writer_mark(x, &mark, &w));
    put_range(x, 80, 120);
    list_writer_close(x);
    assert_true(list_writer_open(second, &mark, &x, &w));
    put_range(x, 80, ENTRIES);
    assert_true(list_writer_end(x, &again, &w));
    list_writer_close(x);
    assert_true(list_version_open(first, &a, &w) && list_version_open(second, &b, &w));
    assert_true(list_version_diff(a, b, NULL, NULL, &d, &w));
    assert_int_equal(d.same, ENTRIES);
    assert_int_equal(d.added + d.removed + d.changed, 0);
    list_version_close(a);
    list_version_close(b);
}

static void fields(void **state)
{
    const struct list_value one[] = { { SPAN("name"), SPAN("A") }, { SPAN("country"), SPAN("kz") } };
    const struct list_value two[] = { { SPAN("name"), SPAN("A") },
                                      { SPAN("country"), SPAN("ru") },
                                      { SPAN("notes"), SPAN("x") } };
    const struct list_entry a = { .schema = SPAN("Company"), .value = one, .n = 2 };
    const struct list_entry b = { .schema = SPAN("Company"), .value = two, .n = 3 };
    struct span f[8];

    (void)state;
    assert_int_equal(list_entry_fields(&a, &b, f, 8), 2);
    assert_true(span_eq_str(f[0], "country") && span_eq_str(f[1], "notes"));
}

/* ---- rows ---- */

static void rows(void **state)
{
    struct list_question q = { 0 };
    struct list_row_table t;
    struct why w = { 0 };
    struct arena a;
    struct span id;

    (void)state;
    arena_init(&a, 1 << 20);
    assert_true(
        list_row_begin(SPAN("\xef\xbb\xbfid,Full Name,date_of_birth,Country,LEI,nonsense\r\n"), &t, &w));
    assert_true(list_row_read(&t, SPAN("7,\"Specimen, Ali\",1970-01-02,kz,529900T8BM49AURSDO55,x\r\n"), &a,
                              &q, &id, &w));
    assert_true(span_eq_str(id, "7"));
    assert_int_equal(q.n_name, 1);
    assert_true(span_eq_str(q.name[0], "Specimen, Ali"));
    assert_int_equal(q.about.n_date, 1);
    assert_int_equal(q.about.n_country, 1);
    assert_int_equal(q.n_id, 1);
    assert_false(list_row_read(&t, SPAN("7,8"), &a, &q, &id, &w));
    assert_string_equal(w.reason, "row");
    why_clear(&w);
    assert_false(list_row_begin(SPAN("a,b\n"), &t, &w));
    assert_string_equal(w.reason, "header");
    assert_true(list_row_begin(SPAN("{\"id\":\"x\"}"), &t, NULL));
    assert_true(
        list_row_read(&t,
                      SPAN("{\"id\":\"x\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ali\",\"Aly\"],"
                           "\"passportNumber\":\"A 0000001\"}}"),
                      &a, &q, &id, NULL));
    assert_int_equal(q.n_name, 2);
    assert_int_equal(q.n_id, 1);
    assert_true(span_eq_str(q.schema, "Person"));
    arena_free(&a);
}

int main(void)
{
#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        EACH(terms),   EACH(life),        EACH(identifiers), EACH(checks), EACH(held),
        EACH(cut_off), EACH(differences), EACH(goes_on),     EACH(fields), EACH(rows),
    };

    return cmocka_run_group_tests_name("list-book", tests, NULL, NULL);
}
