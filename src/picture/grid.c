#include "picture/grid.h"

#include <math.h>

/* ISO/IEC 16022 table 7: the square symbols, and how many regions they have a side. */
static const struct {
    int n, regions;
} sizes[] = { { 10, 1 }, { 12, 1 }, { 14, 1 }, { 16, 1 }, { 18, 1 },  { 20, 1 },  { 22, 1 },  { 24, 1 },
              { 26, 1 }, { 32, 2 }, { 36, 2 }, { 40, 2 }, { 44, 2 },  { 48, 2 },  { 52, 2 },  { 64, 4 },
              { 72, 4 }, { 80, 4 }, { 88, 4 }, { 96, 4 }, { 104, 4 }, { 120, 6 }, { 132, 6 }, { 144, 6 } };

enum { SIZES = sizeof sizes / sizeof *sizes };

struct point {
    float x, y;
};

/* A side of the symbol: the points c + normal * rho + tangent * u, the normal pointing out of it. */
struct edge {
    float angle, rho, score;
};

/* Beyond the picture is paper, and so is what a degenerate warp gives: NaN and infinity fail the comparison.
 */
static inline float at(const struct luma *l, float x, float y)
{
    if (!(x >= 0 && y >= 0 && x < (float)l->w && y < (float)l->h))
        return 255;
    return l->p[(size_t)(int)y * (size_t)l->stride + (size_t)(int)x];
}

static float at_between(const struct luma *l, float x, float y)
{
    float fx, fy;

    x -= 0.5F;
    y -= 0.5F;
    fx = x - floorf(x);
    fy = y - floorf(y);
    x = floorf(x);
    y = floorf(y);
    return (at(l, x, y) * (1 - fx) + at(l, x + 1, y) * fx) * (1 - fy) +
           (at(l, x, y + 1) * (1 - fx) + at(l, x + 1, y + 1) * fx) * fy;
}

/* Mean along the middle part of the line. */
static float along(const struct luma *l, struct point c, float angle, float rho, float half, int samples)
{
    float nx = cosf(angle), ny = sinf(angle), step = 2 * half / (float)(samples - 1), sum = 0;
    float x = c.x + nx * rho + ny * half, y = c.y + ny * rho - nx * half;

    for (int i = 0; i < samples; i++, x -= ny * step, y += nx * step)
        sum += at(l, x, y);
    return sum / (float)samples;
}

enum { ANGLES = 240, RHO_MAX = 1024 };

/*
 * For one direction the offset at which a line is darkest against what lies outside of it. The timing edges
 * and the inner bars reach half of what a solid edge does.
 */
static struct edge best_rho(const struct luma *l, struct point c, float side, float angle)
{
    struct edge best = { angle, 0, -1 };
    float mean[RHO_MAX] = { 0 };
    int from = (int)(side * 0.25F), to = (int)(side * 0.78F), out = (int)(side / 50) + 2;

    if (to - from > RHO_MAX)
        return best;
    for (int r = from; r < to; r++)
        mean[r - from] = along(l, c, angle, (float)r, side * 0.3F, 24);
    for (int r = from; r + out < to; r++) {
        float score = mean[r + out - from] - mean[r - from];

        if (score > best.score) {
            best.score = score;
            best.rho = (float)r;
        }
    }
    return best;
}

/* The edge's outer border, where dark turns to light, and its direction, to a fraction of a pixel. */
static void refine_edge(const struct luma *l, struct point c, float side, struct edge *e)
{
    float out = side / 50 + 2, low, rho;

    for (float step = 0.012F; step > 0.001F; step /= 2) {
        for (int sign = -1; sign <= 1; sign += 2) {
            for (float d = -1.5F; d <= 1.5F; d += 0.5F) {
                float angle = e->angle + (float)sign * step;
                float score = along(l, c, angle, e->rho + d + out, side * 0.36F, 48) -
                              along(l, c, angle, e->rho + d, side * 0.36F, 48);

                if (score > e->score) {
                    *e = (struct edge){ angle, e->rho + d, score };
                }
            }
        }
    }
    low = along(l, c, e->angle, e->rho, side * 0.36F, 48);
    for (rho = e->rho; rho < e->rho + out; rho += 0.25F)
        if (along(l, c, e->angle, rho, side * 0.36F, 48) > low + e->score / 2)
            break;
    e->rho = rho;
}

static struct point meet(struct point c, struct edge a, struct edge b)
{
    float ax = cosf(a.angle), ay = sinf(a.angle), bx = cosf(b.angle), by = sinf(b.angle),
          d = ax * by - ay * bx;

    return (struct point){ c.x + (a.rho * by - b.rho * ay) / d, c.y + (ax * b.rho - bx * a.rho) / d };
}

/* Walks along edge a from the corner, just inside it, to where it ends. */
static struct point arm_end(const struct luma *l, struct point p, struct edge a, struct edge other,
                            float side)
{
    float dx = -sinf(a.angle), dy = cosf(a.angle), inside = side / 110 + 0.5F, window = side / 22, s;

    if (dx * cosf(other.angle) + dy * sinf(other.angle) > 0) { /* away from the other edge's outside */
        dx = -dx;
        dy = -dy;
    }
    p.x -= cosf(a.angle) * inside;
    p.y -= sinf(a.angle) * inside;
    for (s = side * 0.5F; s < side * 1.6F; s += 0.5F) {
        float sum = 0;

        for (int i = 0; i < 12; i++)
            sum += at(l, p.x + dx * (s + window * (float)i / 12), p.y + dy * (s + window * (float)i / 12));
        if (sum / 12 > 150)
            break;
    }
    p.x += cosf(a.angle) * inside;
    p.y += sinf(a.angle) * inside;
    return (struct point){ p.x + dx * s, p.y + dy * s };
}

/* The unit square onto four corners (top left, top right, bottom right, bottom left). */
struct warp {
    float a, b, c, d, e, f, g, h;
};

static struct warp warp_of(const float k[8])
{
    float dx1 = k[2] - k[4], dx2 = k[6] - k[4], sx = k[0] - k[2] + k[4] - k[6];
    float dy1 = k[3] - k[5], dy2 = k[7] - k[5], sy = k[1] - k[3] + k[5] - k[7];
    float det = dx1 * dy2 - dx2 * dy1;
    struct warp w;

    if (fabsf(det) < 1e-6F)
        det = 1e-6F;
    w.g = (sx * dy2 - dx2 * sy) / det;
    w.h = (dx1 * sy - sx * dy1) / det;
    w.a = k[2] - k[0] + w.g * k[2];
    w.b = k[6] - k[0] + w.h * k[6];
    w.c = k[0];
    w.d = k[3] - k[1] + w.g * k[3];
    w.e = k[7] - k[1] + w.h * k[7];
    w.f = k[1];
    return w;
}

static inline struct point warp_at(const struct warp *w, float u, float v)
{
    float z = 1 / (w->g * u + w->h * v + 1);

    return (struct point){ (w->a * u + w->b * v + w->c) * z, (w->d * u + w->e * v + w->f) * z };
}

/* 5.1 and 5.3: in each region left and bottom are solid, top and right alternate. */
static bool finder_dark(int rx, int ry, int region)
{
    if (rx == 0 || ry == region - 1)
        return true;
    return ry == 0 ? rx % 2 == 0 : ry % 2 == 1;
}

static float module_score(const struct luma *l, const struct warp *w, int x, int y, int n, int region)
{
    struct point p = warp_at(w, ((float)x + 0.5F) / (float)n, ((float)y + 0.5F) / (float)n);
    float v = 128 - at(l, p.x, p.y);

    return finder_dark(x % region, y % region, region) ? v : -v;
}

/* Only the two clock tracks on the outside: what tells one size from another. Given up early when it is no
 * better than chance. */
static float clock_fit(const struct luma *l, const float k[8], int n, int region)
{
    enum { GIVE_UP_AT = 10 };
    struct warp w = warp_of(k);
    float sum = 0;

    for (int i = 0; i < n; i++) {
        sum += module_score(l, &w, i, 0, n, region) + module_score(l, &w, n - 1, i, n, region);
        if (i == GIVE_UP_AT && sum < 0.15F * 128 * 2 * GIVE_UP_AT)
            return 0;
    }
    return sum / (float)(2 * n) / 128;
}

/* All finder and clock modules, the inner ones too. */
static float whole_fit(const struct luma *l, const float k[8], int n, int region)
{
    struct warp w = warp_of(k);
    float sum = 0;
    int count = 0;

    for (int r = 0; r < n; r += region) {
        for (int i = 0; i < n; i++, count += 4)
            sum += module_score(l, &w, r, i, n, region) + module_score(l, &w, r + region - 1, i, n, region) +
                   module_score(l, &w, i, r, n, region) + module_score(l, &w, i, r + region - 1, n, region);
    }
    return sum / (float)count / 128;
}

/* The size and the fourth corner, which no solid edge shows; the fit times the square root of the size. */
static float find_size(const struct luma *l, float k[8], float side, int *size)
{
    enum { REACH = 12 };
    float best = -1, bx = k[2], by = k[3], qx = k[2], qy = k[3];

    for (int s = 0; s < SIZES; s++) {
        float step = side / (float)sizes[s].n * 0.6F;
        int reach = (int)(side * 0.16F / step);

        if (side / (float)sizes[s].n < 1.8F)
            break;
        reach = reach > REACH ? REACH : reach < 1 ? 1 : reach;
        for (int i = -reach; i <= reach; i++) {
            for (int j = -reach; j <= reach; j++) {
                float fit;

                k[2] = qx + (float)i * step;
                k[3] = qy + (float)j * step;
                /* Chance makes a few modules fit more easily than many. */
                fit = clock_fit(l, k, sizes[s].n, sizes[s].n / sizes[s].regions) * sqrtf((float)sizes[s].n);
                if (fit > best) {
                    best = fit;
                    bx = k[2];
                    by = k[3];
                    *size = s;
                }
            }
        }
    }
    k[2] = bx;
    k[3] = by;
    return best;
}

static float refine_corners(const struct luma *l, float k[8], float module, int n, int region)
{
    float best = whole_fit(l, k, n, region);

    for (float step = module * 0.6F; step > module * 0.05F; step *= 0.6F) {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 16; i++) {
                float keep = k[i / 2], fit;

                k[i / 2] += i & 1 ? step : -step;
                fit = whole_fit(l, k, n, region);
                if (fit > best)
                    best = fit;
                else
                    k[i / 2] = keep;
            }
        }
    }
    return best;
}

/* Two solid edges and their ends: three corners, the fourth guessed. */
static void corners_of(const struct luma *l, struct point c, float side, struct edge a, struct edge b,
                       float k[8])
{
    struct point corner, end_a, end_b;
    float cross;

    refine_edge(l, c, side, &a);
    refine_edge(l, c, side, &b);
    corner = meet(c, a, b);
    end_a = arm_end(l, corner, a, b, side);
    end_b = arm_end(l, corner, b, a, side);
    cross = (end_a.x - corner.x) * (end_b.y - corner.y) - (end_a.y - corner.y) * (end_b.x - corner.x);
    if (cross < 0) { /* a has to be the left edge, b the bottom */
        struct point swap = end_a;

        end_a = end_b;
        end_b = swap;
    }
    memcpy(k,
           (float[8]){ end_a.x, end_a.y, end_a.x + end_b.x - corner.x, end_a.y + end_b.y - corner.y, end_b.x,
                       end_b.y, corner.x, corner.y },
           8 * sizeof *k);
}

/* Size and exact corners for one pair of edges; false when it is none of the symbol's. */
static bool fit_pair(const struct luma *l, struct point c, float side, struct edge a, struct edge b,
                     struct grid *out)
{
    float k[8], arm, fit;
    int size = 0, n;

    corners_of(l, c, side, a, b, k);
    arm = (hypotf(k[0] - k[6], k[1] - k[7]) + hypotf(k[4] - k[6], k[5] - k[7])) / 2;
    if (arm < 16 || find_size(l, k, arm, &size) < 1)
        return false;
    n = sizes[size].n;
    fit = refine_corners(l, k, arm / (float)n, n, n / sizes[size].regions);
    if (fit < (n < 26 ? 0.7F : 0.4F) || fit * (float)n < out->fit * (float)out->n)
        return false;
    out->n = n;
    out->fit = fit;
    memcpy(out->corner, k, sizeof k);
    return true;
}

static void take_levels(const struct luma *l, struct grid *g)
{
    struct warp w = warp_of(g->corner);

    for (int j = 0; j < g->n; j++) {
        for (int i = 0; i < g->n; i++) {
            struct point p = warp_at(&w, ((float)i + 0.5F) / (float)g->n, ((float)j + 0.5F) / (float)g->n);

            g->level[j * g->n + i] = at_between(l, p.x, p.y);
        }
    }
}

/* The strongest edge whose direction is a quarter turn from that of a, give or take 40 degrees. */
static struct edge partner(const struct edge edge[ANGLES], struct edge a, float quarter)
{
    struct edge b = { .score = -1 };

    for (int i = 0; i < ANGLES; i++)
        if (edge[i].score > b.score &&
            fabsf(remainderf(edge[i].angle - a.angle - quarter, 2 * (float)M_PI)) < 0.7F)
            b = edge[i];
    return b;
}

bool grid_find(const struct luma *even, float x, float y, float side, struct grid *out)
{
    enum { LEAST = 70, FIRST_TRIES = 2 };
    struct edge edge[ANGLES];
    struct point c = { x, y };

    if (side < 24)
        return false;
    for (int i = 0; i < ANGLES; i++)
        edge[i] = best_rho(even, c, side, (float)i * 2 * (float)M_PI / ANGLES);
    out->n = 0;
    out->fit = 0;
    for (int try = 0; try < FIRST_TRIES && out->fit < 0.7F; try++) {
        struct edge a = { .score = -1 };

        for (int i = 0; i < ANGLES; i++)
            a = edge[i].score > a.score ? edge[i] : a;
        for (int sign = -1; sign <= 1; sign += 2) {
            struct edge b = partner(edge, a, (float)(sign * M_PI / 2));

            if (a.score > LEAST && b.score > LEAST)
                (void)fit_pair(even, c, side, a, b, out);
        }
        for (int i = 0; i < ANGLES; i++) /* next the strongest of the others */
            if (fabsf(remainderf(edge[i].angle - a.angle, 2 * (float)M_PI)) < 0.3F)
                edge[i].score = -1;
    }
    if (out->n == 0)
        return false;
    take_levels(even, out);
    return true;
}

static float level_at(const struct grid *g, int x, int y)
{
    return x < 0 || y < 0 || x >= g->n || y >= g->n ? 255 : g->level[y * g->n + x];
}

struct luma grid_picture(const struct grid *g, float sharpen, float threshold)
{
    enum { MODULE = 4, QUIET = 2 };
    int side = (g->n + 2 * QUIET) * MODULE;
    struct luma l = luma_new(side, side);

    memset(l.p, 255, (size_t)side * (size_t)side);
    for (int y = 0; y < g->n; y++) {
        for (int x = 0; x < g->n; x++) {
            float v = level_at(g, x, y), near = level_at(g, x - 1, y) + level_at(g, x + 1, y) +
                                                level_at(g, x, y - 1) + level_at(g, x, y + 1);

            if (v + sharpen * (v - near / 4) < threshold)
                for (int r = 0; r < MODULE; r++)
                    memset(l.p + ((y + QUIET) * MODULE + r) * side + (x + QUIET) * MODULE, 0, MODULE);
        }
    }
    return l;
}
