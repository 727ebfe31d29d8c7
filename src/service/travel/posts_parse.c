/* The file of posts: a line is a word and what it is set to. */
#include <stdio.h>

#include "base/text.h"
#include "service/travel/posts.h"

enum { WORDS = 12, MINUTES_OF_DAY = 24 * 60, DETAIL = 160 };

struct reading {
    struct arena *a;
    struct why *w;
    const uint8_t *begin; /* of the text */
    struct span word[WORDS];
    size_t n;
    struct span rest; /* behind the second word */
    unsigned line;
    struct posts out;
    struct post *post;
    struct gate *gate;
    bool has_zone, has_neighbour, has_summer;
    unsigned set, rules_set; /* what the gate, and the rules, were given */
};

static bool fault(struct reading *r, struct span at, const char *fmt, ...) PRINTF_LIKE(3, 4);

static bool fault(struct reading *r, struct span at, const char *fmt, ...)
{
    char text[DETAIL];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return why_set(r->w, "posts", at.p ? (size_t)(at.p - r->begin) : WHY_NO_OFFSET, NULL, "line %u: %s",
                   r->line, text);
}

static const char *const directions[] = { "entry", "exit", NULL };
static const char *const classes[] = { "car", "lorry", "bus", "foot", NULL };
static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL };
static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul",
                                      "aug", "sep", "oct", "nov", "dec", NULL };
static const char *const weeks[] = { "first", "second", "third", "fourth", "last", NULL };

const char *post_direction_word(enum post_direction d)
{
    return directions[d];
}

const char *post_class_word(enum post_class c)
{
    return classes[c];
}

/* -1: none of them. */
static int one_of(struct span s, const char *const *list)
{
    for (int i = 0; list[i]; i++)
        if (span_eq_str(s, list[i]))
            return i;
    return -1;
}

static bool is_id(struct span s)
{
    if (!s.n || s.n > 32)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && !ascii_digit(s.p[i]) && (s.p[i] != '-' || i == 0 || i + 1 == s.n))
            return false;
    return true;
}

static bool number(struct reading *r, size_t i, int least, int most, int *out)
{
    uint64_t v = 0;

    if (i >= r->n || !text_number(r->word[i], (uint64_t)most, &v) || v < (uint64_t)least)
        return fault(r, i < r->n ? r->word[i] : r->word[0], "`%.*s` wants a number from %d to %d",
                     (int)r->word[0].n, (const char *)r->word[0].p, least, most);
    *out = (int)v;
    return true;
}

/* "06:30", to 24:00. */
static bool minute_of(struct span s, int16_t *out)
{
    int m;

    if (s.n != 5 || s.p[2] != ':' || !ascii_digit(s.p[0]) || !ascii_digit(s.p[1]) || !ascii_digit(s.p[3]) ||
        !ascii_digit(s.p[4]) || s.p[3] > '5')
        return false;
    m = ((s.p[0] - '0') * 10 + s.p[1] - '0') * 60 + (s.p[3] - '0') * 10 + s.p[4] - '0';
    if (m > MINUTES_OF_DAY)
        return false;
    *out = (int16_t)m;
    return true;
}

static bool offset_of(struct span s, int32_t *out)
{
    int16_t m = 0;

    if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || !minute_of(span_sub(s, 1, 6), &m) || m > 14 * 60)
        return false;
    *out = (s.p[0] == '-' ? -60 : 60) * m;
    return true;
}

/* WEEK WEEKDAY MONTH HH:MM, from word i on. */
static bool turn_of(struct reading *r, size_t i, struct post_turn *out)
{
    int week = one_of(r->word[i], weeks), day = one_of(r->word[i + 1], weekdays),
        month = one_of(r->word[i + 2], months);
    int16_t minute = 0;

    if (week < 0 || day < 0 || month < 0 || !minute_of(r->word[i + 3], &minute))
        return false;
    *out = (struct post_turn){ (uint8_t)(week + 1), (uint8_t)day, (uint8_t)(month + 1), minute };
    return true;
}

/* ---- what stands in a gate ---- */

enum {
    SET_CAPACITY = 1,
    SET_SLOT = 2,
    SET_KEPT = 4,
    SET_LEAD = 8,
    SET_HORIZON = 16,
    SET_EARLY = 32,
    SET_LATE = 64,
    SET_GROUP = 128
};

static bool open_line(struct reading *r)
{
    struct post_opening o = { .days = 0x7f };
    struct span hours = r->word[r->n - 1], days = r->n == 3 ? r->word[1] : (struct span){ NULL, 0 }, part;

    if (r->n == 2 && span_eq_str(hours, "always"))
        return true;
    if (r->gate->n_open == LIMIT_POST_OPENINGS)
        return fault(r, r->word[0], "a gate has at most %d lines `open`", LIMIT_POST_OPENINGS);
    if (days.n)
        o.days = 0;
    while (days.n && text_split(&days, ',', &part)) {
        int d = one_of(part, weekdays);

        if (d < 0)
            return fault(r, part, "days are mon,tue,wed,thu,fri,sat,sun with commas between");
        o.days = (uint8_t)(o.days | 1u << d);
    }
    if ((r->n != 2 && r->n != 3) || hours.n != 11 || hours.p[5] != '-' ||
        !minute_of(span_sub(hours, 0, 5), &o.from) || !minute_of(span_sub(hours, 6, 11), &o.to) ||
        o.from >= o.to)
        return fault(r, hours, "`open` wants hours such as 06:00-22:00 within one day, or always");
    r->gate->open[r->gate->n_open++] = o;
    return true;
}

static bool slot_fits(struct reading *r)
{
    if (60 % r->gate->slot != 0)
        return fault(r, r->word[1], "a slot has 5, 6, 10, 12, 15, 20, 30 or 60 minutes");
    return true;
}

static bool gate_line(struct reading *r, bool *known)
{
    struct gate *g = r->gate;
    const struct {
        const char *word;
        unsigned bit;
        int *to, least, most;
    } item[] = { { "capacity", SET_CAPACITY, &g->capacity, 1, 100000 },
                 { "slot", SET_SLOT, &g->slot, 5, 60 },
                 { "kept", SET_KEPT, &g->kept, 0, 100 },
                 { "lead", SET_LEAD, &g->lead, 0, 10080 },
                 { "horizon", SET_HORIZON, &g->horizon, 1, 365 },
                 { "early", SET_EARLY, &g->early, 0, 1440 },
                 { "late", SET_LATE, &g->late, 0, 1440 },
                 { "group", SET_GROUP, &g->group, 1, LIMIT_SLOT_GROUP } };

    *known = true;
    if (span_eq_str(r->word[0], "open"))
        return r->n > 1 ? open_line(r) : fault(r, r->word[0], "`open` wants hours, or always");
    for (size_t i = 0; i < sizeof item / sizeof *item; i++) {
        if (!span_eq_str(r->word[0], item[i].word))
            continue;
        if (r->set & item[i].bit)
            return fault(r, r->word[0], "`%s` stands twice in this gate", item[i].word);
        r->set |= item[i].bit;
        if (r->n > 2)
            return fault(r, r->word[2], "`%s` has one number", item[i].word);
        return number(r, 1, item[i].least, item[i].most, item[i].to) && (i != 1 || slot_fits(r));
    }
    *known = false;
    return true;
}

static bool end_gate(struct reading *r)
{
    const struct gate *g = r->gate;
    unsigned now = r->line;
    bool ok = true;

    if (!g)
        return true;
    r->line = g->line;
    if (!(r->set & SET_CAPACITY))
        ok = fault(r, (struct span){ NULL, 0 }, "the gate has no `capacity`");
    else if (g->kept < 100 && gate_places(g) < 1)
        ok = fault(r, (struct span){ NULL, 0 },
                   "no place of a slot is left: capacity %d an hour, slots of %d minutes, %d percent kept",
                   g->capacity, g->slot, g->kept);
    else if (g->class == POST_FOOT && g->group > gate_places(g) && g->kept < 100 && (r->set & SET_GROUP))
        ok = fault(r, (struct span){ NULL, 0 }, "a group of %d does not fit the %d places of a slot",
                   g->group, gate_places(g));
    r->line = now;
    r->gate = NULL;
    return ok;
}

static bool begin_gate(struct reading *r)
{
    int d = r->n == 3 ? one_of(r->word[1], directions) : -1, c = r->n == 3 ? one_of(r->word[2], classes) : -1;
    struct post *p = r->post;
    char place[80];

    if (!end_gate(r))
        return false;
    if (!p)
        return fault(r, r->word[0], "a gate stands under a post");
    if (d < 0 || c < 0)
        return fault(r, r->word[0], "`gate` wants entry or exit, and car, lorry, bus or foot");
    for (size_t i = 0; i < p->n_gates; i++)
        if ((int)p->gate[i].direction == d && (int)p->gate[i].class == c)
            return fault(r, r->word[1], "this gate stands in line %u already", p->gate[i].line);
    r->gate = &p->gate[p->n_gates++];
    *r->gate = (struct gate){ .direction = (enum post_direction)d,
                              .class = (enum post_class)c,
                              .line = r->line,
                              .slot = 30,
                              .kept = 30,
                              .lead = 60,
                              .horizon = 14,
                              .early = 30,
                              .late = 60,
                              .group = c == POST_BUS    ? 60
                                       : c == POST_FOOT ? 1
                                                        : 9 };
    r->set = 0;
    (void)snprintf(place, sizeof place, "%s/%s/%s", p->id, directions[d], classes[c]);
    r->gate->place = arena_str(r->a, span_str(place));
    return r->gate->place || fault(r, r->word[0], "there is no room for it");
}

/* ---- what stands in a post ---- */

static bool end_post(struct reading *r)
{
    unsigned now = r->line;
    bool ok = true;

    if (!end_gate(r))
        return false;
    if (!r->post)
        return true;
    r->line = r->post->line;
    if (!r->has_zone)
        ok = fault(r, (struct span){ NULL, 0 }, "the post %s has no `zone`", r->post->id);
    else if (!r->post->n_gates)
        ok = fault(r, (struct span){ NULL, 0 }, "the post %s has no gate", r->post->id);
    r->line = now;
    return ok;
}

static bool begin_post(struct reading *r)
{
    if (!end_post(r))
        return false;
    if (r->n != 2 || !is_id(r->word[1]))
        return fault(r, r->word[0], "`post` wants a name of small letters, digits and hyphens");
    if (posts_find(&r->out, r->word[1]))
        return fault(r, r->word[1], "this post stands in line %u already",
                     posts_find(&r->out, r->word[1])->line);
    if (r->out.n == LIMIT_POSTS)
        return fault(r, r->word[0], "at most %d posts", LIMIT_POSTS);
    r->post = &r->out.post[r->out.n++];
    *r->post = (struct post){ .id = arena_str(r->a, r->word[1]), .line = r->line };
    r->has_zone = r->has_neighbour = r->has_summer = false;
    return r->post->id || fault(r, r->word[0], "there is no room for it");
}

static bool name_line(struct reading *r)
{
    struct post *p = r->post;

    if (r->n < 3 || r->word[1].n > 8 || !ascii_lower(r->word[1].p[0]) || r->rest.n > 80 ||
        utf8_valid_to(r->rest) != r->rest.n)
        return fault(r, r->word[0], "`name` wants a language such as fa, and a name of at most 80 bytes");
    if (p->n_names == LIMIT_POST_NAMES)
        return fault(r, r->word[0], "at most %d names", LIMIT_POST_NAMES);
    for (size_t i = 0; i < p->n_names; i++)
        if (span_eq_str(r->word[1], p->name[i].language))
            return fault(r, r->word[1], "the post has a name in this language already");
    p->name[p->n_names] = (struct post_name){ arena_str(r->a, r->word[1]), arena_str(r->a, r->rest) };
    return (p->name[p->n_names].language && p->name[p->n_names].text && ++p->n_names) ||
           fault(r, r->word[0], "there is no room for it");
}

static bool summer_line(struct reading *r)
{
    struct post *p = r->post;

    if (r->has_summer)
        return fault(r, r->word[0], "`summer` stands twice in this post");
    if (!r->has_zone)
        return fault(r, r->word[0], "`summer` stands after `zone`");
    if (r->n != 12 || !offset_of(r->word[1], &p->summer_offset) || !span_eq_str(r->word[2], "from") ||
        !turn_of(r, 3, &p->from) || !span_eq_str(r->word[7], "until") || !turn_of(r, 8, &p->until))
        return fault(r, r->word[0],
                     "`summer` is written like: "
                     "summer +03:00 from last sun mar 03:00 until last sun oct 04:00");
    if (p->from.month == p->until.month || p->summer_offset == p->offset ||
        (p->summer_offset - p->offset) % 3600 != 0)
        return fault(r, r->word[1],
                     "summer time is whole hours from `zone`, and its turns are of two months");
    return r->has_summer = p->summer = true;
}

/* "36.54", "-8": at most two places before and four behind the point, or three before. */
static bool degrees_of(struct span s, double most, double *out)
{
    bool minus = s.n && s.p[0] == '-', point = false;
    double v = 0, unit = 1;

    if (minus)
        s = span_sub(s, 1, s.n);
    if (!s.n || s.n > 8 || !ascii_digit(s.p[0]) || !ascii_digit(s.p[s.n - 1]))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (!ascii_digit(s.p[i]))
            return false;
        v = v * 10 + (s.p[i] - '0');
        unit *= point ? 10 : 1;
    }
    *out = (minus ? -v : v) / unit;
    return v / unit <= most;
}

static bool place_line(struct reading *r)
{
    struct post *p = r->post;

    if (p->has_place)
        return fault(r, r->word[0], "`at` stands twice in this post");
    if (r->n != 3 || !degrees_of(r->word[1], 90, &p->latitude) || !degrees_of(r->word[2], 180, &p->longitude))
        return fault(r, r->word[0], "`at` wants latitude and longitude in degrees such as 36.54 61.16");
    return p->has_place = true;
}

static bool post_line(struct reading *r, bool *known)
{
    struct post *p = r->post;

    *known = true;
    if (span_eq_str(r->word[0], "name"))
        return name_line(r);
    if (span_eq_str(r->word[0], "at"))
        return place_line(r);
    if (span_eq_str(r->word[0], "zone")) {
        if (r->has_zone)
            return fault(r, r->word[0], "`zone` stands twice in this post");
        return r->has_zone = (r->n == 2 && offset_of(r->word[1], &p->offset)) ||
                             fault(r, r->word[0], "`zone` wants hours and minutes from UTC such as +03:30");
    }
    if (span_eq_str(r->word[0], "summer"))
        return summer_line(r);
    if (span_eq_str(r->word[0], "neighbour")) {
        if (r->has_neighbour)
            return fault(r, r->word[0], "`neighbour` stands twice in this post");
        if (r->n != 3 || r->word[1].n != 2 || !ascii_upper(r->word[1].p[0]) ||
            !ascii_upper(r->word[1].p[1]) || !is_id(r->word[2]))
            return fault(r, r->word[0], "`neighbour` wants a state such as TM and the name of its post");
        p->neighbour_state = arena_str(r->a, r->word[1]);
        p->neighbour = arena_str(r->a, r->word[2]);
        r->has_neighbour = true;
        return (p->neighbour_state && p->neighbour) || fault(r, r->word[0], "there is no room for it");
    }
    *known = false;
    return true;
}

/* ---- the rules, before the first post ---- */

static bool rule_line(struct reading *r, bool *known)
{
    struct slot_rules *u = &r->out.rules;
    const struct {
        const char *form;
        int *to[3], least[3], most[3];
    } item[] = {
        { "draw", { &u->draw }, { 5 }, { 720 } },
        { "gather", { &u->gather }, { 1 }, { 72 } },
        { "release", { &u->release }, { 1 }, { 1440 } },
        { "count in", { &u->count, &u->count_days }, { 1, 1 }, { 1000, 365 } },
        { "missed in pause", { &u->missed, &u->missed_days, &u->pause }, { 1, 1, 1 }, { 100, 365, 90 } },
        { "changes", { &u->changes }, { 0 }, { 5 } },
        { "keep", { &u->keep }, { 1 }, { 365 } }
    };

    for (size_t i = 0; i < sizeof item / sizeof *item; i++) {
        struct span form = span_str(item[i].form), word;
        size_t at = 0;

        (void)text_split(&form, ' ', &word);
        if (!span_eq(r->word[0], word))
            continue;
        *known = true;
        if (r->rules_set & 1u << i)
            return fault(r, r->word[0], "this rule stands twice");
        r->rules_set |= 1u << i;
        for (size_t k = 0;; k++) {
            if (!number(r, at + 1, item[i].least[k], item[i].most[k], item[i].to[k]))
                return false;
            at += 2;
            if (!form.n)
                break;
            (void)text_split(&form, ' ', &word);
            if (at >= r->n || !span_eq(r->word[at], word))
                return fault(r, r->word[0], "this rule is written: %s, each with its number", item[i].form);
        }
        return at == r->n || fault(r, r->word[at], "nothing may stand behind this rule");
    }
    *known = false;
    return true;
}

static void split(struct reading *r, struct span line)
{
    r->n = 0;
    r->rest = (struct span){ NULL, 0 };
    while (line.n && r->n < WORDS) {
        size_t k = 0;

        while (line.n && ascii_space(line.p[0]))
            line = span_sub(line, 1, line.n);
        if (!line.n || line.p[0] == '#')
            return;
        if (r->n == 2)
            r->rest = text_trim(line);
        while (k < line.n && !ascii_space(line.p[k]))
            k++;
        r->word[r->n++] = span_sub(line, 0, k);
        line = span_sub(line, k, line.n);
    }
    if (text_trim(line).n)
        r->n = WORDS + 1; /* of none */
}

static bool one_line(struct reading *r)
{
    bool known = false;

    if (!r->n)
        return true;
    if (r->n > WORDS && !span_eq_str(r->word[0], "name"))
        return fault(r, r->word[0], "the line has too many words");
    if (r->n > WORDS)
        r->n = WORDS;
    if (span_eq_str(r->word[0], "post"))
        return begin_post(r);
    if (span_eq_str(r->word[0], "gate"))
        return begin_gate(r);
    if (r->gate && (!gate_line(r, &known) || known))
        return known && !r->w->reason;
    if (r->post && !r->gate && (!post_line(r, &known) || known))
        return known && !r->w->reason;
    if (!r->post && (!rule_line(r, &known) || known))
        return known && !r->w->reason;
    return fault(r, r->word[0], "`%.*s` has no meaning %s", r->word[0].n > 40 ? 40 : (int)r->word[0].n,
                 (const char *)r->word[0].p,
                 r->gate   ? "in a gate"
                 : r->post ? "in a post, before its gates"
                           : "before the first post");
}

static bool rules_fit(struct reading *r)
{
    const struct slot_rules *u = &r->out.rules;

    if (u->keep < u->count_days || u->keep < u->missed_days)
        return fault(r, (struct span){ NULL, 0 },
                     "`keep` is shorter than the days over which slots are counted: they would be forgotten");
    return true;
}

bool posts_parse(struct span text, struct arena *a, struct posts *out, struct why *w)
{
    struct reading r = { .a = a,
                         .w = w,
                         .begin = text.p,
                         .out = { .rules = { .draw = 30,
                                             .gather = 12,
                                             .release = 15,
                                             .count = 4,
                                             .count_days = 7,
                                             .missed = 2,
                                             .missed_days = 30,
                                             .pause = 3,
                                             .changes = 1,
                                             .keep = 30 } } };
    struct span line;

    why_clear(w);
    if (text.n > LIMIT_POSTS_FILE)
        return why_set(w, "posts", WHY_NO_OFFSET, NULL, "the file has more than %d bytes", LIMIT_POSTS_FILE);
    r.out.post = arena_array(a, LIMIT_POSTS, sizeof *r.out.post);
    if (!r.out.post)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    while (text.n) {
        r.line++;
        (void)text_split(&text, '\n', &line);
        split(&r, line);
        if (!one_line(&r))
            return false;
    }
    if (!end_post(&r) || !rules_fit(&r))
        return false;
    *out = r.out;
    return true;
}
