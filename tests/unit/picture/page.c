/* Pages to print: what a reader gets out of the PDF is what was put in; what is hostile does not get in. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "guard.h"
#include "vectors.h"

#include "base/limits.h"
#include "base/text.h"
#include "picture/page.h"
#include "picture/picture.h"

enum { CREATED = 1800000000, TEXT_MOST = 4 << 20 };

struct drawn {
    struct buffer pdf, text;
    size_t unknown;
};

static bool has_tool(const char *name)
{
    char command[128];

    (void)snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", name);
    return system(command) == 0;
}

static void read_all(FILE *f, struct buffer *to)
{
    uint8_t part[4096];
    size_t n;

    while ((n = fread(part, 1, sizeof part, f)) > 0)
        buf_put(to, span_of(part, n));
}

/* The output of a tool over the PDF. */
static void through(const char *before, const char *after, struct span pdf, struct buffer *to)
{
    char name[] = "/tmp/serai-page-XXXXXX", command[256];
    int fd = mkstemp(name);
    FILE *f;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, pdf.p, pdf.n), (ssize_t)pdf.n);
    close(fd);
    (void)snprintf(command, sizeof command, "%s %s %s", before, name, after);
    f = popen(command, "r");
    assert_non_null(f);
    read_all(f, to);
    assert_int_equal(pclose(f), 0);
    unlink(name);
}

/* Without the marks of direction that the tool adds, and any white space as one blank. */
static void settle(struct span s, struct buffer *to)
{
    struct reader r = rd_of(s);
    bool blank = true;
    uint32_t c;

    while ((c = utf8_next(&r)) != UTF8_BAD) {
        if (c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
            continue;
        if (c == ' ' || c == '\n' || c == '\f') {
            if (!blank)
                buf_u8(to, ' ');
            blank = true;
        } else {
            utf8_put(to, c);
            blank = false;
        }
    }
}

static void draw(struct page p, struct drawn *d)
{
    struct why w = { 0 };
    struct buffer raw;

    d->unknown = 999;
    p.unknown = &d->unknown;
    buf_init(&d->pdf, LIMIT_FILE);
    buf_init(&d->text, TEXT_MOST);
    if (!page_pdf(&p, CREATED, &d->pdf, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    if (!has_tool("pdftotext"))
        skip();
    buf_init(&raw, TEXT_MOST);
    through("pdftotext", "-", buf_span(&d->pdf), &raw);
    settle(buf_span(&raw), &d->text);
    buf_free(&raw);
}

static void drop(struct drawn *d)
{
    buf_free(&d->pdf);
    buf_free(&d->text);
}

static bool says(struct drawn *d, const char *what)
{
    return strstr(buf_cstr(&d->text), what) != NULL;
}

static const struct page_line english[] = {
    { PAGE_TITLE, "Answer to an application", NULL },
    { PAGE_FIELD, "Reference", "KZ-2027-000123" },
    { PAGE_FIELD, "State", "EXAMPLE" },
    { PAGE_TEXT, "A paragraph that is no longer than it is.", NULL },
};
static const struct page_line persian[] = {
    { PAGE_TITLE, "رسید بازرسی مرزی", NULL },
    { PAGE_FIELD, "روز", "2027-03-01 12:30" },
    { PAGE_TEXT, "همراه داشته باشید", NULL },
    { PAGE_ITEM, "تا 2028-04-05 اعتبار", NULL },
};
static const struct page_line mixed[] = {
    { PAGE_FIELD, "نام", "SPECIMEN Иванов" },
    { PAGE_TEXT, "Гражданин", NULL },
    { PAGE_TEXT, "پاسپورٹ", NULL },
};

static void text_comes_back(void **state)
{
    static const struct {
        const char *what;
        struct page page;
        const char *say[4];
    } cases[] = {
        { "left to right",
          { .line = english, .n = 4, .width_mm = PAGE_A4_MM },
          { "Answer to an application", "Reference KZ-2027-000123", "State EXAMPLE",
            "A paragraph that is no longer than it is." } },
        { "right to left",
          { .line = persian, .n = 4, .width_mm = PAGE_A4_MM, .right_to_left = true },
          { "رسید بازرسی مرزی", "2027-03-01 12:30", "همراه داشته باشید", "2028-04-05" } },
        { "mixed",
          { .line = mixed, .n = 3, .width_mm = PAGE_RECEIPT_MM, .right_to_left = true },
          { "SPECIMEN Иванов", "Гражданин", "پاسپورٹ", "نام" } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct drawn d;

        draw(cases[i].page, &d);
        for (size_t k = 0; k < 4; k++)
            if (!says(&d, cases[i].say[k]))
                fail_msg("%s: no \"%s\" in \"%s\"", cases[i].what, cases[i].say[k], buf_cstr(&d.text));
        assert_int_equal(d.unknown, 0);
        drop(&d);
    }
}

static void sheets_are_numbered(void **state)
{
    static char text[120000];
    const struct page_line lines[] = { { PAGE_TITLE, "Long", NULL },
                                       { PAGE_TEXT, text, NULL },
                                       { PAGE_FIELD, "Value", text } };
    struct page p = { .line = lines, .n = 3, .width_mm = PAGE_A4_MM, .foot = "sheet {page} of {pages}" };
    char want[64], most[64];
    struct drawn d;
    size_t words = 0, sheets = 0;

    (void)state;
    for (size_t i = 0; i + 12 < sizeof text; words++)
        i += (size_t)snprintf(text + i, 12, "w%zu ", words);
    draw(p, &d);
    while ((void)snprintf(want, sizeof want, "sheet %zu of ", sheets + 1), says(&d, want))
        sheets++;
    assert_true(sheets > 10);
    (void)snprintf(most, sizeof most, "sheet %zu of %zu", sheets, sheets);
    assert_true(says(&d, most));
    /* A text longer than a sheet is whole. */
    for (size_t i = 0; i < words; i += 97) {
        (void)snprintf(want, sizeof want, "w%zu ", i);
        if (!says(&d, want))
            fail_msg("%s is lost", want);
    }
    drop(&d);
}

static void too_much_is_refused(void **state)
{
    static struct page_line lines[PAGE_LINES + 1];
    static char text[2001];
    struct page p = { .line = lines, .n = PAGE_LINES, .width_mm = PAGE_A4_MM };
    struct why w = { 0 };
    struct buffer out;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    for (size_t i = 0; i <= PAGE_LINES; i++)
        lines[i] = (struct page_line){ PAGE_TITLE, text, NULL };
    buf_init(&out, LIMIT_FILE);
    assert_false(page_pdf(&p, CREATED, &out, &w));
    assert_string_equal(w.reason, "page");
    assert_non_null(strstr(w.detail, "sheets"));
    assert_int_equal(out.n, 0);
    why_clear(&w);
    p.n = PAGE_LINES + 1;
    assert_false(page_pdf(&p, CREATED, &out, &w));
    assert_non_null(strstr(w.detail, "lines"));
    buf_free(&out);
    why_clear(&w);
    p.n = 1;
    buf_init(&out, 100);
    assert_false(page_pdf(&p, CREATED, &out, &w));
    assert_string_equal(w.reason, "too-large");
    assert_int_equal(out.n, 0);
    buf_free(&out);
}

static void foreign_text_is_tame(void **state)
{
    const struct page_line lines[] = {
        { PAGE_FIELD, "Verdict", "\xe2\x80\xaetimda\xe2\x80\xac \x1b[31m end" },
        { PAGE_TEXT,
          "a\x01"
          "b\xe2\x81\xa7"
          "c",
          NULL },
    };
    const struct page_line bad[] = { { PAGE_FIELD, "Label", "\xff" } };
    struct page p = { .line = lines, .n = 2, .width_mm = PAGE_A4_MM };
    struct why w = { 0 };
    struct drawn d;

    (void)state;
    draw(p, &d);
    if (!says(&d, ".timda. .[31m end") || !says(&d, "a.b.c"))
        fail_msg("\"%s\"", buf_cstr(&d.text));
    p.line = bad;
    p.n = 1;
    buf_reset(&d.pdf);
    assert_false(page_pdf(&p, CREATED, &d.pdf, &w));
    assert_string_equal(w.reason, "page");
    drop(&d);
}

static void unknown_signs_are_counted(void **state)
{
    /* A code point without a character. */
    const struct page_line lines[] = { { PAGE_TEXT, "a\xf3\xbf\xbf\xa0", NULL },
                                       { PAGE_FIELD, "b", "\xf3\xbf\xbf\xa0" } };
    struct drawn d;

    (void)state;
    draw((struct page){ .line = lines, .n = 2, .width_mm = PAGE_A4_MM }, &d);
    assert_int_equal(d.unknown, 2);
    drop(&d);
}

static void same_page_same_bytes(void **state)
{
    struct page p = { .line = english,
                      .n = 4,
                      .width_mm = PAGE_A4_MM,
                      .qr = SPAN("SPECIMEN"),
                      .title = "Title of it",
                      .foot = "{page}/{pages}",
                      .specimen = true };
    struct why w = { 0 };
    struct buffer a, b, info;

    (void)state;
    buf_init(&a, LIMIT_FILE);
    buf_init(&b, LIMIT_FILE);
    buf_init(&info, TEXT_MOST);
    assert_true(page_pdf(&p, CREATED, &a, &w));
    assert_true(page_pdf(&p, CREATED, &b, &w));
    assert_true(span_eq(buf_span(&a), buf_span(&b)));
    buf_reset(&b);
    assert_true(page_pdf(&p, CREATED + 1, &b, &w));
    assert_false(span_eq(buf_span(&a), buf_span(&b)));
    if (has_tool("pdfinfo")) {
        through("pdfinfo", "", buf_span(&a), &info);
        assert_non_null(strstr(buf_cstr(&info), "Title of it"));
        buf_reset(&info);
        through("pdfinfo -struct-text", "", buf_span(&a), &info);
        assert_non_null(strstr(buf_cstr(&info), "H1 (block)\n  \"Answer to an application\""));
        assert_non_null(strstr(buf_cstr(&info), "P (block)\n  \"KZ-2027-000123\""));
    }
    buf_free(&a);
    buf_free(&b);
    buf_free(&info);
}

/* Also over the word SPECIMEN. */
static void code_is_read_back(void **state)
{
    struct page p = { .line = english,
                      .n = 4,
                      .width_mm = PAGE_A4_MM,
                      .specimen = true,
                      .qr = SPAN("https://border.example/complaints.html#ABCD-EFGH") };
    struct barcode found[BARCODES_MAX];
    struct buffer png;
    struct drawn d;
    struct arena a;
    struct why w = { 0 };
    size_t n = 0;

    (void)state;
    if (!has_tool("pdftoppm"))
        skip();
    draw(p, &d);
    buf_init(&png, LIMIT_FILE);
    arena_init(&a, 64 << 20);
    through("pdftoppm -png -r 150 -singlefile", "", buf_span(&d.pdf), &png);
    if (!picture_barcodes(buf_span(&png), &a, found, &n, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_int_equal(n, 1);
    assert_true(span_eq(found[0].bytes, p.qr));
    assert_true(says(&d, "SPECIMEN"));
    buf_free(&png);
    arena_free(&a);
    drop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_comes_back),           cmocka_unit_test(sheets_are_numbered),
        cmocka_unit_test(too_much_is_refused),       cmocka_unit_test(foreign_text_is_tame),
        cmocka_unit_test(unknown_signs_are_counted), cmocka_unit_test(same_page_same_bytes),
        cmocka_unit_test(code_is_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
