/* Before a record is said: whether it can be, and who would get it. */
#include "agreement/bound.h"
#include "service/cyber/cooperation_internal.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "doc/cooperation.md";

/* What goes to audiences of its author's choosing; answers go where what they answer went. */
static bool kind_asked(const struct json *g, struct arena *a, enum coop_kind *out, struct why *w)
{
    struct span word = { NULL, 0 };

    return (json_text_of(g, json_member(g, JSON_ROOT, "kind"), a, &word) && coop_kind_of(word, out) &&
            (*out == COOP_PLAYBOOK || *out == COOP_OFFER || *out == COOP_REQUEST || *out == COOP_CONTACT)) ||
           why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "\"kind\" is playbook, offer, request or contact");
}

/* Members that are bound by the article on sharing and that the record is for, without this one. */
static void put_members(struct json_writer *j, const struct coop_desk *d, const struct coop_record *r)
{
    const struct sharing_rules *rules = agreement_sharing(d->agreement, SPAN("cyber"));
    struct span member[BOUND_MEMBERS];
    size_t n = agreement_members(d->agreement, member, BOUND_MEMBERS);
    uint64_t bound = agreement_sharing_bound(d->agreement, rules, d->self, date_of_time(r->at));

    jw_array(j, "members");
    for (size_t i = 0; i < n && i < BOUND_MEMBERS; i++)
        if ((bound >> i & 1) && !span_eq(member[i], d->self) && coop_is_for(r, member[i]))
            jw_text(j, NULL, member[i]);
    jw_array_end(j);
    jw_str(j, "article", rules->article);
}

bool coop_preview(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    struct json_writer j = json_to(out);
    enum coop_kind k = COOP_PLAYBOOK;
    struct json g;

    if (!r)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!json_parse(json, a, &g, w) || !kind_asked(&g, a, &k, w) ||
        !coop_make(d, k, json, now, a, r, w)) /* signed, and kept by nobody */
        return false;
    jw_object(&j, NULL);
    jw_str(&j, "kind", coop_kind_word(k));
    jw_str(&j, "tlp", sharing_tlp_word(r->tlp));
    jw_bool(&j, "all", r->to == JSON_NONE);
    put_members(&j, d, r);
    jw_object_end(&j);
    return coop_filled(out, w);
}
