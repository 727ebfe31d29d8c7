/* What is told of stays, worked out the slow way: no small number follows from it. */
#include "service/travel/statistics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LEAST = LIMIT_TOLD_LEAST };

static struct arena arena;
static struct why why;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 512 << 20);
    why_clear(&why);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct stay_table *table(day_number first, size_t n)
{
    struct stay_table *t = arena_alloc(&arena, sizeof *t);

    assert_non_null(t);
    memset(t, 0, sizeof *t);
    t->n_purposes = 3;
    t->purpose[0] = SPAN("work");
    t->purpose[1] = SPAN("tourism");
    t->first = first;
    t->n_days = n;
    return t;
}

enum { MONTH = 31, WIDE = 14, PERSONS = 200 };

/* The measures of a day as whoever reads may think of them. Came follows from the day before. */
struct state {
    int32_t inside, left, over;
};

struct box {
    int32_t low, high;
};

static struct box box(int32_t told, int32_t held)
{
    if (told >= 0)
        return (struct box){ told, told + LEAST - 1 };
    return (struct box){ 0, told == STAYS_HELD ? held : LEAST - 1 };
}

static bool in_box(int32_t v, struct box b)
{
    return v >= b.low && v <= b.high;
}

struct states {
    size_t n;
    struct state *s;
    bool *forward, *backward;
};

static bool follows_on(const int32_t (*told)[STAY_MEASURES], size_t d, const struct state *x,
                       const struct state *y)
{
    return y->inside - x->inside + y->left >= 0 &&
           in_box(y->inside - x->inside + y->left, box(told[d][STAYS_CAME], 2 * WIDE)) &&
           (d < 2 || y->over >= x->over - x->left);
}

static struct states states_of(const int32_t (*told)[STAY_MEASURES], size_t d)
{
    struct box i = box(told[d][STAYS_INSIDE], 0), l = box(told[d][STAYS_LEFT], WIDE);
    struct box o = box(told[d][STAYS_OVER], PERSONS);
    size_t most = (size_t)(i.high - i.low + 1) * (size_t)(l.high - l.low + 1) * (size_t)(o.high - o.low + 1);
    struct states out = { 0, calloc(most, sizeof *out.s), calloc(most, 1), calloc(most, 1) };

    for (int32_t a = i.low; a <= i.high; a++)
        for (int32_t b = l.low; b <= l.high; b++)
            for (int32_t c = o.low; c <= o.high && c <= a + b; c++)
                out.s[out.n++] = (struct state){ a, b, c };
    return out;
}

/* How many numbers are possible for the measure that is left out and has fewest; 99: none is left out. */
static int fewest(const int32_t (*told)[STAY_MEASURES], size_t n)
{
    struct states s[MONTH];
    int least = 99;

    for (size_t d = 0; d < n; d++) {
        s[d] = states_of(told, d);
        for (size_t y = 0; y < s[d].n; y++)
            for (size_t x = 0; !s[d].forward[y] && x < (d ? s[d - 1].n : 1); x++)
                s[d].forward[y] =
                    !d || (s[d - 1].forward[x] && follows_on(told, d, &s[d - 1].s[x], &s[d].s[y]));
    }
    for (size_t d = n; d-- > 0;)
        for (size_t x = 0; x < s[d].n; x++)
            for (size_t y = 0; s[d].forward[x] && !s[d].backward[x] && y < (d + 1 < n ? s[d + 1].n : 1); y++)
                s[d].backward[x] = d + 1 == n || (s[d + 1].backward[y] &&
                                                  follows_on(told, d + 1, &s[d].s[x], &s[d + 1].s[y]));
    for (size_t d = 0; d < n; d++)
        for (size_t m = 0; m < STAY_MEASURES; m++) {
            bool seen[PERSONS + 2 * WIDE] = { false };
            int possible = 0;

            if (told[d][m] != STAYS_FEW)
                continue;
            for (size_t y = 0; y < s[d].n; y++) {
                const struct state *b = &s[d].s[y];

                if (!s[d].backward[y])
                    continue;
                if (m != STAYS_CAME) {
                    seen[m == STAYS_INSIDE ? b->inside : m == STAYS_LEFT ? b->left : b->over] = true;
                    continue;
                }
                for (size_t x = 0; x < s[d - 1].n; x++)
                    if (s[d - 1].backward[x] && follows_on(told, d, &s[d - 1].s[x], b))
                        seen[b->inside - s[d - 1].s[x].inside + b->left] = true;
            }
            for (size_t v = 0; v < sizeof seen; v++)
                possible += seen[v];
            least = possible < least ? possible : least;
        }
    for (size_t d = 0; d < n; d++) {
        free(s[d].s);
        free(s[d].forward);
        free(s[d].backward);
    }
    return least;
}

static void round_all(const int32_t (*counted)[STAY_MEASURES], size_t n, int32_t (*out)[STAY_MEASURES])
{
    for (size_t d = 0; d < n; d++)
        for (size_t m = 0; m < STAY_MEASURES; m++)
            out[d][m] = d == 0 && m != STAYS_INSIDE ? STAYS_HELD
                        : counted[d][m] < LEAST     ? STAYS_FEW
                                                    : counted[d][m] - counted[d][m] % LEAST;
}

static void tell(const int32_t (*counted)[STAY_MEASURES], size_t n, int32_t (*told)[STAY_MEASURES])
{
    struct arena one;

    arena_init(&one, 1 << 20);
    assert_true(stays_tell(counted, n, LEAST, &one, told, &why));
    arena_free(&one);
}

/* Four come each day and nobody leaves: rounding alone would tell it. */
static void a_chain_of_days(void **state)
{
    int32_t counted[6][STAY_MEASURES] = { { 19, 0, 0, 0 }, { 23, 4, 0, 0 }, { 27, 4, 0, 0 },
                                          { 31, 4, 0, 0 }, { 35, 4, 0, 0 }, { 39, 4, 0, 0 } };
    const int32_t(*c)[STAY_MEASURES] = (const int32_t(*)[STAY_MEASURES])counted;
    int32_t told[6][STAY_MEASURES];
    const int32_t(*t)[STAY_MEASURES] = (const int32_t(*)[STAY_MEASURES])told;

    (void)state;
    round_all(c, 6, told);
    assert_int_equal(fewest(t, 6), 1);
    tell(c, 6, told);
    assert_true(fewest(t, 6) >= STAYS_POSSIBLE);
    assert_int_equal(told[0][STAYS_INSIDE], 15);
    assert_int_equal(told[4][STAYS_INSIDE], 35);
}

/* Those who are over leave, four a day: it shows in who is over, were that told. */
static void over_goes_down(void **state)
{
    int32_t counted[6][STAY_MEASURES] = { { 40, 0, 0, 24 }, { 36, 0, 4, 24 }, { 32, 0, 4, 20 },
                                          { 28, 0, 4, 16 }, { 24, 0, 4, 12 }, { 20, 0, 4, 8 } };
    const int32_t(*c)[STAY_MEASURES] = (const int32_t(*)[STAY_MEASURES])counted;
    int32_t told[6][STAY_MEASURES];
    const int32_t(*t)[STAY_MEASURES] = (const int32_t(*)[STAY_MEASURES])told;

    (void)state;
    round_all(c, 6, told);
    assert_true(fewest(t, 6) < STAYS_POSSIBLE);
    tell(c, 6, told);
    assert_true(fewest(t, 6) >= STAYS_POSSIBLE);
}

static void numbers_that_need_no_care(void **state)
{
    int32_t counted[3][STAY_MEASURES] = { { 104, 0, 0, 0 }, { 112, 21, 13, 5 }, { 112, 17, 17, 9 } };
    static const int32_t wanted[3][STAY_MEASURES] = { { 100, STAYS_HELD, STAYS_HELD, STAYS_HELD },
                                                      { 110, 20, 10, 5 },
                                                      { 110, 15, 15, 5 } };
    int32_t told[3][STAY_MEASURES];

    (void)state;
    tell((const int32_t(*)[STAY_MEASURES])counted, 3, told);
    assert_memory_equal(told, wanted, sizeof told);
}

/* Random persons come, stay too long or not, and leave, so that the numbers hang together as they do. */
static void random_month(unsigned most, size_t n, int32_t (*counted)[STAY_MEASURES])
{
    struct stay_table *t = table(20000, n);
    unsigned persons = (unsigned)rand() % most;

    for (unsigned i = 0; i < persons; i++) {
        int from = rand() % ((int)n + 8) - 8, stay = rand() % 12;
        struct stay_kept k = { .purpose = SPAN("work") };

        k.stay.from = date_from_days(t->first + from);
        if (rand() % 4)
            k.stay.to = date_from_days(t->first + from + stay);
        if (rand() % 3)
            k.until = date_from_days(t->first + from + rand() % 8);
        stays_count(t, &k);
    }
    memcpy(counted, t->cell[0], n * sizeof *counted);
}

/* Numbers that hang together as they must, with days on which few come, few leave, and those who are over do.
 */
static void hard_month(size_t n, int32_t (*counted)[STAY_MEASURES])
{
    int32_t inside = rand() % 40 + 8, left = 0, over = rand() % (inside + 1);
    int way = rand() % 3;

    for (size_t d = 0; d < n; d++) {
        int32_t few = 4 - (rand() % 5 == 0), came = way == 0 ? few : rand() % 3;

        over = over - left + (rand() % 6 == 0);
        left = d && way ? few : rand() % 2;
        left = left < inside + came ? left : inside + came;
        inside += came - left;
        over = over < 0 ? 0 : over > inside + left ? inside + left : over;
        counted[d][STAYS_INSIDE] = inside;
        counted[d][STAYS_CAME] = came;
        counted[d][STAYS_LEFT] = left;
        counted[d][STAYS_OVER] = over;
    }
}

static void nothing_small_follows(void **state)
{
    enum { ROUNDS = 500, N = 10 };
    int bare = 0, held = 0;

    (void)state;
    srand(11);
    for (int i = 0; i < ROUNDS; i++) {
        int32_t counted[N][STAY_MEASURES], told[N][STAY_MEASURES], bit[N][STAY_MEASURES];
        const int32_t(*c)[STAY_MEASURES] = (const int32_t(*)[STAY_MEASURES])counted;

        if (i % 3)
            hard_month(N, counted);
        else
            random_month(i % 2 ? 60 : 160, N, counted);
        round_all(c, N, told);
        bare += fewest((const int32_t(*)[STAY_MEASURES])told, N) < STAYS_POSSIBLE;
        tell(c, N, told);
        if (fewest((const int32_t(*)[STAY_MEASURES])told, N) < STAYS_POSSIBLE)
            fail_msg("round %d: a number follows", i);
        for (size_t d = 0; d < N; d++)
            for (size_t m = 0; m < STAY_MEASURES; m++) {
                if (told[d][m] >= 0)
                    assert_int_equal(told[d][m], counted[d][m] - counted[d][m] % LEAST);
                held += d && told[d][m] == STAYS_HELD;
            }
        /* As days go by nothing that was told before changes. */
        for (size_t n = 1; n <= N; n++) {
            tell(c, n, bit);
            assert_memory_equal(bit, told, n * sizeof *bit);
        }
    }
    assert_true(bare > 0); /* the rule is needed */
    assert_true(held > 0);
}

/* The first day of a month cuts what hangs together: two months side by side tell no more than each. */
static void months_side_by_side(void **state)
{
    enum { ROUNDS = 300, N = 6 };
    int bare = 0;

    (void)state;
    srand(12);
    for (int i = 0; i < ROUNDS; i++) {
        int32_t counted[2 * N][STAY_MEASURES], told[2 * N][STAY_MEASURES];
        const int32_t(*c)[STAY_MEASURES] = (const int32_t(*)[STAY_MEASURES])counted;

        hard_month(2 * N, counted);
        tell(c, N, told);
        tell(c + N, N, told + N);
        if (fewest((const int32_t(*)[STAY_MEASURES])told, 2 * N) < STAYS_POSSIBLE)
            fail_msg("round %d: a number follows from two months", i);
        round_all(c, 2 * N, told);
        bare += fewest((const int32_t(*)[STAY_MEASURES])told, 2 * N) < STAYS_POSSIBLE;
    }
    assert_true(bare > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
        CASE(a_chain_of_days),       CASE(over_goes_down),      CASE(numbers_that_need_no_care),
        CASE(nothing_small_follows), CASE(months_side_by_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
