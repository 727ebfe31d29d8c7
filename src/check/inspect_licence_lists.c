/* Lists around mobile licences: their authorities (VICAL), and the status of single licences. */
#include "check/inspect_parts.h"
#include "seal/status_list.h"
#include "seal/vical.h"
#include "wire/cbor.h"

static enum result no_memory(struct inspection *in)
{
    (void)why_set(&in->why, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    return RESULT_MALFORMED;
}

static void put_time(struct json_writer *w, const char *key, bool has, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(w, key, has ? time_format(t, text) : NULL);
}

static void put_texts(struct json_writer *w, const char *key, struct span array)
{
    struct cbor c = cbor_of(array);

    jw_array(w, key);
    for (size_t n = cbor_array(&c); n > 0 && cbor_ok(&c); n--)
        jw_text(w, NULL, cbor_text(&c));
    jw_array_end(w);
}

static void put_entry(struct json_writer *w, const struct vical_entry *e)
{
    jw_object(w, NULL);
    jw_text(w, "country", e->country);
    jw_text(w, "state", e->state);
    jw_text(w, "authority", e->authority);
    put_texts(w, "doc_types", e->doc_types);
    if (!(e->defects & 1u << VICAL_UNREADABLE))
        put_certificate(w, "certificate", &e->cert);
    jw_bool(w, "usable", e->usable);
    jw_array(w, "findings");
    for (unsigned d = 0; d < VICAL_DEFECTS; d++)
        if (e->defects & 1u << d)
            jw_str(w, NULL, vical_defect_word((enum vical_defect)d));
    jw_array_end(w);
    jw_object_end(w);
}

static void put_list(struct json_writer *w, const struct vical *v)
{
    jw_text(w, "version", v->version);
    jw_text(w, "provider", v->provider);
    if (v->has_issue)
        jw_int(w, "issue", v->issue <= INT64_MAX ? (int64_t)v->issue : INT64_MAX);
    else
        jw_null(w, "issue");
    jw_text(w, "url", v->url);
    jw_str(w, "algorithm", cose_alg_name(v->cose.alg));
    jw_int(w, "entries", (int64_t)v->n);
    if (v->signer.der.n)
        put_certificate(w, "signer", &v->signer);
    if (v->result != RESULT_GENUINE)
        return;
    jw_str(w, "anchor", v->anchor->origin->source);
    put_time(w, "date", true, v->date);
    put_time(w, "next_update", v->has_next_update, v->next_update);
    put_time(w, "not_after", v->has_not_after, v->not_after);
    jw_bool(w, "stale", v->stale);
    jw_array(w, "authorities");
    for (size_t i = 0; i < v->n; i++)
        put_entry(w, &v->entry[i]);
    jw_array_end(w);
}

enum result inspect_vical(struct inspection *in)
{
    const struct vical_options opt = { .anchors = in->opt->anchors,
                                       .at = in->opt->at,
                                       .profile = in->opt->profile };
    struct vical *v = arena_alloc(in->arena, sizeof *v);

    if (!v)
        return no_memory(in);
    (void)vical_verify(in->bytes, &opt, in->arena, v, in->findings);
    in->why = v->why;
    if (v->version.n)
        put_list(&in->fields, v);
    return v->result;
}

static uint64_t count_revoked(const struct status_values *v)
{
    uint64_t n = 0;
    unsigned value;

    for (uint64_t i = 0; status_at(v, i, &value); i++)
        n += value != 0;
    return n;
}

static void put_token(struct json_writer *w, const struct status_list *l)
{
    const struct status_token *t = &l->token;

    jw_str(w, "form", t->json ? "jwt" : "cwt");
    jw_text(w, "type", t->type);
    jw_str(w, "algorithm", cose_alg_name(t->cose.alg));
    jw_text(w, "subject", t->subject);
    put_time(w, "issued", t->has_issued, t->issued);
    put_time(w, "expires", t->has_expires, t->expires);
    if (t->has_ttl && t->ttl <= INT32_MAX)
        jw_int(w, "ttl", (int64_t)t->ttl);
    if (l->signer.der.n)
        put_certificate(w, "signer", &l->signer);
    if (l->result != RESULT_GENUINE)
        return;
    jw_str(w, "anchor", l->anchor ? l->anchor->origin->source : NULL);
    if (l->kind == STATUS_LIST) {
        jw_int(w, "bits", (int64_t)l->values.bits);
        jw_int(w, "entries", (int64_t)status_count(&l->values));
        jw_int(w, "revoked", (int64_t)count_revoked(&l->values));
    } else {
        jw_int(w, "entries", (int64_t)t->n_identifiers);
    }
}

enum result inspect_status_token(struct inspection *in)
{
    const struct status_options opt = { .anchors = in->opt->anchors,
                                        .at = in->opt->at,
                                        .profile = in->opt->profile };
    struct status_list *l = arena_alloc(in->arena, sizeof *l);

    if (!l)
        return no_memory(in);
    (void)status_list_verify(in->bytes, &opt, in->arena, l, in->findings);
    in->why = l->why;
    in->kind = l->token.has_identifiers && !l->token.has_list ? "identifier-list" : "status-list";
    if (l->token.all.n)
        put_token(&in->fields, l);
    return l->result;
}
