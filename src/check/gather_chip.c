#include "check/gather.h"

#include "check/recognise.h"
#include "wire/dg2.h"

/* What a border needs of a chip: who (DG1) and the picture (DG2). DG3 and DG4 are open to few, and what is
 * listed and not supplied stays "not checked" for all to see. */
enum { REQUIRED = 1u << 1 | 1u << 2 };

/* EF.CardAccess (Doc 9303-11 9.2.10), a SET of SecurityInfos: read before access is granted, never signed. */
static bool is_card_access(struct span s)
{
    return s.n > 4 && s.p[0] == 0x31;
}

struct read_out {
    struct span sod;
    struct data_group dg[LIMIT_CHIP_FILES];
    size_t from[LIMIT_CHIP_FILES]; /* which file of the evidence */
    size_t n;
};

static void sort_out(const struct evidence *e, struct read_out *r, struct findings *f)
{
    for (size_t i = 0; i < e->n_files; i++) {
        enum thing t = recognise(e->file[i]);

        if (t == THING_SOD && !r->sod.n) {
            r->sod = e->file[i];
        } else if (t == THING_DATA_GROUP) {
            r->from[r->n] = i;
            r->dg[r->n++] = (struct data_group){ .bytes = e->file[i] };
        } else if (!is_card_access(e->file[i])) {
            finding_add(f, FINDING_WARNING, "not-a-chip-file", WHY_NO_OFFSET, "Doc 9303-10 4.6",
                        "file %zu is no file of a chip, or a second EF.SOD; it was not used", i + 1);
        }
    }
}

/* DG1 without EF.SOD is still what somebody claims to have read. */
static void take_dg1(const struct read_out *r, unix_time now, struct gathered_chip *out)
{
    struct lds_file file;

    for (size_t i = 0; i < r->n && !out->has_dg1; i++)
        if (lds_file_parse(r->dg[i].bytes, &file, NULL) && file.number == 1)
            out->has_dg1 = mrz_parse(file.mrz, now, &out->dg1, NULL);
}

/* The first picture of DG2, when a signature covers it; nobody here looks into it. */
static void take_portrait(const struct read_out *r, struct arena *a, struct gathered_chip *out)
{
    struct dg2 *faces = arena_alloc(a, sizeof *faces);
    const struct chip *c = &out->verified;

    if (!faces || c->group[2] != GROUP_HOLDS || c->signature != STEP_HOLDS || c->message_digest != STEP_HOLDS)
        return;
    for (size_t i = 0; i < r->n; i++) {
        if (r->dg[i].bytes.p[0] != lds_tag(2) || !dg2_parse(r->dg[i].bytes, faces, NULL, NULL) ||
            faces->n_faces == 0)
            continue;
        out->portrait = (struct gathered_portrait){ .format = face_picture_word(faces->face[0].found),
                                                    .file = r->from[i],
                                                    .offset = faces->face[0].offset,
                                                    .length = faces->face[0].picture.n };
    }
}

enum result gather_chip(const struct check_context *c, const struct evidence *e, unix_time now,
                        struct arena *a, struct gathered_chip *out, struct why *w)
{
    const struct chip_options opt = {
        .anchors = c->anchors, .at = now, .profile = PROFILE_LENIENT, .required = REQUIRED
    };
    struct read_out *r = arena_alloc(a, sizeof *r);

    out->asked = e->response.n != 0;
    findings_init(&out->findings);
    if (!r) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this chip");
        return RESULT_MALFORMED;
    }
    sort_out(e, r, &out->findings);
    take_dg1(r, now, out);
    if (!r->sod.n) {
        (void)why_set(w, "no-sod", WHY_NO_OFFSET, "Doc 9303-10 4.6.2",
                      "no EF.SOD among the files: nothing says that they belong together");
        return r->n ? RESULT_UNDETERMINED : RESULT_MALFORMED;
    }
    out->has_sod = true;
    (void)chip_verify(r->sod, r->dg, r->n, &opt, a, &out->verified, &out->findings);
    take_portrait(r, a, out);
    *w = out->verified.why;
    return out->verified.result;
}
