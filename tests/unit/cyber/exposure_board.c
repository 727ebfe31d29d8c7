/* The board: findings through their life, and that no number that is hidden follows from those that are
 * shown. */
#include "service/cyber/exposure_board.h"

#include "vectors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t seed = 77;

static unsigned roll(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

/* ---- hiding ---- */

enum { MOST = 8 };

/* Row-reduced sums over the hidden cells: one that stands alone in a row follows from what is shown. */
static bool follows(const bool *hidden, size_t rows, size_t columns, size_t cell)
{
    double m[2 * MOST][MOST * MOST];
    size_t pivot = 0, at[MOST * MOST], n = 0, equations = rows + columns;

    memset(m, 0, sizeof m);
    for (size_t i = 0; i < rows * columns; i++) {
        if (!hidden[i])
            continue;
        m[i / columns][n] = i % columns == columns - 1 ? -1 : 1;
        m[rows + i % columns][n] = i / columns == rows - 1 ? -1 : 1;
        at[n++] = i;
    }
    for (size_t c = 0; c < n && pivot < equations; c++) {
        size_t r = pivot;

        while (r < equations && fabs(m[r][c]) < 1e-9)
            r++;
        if (r == equations)
            continue;
        for (size_t k = 0; k < n; k++) {
            double swap = m[r][k];

            m[r][k] = m[pivot][k];
            m[pivot][k] = swap;
        }
        for (size_t k = n; k-- > 0;)
            m[pivot][k] /= m[pivot][c];
        for (size_t o = 0; o < equations; o++) {
            double by = m[o][c];

            for (size_t k = 0; o != pivot && k < n; k++)
                m[o][k] -= by * m[pivot][k];
        }
        pivot++;
    }
    for (size_t r = 0; r < equations; r++) {
        size_t others = 0, which = n;

        for (size_t k = 0; k < n; k++)
            if (fabs(m[r][k]) > 1e-6) {
                others++;
                which = k;
            }
        if (others == 1 && at[which] == cell)
            return true;
    }
    return false;
}

static void sums(uint32_t *cell, size_t rows, size_t columns)
{
    for (size_t r = 0; r < rows - 1; r++) {
        cell[r * columns + columns - 1] = 0;
        for (size_t c = 0; c < columns - 1; c++)
            cell[r * columns + columns - 1] += cell[r * columns + c];
    }
    for (size_t c = 0; c < columns; c++) {
        cell[(rows - 1) * columns + c] = 0;
        for (size_t r = 0; r < rows - 1; r++)
            cell[(rows - 1) * columns + c] += cell[r * columns + c];
    }
}

static void test_hidden(void **state)
{
    size_t small = 0, others = 0;

    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        size_t rows = 2 + roll(5), columns = 2 + roll(6);
        uint32_t cell[MOST * MOST] = { 0 };
        bool hidden[MOST * MOST] = { false };
        unsigned top = 1 + roll(30);

        for (size_t r = 0; r + 1 < rows; r++)
            for (size_t c = 0; c + 1 < columns; c++)
                cell[r * columns + c] = roll(3) ? roll(top) : 0;
        sums(cell, rows, columns);
        board_hide(cell, rows, columns, 5, hidden);
        for (size_t i = 0; i < rows * columns; i++) {
            if (cell[i] > 0 && cell[i] < 5) {
                assert_true(hidden[i]);
                small++;
            }
            if (!hidden[i])
                continue;
            others += cell[i] >= 5;
            assert_true(cell[i] > 0);
            if (follows(hidden, rows, columns, i))
                fail_msg("round %u: cell %zu of %zux%zu follows from the others", round, i, rows, columns);
        }
    }
    assert_true(small > 1000 && others > 1000);
}

static void test_shown(void **state)
{
    uint32_t cell[9] = { 7, 8, 15, 6, 0, 6, 13, 8, 21 };
    bool hidden[9] = { false };

    (void)state;
    board_hide(cell, 3, 3, 5, hidden);
    for (size_t i = 0; i < 9; i++)
        assert_false(hidden[i]); /* nothing is small: everything is told */
}

/* ---- findings ---- */

static struct exposure *engine(const char *version)
{
    static const char advisory[] =
        "{\"document\":{\"csaf_version\":\"2.0\",\"publisher\":{\"namespace\":\"https://specimen.example\"},"
        "\"tracking\":{\"id\":\"A-1\",\"current_release_date\":\"2026-01-01T00:00:00Z\"}},\"product_tree\":{"
        "\"branches\":[{\"category\":\"vendor\",\"name\":\"Acme\",\"branches\":[{\"category\":\"product_"
        "name\","
        "\"name\":\"Pump\",\"branches\":[{\"category\":\"product_version_range\",\"name\":\"<2\",\"product\":"
        "{"
        "\"name\":\"x\",\"product_id\":\"P\"}}]}]}]},\"vulnerabilities\":[{\"cve\":\"CVE-2026-0001\","
        "\"product_status\":{\"known_affected\":[\"P\"]}}]}";
    static const char *const organisations[] = { "O1", "O2", "O3", "O4", "O5", "O6" };
    struct exposure *e = exposure_new();
    struct csaf c;
    bool taken;

    assert_true(csaf_read(span_str(advisory), &test_arena, &c, NULL));
    assert_true(exposure_advise(e, &c, &taken, NULL));
    for (size_t i = 0; i < 6; i++) {
        const struct asset_item x = { .vendor = SPAN("Acme"),
                                      .product = SPAN("Pump"),
                                      .version = span_str(version),
                                      .organisation = span_str(organisations[i]),
                                      .sector = i < 4 ? SPAN("energy") : SPAN("health"),
                                      .count = 3 };

        assert_true(exposure_add(e, SPAN("L"), &x, NULL));
    }
    return e;
}

static size_t open_of(const struct exposure_findings *f)
{
    size_t n = 0;

    for (uint32_t i = 0; i < f->n; i++)
        n += !f->item[i].closed;
    return n;
}

static void update(struct exposure_findings *f, const char *version, unix_time now)
{
    struct exposure *e = engine(version);

    assert_true(exposure_findings_update(f, e, now, NULL));
    exposure_free(e);
}

static void test_life(void **state)
{
    struct exposure_findings f, again;
    struct why w = { 0 };
    struct buffer b;

    (void)state;
    exposure_findings_init(&f);
    update(&f, "1.0", 1000);
    assert_int_equal(open_of(&f), 6);
    update(&f, "1.0", 2000);
    assert_int_equal(f.item[0].since, 1000); /* known since then */
    assert_true(exposure_findings_close(&f, SPAN("O1"), SPAN("acme/pump"), SPAN("CVE-2026-0001"),
                                        SPAN("desk-1"), SPAN("filtered"), 3000, &w));
    assert_false(exposure_findings_close(&f, SPAN("O1"), SPAN("acme/pump"), SPAN("CVE-2026-0001"),
                                         SPAN("desk-1"), SPAN("filtered"), 3000, &w));
    assert_string_equal(w.reason, "finding-unknown");
    update(&f, "1.0", 4000);
    assert_int_equal(open_of(&f), 5); /* stays closed while it is found */
    buf_init(&b, 1 << 20);
    exposure_findings_put(&f, &b);
    exposure_findings_init(&again);
    assert_true(exposure_findings_read(buf_span(&b), &again, &w));
    assert_int_equal(open_of(&again), 5);
    update(&again, "2.0", 5000); /* patched */
    assert_int_equal(open_of(&again), 0);
    update(&again, "1.0", 6000); /* and back */
    assert_int_equal(open_of(&again), 6);
    assert_int_equal(again.item[0].since, 6000);
    update(&again, "2.0", 7000);
    exposure_findings_forget(&again, 7001);
    assert_int_equal(again.n, 0);
    assert_false(exposure_findings_read(SPAN("{\"organisation\":\"O\"}\n"), &again, &w));
    buf_free(&b);
    exposure_findings_free(&f);
    exposure_findings_free(&again);
}

static void test_board(void **state)
{
    struct json_writer j;
    struct exposure_findings f;
    struct buffer b;
    const char *text;

    (void)state;
    exposure_findings_init(&f);
    update(&f, "1.0", 86400);
    buf_init(&b, 1 << 20);
    j = json_to(&b);
    exposure_findings_board(&f, SPAN("KZ"), 5, 3 * 86400, &j);
    text = buf_cstr(&b);
    /* Four in energy, two in health, six together: neither sector may be told, nor may it follow. */
    assert_non_null(strstr(text, "{\"sector\":\"energy\",\"organisations\":null"));
    assert_non_null(strstr(text, "{\"sector\":\"health\",\"organisations\":null"));
    assert_null(strstr(text, ":4"));
    assert_null(strstr(text, "O1"));
    assert_null(strstr(text, "pump"));
    assert_null(strstr(text, "CVE"));
    buf_reset(&b);
    j = json_to(&b);
    exposure_findings_board(&f, SPAN("KZ"), 1, 3 * 86400, &j); /* nothing is small */
    text = buf_cstr(&b);
    assert_non_null(strstr(text, "{\"sector\":\"energy\",\"organisations\":4,"));
    assert_non_null(strstr(text, "\"median_days_open\":2"));
    buf_free(&b);
    exposure_findings_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hidden),
        cmocka_unit_test(test_shown),
        cmocka_unit_test(test_life),
        cmocka_unit_test(test_board),
    };

    return cmocka_run_group_tests_name("exposure board", tests, arena_setup, arena_teardown);
}
