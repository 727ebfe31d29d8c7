/*
 * What may be told of stays without telling small numbers.
 *
 * The measures hang together: who is inside is who was inside the day before, with those who came, without
 * those who left. So what is left out of one may follow from the others, above all over several days. All
 * that is known is written as differences x - y <= c of A(d) all who came by day d, E(d) all who left by
 * then, W(d) = over(d) + E(d - 1): came(d) = A(d) - A(d - 1), left(d) = E(d) - E(d - 1), inside(d) = A(d) -
 * E(d), over(d) = W(d) - E(d - 1), W(d) >= W(d - 1), since who is over is so until it leaves, and W(d) <=
 * A(d). The shortest paths between them give exactly which numbers are possible for each measure.
 *
 * Days are told one after the other, each as far as nothing left out so far follows too narrowly. Of the
 * first day of a month only who is inside is told, so that months hang together in nothing: who came and left
 * on it may be any number, and who was over before it may have left.
 */
#include "service/travel/statistics.h"

enum { VARIABLES = 3, DAYS = 31, MOST = VARIABLES * DAYS, FAR = 1 << 28 };

enum level { TELL_ALL, TELL_STOCKS, TELL_INSIDE, LEVELS };

struct net {
    size_t n;
    int32_t d[MOST][MOST]; /* d[x][y]: y - x is at most that, by all that is known together */
};

static size_t came_by(size_t day)
{
    return VARIABLES * day;
}

static size_t left_by(size_t day)
{
    return VARIABLES * day + 1;
}

static size_t over_by(size_t day)
{
    return VARIABLES * day + 2;
}

/* y - x is at most c, and with it what follows: paths over x and y get shorter, and no others. */
static void at_most(struct net *k, size_t x, size_t y, int32_t c)
{
    if (c >= k->d[x][y])
        return;
    for (size_t i = 0; i < k->n; i++)
        for (size_t j = 0; k->d[i][x] < FAR && j < k->n; j++)
            if (k->d[y][j] < FAR && k->d[i][x] + c + k->d[y][j] < k->d[i][j])
                k->d[i][j] = k->d[i][x] + c + k->d[y][j];
}

/* y - x is a number as it was told. */
static void known(struct net *k, size_t x, size_t y, int32_t told, int32_t least)
{
    int32_t low = told < 0 ? 0 : told;

    at_most(k, x, y, low + least - 1);
    at_most(k, y, x, -low);
}

static void add_day(struct net *k, size_t d, const int32_t told[STAY_MEASURES], enum level level,
                    int32_t least)
{
    for (; k->n < VARIABLES * (d + 1); k->n++)
        for (size_t x = 0; x <= k->n; x++)
            k->d[x][k->n] = k->d[k->n][x] = x == k->n ? 0 : FAR;
    known(k, left_by(d), came_by(d), told[STAYS_INSIDE], least);
    if (!d)
        return;
    at_most(k, came_by(d), came_by(d - 1), 0);
    at_most(k, left_by(d), left_by(d - 1), 0);
    at_most(k, came_by(d), over_by(d), 0);
    at_most(k, over_by(d), left_by(d - 1), 0);
    if (d > 1)
        at_most(k, over_by(d), over_by(d - 1), 0);
    if (level == TELL_ALL) {
        known(k, came_by(d - 1), came_by(d), told[STAYS_CAME], least);
        known(k, left_by(d - 1), left_by(d), told[STAYS_LEFT], least);
    }
    if (level != TELL_INSIDE)
        known(k, left_by(d - 1), over_by(d), told[STAYS_OVER], least);
}

static bool narrow(const struct net *k, size_t x, size_t y)
{
    return k->d[x][y] < FAR && k->d[y][x] < FAR && k->d[x][y] + k->d[y][x] + 1 < STAYS_POSSIBLE;
}

/* Something that is few follows. What is held has no bound above. */
static bool follows(const struct net *k, size_t d, const int32_t told[STAY_MEASURES])
{
    return (told[STAYS_INSIDE] == STAYS_FEW && narrow(k, left_by(d), came_by(d))) ||
           (d && ((told[STAYS_CAME] == STAYS_FEW && narrow(k, came_by(d - 1), came_by(d))) ||
                  (told[STAYS_LEFT] == STAYS_FEW && narrow(k, left_by(d - 1), left_by(d))) ||
                  (told[STAYS_OVER] == STAYS_FEW && narrow(k, left_by(d - 1), over_by(d)))));
}

static bool tells_too_much(const struct net *k, const int32_t (*told)[STAY_MEASURES], size_t n)
{
    for (size_t d = 0; d < n; d++)
        if (follows(k, d, told[d]))
            return true;
    return false;
}

static void tell_day(const int32_t counted[STAY_MEASURES], enum level level, int32_t least,
                     int32_t told[STAY_MEASURES])
{
    static const bool tells[LEVELS][STAY_MEASURES] = {
        [TELL_ALL] = { true, true, true, true },
        [TELL_STOCKS] = { [STAYS_INSIDE] = true, [STAYS_OVER] = true },
        [TELL_INSIDE] = { [STAYS_INSIDE] = true },
    };

    for (size_t m = 0; m < STAY_MEASURES; m++)
        told[m] = !tells[level][m]     ? STAYS_HELD
                  : counted[m] < least ? STAYS_FEW
                                       : counted[m] - counted[m] % least;
}

bool stays_tell(const int32_t (*counted)[STAY_MEASURES], size_t n, int32_t least, struct arena *a,
                int32_t (*told)[STAY_MEASURES], struct why *w)
{
    struct net *before = arena_alloc(a, sizeof *before), *k = arena_alloc(a, sizeof *k);

    if (!before || !k)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    before->n = 0;
    for (size_t d = 0; d < n && d < DAYS; d++) {
        enum level level = d ? TELL_ALL : TELL_INSIDE;

        for (;; level++) {
            tell_day(counted[d], level, least, told[d]);
            *k = *before;
            add_day(k, d, told[d], level, least);
            /* Who is inside alone, with came and left open, bounds nothing of the days before. */
            if (level == TELL_INSIDE || !tells_too_much(k, told, d + 1))
                break;
        }
        *before = *k;
    }
    return true;
}
