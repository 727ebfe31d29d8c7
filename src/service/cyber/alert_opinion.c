/* What an officer says of the indicator of a false positive, as an object of this member. */
#include <stdio.h>

#include "service/cyber/alert_internal.h"
#include "service/cyber/federate_take.h"

enum { WORD = 64, EXPLANATION = 2000, OBJECT = 8192 };

const char *alert_opinion_word(unsigned i)
{
    static const char *const word[ALERT_OPINIONS] = { "strongly-disagree", "disagree", "neutral", "agree",
                                                      "strongly-agree" };

    return i < ALERT_OPINIONS ? word[i] : "";
}

static bool is_opinion(struct span s)
{
    for (unsigned i = 0; i < ALERT_OPINIONS; i++)
        if (span_eq_str(s, alert_opinion_word(i)))
            return true;
    return false;
}

struct saying {
    struct span opinion, explanation, about;
    enum tlp tlp;
    char id[STIX_ID_TEXT];
};

/* One of each member about an indicator: said anew it is a new version. */
static void opinion_id(struct span member, struct span about, char out[STIX_ID_TEXT])
{
    char uuid[STIX_UUID_TEXT];
    uint8_t mem[512];
    struct buffer b;
    struct stix_uuid u;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_str(&b, "cyber/opinion/");
    buf_put(&b, member);
    buf_u8(&b, '/');
    buf_put(&b, about);
    stix_uuid_v5(&stix_space_serai, buf_span(&b), &u);
    (void)snprintf(out, STIX_ID_TEXT, "opinion--%s", stix_uuid_text(&u, uuid));
}

/* created: of the version before it; empty: this is the first. */
static void opinion_put(struct buffer *b, const struct saying *s, struct span member, struct span created,
                        int64_t micros)
{
    char time[STIX_TIME_TEXT], who[STIX_ID_TEXT], uuid[STIX_UUID_TEXT];
    struct json_writer j = json_to(b);
    struct stix_uuid u;

    cyber_identity_of(member, &u);
    (void)snprintf(who, sizeof who, "identity--%s", stix_uuid_text(&u, uuid));
    (void)stix_time_text(micros, time);
    jw_object(&j, NULL);
    jw_str(&j, "type", "opinion");
    jw_str(&j, "spec_version", "2.1");
    jw_str(&j, "id", s->id);
    jw_str(&j, "created_by_ref", who);
    jw_text(&j, "created", created.n ? created : span_str(time));
    jw_str(&j, "modified", time);
    if (s->explanation.n)
        jw_text(&j, "explanation", s->explanation);
    jw_text(&j, "opinion", s->opinion);
    jw_array(&j, "object_refs");
    jw_text(&j, NULL, s->about);
    jw_array_end(&j);
    jw_array(&j, "object_marking_refs");
    jw_str(&j, NULL, stix_tlp_id(s->tlp));
    jw_array_end(&j);
    jw_object_end(&j);
}

/* When this member said it the first time; empty: never. */
static struct span said_first(const struct alert_desk *d, uint16_t own, const char *text, struct arena *a)
{
    struct span created = { NULL, 0 };
    struct object_row row;
    struct why w = { 0 };
    struct stix_id id;
    struct json j;
    uint64_t sequence;
    uint8_t *bytes;

    if (!stix_id_read(span_str(text), &id) || !cyber_newest(d->desk->objects, own, &id, &sequence, &row))
        return created;
    bytes = arena_alloc(a, (size_t)row.n + 1);
    if (!bytes || !object_store_bytes(d->desk->objects, &sequence, 1, bytes, row.n, &w) ||
        !json_parse(span_of(bytes, row.n), a, &j, &w) ||
        !json_text_of(&j, json_member(&j, JSON_ROOT, "created"), a, &created))
        return (struct span){ NULL, 0 };
    return created;
}

static bool store_opinion(const struct alert_desk *d, struct saying *s, const struct cyber_label *of,
                          unix_time now, struct arena *a, struct why *w)
{
    static const struct stix_how how = { 0 };
    struct object_new n = { 0 };
    struct stix_marks marks;
    struct stix_object o;
    uint16_t own;
    uint8_t *mem = arena_alloc(a, OBJECT);
    struct buffer b;

    if (!mem)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!object_store_collection(d->desk->objects, SPAN(CYBER_OPINIONS), &own, w))
        return false;
    opinion_id(d->desk->self, s->about, s->id);
    buf_init_fixed(&b, mem, OBJECT);
    opinion_put(&b, s, d->desk->self, said_first(d, own, s->id, a), (int64_t)now * 1000000);
    if (!buf_ok(&b))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the explanation is too long");
    if (!stix_read(buf_span(&b), &how, a, &o, NULL, w) || !object_new_of(&o, &n))
        return false;
    stix_marks_of(&o, NULL, NULL, &marks);
    n.text = buf_span(&b);
    n.type = o.type;
    n.row.origin = CYBER_NO_PLACE;
    n.row.label = cyber_label_own(&d->view->law, &marks);
    n.row.label.flags |= of->flags & CYBER_EXERCISE;
    n.row.label.group = of->group;
    return object_store_add(d->desk->objects, own, &n, 1, w) &&
           (n.outcome == OBJECT_ADDED || n.outcome == OBJECT_KNOWN ||
            why_set(w, object_outcome_word(n.outcome), WHY_NO_OFFSET, NULL, "%s",
                    object_outcome_say(n.outcome)));
}

static bool read_saying(const struct alert_desk *d, struct span json, struct arena *a, struct saying *s,
                        struct object_row *of, struct why *w)
{
    struct span alert, tlp;
    struct alert_row r = { 0 };
    struct json j;

    if (!json_parse(json, a, &j, w) || !alert_text(&j, "alert", WORD, true, a, &alert, w) ||
        !alert_text(&j, "opinion", WORD, true, a, &s->opinion, w) ||
        !alert_text(&j, "explanation", EXPLANATION, false, a, &s->explanation, w) ||
        !alert_text(&j, "tlp", WORD, false, a, &tlp, w) || !alert_of(d, alert, a, &r, w))
        return false;
    if (!is_opinion(s->opinion))
        return alert_request(w, "\"opinion\" is one of opinion-enum of STIX 2.1");
    if (!span_eq_str(r.outcome, alert_outcome_word(ALERT_FALSE)))
        return why_set(w, "outcome", WHY_NO_OFFSET, NULL,
                       "an opinion is offered when the alert is closed as a false positive");
    if (!alert_indicator(d, r.indicator, of, w))
        return false;
    s->about = r.indicator;
    s->tlp = of->label.flags & CYBER_REFER || of->label.tlp > TLP_RED ? TLP_RED : (enum tlp)of->label.tlp;
    if (tlp.n) {
        enum tlp asked;

        if (!sharing_tlp_of(tlp, &asked))
            return alert_request(w, "\"tlp\" is no marking: clear, green, amber, amber-strict, red");
        if (asked < s->tlp)
            return why_set(w, "laxer", WHY_NO_OFFSET, NULL,
                           "its marking would be looser than that of the indicator");
        s->tlp = asked;
    }
    return true;
}

bool alert_opinion(const struct alert_desk *d, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, struct why *w)
{
    struct saying s = { 0 };
    struct object_row of = { 0 };
    struct json_writer j;

    if (!read_saying(d, json, a, &s, &of, w) || !store_opinion(d, &s, &of.label, now, a, w))
        return false;
    j = json_to(out);
    jw_object(&j, NULL);
    jw_str(&j, "object", s.id);
    jw_str(&j, "collection", CYBER_OPINIONS);
    jw_text(&j, "about", s.about);
    jw_text(&j, "opinion", s.opinion);
    jw_str(&j, "tlp", sharing_tlp_word(s.tlp));
    jw_bool(&j, "released", false);
    jw_object_end(&j);
    return true;
}
