/* Names of a list screened as those of a traveller at the lane, without leaving a hit: nobody stands there
 * yet. */
#include "check/manifest_internal.h"
#include "service/notice/hit.h"
#include "wire/mrz_codes.h"

static struct span whole_name(const struct manifest_person *p, struct arena *a)
{
    uint8_t text[2 * MANIFEST_TEXT + 1];
    struct buffer b;

    buf_init_fixed(&b, text, sizeof text);
    buf_put(&b, p->family);
    if (p->family.n && p->given.n)
        buf_u8(&b, ' ');
    buf_put(&b, p->given);
    return buf_ok(&b) ? arena_copy(a, buf_span(&b)) : (struct span){ NULL, 0 };
}

bool manifest_screen_lane(const struct check_context *c, const struct manifest_person *p, unix_time now,
                          struct arena *a, struct manifest_screened *out, struct why *w)
{
    struct hit_traveller *t = arena_alloc(a, sizeof *t);
    struct hit_screened *s = arena_alloc(a, sizeof *s);
    char birth[DATE_TEXT];

    if (!t || !s)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    t->name[0].text = whole_name(p, a);
    t->name[0].source = SPAN("list");
    t->n = t->name[0].text.n != 0;
    t->birth = arena_copy(a, span_str(date_format(p->birth, birth)));
    t->sex = p->sex == MANIFEST_FEMALE ? SPAN("F") : p->sex == MANIFEST_MALE ? SPAN("M") : t->sex;
    t->state = span_str(state_from_alpha3(span_str(p->nationality)));
    t->kind = p->kind == 'I' ? SPAN("card") : SPAN("passport");
    t->issuer = span_str(p->issuer);
    t->number = p->number;
    if (!hit_screen(c->hits, t, (struct span){ NULL, 0 }, now, a, s, w))
        return false;
    *out = (struct manifest_screened){ .asked = s->answer == HIT_NONE || s->answer == HIT_FOUND,
                                       .alerts = s->n };
    return s->answer != HIT_UNKNOWN ||
           why_set(w, "screening", WHY_NO_OFFSET, NULL, "the names could not be looked up");
}
