#include <stdio.h>

#include "check/chip_files.h"
#include "check/inspect_groups.h"
#include "check/inspect_parts.h"
#include "seal/card_security.h"
#include "wire/mrz_json.h"

static const char *state_word(enum group_state s)
{
    static const char *const word[] = { [GROUP_ABSENT] = "absent",
                                        [GROUP_HOLDS] = "holds",
                                        [GROUP_ALTERED] = "altered",
                                        [GROUP_INJECTED] = "not-covered",
                                        [GROUP_NOT_CHECKED] = "not-supplied" };

    return word[s];
}

static const char *step_word(enum step s)
{
    static const char *const word[] = { "not-done", "holds", "fails" };

    return word[s];
}

static void put_groups(struct json_writer *w, const struct chip *c)
{
    char name[6];

    jw_object(w, "data_groups");
    for (int i = 1; i <= LDS_GROUPS; i++) {
        if (c->group[i] == GROUP_ABSENT)
            continue;
        (void)snprintf(name, sizeof name, "dg%d", i);
        jw_str(w, name, state_word(c->group[i]));
    }
    jw_object_end(w);
}

static void put_chip(struct inspection *in, const struct chip *c)
{
    struct json_writer *w = &in->fields;
    char at[TIME_TEXT];
    struct mrz m;

    if (c->result == RESULT_MALFORMED)
        return;
    jw_int(w, "lds_version", c->lds_version);
    jw_str(w, "hash", digest_name(c->lds_digest));
    jw_object(w, "steps");
    jw_str(w, "signature", step_word(c->signature));
    jw_str(w, "message_digest", step_word(c->message_digest));
    jw_str(w, "chain", step_word(c->chain));
    jw_str(w, "active_authentication", step_word(c->active_authentication));
    jw_str(w, "chip_authentication", step_word(c->chip_authentication));
    jw_object_end(w);
    put_groups(w, c);
    jw_str(w, "signing_time", c->has_signing_time ? time_format(c->signing_time, at) : NULL);
    if (c->has_signer) {
        put_certificate(w, "signer", &c->signer);
        jw_str(w, "anchor", c->path.anchor ? c->path.anchor->origin->source : NULL);
    }
    if (c->has_card_security)
        jw_str(w, "card_security", result_word(c->card_security));
    if (c->mrz.n && mrz_parse(c->mrz, in->opt->at, &m, NULL))
        mrz_json(w, "mrz", &m);
}

/* Signers named by the caller and those that lie beside the chip's files: candidates, all of them. */
static bool gather_signers(struct inspection *in, const struct chip_files *files, struct chip_options *opt)
{
    size_t n = in->opt->n_signers + files->n_signers;
    struct span *all = arena_array(in->arena, n ? n : 1, sizeof *all);

    if (!all)
        return false;
    for (size_t i = 0; i < n; i++)
        all[i] = i < in->opt->n_signers ? in->opt->signer[i] : files->signer[i - in->opt->n_signers];
    opt->dsc = all;
    opt->n_dsc = n;
    return true;
}

static struct chip_options options_of(const struct inspection *in)
{
    return (struct chip_options){ .anchors = in->opt->anchors,
                                  .at = in->opt->at,
                                  .profile = in->opt->profile,
                                  .required = in->opt->required,
                                  .crl_required = in->opt->crl_required,
                                  .aa_challenge = in->opt->aa_challenge,
                                  .aa_response = in->opt->aa_response };
}

/* What the groups say, once the State is known to have said it. DG1 is shown as "mrz". */
static void put_contents(struct inspection *in, const struct chip *c, const struct chip_files *files)
{
    struct why w;
    char key[8];

    if (c->signature != STEP_HOLDS || c->message_digest != STEP_HOLDS || c->chain != STEP_HOLDS)
        return;
    jw_object(&in->fields, "contents");
    for (size_t i = 0; i < files->n; i++) {
        struct span file = files->dg[i].bytes;
        int number = file.n ? lds_number(file.p[0]) : LDS_UNKNOWN;

        if (number < 2 || c->group[number] != GROUP_HOLDS)
            continue;
        (void)snprintf(key, sizeof key, "dg%u", (unsigned)number & 31);
        why_clear(&w);
        if (!put_data_group(&in->fields, key, file, in->opt->at, in->findings, &w))
            finding_add(in->findings, FINDING_WARNING, "data-group-content", w.offset, w.clause, "DG%d: %s",
                        number, w.detail);
    }
    jw_object_end(&in->fields);
}

static enum result chip(struct inspection *in, const struct chip_files *files)
{
    struct chip_options opt = options_of(in);
    struct chip *c = arena_alloc(in->arena, sizeof *c);

    in->kind = "chip";
    if (!c || !gather_signers(in, files, &opt)) {
        (void)why_set(&in->why, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return RESULT_MALFORMED;
    }
    if (files->aa_challenge.n || files->aa_response.n) {
        opt.aa_challenge = files->aa_challenge;
        opt.aa_response = files->aa_response;
    }
    opt.ca_record = files->ca_record;
    opt.card_security = files->card_security;
    opt.card_access = files->card_access;
    (void)chip_verify(files->sod, files->dg, files->n, &opt, in->arena, c, in->findings);
    in->why = c->why;
    put_chip(in, c);
    put_contents(in, c, files);
    return c->result;
}

enum result inspect_sod(struct inspection *in)
{
    const struct chip_files alone = { .sod = in->bytes };

    return chip(in, &alone);
}

enum result inspect_chip_files(struct inspection *in)
{
    struct chip_files *files = arena_alloc(in->arena, sizeof *files);

    in->kind = "chip";
    if (!files || !chip_files_sort(in->files, in->n_files, in->arena, files, in->findings, &in->why)) {
        (void)why_set(&in->why, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return RESULT_MALFORMED;
    }
    if (files->sod.n)
        return chip(in, files);
    (void)why_set(&in->why, "no-sod", WHY_NO_OFFSET, "Doc 9303-10 4.6.2",
                  "no EF.SOD among the files: nothing says that they belong together");
    return files->n ? RESULT_UNDETERMINED : RESULT_MALFORMED;
}

/* The content is shown once it is proven. */
enum result inspect_card_security(struct inspection *in)
{
    struct chip_options opt = options_of(in);
    struct card_security *s = arena_alloc(in->arena, sizeof *s);
    struct json_writer *w = &in->fields;
    char at[TIME_TEXT];

    jw_str(w, "file", "EF.CardSecurity");
    if (!s) {
        (void)why_set(&in->why, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return RESULT_MALFORMED;
    }
    opt.dsc = in->opt->signer;
    opt.n_dsc = in->opt->n_signers;
    (void)card_security_verify(in->bytes, &opt, in->arena, s, in->findings);
    in->why = s->why;
    if (s->has_signer) {
        jw_object(w, "steps");
        jw_str(w, "signature", step_word(s->signature));
        jw_str(w, "message_digest", step_word(s->message_digest));
        jw_str(w, "chain", step_word(s->chain));
        jw_object_end(w);
        jw_str(w, "signing_time", s->has_signing_time ? time_format(s->signing_time, at) : NULL);
        put_certificate(w, "signer", &s->signer);
        jw_str(w, "anchor", s->path.anchor ? s->path.anchor->origin->source : NULL);
    }
    if (s->result == RESULT_GENUINE && !put_security_infos(w, "security_infos", s->infos, NULL, NULL))
        return RESULT_MALFORMED;
    return s->result;
}
