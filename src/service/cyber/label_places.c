#include "service/cyber/label_places.h"

#include <stdio.h>

#include "agreement/bound.h"
#include "base/text.h"

enum { FILE_BYTES = 64 * 1024 };

static bool put_name(char (*list)[CYBER_NAME], size_t *n, struct span name, struct why *w)
{
    for (size_t i = 0; i < *n; i++)
        if (span_eq_str(name, list[i]))
            return true;
    if (*n == CYBER_PLACES)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d members or groups", CYBER_PLACES);
    if (!name.n || name.n >= CYBER_NAME)
        return why_set(w, "places", WHY_NO_OFFSET, NULL, "a name of %zu bytes", name.n);
    memcpy(list[*n], name.p, name.n);
    list[(*n)++][name.n] = 0;
    return true;
}

bool cyber_places_add(const struct agreement *a, struct cyber_places *p, struct why *w)
{
    const struct sharing_rules *r = agreement_sharing(a, SPAN(CYBER_SHARING));
    struct span member[CYBER_PLACES];
    size_t n = agreement_members(a, member, CYBER_PLACES);

    for (size_t i = 0; i < n && i < CYBER_PLACES; i++)
        if (!put_name(p->member, &p->n, member[i], w))
            return false;
    for (size_t i = 0; r && i < r->n_group; i++)
        if (!put_name(p->group, &p->n_groups, r->group[i].name, w))
            return false;
    return true;
}

/* "member KZ", "group energy", a line each. */
static bool read_lines(struct span text, struct cyber_places *p, struct why *w)
{
    struct span line;

    while (text_split(&text, '\n', &line)) {
        if (!line.n)
            continue;
        if (span_starts(line, SPAN("member "))) {
            if (!put_name(p->member, &p->n, span_sub(line, 7, line.n), w))
                return false;
        } else if (!span_starts(line, SPAN("group "))) {
            return why_set(w, "places", WHY_NO_OFFSET, NULL, "a line is neither a member nor a group");
        } else if (!put_name(p->group, &p->n_groups, span_sub(line, 6, line.n), w)) {
            return false;
        }
    }
    return true;
}

static bool write_lines(const char *folder, const struct cyber_places *p, struct why *w)
{
    struct buffer b;
    bool ok;

    buf_init(&b, FILE_BYTES);
    for (size_t i = 0; i < p->n; i++) {
        buf_str(&b, "member ");
        buf_str(&b, p->member[i]);
        buf_u8(&b, '\n');
    }
    for (size_t i = 0; i < p->n_groups; i++) {
        buf_str(&b, "group ");
        buf_str(&b, p->group[i]);
        buf_u8(&b, '\n');
    }
    ok = buf_ok(&b) && file_replace(folder, "places", buf_span(&b), NULL, w);
    buf_free(&b);
    return ok;
}

bool cyber_places_open(const char *folder, const struct agreement *a, struct cyber_places *out, struct why *w)
{
    struct cyber_places p = { 0 };
    struct span text = { NULL, 0 };
    char path[4096];
    struct arena arena;
    bool there = false, ok;
    size_t before;

    if ((size_t)snprintf(path, sizeof path, "%s/places", folder) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path of the folder is too long");
    arena_init(&arena, (size_t)4 * FILE_BYTES);
    ok = folder_make(folder, NULL, w) && file_read(path, FILE_BYTES, &arena, &text, &there, w) &&
         read_lines(text, &p, w);
    arena_free(&arena);
    before = p.n + p.n_groups;
    if (!ok || !cyber_places_add(a, &p, w) || (p.n + p.n_groups != before && !write_lines(folder, &p, w)))
        return false;
    *out = p;
    return true;
}

static uint8_t find(const char (*list)[CYBER_NAME], size_t n, struct span name)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq_str(name, list[i]))
            return (uint8_t)i;
    return CYBER_NO_PLACE;
}

uint8_t cyber_place_of(const struct cyber_places *p, struct span member)
{
    return find(p->member, p->n, member);
}

uint8_t cyber_group_of(const struct cyber_places *p, struct span group)
{
    return find(p->group, p->n_groups, group);
}

/* A mask in the agreement's places as one in ours. */
static uint64_t moved(const struct cyber_places *p, const struct span *member, size_t n, uint64_t mask)
{
    uint64_t out = 0;

    for (size_t i = 0; i < n && i < CYBER_PLACES; i++) {
        uint8_t at = mask >> i & 1 ? cyber_place_of(p, member[i]) : CYBER_NO_PLACE;

        if (at < CYBER_PLACES)
            out |= (uint64_t)1 << at;
    }
    return out;
}

void cyber_law_on(const struct cyber_places *p, const struct agreement *a, struct span self, struct date on,
                  struct cyber_law *out, const struct sharing_rules **rules)
{
    const struct sharing_rules *r = agreement_sharing(a, SPAN(CYBER_SHARING));
    struct cyber_law law = { .self = cyber_place_of(p, self), .unmarked = TLP_RED };
    struct span member[CYBER_PLACES];
    size_t n = agreement_members(a, member, CYBER_PLACES);

    if (r) {
        sharing_law(r, moved(p, member, n, agreement_sharing_bound(a, r, self, on)), law.self, &law);
        memset(law.group, 0, sizeof law.group);
        law.groups = 0;
    }
    for (size_t i = 0; r && i < r->n_group; i++) {
        uint8_t g = cyber_group_of(p, r->group[i].name);

        if (g < CYBER_PLACES) {
            law.group[g] = moved(p, member, n, r->group[i].members);
            law.groups |= (uint64_t)1 << g;
        }
    }
    *out = law;
    if (rules)
        *rules = r;
}

uint64_t cyber_audience_read(const struct cyber_places *p, struct span audience)
{
    uint64_t mask = 0;
    struct span part;

    if (span_eq_str(audience, "all"))
        return CYBER_ALL;
    while (text_split(&audience, '-', &part)) {
        char state[CYBER_NAME];
        uint8_t at;

        if (!part.n || part.n >= sizeof state)
            continue;
        for (size_t i = 0; i < part.n; i++)
            state[i] = (char)(ascii_lower(part.p[i]) ? part.p[i] - 'a' + 'A' : part.p[i]);
        at = cyber_place_of(p, span_of(state, part.n));
        if (at < CYBER_PLACES)
            mask |= (uint64_t)1 << at;
    }
    return mask;
}

bool cyber_audience_put(const struct cyber_places *p, uint64_t audience, uint8_t owner, struct buffer *b)
{
    const char *name[CYBER_PLACES];
    size_t n = 0;

    if (audience == CYBER_ALL) {
        buf_str(b, "all");
        return buf_ok(b);
    }
    for (size_t i = 0; i < p->n; i++) {
        size_t at = n;

        if (i == owner || !(audience >> i & 1))
            continue;
        for (; at && strcmp(name[at - 1], p->member[i]) > 0; at--)
            name[at] = name[at - 1];
        name[at] = p->member[i];
        n++;
    }
    if (!n)
        buf_str(b, "self");
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_u8(b, '-');
        for (const char *s = name[i]; *s; s++)
            buf_u8(b, (uint8_t)(ascii_upper(*s) ? *s - 'A' + 'a' : *s));
    }
    return buf_ok(b);
}

struct cyber_label cyber_label_of(const struct cyber_arrival_label *x, const struct stix_marks *m)
{
    struct cyber_label l = { .audience = x->audience,
                             .owner = x->owner,
                             .group = x->group,
                             .until = x->flags & CYBER_EMBARGO ? x->until : 0,
                             .tlp = m->marked ? (uint8_t)m->tlp : x->law->unmarked,
                             .flags = (uint8_t)(x->flags & (CYBER_EXERCISE | CYBER_EMBARGO)) };

    if (!m->marked)
        l.flags |= CYBER_UNMARKED;
    if (m->granular)
        l.flags |= CYBER_GRANULAR;
    if (m->refer) {
        l.flags |= CYBER_REFER;
        l.tlp = TLP_RED;
    }
    return l;
}

struct cyber_label cyber_label_own(const struct cyber_law *law, const struct stix_marks *m)
{
    const struct cyber_arrival_label x = {
        .law = law,
        .owner = law->self,
        .audience = law->self < CYBER_PLACES ? (uint64_t)1 << law->self : 0,
        .group = CYBER_NO_PLACE,
    };

    return cyber_label_of(&x, m);
}
