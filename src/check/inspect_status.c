/* The status of mobile licences: lists themselves, and what they say of a document. */
#include <stdio.h>

#include "check/inspect_parts.h"
#include "seal/status_list.h"

/* Values shown one by one of a list without signature. */
enum { SHOWN = 1024 };

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

static uint64_t count_revoked(const struct status_values *v)
{
    uint64_t n = 0;
    unsigned value;

    for (uint64_t i = 0; status_at(v, i, &value); i++)
        n += value != 0;
    return n;
}

static void put_values(struct json_writer *w, const struct status_values *v)
{
    jw_int(w, "bits", (int64_t)v->bits);
    jw_int(w, "entries", (int64_t)status_count(v));
    jw_int(w, "revoked", (int64_t)count_revoked(v));
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
    if (l->kind == STATUS_LIST)
        put_values(w, &l->values);
    else
        jw_int(w, "entries", (int64_t)t->n_identifiers);
}

/* What a list says of the position that was asked for: "entry". */
static enum result ask_position(struct inspection *in, const struct status_values *v)
{
    struct json_writer *w = &in->fields;
    uint64_t index = in->opt->status.index;
    enum status_answer answer = STATUS_UNDETERMINED;
    unsigned value = 0;

    if (!status_at(v, index, &value))
        (void)why_set(&in->why, "STATUS_INDEX", WHY_NO_OFFSET, "Token Status List 8.3",
                      "the list does not reach that far");
    else if (value == 0)
        answer = STATUS_VALID;
    else
        answer = STATUS_REVOKED;
    jw_object(w, "entry");
    jw_int(w, "index", index <= INT64_MAX ? (int64_t)index : INT64_MAX);
    if (answer != STATUS_UNDETERMINED)
        jw_int(w, "value", (int64_t)value);
    jw_str(w, "status", status_word(answer));
    jw_object_end(w);
    if (answer == STATUS_REVOKED)
        (void)why_set(&in->why, "REVOKED", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.3.6",
                      "the list names what was asked for");
    return answer == STATUS_VALID     ? RESULT_GENUINE
           : answer == STATUS_REVOKED ? RESULT_REVOKED
                                      : RESULT_UNDETERMINED;
}

static enum result ask_identifier(struct inspection *in, const struct status_list *l)
{
    bool listed = status_listed(l, in->opt->status.identifier);
    struct json_writer *w = &in->fields;

    jw_object(w, "entry");
    jw_hex(w, "identifier", in->opt->status.identifier);
    jw_str(w, "status", status_word(listed ? STATUS_REVOKED : STATUS_VALID));
    jw_object_end(w);
    if (!listed)
        return RESULT_GENUINE;
    (void)why_set(&in->why, "REVOKED", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.3.6",
                  "the list names what was asked for");
    return RESULT_REVOKED;
}

/* A list of the other kind says nothing about it. */
static enum result ask_list(struct inspection *in, const struct status_list *l)
{
    const struct inspect_status *s = &in->opt->status;

    if (!s->has_index && !s->identifier.n)
        return RESULT_GENUINE;
    if (s->has_index && l->kind == STATUS_LIST)
        return ask_position(in, &l->values);
    if (s->identifier.n && l->kind == STATUS_IDENTIFIERS)
        return ask_identifier(in, l);
    (void)why_set(&in->why, "STATUS_TYPE", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.3.6",
                  "a list of another kind than what was asked for");
    return RESULT_UNDETERMINED;
}

enum result inspect_status_token(struct inspection *in)
{
    const struct status_options opt = { .anchors = in->opt->anchors,
                                        .at = in->opt->at,
                                        .profile = in->opt->profile,
                                        .uri = in->opt->status.uri.n ? &in->opt->status.uri : NULL,
                                        .any_bits = in->opt->status.any_bits };
    struct status_list *l = arena_alloc(in->arena, sizeof *l);

    if (!l)
        return no_memory(in);
    (void)status_list_verify(in->bytes, &opt, in->arena, l, in->findings);
    in->why = l->why;
    in->kind = l->token.has_identifiers && !l->token.has_list ? "identifier-list" : "status-list";
    if (l->token.all.n)
        put_token(&in->fields, l);
    return l->result == RESULT_GENUINE ? ask_list(in, l) : l->result;
}

enum result inspect_status_map(struct inspection *in)
{
    struct json_writer *w = &in->fields;
    struct status_values v;
    char name[24];
    unsigned value;
    size_t shown = 0;

    if (!cbor_check(in->bytes, NULL, in->arena, &in->why) ||
        !status_values_read(in->bytes, in->bytes.p, in->arena, &v, &in->why))
        return RESULT_MALFORMED;
    put_values(w, &v);
    if (in->opt->status.has_index) {
        enum result r = ask_position(in, &v);

        return r == RESULT_GENUINE ? RESULT_WELL_FORMED : r;
    }
    jw_object(w, "values");
    for (uint64_t i = 0; shown < SHOWN && status_at(&v, i, &value); i++) {
        if (!value)
            continue;
        (void)snprintf(name, sizeof name, "%llu", (unsigned long long)i);
        jw_int(w, name, (int64_t)value);
        shown++;
    }
    jw_object_end(w);
    finding_add(in->findings, FINDING_NOTE, "unsigned", WHY_NO_OFFSET, "Token Status List 4.3",
                "the values alone: nobody signed them, and they prove nothing");
    return RESULT_WELL_FORMED;
}

void inspect_ask_status(struct inspection *in, struct mdoc_verdict *v, struct status_said *said)
{
    const struct status_question q = { .document = v,
                                       .tokens = in->opt->status.tokens,
                                       .anchors = in->opt->anchors,
                                       .at = in->opt->at,
                                       .profile = in->opt->profile };
    bool required = in->opt->status.required;

    if (!q.tokens)
        return;
    (void)status_ask(&q, in->arena, said, in->findings);
    if (v->result != RESULT_GENUINE || said->answer == STATUS_VALID || !said->named ||
        (!said->found && !required))
        return;
    v->result = said->answer == STATUS_REVOKED ? RESULT_REVOKED : RESULT_UNDETERMINED;
    v->why = said->why;
}

static void put_said(struct json_writer *w, const struct status_said *said)
{
    jw_str(w, "answer", status_word(said->answer));
    jw_str(w, "reason", said->why.reason);
    jw_str(w, "detail", said->why.reason ? said->why.detail : NULL);
    if (!said->found)
        return;
    jw_object(w, "token");
    jw_str(w, "source", said->source);
    put_time(w, "issued", said->issued != 0, said->issued);
    put_time(w, "expires", said->expires != 0, said->expires);
    jw_int(w, "age", said->age);
    jw_object_end(w);
}

void inspect_put_status(struct json_writer *w, const struct mdoc_verdict *v, const struct status_said *said)
{
    const struct mdoc_status *s = &v->mso.status;

    if (!v->has_mso || (!s->has_list && !s->has_identifiers))
        return;
    jw_object(w, "status");
    if (s->has_list) {
        jw_text(w, "list", s->list_uri);
        jw_int(w, "index", s->index <= INT64_MAX ? (int64_t)s->index : INT64_MAX);
    }
    if (s->has_identifiers) {
        jw_text(w, "identifiers", s->identifiers_uri);
        jw_hex(w, "identifier", s->identifier);
    }
    if (said->named)
        put_said(w, said);
    jw_object_end(w);
}
