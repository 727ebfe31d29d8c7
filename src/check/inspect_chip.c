#include <stdio.h>

#include "check/inspect_parts.h"
#include "seal/chip.h"
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
    jw_object_end(w);
    put_groups(w, c);
    jw_str(w, "signing_time", c->has_signing_time ? time_format(c->signing_time, at) : NULL);
    if (c->has_signer) {
        put_certificate(w, "signer", &c->signer);
        jw_str(w, "anchor", c->path.anchor ? c->path.anchor->origin->source : NULL);
    }
    if (c->mrz.n && mrz_parse(c->mrz, in->opt->at, &m, NULL))
        mrz_json(w, "mrz", &m);
}

/* EF.SOD with the files read beside it; n may be 0. */
static enum result chip(struct inspection *in, struct span sod, const struct data_group *dg, size_t n)
{
    const struct chip_options opt = { .anchors = in->opt->anchors,
                                      .at = in->opt->at,
                                      .profile = in->opt->profile };
    struct chip *c = arena_alloc(in->arena, sizeof *c);

    in->kind = "chip";
    if (!c) {
        (void)why_set(&in->why, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return RESULT_MALFORMED;
    }
    (void)chip_verify(sod, dg, n, &opt, in->arena, c, in->findings);
    in->why = c->why;
    put_chip(in, c);
    return c->result;
}

enum result inspect_sod(struct inspection *in)
{
    return chip(in, in->bytes, NULL, 0);
}

/* A data group alone is unsigned: what can be said is whether it is one. */
enum result inspect_data_group(struct inspection *in)
{
    struct lds_file file;
    struct mrz m;
    char name[8];

    if (!lds_file_parse(in->bytes, &file, &in->why))
        return RESULT_MALFORMED;
    (void)snprintf(name, sizeof name, file.number == LDS_COM ? "EF.COM" : "DG%d", file.number);
    jw_str(&in->fields, "file", name);
    jw_int(&in->fields, "bytes", (int64_t)in->bytes.n);
    if (file.mrz.n && mrz_parse(file.mrz, in->opt->at, &m, NULL))
        mrz_json(&in->fields, "mrz", &m);
    return RESULT_WELL_FORMED;
}

enum result inspect_chip_files(struct inspection *in)
{
    struct data_group *dg = arena_array(in->arena, in->n_files, sizeof *dg);
    struct span sod = { 0 };
    size_t n = 0;

    in->kind = "chip";
    for (size_t i = 0; dg && i < in->n_files; i++) {
        enum thing t = recognise(in->files[i]);

        if (t == THING_SOD && sod.n == 0)
            sod = in->files[i];
        else if (t == THING_DATA_GROUP)
            dg[n++] = (struct data_group){ .bytes = in->files[i] };
        else
            finding_add(in->findings, FINDING_WARNING, "not-a-chip-file", WHY_NO_OFFSET, "Doc 9303-10 4.6",
                        "file %zu of the folder is no file of a chip, or a second EF.SOD; it was not used",
                        i + 1);
    }
    if (!sod.n) {
        (void)why_set(&in->why, "no-sod", WHY_NO_OFFSET, "Doc 9303-10 4.6.2",
                      "no EF.SOD among the files: nothing says that they belong together");
        return n ? RESULT_UNDETERMINED : RESULT_MALFORMED;
    }
    return chip(in, sod, dg, n);
}
