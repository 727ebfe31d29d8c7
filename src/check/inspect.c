#include "check/inspect.h"

#include "check/inspect_parts.h"
#include "picture/picture.h"
#include "seal/receipt.h"

/* What the standards say about bytes that nobody recognises: nothing; and that is said. */
static enum result unknown(struct inspection *in)
{
    if (in->bytes.n == 0)
        (void)why_set(&in->why, "unknown-kind", 0, NULL, "empty: there is nothing in it");
    else
        (void)why_set(&in->why, "unknown-kind", 0, NULL,
                      "not recognised: no machine-readable lines, seal, licence barcode, chip file, "
                      "certificate, list or "
                      "picture (PNG or JPEG)");
    return RESULT_MALFORMED;
}

static enum result inspect_hex(struct inspection *in)
{
    if (!recognise_hex(in->bytes, in->arena, &in->bytes)) {
        (void)why_set(&in->why, "too-large", WHY_NO_OFFSET, NULL, "too long for a seal");
        return RESULT_MALFORMED;
    }
    return inspect_seal(in);
}

static const struct {
    enum thing thing;
    enum result (*inspect)(struct inspection *in);
} parts[] = {
    { THING_MRZ, inspect_mrz },
    { THING_LICENCE_MRZ, inspect_licence_mrz },
    { THING_AAMVA, inspect_aamva },
    { THING_VDS, inspect_seal },
    { THING_VDS_HEX, inspect_hex },
    { THING_IDB, inspect_seal },
    { THING_VDSNC, inspect_seal },
    { THING_SOD, inspect_sod },
    { THING_DATA_GROUP, inspect_data_group },
    { THING_CARD_ACCESS, inspect_card_access },
    { THING_CARD_SECURITY, inspect_card_security },
    { THING_CHIP_DIRECTORY, inspect_chip_directory },
    { THING_CERTIFICATE, inspect_certificate },
    { THING_PEM, inspect_certificate },
    { THING_CRL, inspect_crl },
    { THING_MASTER_LIST, inspect_master_list },
    { THING_VICAL, inspect_vical },
    { THING_STATUS_TOKEN, inspect_status_token },
    { THING_STATUS_MAP, inspect_status_map },
    { THING_MDOC, inspect_mdoc },
};

static enum result by_thing(struct inspection *in)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].thing == in->thing)
            return parts[i].inspect(in);
    return in->opt->transcript.n ? inspect_mdoc(in) : unknown(in);
}

/* A picture is as good as what its barcode says; barcodes that are no seal are shown as they are. */
static enum result inspect_picture(struct inspection *in)
{
    static const char *const format[] = { [BARCODE_DATA_MATRIX] = "data-matrix",
                                          [BARCODE_QR] = "qr",
                                          [BARCODE_AZTEC] = "aztec",
                                          [BARCODE_PDF417] = "pdf417" };
    struct barcode code[BARCODES_MAX];
    size_t n, best = 0;

    if (!picture_barcodes(in->bytes, in->arena, code, &n, &in->why))
        return RESULT_MALFORMED;
    for (size_t i = n; i-- > 0;)
        if (recognise(code[i].bytes) != THING_UNKNOWN)
            best = i;
    in->picture = format[code[best].format];
    in->barcodes = n;
    in->bytes = code[best].bytes;
    in->thing = recognise(in->bytes);
    if (in->thing == THING_PICTURE || in->thing == THING_UNKNOWN) {
        in->thing = THING_PICTURE;
        jw_hex(&in->fields, "content", in->bytes);
        return RESULT_WELL_FORMED;
    }
    return by_thing(in);
}

static void put_findings(struct json_writer *w, const struct findings *f)
{
    jw_array(w, "findings");
    for (size_t i = 0; i < f->n; i++) {
        const struct finding *x = &f->item[i];

        jw_object(w, NULL);
        jw_str(w, "severity", severity_word(x->severity));
        jw_str(w, "reason", x->why.reason);
        jw_str(w, "clause", x->why.clause);
        if (x->why.offset != WHY_NO_OFFSET)
            jw_int(w, "offset", (int64_t)x->why.offset);
        jw_str(w, "detail", x->why.detail);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void put_inspection(const char *name, const struct inspection *in, enum result r, struct span fields,
                           struct buffer *out)
{
    struct json_writer w = json_to(out);

    jw_object(&w, NULL);
    jw_str(&w, "file", name);
    jw_str(&w, "kind", in->kind ? in->kind : thing_word(in->thing));
    jw_str(&w, "result", result_word(r));
    jw_str(&w, "reason", in->why.reason);
    if (in->why.reason && in->why.offset != WHY_NO_OFFSET)
        jw_int(&w, "offset", (int64_t)in->why.offset);
    else
        jw_null(&w, "offset");
    jw_str(&w, "clause", in->why.reason ? in->why.clause : NULL);
    jw_str(&w, "detail", in->why.reason ? in->why.detail : NULL);
    if (in->picture) {
        jw_str(&w, "picture", in->picture);
        jw_int(&w, "barcodes", (int64_t)in->barcodes);
    }
    jw_raw(&w, "fields", fields);
    if (in->suggestions.n)
        jw_raw(&w, "suggestions", buf_span(&in->suggestions));
    if (in->findings)
        put_findings(&w, in->findings);
    jw_object_end(&w);
}

/* Everything around the one function that knows the thing. */
static enum result run(const char *name, struct inspection *in, enum result (*part)(struct inspection *in),
                       struct buffer *out)
{
    struct buffer fields;
    enum result r = RESULT_MALFORMED;

    buf_init(&fields, 4 << 20);
    buf_init(&in->suggestions, 1 << 20);
    in->fields = json_to(&fields);
    why_clear(&in->why);
    in->findings = arena_alloc(in->arena, sizeof *in->findings);
    jw_object(&in->fields, NULL);
    if (in->findings) {
        findings_init(in->findings);
        r = part(in);
    } else {
        (void)why_set(&in->why, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    jw_object_end(&in->fields);
    put_inspection(name, in, r, buf_ok(&fields) ? buf_span(&fields) : SPAN("{}"), out);
    buf_free(&in->suggestions);
    buf_free(&fields);
    return r;
}

enum result inspect(const char *name, struct span file, const struct inspect_options *opt, struct arena *a,
                    struct buffer *out)
{
    struct inspection in = { .bytes = file, .opt = opt, .arena = a, .thing = recognise(file) };

    return run(name, &in, in.thing == THING_PICTURE ? inspect_picture : by_thing, out);
}

enum result inspect_chip(const char *name, const struct inspect_file *files, size_t n,
                         const struct inspect_options *opt, struct arena *a, struct buffer *out)
{
    struct inspection in = { .files = files, .n_files = n, .opt = opt, .arena = a };

    return run(name, &in, inspect_chip_files, out);
}
