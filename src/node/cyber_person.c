#include "node/cyber_person.h"

#include "base/text.h"

enum { OFFICER = 64 };

static const struct cyber_person *person_of(const struct cyber_persons *c, struct span officer)
{
    for (size_t i = 0; c && i < c->n; i++)
        if (span_eq_str(officer, c->item[i].officer))
            return &c->item[i];
    return NULL;
}

static bool begins(struct span s, const char *with)
{
    size_t n = strlen(with);

    return s.n > n && memcmp(s.p, with, n) == 0;
}

static bool read_word(struct span word, struct arena *a, struct cyber_person *p)
{
    if (span_eq_str(word, "drill"))
        return p->drill = true;
    if (begins(word, "tlp="))
        return tlp_read(TLP_STIX, span_sub(word, 4, word.n), &p->tlp);
    if (!begins(word, "groups="))
        return false;
    p->groups = arena_str(a, span_sub(word, 7, word.n));
    return p->groups != NULL;
}

bool cyber_person_read(struct span line, struct arena *a, struct cyber_persons **c)
{
    struct cyber_person p = { .tlp = TLP_AMBER_STRICT };
    struct span rest = text_trim(line), word;

    if (!*c)
        *c = arena_alloc(a, sizeof **c);
    if (!*c || (*c)->n == LIMIT_CYBER_PERSONS)
        return false;
    while (text_split(&rest, ' ', &word)) {
        if (!word.n)
            continue;
        if (!p.officer) {
            if (word.n > OFFICER || person_of(*c, word))
                return false;
            p.officer = arena_str(a, word);
            if (!p.officer)
                return false;
        } else if (!read_word(word, a, &p)) {
            return false;
        }
    }
    if (!p.officer)
        return false;
    (*c)->item[(*c)->n++] = p;
    return true;
}

struct cyber_reader cyber_person_reader(const struct cyber_persons *c, struct span officer,
                                        const struct cyber_places *places, struct span member)
{
    const struct cyber_person *p = person_of(c, officer);
    struct cyber_reader r = { .kind = CYBER_ANALYST,
                              .organisation = CYBER_CERT,
                              .member = cyber_place_of(places, member),
                              .clearance = p ? (uint8_t)p->tlp : TLP_AMBER_STRICT,
                              .exercise = p && p->drill };
    struct span groups = span_str(p ? p->groups : NULL), one;

    while (text_split(&groups, ',', &one)) {
        uint8_t place = cyber_group_of(places, one);

        if (place < CYBER_PLACES)
            r.groups |= UINT64_C(1) << place;
    }
    return r;
}
