#include "wire/dg2.h"

#include "guard.h"
#include "vectors.h"
#include "wire/der_write.h"

#define JPEG "\xff\xd8\xff\xe0 no picture, only how one begins"
#define JP2  "\x00\x00\x00\x0cjP  \r\n\x87\n no picture either"
#define J2K  "\xff\x4f\xff\x51 a bare codestream"

/* Tags of two bytes: the first, then an item with the second. */
static size_t begin2(struct buffer *b, uint8_t first, uint8_t second)
{
    buf_u8(b, first);
    return der_put_begin(b, second);
}

/* A DG2 as the standard wants it, and what may be wrong with it. */
struct plan {
    const char *what;
    uint32_t record, face, images; /* lengths and number as announced; 0: right ones */
    uint16_t points;               /* feature points announced */
    uint8_t real_points;
    uint8_t count;       /* templates announced; 0: 1 */
    uint8_t templates;   /* 0: 1 */
    uint8_t real_images; /* 0: 1 */
    uint8_t block;       /* second byte of the tag of the block; 0: 2e under 5f */
    uint8_t image_data;  /* announced type */
    const char *version; /* NULL: 010 */
    const char *magic;   /* NULL: FAC */
    struct span picture; /* p NULL: JPEG */
    struct span after;   /* bytes after the record */
    struct span header;  /* content of A1; p NULL: owner 0101, type 0008 */
    const char *reason;  /* of the refusal; NULL: read */
    const char *finding; /* part of the only finding; NULL: none */
};

static void put_face(struct buffer *b, const struct plan *p)
{
    struct span picture = p->picture.p ? p->picture : SPAN(JPEG);
    size_t length = 20 + 8 * (size_t)p->real_points + 12 + picture.n;

    buf_be(b, p->face ? p->face : length, 4);
    buf_be(b, p->points ? p->points : p->real_points, 2);
    buf_put(b, SPAN("\x02\x03\x04" /* gender, eyes, hair */ "\x00\x00\x45" /* features */ "\x00\x01"));
    buf_put(b, SPAN("\x01\x02\x03" /* pose */ "\x04\x05\x06"));
    for (size_t i = 0; i < p->real_points; i++)
        buf_put(b, SPAN("\x01\x51\x00\x10\x00\x20\x00\x00"));
    buf_u8(b, 1); /* full frontal */
    buf_u8(b, p->image_data);
    buf_be(b, 413, 2);
    buf_be(b, 531, 2);
    buf_put(b, SPAN("\x01\x02\x00\x07\x00\x50")); /* colour space, source, device, quality */
    buf_put(b, picture);
}

static void put_record(struct buffer *b, const struct plan *p)
{
    struct buffer faces;
    uint8_t room[2048];
    size_t n = p->real_images ? p->real_images : 1;

    buf_init_fixed(&faces, room, sizeof room);
    for (size_t i = 0; i < n; i++)
        put_face(&faces, p);
    buf_put(b, span_of(p->magic ? p->magic : "FAC", 4));
    buf_put(b, span_of(p->version ? p->version : "010", 4));
    buf_be(b, p->record ? p->record : 14 + faces.n, 4);
    buf_be(b, p->images ? p->images : n, 2);
    buf_put(b, buf_span(&faces));
    buf_put(b, p->after);
}

static struct span build(struct buffer *b, const struct plan *p)
{
    size_t dg = der_put_begin(b, 0x75), group = begin2(b, 0x7f, 0x61), at;
    uint8_t count = p->count ? p->count : 1;

    der_put(b, 0x02, span_of(&count, 1));
    for (size_t i = 0; i < (p->templates ? p->templates : 1u); i++) {
        at = begin2(b, 0x7f, 0x60);
        der_put(b, 0xa1, p->header.p ? p->header : SPAN("\x81\x01\x02\x87\x02\x01\x01\x88\x02\x00\x08"));
        if (p->block != 0xff) {
            size_t block = begin2(b, p->block ? p->block : 0x5f, 0x2e);

            put_record(b, p);
            der_put_end(b, block);
        }
        der_put_end(b, at);
    }
    der_put_end(b, group);
    der_put_end(b, dg);
    assert_true(buf_ok(b));
    return buf_span(b);
}

/* Pictures lie in the file, one behind the other. */
static void assert_pictures_apart(struct span file, const struct dg2 *g)
{
    const uint8_t *p = file.p;

    assert_true(g->n_templates <= LIMIT_FACE_TEMPLATES && g->n_faces <= LIMIT_FACES);
    for (size_t i = 0; i < g->n_faces; i++) {
        const struct face *face = &g->face[i];

        assert_true(face->picture.p >= p && face->picture.n <= (size_t)(file.p + file.n - face->picture.p));
        assert_int_equal(face->offset, face->picture.p - file.p);
        assert_true(face->template <g->n_templates);
        p = face->picture.p + face->picture.n;
    }
}

static const struct plan plans[] = {
    { .what = "one JPEG" },
    { .what = "a JPEG 2000 file", .image_data = 1, .picture = { (const uint8_t *)JP2, sizeof JP2 - 1 } },
    { .what = "a JPEG 2000 codestream",
      .image_data = 1,
      .picture = { (const uint8_t *)J2K, sizeof J2K - 1 } },
    { .what = "feature points", .real_points = 3 },
    { .what = "three images", .real_images = 3 },
    { .what = "two templates", .templates = 2, .count = 2 },
    { .what = "as many templates as there may be", .templates = 9, .count = 9 },
    { .what = "one template more", .templates = 10, .count = 10, .reason = "too-large" },
    { .what = "another number of templates", .count = 3, .finding = "number of templates" },
    { .what = "as many images as there may be", .real_images = LIMIT_FACES },
    { .what = "too many images over two templates",
      .real_images = 9,
      .templates = 2,
      .count = 2,
      .reason = "too-large" },
    { .what = "more images than the limit", .images = LIMIT_FACES + 1, .reason = "too-large" },
    { .what = "65535 images", .images = 65535, .reason = "too-large" },
    { .what = "no image", .images = 0x10000, .reason = "dg2" },
    { .what = "one image more than there are", .images = 2, .reason = "dg2" },
    { .what = "one image less than there are",
      .images = 1,
      .real_images = 2,
      .finding = "belong to no image" },
    { .what = "record of 4 GiB", .record = 0xffffffff, .reason = "dg2" },
    { .what = "record shorter than its header", .record = 13, .reason = "dg2" },
    { .what = "record of the header alone", .record = 14, .reason = "dg2" },
    { .what = "image of 4 GiB", .face = 0xffffffff, .reason = "dg2" },
    { .what = "image of INT_MAX", .face = 0x7fffffff, .reason = "dg2" },
    { .what = "image shorter than its length field", .face = 3, .reason = "dg2" },
    { .what = "image shorter than its headers", .face = 31, .reason = "dg2" },
    { .what = "an image that reaches into the next", .face = 90, .real_images = 2, .reason = "dg2" },
    { .what = "a face without a picture", .face = 32, .finding = "" },
    { .what = "feature points beyond the image", .points = 65535, .reason = "dg2" },
    { .what = "bytes after the record", .after = { (const uint8_t *)"\0\0", 2 }, .finding = "2 bytes after" },
    { .what = "JPEG announced as JPEG 2000", .image_data = 1, .finding = "another format" },
    { .what = "a picture of neither kind",
      .picture = { (const uint8_t *)"GIF89a", 6 },
      .finding = "neither" },
    { .what = "version 020", .version = "020", .reason = "dg2" },
    { .what = "another record", .magic = "FIR", .reason = "dg2" },
    { .what = "FAC under the tag of the other encoding", .block = 0x7f, .finding = "under the tag" },
    { .what = "no block", .block = 0xff, .reason = "dg2" },
    { .what = "block under another tag", .block = 0x6f, .reason = "dg2" },
    { .what = "header without a format",
      .header = { (const uint8_t *)"\x81\x01\x02", 3 },
      .finding = "does not name" },
    { .what = "header that is cut", .header = { (const uint8_t *)"\x81\x05\x02", 3 }, .reason = "dg2" },
};

static void records_of_19794(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        const struct plan *p = &plans[i];
        struct buffer b;
        struct span in;
        struct dg2 g;
        struct findings f;
        struct why w = { 0 };
        bool read;

        buf_init(&b, 1 << 16);
        in = guard_copy(build(&b, p));
        findings_init(&f);
        read = dg2_parse(in, &g, &f, &w);
        if (read != !p->reason)
            fail_msg("%s: %s at %zu", p->what, w.detail, w.offset);
        if (!read) {
            assert_string_equal(w.reason, p->reason);
            assert_true(w.clause && w.offset <= in.n);
        } else {
            assert_pictures_apart(in, &g);
            if (p->finding ? !f.n || !strstr(f.item[0].why.detail, p->finding) : f.n)
                fail_msg("%s: %zu findings, %s", p->what, f.n, f.n ? f.item[0].why.detail : "");
        }
        guard_free(in);
        buf_free(&b);
    }
}

static void fields_of_19794(void **state)
{
    const struct plan p = { .real_points = 2, .real_images = 2 };
    struct buffer b;
    struct span in;
    struct dg2 g;
    const uint8_t *second;

    (void)state;
    buf_init(&b, 1 << 16);
    in = build(&b, &p);
    assert_true(dg2_parse(in, &g, NULL, NULL));
    assert_int_equal(g.n_templates, 1);
    assert_int_equal(g.template[0].standard, FACE_19794_5);
    assert_int_equal(g.template[0].format_owner, 0x0101);
    assert_int_equal(g.template[0].format_type, 8);
    assert_int_equal(g.template[0].type.p[0], 2);
    assert_int_equal(g.template[0].n_faces, 2);
    assert_int_equal(g.template[0].block.p - in.p, g.template[0].offset);
    assert_int_equal(g.n_faces, 2);
    assert_true(span_eq(g.face[0].picture, SPAN(JPEG)));
    assert_int_equal(g.face[0].announced, FACE_PICTURE_JPEG);
    assert_int_equal(g.face[0].width, 413);
    assert_int_equal(g.face[0].height, 531);
    assert_int_equal(g.face[0].image_type, 1);
    assert_int_equal(g.face[0].gender, 2);
    assert_int_equal(g.face[0].eye_colour, 3);
    assert_int_equal(g.face[0].hair_colour, 4);
    assert_int_equal(g.face[0].features, 0x45);
    assert_int_equal(g.face[0].expression, 1);
    assert_memory_equal(g.face[0].pose, "\x01\x02\x03", 3);
    assert_memory_equal(g.face[0].pose_uncertainty, "\x04\x05\x06", 3);
    assert_int_equal(g.face[0].colour_space, 1);
    assert_int_equal(g.face[0].source, 2);
    assert_int_equal(g.face[0].device, 7);
    assert_int_equal(g.face[0].quality, 80);
    assert_int_equal(g.face[0].feature_points, 2);
    /* Naive counterpart: the pictures are where their first bytes are. */
    second = memmem(g.face[0].picture.p + 1, in.n - g.face[0].offset - 1, "\xff\xd8\xff", 3);
    assert_ptr_equal(memmem(in.p, in.n, "\xff\xd8\xff", 3), g.face[0].picture.p);
    assert_ptr_equal(second, g.face[1].picture.p);
    buf_free(&b);
}

/* ISO/IEC 39794-5, with n representations; kind 1: an extension instead of a base, 2: 3D instead of 2D. */
static struct span build_39794(struct buffer *b, size_t n, int kind, uint8_t code)
{
    size_t dg = der_put_begin(b, 0x75), group = begin2(b, 0x7f, 0x61), template, block, wrap, face, list;

    der_put(b, 0x02, SPAN("\x01"));
    template = begin2(b, 0x7f, 0x60);
    der_put(b, 0xa1, SPAN("\x81\x01\x02\x87\x02\x01\x01\x88\x02\x00\x2a"));
    block = begin2(b, 0x7f, 0x2e);
    wrap = der_put_begin(b, 0xa1);
    face = der_put_begin(b, 0x65);
    der_put(b, 0xa0, SPAN("\x80\x01\x03\x81\x02\x07\xe3"));
    list = der_put_begin(b, 0xa1);
    for (size_t i = 0; i < n; i++) {
        size_t one = der_put_begin(b, 0x30), image, base, two_d, info;

        der_put(b, 0x80, SPAN("\x00"));
        image = der_put_begin(b, 0xa1);
        base = der_put_begin(b, kind == 1 ? 0xa1 : 0xa0);
        two_d = der_put_begin(b, kind == 2 ? 0xa1 : 0xa0);
        der_put(b, 0x80, SPAN(J2K));
        info = der_put_begin(b, 0xa1);
        der_put(b, 0xa0, span_of((const uint8_t[]){ 0x80, 0x01, code }, 3));
        der_put(b, 0xa1, SPAN("\x80\x01\x01"));
        der_put(b, 0xa7, SPAN("\x80\x02\x01\x9d\x81\x02\x02\x13"));
        der_put_end(b, info);
        der_put_end(b, two_d);
        der_put_end(b, base);
        der_put_end(b, image);
        der_put_end(b, one);
    }
    der_put_end(b, list);
    der_put_end(b, face);
    der_put_end(b, wrap);
    der_put_end(b, block);
    der_put_end(b, template);
    der_put_end(b, group);
    der_put_end(b, dg);
    assert_true(buf_ok(b));
    return buf_span(b);
}

static void blocks_of_39794(void **state)
{
    static const struct {
        const char *what;
        size_t n, faces, findings;
        int kind;
        uint8_t code;
        const char *reason;
    } cases[] = {
        { "JPEG 2000, lossy", 1, 1, 0, 0, 3, NULL },
        { "JPEG 2000, lossless", 1, 1, 0, 0, 4, NULL },
        { "announced as JPEG", 1, 1, 1, 0, 2, NULL },
        { "two representations", 2, 2, 0, 0, 3, NULL },
        { "an extension", 1, 0, 2, 1, 3, NULL },
        { "3D alone", 1, 0, 2, 2, 3, NULL },
        { "none", 0, 0, 1, 0, 3, NULL },
        { "as many as there may be", LIMIT_FACES, LIMIT_FACES, 0, 0, 3, NULL },
        { "too many", LIMIT_FACES + 1, 0, 0, 0, 3, "too-large" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer b;
        struct span in;
        struct dg2 g;
        struct findings f;
        struct why w = { 0 };

        buf_init(&b, 1 << 16);
        in = guard_copy(build_39794(&b, cases[i].n, cases[i].kind, cases[i].code));
        findings_init(&f);
        if (dg2_parse(in, &g, &f, &w) != !cases[i].reason)
            fail_msg("%s: %s at %zu", cases[i].what, w.detail, w.offset);
        if (cases[i].reason) {
            assert_string_equal(w.reason, cases[i].reason);
        } else {
            assert_pictures_apart(in, &g);
            if (g.n_faces != cases[i].faces || f.n != cases[i].findings)
                fail_msg("%s: %zu pictures, %zu findings", cases[i].what, g.n_faces, f.n);
            assert_int_equal(g.template[0].standard, FACE_39794_5);
            assert_int_equal(g.template[0].n_faces, cases[i].faces);
        }
        if (!cases[i].reason && g.n_faces) {
            assert_true(span_eq(g.face[0].picture, SPAN(J2K)));
            assert_int_equal(g.face[0].width, 413);
            assert_int_equal(g.face[0].height, 531);
            assert_int_equal(g.face[0].image_type, 1);
        }
        guard_free(in);
        buf_free(&b);
    }
}

static void damaged_frames_are_refused(void **state)
{
    static const struct {
        const char *what, *hex;
        size_t at;
    } cases[] = {
        { "nothing", "", 0 },
        { "another group", "6b00", 0 },
        { "4 GiB", "7584ffffffff7f61", 0 },
        { "length of length 9", "7589010101010101010101", 0 },
        { "indefinite", "75800000", 0 },
        { "byte behind", "7500ff", 2 },
        { "empty", "7500", 2 },
        { "another content", "75035f2e00", 2 },
        { "bytes behind the group", "75067f6102020100", 7 },
        { "no number", "75037f6100", 5 },
        { "number in two bytes", "75077f610402020001", 5 },
        { "no template", "75067f6103020101", 5 },
        { "empty template", "75097f61060201017f6000", 11 },
        { "block without header", "750c7f61090201017f60035f2e00", 11 },
        { "block of another tag", "750e7f610b0201017f6005a1005f2f00", 13 },
        { "template longer than the group", "75097f61060201017f6001", 11 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(from_hex(&test_arena, cases[i].hex));
        struct dg2 g;
        struct why w = { 0 };

        if (dg2_parse(in, &g, NULL, &w))
            fail_msg("%s: read", cases[i].what);
        assert_string_equal(w.reason, "dg2");
        assert_non_null(w.clause);
        if (w.offset != cases[i].at)
            fail_msg("%s: offset %zu", cases[i].what, w.offset);
        guard_free(in);
    }
}

/* No prefix is read; with any byte changed what is read still lies inside, apart. */
static void prefixes_and_changed_bytes(void **state)
{
    const struct plan p = { .real_points = 2, .real_images = 2 };

    (void)state;
    for (int standard = 0; standard < 2; standard++) {
        struct buffer b;
        struct span in, copy;
        struct dg2 g;

        buf_init(&b, 1 << 16);
        in = standard ? build_39794(&b, 2, 0, 3) : build(&b, &p);
        for (size_t n = 0; n < in.n; n++) {
            struct why w = { 0 };

            copy = guard_copy(span_sub(in, 0, n));
            assert_false(dg2_parse(copy, &g, NULL, &w));
            assert_true(w.reason && w.offset <= n);
            guard_free(copy);
        }
        copy = guard_copy(in);
        for (size_t i = 0; i < in.n; i++)
            for (unsigned v = 0; v < 256; v++) {
                b.p[i] = (uint8_t)v;
                if (dg2_parse(in, &g, NULL, NULL))
                    assert_pictures_apart(in, &g);
                b.p[i] = copy.p[i];
            }
        guard_free(copy);
        buf_free(&b);
    }
}

static void synthetic_file(void **state)
{
    struct span in = load_file(&test_arena, vector_path("travel/emrtd/synthetic/dg2_noise.bin"));
    struct dg2 g;
    struct findings f;

    (void)state;
    findings_init(&f);
    assert_true(dg2_parse(in, &g, &f, NULL));
    assert_int_equal(g.n_faces, 1);
    assert_int_equal(g.face[0].offset, 85);
    assert_int_equal(g.face[0].picture.n, 9000);
    assert_int_equal(f.n, 2); /* noise is no JPEG; four bytes follow the record */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_of_19794),
        cmocka_unit_test(fields_of_19794),
        cmocka_unit_test(blocks_of_39794),
        cmocka_unit_test(damaged_frames_are_refused),
        cmocka_unit_test(prefixes_and_changed_bytes),
        cmocka_unit_test(synthetic_file),
    };

    return cmocka_run_group_tests_name("dg2", tests, arena_setup, arena_teardown);
}
