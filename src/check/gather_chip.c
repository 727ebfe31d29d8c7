#include "check/gather.h"

#include "check/chip_files.h"
#include "wire/dg2.h"

/* What a border needs of a chip: who (DG1) and the picture (DG2). DG3 and DG4 are open to few, and what is
 * listed and not supplied stays "not checked" for all to see. */
enum { REQUIRED = 1u << 1 | 1u << 2 };

/* DG1 without EF.SOD is still what somebody claims to have read. */
static void take_dg1(const struct chip_files *r, unix_time now, struct gathered_chip *out)
{
    struct lds_file file;

    for (size_t i = 0; i < r->n && !out->has_dg1; i++)
        if (lds_file_parse(r->dg[i].bytes, &file, NULL) && file.number == 1)
            out->has_dg1 = mrz_parse(file.mrz, now, &out->dg1, NULL);
}

/* The first picture of DG2, when a signature covers it; nobody here looks into it. */
static void take_portrait(const struct evidence *e, struct arena *a, struct gathered_chip *out)
{
    struct dg2 *faces = arena_alloc(a, sizeof *faces);
    const struct chip *c = &out->verified;

    if (!faces || c->group[2] != GROUP_HOLDS || c->signature != STEP_HOLDS || c->message_digest != STEP_HOLDS)
        return;
    for (size_t i = 0; i < e->n_files; i++) {
        struct span file = e->file[i];

        if (!file.n || file.p[0] != lds_tag(2) || !dg2_parse(file, faces, NULL, NULL) || faces->n_faces == 0)
            continue;
        out->portrait = (struct gathered_portrait){ .format = face_picture_word(faces->face[0].found),
                                                    .file = i,
                                                    .offset = faces->face[0].offset,
                                                    .length = faces->face[0].picture.n };
    }
}

static bool sort_out(const struct evidence *e, struct arena *a, struct chip_files *out, struct findings *f,
                     struct why *w)
{
    struct inspect_file *file = arena_array(a, e->n_files ? e->n_files : 1, sizeof *file);

    if (!file)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < e->n_files; i++)
        file[i].bytes = e->file[i];
    return chip_files_sort(file, e->n_files, a, out, f, w);
}

enum result gather_chip(const struct check_context *c, const struct evidence *e, unix_time now,
                        struct stopwatch *watch, struct arena *a, struct gathered_chip *out, struct why *w)
{
    struct chip_options opt = { .anchors = c->anchors,
                                .at = now,
                                .profile = PROFILE_LENIENT,
                                .required = REQUIRED,
                                .aa_challenge = e->challenge,
                                .aa_response = e->response,
                                .ca_record = e->chip_authentication,
                                .watch = watch };
    struct chip_files *files = arena_alloc(a, sizeof *files);

    findings_init(&out->findings);
    if (!files) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return RESULT_MALFORMED;
    }
    if (!sort_out(e, a, files, &out->findings, w))
        return RESULT_MALFORMED;
    take_dg1(files, now, out);
    if (!files->sod.n) {
        (void)why_set(w, "no-sod", WHY_NO_OFFSET, "Doc 9303-10 4.6.2",
                      "no EF.SOD among the files: nothing says that they belong together");
        return files->n ? RESULT_UNDETERMINED : RESULT_MALFORMED;
    }
    opt.dsc = files->signer;
    opt.n_dsc = files->n_signers;
    opt.card_security = files->card_security;
    opt.card_access = files->card_access;
    (void)chip_verify(files->sod, files->dg, files->n, &opt, a, &out->verified, &out->findings);
    take_portrait(e, a, out);
    *w = out->verified.why;
    return out->verified.result;
}
