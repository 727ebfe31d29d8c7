#include "trust/list_json.h"

static void put_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    if (t)
        jw_str(j, key, time_format(t, text));
    else
        jw_null(j, key);
}

void trust_member_json(struct json_writer *j, const struct trust_member *m)
{
    jw_object(j, NULL);
    jw_str(j, "member", m->state);
    jw_str(j, "standing", member_key_word(m->standing));
    if (m->standing != MEMBER_KEY_NONE) {
        jw_str(j, "name", m->name);
        jw_hex(j, "key", span_of(m->key, sizeof m->key));
        jw_hex(j, "fingerprint", span_of(m->fingerprint, sizeof m->fingerprint));
        jw_bool(j, "here_only", m->here_only);
        put_time(j, "since", m->since);
        jw_str(j, "reason", m->reason);
        jw_int(j, "reported_by", m->reported_by);
        jw_int(j, "acts", (int64_t)m->acts);
        if (m->acts)
            jw_hex(j, "head", span_of(m->head, sizeof m->head));
        else
            jw_null(j, "head");
        put_time(j, "latest", m->latest);
        if (m->end != KEY_SPEAKS) {
            jw_str(j, "ended", m->end == KEY_LEFT ? "left" : "retired");
            put_time(j, "ended_at", m->ended);
            jw_str(j, "end_reason", m->end_reason);
        }
    }
    jw_object_end(j);
}

static void put_voucher(struct json_writer *j, const struct trust_voucher *v)
{
    jw_object(j, NULL);
    jw_str(j, "member", v->by->state);
    jw_str(j, "name", v->by->name);
    jw_int(j, "act", (int64_t)v->act);
    put_time(j, "time", v->at);
    jw_bool(j, "vouched", v->vouched);
    jw_bool(j, "withdrawn", v->withdrawn);
    jw_bool(j, "counts", v->counts);
    jw_str(j, "key", member_key_word(v->by->standing));
    jw_object_end(j);
}

/* What the certificate says of itself, to be read by people; the acts vouch for its digest. */
static void put_certificate(struct json_writer *j, const struct trust_entry *e)
{
    struct certificate c;

    if (e->der.n == 0 || !certificate_parse(e->der, &c, NULL, NULL)) {
        jw_null(j, "certificate");
        return;
    }
    jw_object(j, "certificate");
    jw_text(j, "country", c.country);
    jw_text(j, "common_name", c.common_name);
    jw_hex(j, "serial", c.serial);
    put_time(j, "not_before", c.not_before);
    put_time(j, "not_after", c.not_after);
    jw_bool(j, "fits", e->fits);
    jw_object_end(j);
}

void trust_entry_json(struct json_writer *j, const struct trust_entry *e)
{
    jw_object(j, NULL);
    jw_str(j, "state", e->state);
    jw_str(j, "purpose", e->purpose);
    jw_hex(j, "sha256", span_of(e->sha256, sizeof e->sha256));
    jw_str(j, "standing", entry_word(e->standing));
    put_time(j, "since", e->since);
    jw_str(j, "reason", e->reason);
    jw_int(j, "counting", (int64_t)e->n_counting);
    jw_array(j, "vouchers");
    for (size_t i = 0; i < e->n_vouchers; i++)
        put_voucher(j, &e->voucher[i]);
    jw_array_end(j);
    put_certificate(j, e);
    jw_object_end(j);
}
