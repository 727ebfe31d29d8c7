/*
 * Images: what goes in comes out, what is damaged is refused, changes and new images reach a detector that
 * runs without a line going by unlooked at.
 */
#include "support.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/text.h"
#include "detect/export.h"
#include "detect/image_internal.h"
#include "detect/sighting.h"
#include "detect/tail.h"

static char folder[] = "/tmp/serai-detect-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[8][256];
    static unsigned k;

    k = (k + 1) % 8;
    (void)snprintf(path[k], sizeof path[k], "%s/%s", folder, name);
    return path[k];
}

static void write_file(const char *path, struct span s, const char *mode)
{
    FILE *f = fopen(path, mode);

    assert_non_null(f);
    assert_int_equal(fwrite(s.p, 1, s.n, f), s.n);
    assert_int_equal(fclose(f), 0);
}

static void add(struct detect_build *b, enum detect_kind kind, const char *value, const char *id,
                unix_time from, unix_time until)
{
    uint8_t form[DETECT_VALUE];
    struct detect_indicator x = { .weight = 70, .from = from, .until = until, .id = span_str(id) };
    struct buffer f;
    struct why w = { 0 };

    buf_init_fixed(&f, form, sizeof form);
    assert_true(detect_put_value(&f, span_str(value), &kind, &w));
    x.kind = kind;
    x.value = buf_span(&f);
    assert_true(detect_build_add(b, &x, &w));
}

static const struct {
    const char *id, *value;
    enum detect_kind kind;
} ids[] = {
    { "w0001", "a.example", DETECT_DOMAIN },
    { "w12345", "b.example", DETECT_DOMAIN },
    { "w0", "b.example", DETECT_DOMAIN },
    { "indicator--6a1b3f2e-3f5c-4d0c-9d2a-0f0b6a1c2d3e", "192.0.2.1", DETECT_IPV4 },
    { "indicator--6A1B3F2E-3F5C-4D0C-9D2A-0F0B6A1C2D3E", "2001:db8::1", DETECT_IPV6 },
    { "some text / with \xc3\xbc", "http://a.example/x", DETECT_URL },
    { "", "d41d8cd98f00b204e9800998ecf8427e", DETECT_MD5 },
    { "000000000000000000000000000000000000007", "10.0.0.0/8", DETECT_CIDR4 },
};

static void round_trip(void **state)
{
    struct detect_build *b = new_build(DETECT_ALERT);
    struct detect_walk walk = { 0 };
    struct detect_found *f = malloc(sizeof *f);
    struct detect_image i;
    struct why w = { 0 };
    unsigned seen = 0;

    (void)state;
    for (size_t k = 0; k < sizeof ids / sizeof *ids; k++)
        add(b, ids[k].kind, ids[k].value, ids[k].id, k % 2 ? 1700000000 : 0, k % 3 ? 1800000000 : 0);
    assert_true(detect_build_write(b, in_folder("ids"), &w));
    assert_true(detect_image_open(in_folder("ids"), &i, &w));
    assert_int_equal(i.count, sizeof ids / sizeof *ids);
    while (detect_image_each(&i, &walk, f))
        for (size_t k = 0; k < sizeof ids / sizeof *ids; k++) {
            if (!span_eq_str(f->indicator.id, ids[k].id))
                continue;
            seen |= 1u << k;
            assert_int_equal(f->indicator.kind, ids[k].kind);
            assert_int_equal(f->indicator.weight, 70);
            assert_int_equal(f->indicator.from, k % 2 ? 1700000000 : 0);
            assert_int_equal(f->indicator.until, k % 3 ? 1800000000 : 0);
        }
    assert_int_equal(seen, (1u << sizeof ids / sizeof *ids) - 1);
    detect_image_close(&i);
    detect_build_free(b);
    free(f);
}

/* Many: each is found, others are not, and few bytes are taken. */
static void many(void **state)
{
    enum { N = 60000 };
    struct detect_build *b = new_build(DETECT_ALERT);
    struct detect_found *f = malloc(sizeof *f);
    struct detect_image i;
    struct why w = { 0 };
    char name[64], id[16];

    (void)state;
    for (unsigned k = 0; k < N; k++) {
        (void)snprintf(name, sizeof name, "%x.specimen-%u.example", k * 2654435761u >> 8, k);
        (void)snprintf(id, sizeof id, "i%u", k);
        add(b, DETECT_DOMAIN, name, id, 0, 0);
    }
    assert_true(detect_build_write(b, in_folder("many"), &w));
    assert_true(detect_image_open(in_folder("many"), &i, &w));
    assert_true(i.n < 30 * (size_t)N);
    for (unsigned k = 0; k < 2 * N; k++) {
        uint64_t at = 0, print;
        struct span want;

        (void)snprintf(name, sizeof name, "%x.specimen-%u.example", k * 2654435761u >> 8, k);
        want = span_str(name);
        print = detect_print_of(&i.key, DETECT_DOMAIN, want);
        assert_int_equal(
            detect_bloom_has(&i, print) && detect_image_next(&i, print, DETECT_DOMAIN, want, &at, f), k < N);
    }
    detect_image_close(&i);
    detect_build_free(b);
    free(f);
}

/* Every byte of the header and every 13th of the rest, turned; every cut. */
static void damage(void **state)
{
    struct detect_image i, other;
    struct why w = { 0 };
    uint8_t *p;

    (void)state;
    image_of(SPAN("id,type,value\nx1,domain,a.example\nx2,ip,192.0.2.1\nx3,url,http://a.example/b\n"), &i);
    assert_int_equal(posix_memalign((void **)&p, 64, i.n), 0);
    memcpy(p, i.p, i.n);
    for (size_t at = 0; at < i.n; at += at < DETECT_HEADER ? 1 : 13) {
        p[at] ^= (uint8_t)(1u << at % 8);
        why_clear(&w);
        if (detect_image_over(span_of(p, i.n), &other, &w))
            fail_msg("a byte at %zu was turned and the image is taken", at);
        assert_non_null(w.reason);
        p[at] ^= (uint8_t)(1u << at % 8);
    }
    for (size_t n = 0; n < i.n; n += n < 200 ? 1 : 97)
        assert_false(detect_image_over(span_of(p, n), &other, NULL));
    assert_true(detect_image_over(span_of(p, i.n), &other, NULL));
    free(p);
    image_release(&i);
}

/* ---- changes and new images */

static void write_image(const char *path, const char *text)
{
    struct detect_build *b = new_build(DETECT_ALERT);
    struct detect_source_counts c = { 0 };
    struct why w = { 0 };

    read_source(b, span_str(text), &c);
    if (!detect_build_write(b, path, &w))
        fail_msg("%s", w.detail);
    detect_build_free(b);
}

static void change(const char *image, enum detect_change_what what, const char *id, const char *value)
{
    uint8_t form[DETECT_VALUE];
    struct detect_change c = { what, { .kind = DETECT_KINDS, .weight = 100, .id = span_str(id) } };
    struct buffer f;
    struct why w = { 0 };

    buf_init_fixed(&f, form, sizeof form);
    if (value)
        assert_true(detect_put_value(&f, span_str(value), &c.indicator.kind, &w));
    c.indicator.value = buf_span(&f);
    if (!detect_delta_append(image, &c, 1, &w))
        fail_msg("%s: %s", w.reason, w.detail);
}

/* The hits of this text with what holds now. */
static const char *look(struct detect_live *live, int64_t now, const char *text)
{
    static struct hits t;
    const struct detect_log_how how = { 0 };
    struct detect_log *l = detect_log_new(&how);
    struct detect_matcher *m = detect_matcher_new(on_hit, &t);
    struct why w = { 0 };

    buf_free(&t.b);
    buf_init(&t.b, 1 << 20);
    detect_matcher_use(m, detect_live_now(live, now, &w));
    run_log(l, m, span_str(text), 1);
    detect_matcher_free(m);
    detect_log_free(l);
    return buf_cstr(&t.b);
}

static void changes(void **state)
{
    static const char log[] = "a.example\nb.example\n192.0.2.1\n";
    const char *image = in_folder("live");
    struct detect_live_how how = { .image = image };
    struct detect_live *live = NULL;
    struct why w = { 0 };
    uint64_t epoch;

    (void)state;
    write_image(image, "id,type,value\nx1,domain,a.example\n");
    assert_true(detect_live_new(&how, &live, &w));
    assert_string_equal(look(live, 0, log), "1 value x1 exact\n");
    /* The first change makes the file; from then on the counter alone tells, and no time passes. */
    change(image, DETECT_ADDED, "x2", "b.example");
    assert_string_equal(look(live, 100, log), "1 value x1 exact\n2 value x2 exact\n");
    change(image, DETECT_WITHDRAWN, "x1", NULL);
    assert_string_equal(look(live, 100, log), "2 value x2 exact\n");
    change(image, DETECT_WITHDRAWN, "x2", NULL);
    change(image, DETECT_ADDED, "x1", "192.0.2.1");
    assert_string_equal(look(live, 100, log), "3 value x1 exact\n");
    epoch = detect_live_epoch(live);
    assert_string_equal(look(live, 1000, log), "3 value x1 exact\n");
    assert_int_equal(detect_live_epoch(live), epoch);
    /* A new image: the changes were of the old one. */
    write_image(image, "id,type,value\nx3,domain,b.example\n");
    assert_string_equal(look(live, 2000, log), "2 value x3 exact\n");
    change(image, DETECT_ADDED, "x4", "a.example");
    assert_string_equal(look(live, 2100, log), "1 value x4 exact\n2 value x3 exact\n");
    /* One that is damaged is not taken. */
    write_file(in_folder("bad"), SPAN("SERAIDET and nothing behind it"), "wb");
    assert_int_equal(rename(in_folder("bad"), image), 0);
    assert_string_equal(look(live, 3000, log), "1 value x4 exact\n2 value x3 exact\n");
    write_image(image, "id,type,value\nx5,domain,a.example\n");
    assert_string_equal(look(live, 4000, log), "1 value x5 exact\n");
    detect_live_free(live);
}

static void damaged_changes(void **state)
{
    const char *image = in_folder("harm");
    struct detect_live_how how = { .image = image };
    struct detect_live *live = NULL;
    struct why w = { 0 };
    uint8_t byte;
    FILE *f;

    (void)state;
    write_image(image, "id,type,value\nx1,domain,a.example\n");
    change(image, DETECT_ADDED, "x2", "b.example");
    f = fopen(in_folder("harm.delta"), "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, DELTA_HEADER + 20, SEEK_SET), 0);
    assert_int_equal(fread(&byte, 1, 1, f), 1);
    byte ^= 1;
    assert_int_equal(fseek(f, DELTA_HEADER + 20, SEEK_SET), 0);
    assert_int_equal(fwrite(&byte, 1, 1, f), 1);
    assert_int_equal(fclose(f), 0);
    assert_false(detect_live_new(&how, &live, &w));
    assert_string_equal(w.reason, "damaged");
}

/* A thread replaces the image again and again; every line is a hit whatever image holds, so none may go by.
 */
struct swapping {
    const char *image;
    _Atomic int stop, done;
};

static void *swap(void *ctx)
{
    struct swapping *s = ctx;
    char text[100];

    for (unsigned k = 0; !s->stop; k++) {
        (void)snprintf(text, sizeof text,
                       "id,type,value\nk%u,domain,always.example\nz%u,domain,other.example\n", k % 10,
                       k % 10);
        write_image(s->image, text);
        s->done++;
    }
    return NULL;
}

static void swapped_while_matching(void **state)
{
    enum { SWAPS = 30, PIECE_LINES = 500 };
    struct swapping s = { .image = in_folder("swap") };
    struct detect_live_how how = { .image = s.image };
    const struct detect_log_how log_how = { 0 };
    struct detect_log *l = detect_log_new(&log_how);
    struct detect_live *live = NULL;
    struct detect_matcher *m;
    struct hits t = { 0 };
    struct why w = { 0 };
    struct buffer piece;
    uint64_t lines = 0;
    int64_t now = 0;
    pthread_t thread;

    (void)state;
    write_image(s.image, "id,type,value\nk0,domain,always.example\n");
    assert_true(detect_live_new(&how, &live, &w));
    buf_init(&piece, 1 << 20);
    buf_init(&t.b, 1 << 20);
    for (unsigned i = 0; i < PIECE_LINES; i++)
        buf_str(&piece, "www.always.example\n");
    m = detect_matcher_new(on_hit, &t);
    assert_int_equal(pthread_create(&thread, NULL, swap, &s), 0);
    /* Until the detector itself has gone over to another image often enough. */
    while (detect_live_epoch(live) < SWAPS) {
        detect_matcher_use(m, detect_live_now(live, now += 1000, &w));
        assert_null(w.reason);
        run_log(l, m, buf_span(&piece), lines + 1);
        lines += PIECE_LINES;
        buf_reset(&t.b);
    }
    s.stop = 1;
    (void)pthread_join(thread, NULL);
    assert_int_equal(t.n, lines);
    detect_matcher_free(m);
    detect_log_free(l);
    detect_live_free(live);
    buf_free(&piece);
    buf_free(&t.b);
}

/* ---- input */

static uint64_t read_lines(const char *path, struct hits *t, bool *ok)
{
    const struct detect_log_how how = { 0 };
    struct detect_log *l = detect_log_new(&how);
    struct detect_matcher *m = detect_matcher_new(on_hit, t);
    struct detect_lines lines = { 0 };
    struct detect_input *in = NULL;
    struct detect_image i;
    struct why w = { 0 };
    uint64_t n_lines;
    size_t n = 1, room;

    image_of(SPAN("id,type,value\nx,domain,evil.example\n"), &i);
    const struct detect_set set = { .layer = { i }, .layers = 1 };

    buf_init(&t->b, 1 << 20);
    detect_matcher_use(m, &set);
    *ok = detect_input_open(path, &in, &w);
    while (*ok && n) {
        uint8_t *p = detect_lines_room(&lines, &room);

        *ok = detect_input_read(in, p, 1000, &n, &w);
        (void)detect_lines_take(&lines, *ok ? n : 0, !*ok || n == 0, l, m);
    }
    n_lines = lines.line;
    detect_lines_free(&lines);
    detect_input_close(in);
    detect_matcher_free(m);
    detect_log_free(l);
    image_release(&i);
    return n_lines;
}

static void packed(void **state)
{
    static char text[30000], out[40000];
    struct hits t = { 0 };
    size_t n = 0, z;
    gzFile g;
    bool ok;

    (void)state;
    while (n < 29000)
        n += (size_t)sprintf(text + n, "ok%zu.example\n", n);
    n += (size_t)sprintf(text + n, "x.evil.example");
    write_file(in_folder("plain"), span_of(text, n), "wb");
    g = gzopen(in_folder("two.gz"), "wb");
    assert_int_equal(gzwrite(g, text, 10000), 10000);
    (void)gzclose(g);
    g = gzopen(in_folder("two.gz"), "ab"); /* a second member */
    assert_int_equal(gzwrite(g, text + 10000, (unsigned)n - 10000), n - 10000);
    (void)gzclose(g);
    z = ZSTD_compress(out, sizeof out, text, n, 3);
    write_file(in_folder("a.zst"), span_of(out, z), "wb");
    write_file(in_folder("cut.zst"), span_of(out, z - 5), "wb");
    for (unsigned k = 0; k < 3; k++) {
        uint64_t lines = read_lines(in_folder(k == 0 ? "plain" : k == 1 ? "two.gz" : "a.zst"), &t, &ok);
        char want[60];

        (void)snprintf(want, sizeof want, "%llu value x parent\n", (unsigned long long)lines);
        assert_true(ok);
        assert_string_equal(buf_cstr(&t.b), want);
        buf_free(&t.b);
    }
    (void)read_lines(in_folder("cut.zst"), &t, &ok);
    assert_false(ok);
    buf_free(&t.b);
}

static void tail_all(struct detect_tail *t, struct detect_matcher *m)
{
    enum detect_tail_state s = TAIL_READ;
    struct why w = { 0 };

    while (s == TAIL_READ)
        if (!detect_tail_step(t, m, false, &s, &w))
            fail_msg("%s", w.detail);
}

static void tail(void **state)
{
    const char *path = in_folder("grows.log"), *old = in_folder("grows.log.1");
    const struct detect_log_how how = { 0 };
    struct detect_place place = { 0 };
    struct detect_tail *t = detect_tail_new(path, &how, &place, (struct span){ NULL, 0 });
    struct hits h = { 0 };
    struct detect_matcher *m = detect_matcher_new(on_hit, &h);
    struct detect_image i;
    struct buffer head;

    (void)state;
    image_of(SPAN("id,type,value\nx,domain,evil.example\n"), &i);
    const struct detect_set set = { .layer = { i }, .layers = 1 };

    buf_init(&h.b, 1 << 20);
    buf_init(&head, 1 << 16);
    detect_matcher_use(m, &set);
    tail_all(t, m); /* it is not there yet */
    write_file(path, SPAN("#separator \\x09\n#fields\tx\tquery\n1\tevil.example\n1\tevil."), "wb");
    tail_all(t, m);
    assert_string_equal(buf_cstr(&h.b), "3 query x exact\n");
    write_file(path, SPAN("example\n1\tok.example\n"), "ab");
    tail_all(t, m);
    assert_string_equal(buf_cstr(&h.b), "3 query x exact\n4 query x exact\n");
    /* Restarted: the head of the table is known. */
    detect_tail_place(t, &place);
    buf_put(&head, detect_tail_head(t));
    detect_tail_free(t);
    write_file(path, SPAN("2\ta.evil.example\n"), "ab");
    /* And rotated in between. */
    assert_int_equal(rename(path, old), 0);
    write_file(path, SPAN("evil.example\n"), "wb");
    buf_reset(&h.b);
    t = detect_tail_new(path, &how, &place, buf_span(&head));
    tail_all(t, m);
    assert_string_equal(buf_cstr(&h.b), "6 query x parent\n1 value x exact\n");
    assert_int_equal(detect_tail_told(t).rotated, 1);
    assert_int_equal(detect_tail_told(t).lost, 0);
    /* Truncated and begun anew, longer than before. */
    buf_reset(&h.b);
    write_file(path, SPAN("ok.example\nok.example\nevil.example\n"), "wb");
    tail_all(t, m);
    assert_string_equal(buf_cstr(&h.b), "3 value x exact\n");
    assert_int_equal(detect_tail_told(t).truncated, 1);
    detect_tail_free(t);
    detect_matcher_free(m);
    buf_free(&h.b);
    buf_free(&head);
    image_release(&i);
}

/* ---- folding, exporting */

static void sightings(void **state)
{
    struct detect_sightings *s = detect_sightings_new(SPAN("cert")),
                            *again = detect_sightings_new(SPAN("cert"));
    struct buffer a, b;
    struct span rest, line;

    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "i%u", i % 300);
        assert_true(detect_sightings_add(s, span_str(id), 1700000000 + i));
    }
    assert_int_equal(detect_sightings_count(s), 300);
    buf_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    detect_sightings_put(s, &a);
    assert_non_null(strstr(buf_cstr(&a), "{\"indicator\":\"i0\",\"observer\":\"cert\",\"day\":\"2023-11-14\","
                                         "\"count\":4,\"first_seen\":\"2023-11-14T22:13:20Z\","
                                         "\"last_seen\":\"2023-11-14T22:28:20Z\"}\n"));
    for (rest = buf_span(&a); text_split(&rest, '\n', &line);) {
        struct json j;
        struct arena m;

        arena_init(&m, 1 << 16);
        assert_true(json_parse(line, &m, &j, NULL) && detect_sightings_load(again, &j, JSON_ROOT));
        arena_free(&m);
    }
    detect_sightings_put(again, &b);
    assert_true(span_eq(buf_span(&a), buf_span(&b)));
    buf_free(&a);
    buf_free(&b);
    detect_sightings_free(s);
    detect_sightings_free(again);
}

static void exports(void **state)
{
    static const struct {
        enum detect_kind kind;
        const char *value, *rpz, *zeek;
    } rows[] = {
        { DETECT_DOMAIN, "Evil.example", "evil.example CNAME .\n*.evil.example CNAME .\n",
          "evil.example\tIntel::DOMAIN\tserai\ti\n" },
        { DETECT_IPV4, "192.0.2.7", "32.7.2.0.192.rpz-ip CNAME .\n", "192.0.2.7\tIntel::ADDR\tserai\ti\n" },
        { DETECT_CIDR4, "198.51.100.0/24", "24.0.100.51.198.rpz-ip CNAME .\n",
          "198.51.100.0/24\tIntel::SUBNET\tserai\ti\n" },
        { DETECT_IPV6, "2001:db8::1", "128.1.zz.db8.2001.rpz-ip CNAME .\n",
          "2001:db8::1\tIntel::ADDR\tserai\ti\n" },
        { DETECT_CIDR6, "2001:db8::/32", "32.zz.db8.2001.rpz-ip CNAME .\n",
          "2001:db8::/32\tIntel::SUBNET\tserai\ti\n" },
        { DETECT_URL, "http://evil.example/a", NULL, "evil.example/a\tIntel::URL\tserai\ti\n" },
        { DETECT_SHA1, "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", NULL,
          "da39a3ee5e6b4b0d3255bfef95601890afd80709\tIntel::FILE_HASH\tserai\ti\n" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t form[DETECT_VALUE];
        struct detect_indicator x = { .kind = rows[i].kind, .id = SPAN("i") };
        struct detect_export e;
        struct buffer b;

        buf_init_fixed(&b, form, sizeof form);
        assert_true(detect_put_value(&b, span_str(rows[i].value), &x.kind, NULL));
        x.value = buf_span(&b);
        detect_export_begin(&e, EXPORT_RPZ, "rpz.test", 1);
        detect_export_add(&e, &x);
        if (rows[i].rpz ? !strstr(buf_cstr(&e.file[0].text), rows[i].rpz) : !e.left_out[x.kind])
            fail_msg("%s", buf_cstr(&e.file[0].text));
        detect_export_free(&e);
        detect_export_begin(&e, EXPORT_ZEEK, "", 1);
        detect_export_add(&e, &x);
        if (!strstr(buf_cstr(&e.file[0].text), rows[i].zeek))
            fail_msg("%s", buf_cstr(&e.file[0].text));
        detect_export_free(&e);
    }
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[300];

    (void)state;
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),      cmocka_unit_test(many),
        cmocka_unit_test(damage),          cmocka_unit_test(changes),
        cmocka_unit_test(damaged_changes), cmocka_unit_test(swapped_while_matching),
        cmocka_unit_test(packed),          cmocka_unit_test(tail),
        cmocka_unit_test(sightings),       cmocka_unit_test(exports),
    };

    return cmocka_run_group_tests_name("detect-image", tests, make_folder, remove_folder);
}
