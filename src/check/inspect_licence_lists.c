/* Lists of the authorities that issue mobile licences (VICAL). */
#include "check/inspect_parts.h"
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
                                       .profile = in->opt->profile,
                                       .installed = in->opt->installed };
    struct vical *v = arena_alloc(in->arena, sizeof *v);

    if (!v)
        return no_memory(in);
    (void)vical_verify(in->bytes, &opt, in->arena, v, in->findings);
    in->why = v->why;
    if (v->version.n)
        put_list(&in->fields, v);
    return v->result;
}
