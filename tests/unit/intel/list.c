/* Plain lists: forms of lines, counts of real lists, dirt that is refused with its reason. */
#include "intel/list.h"

#include "load.h"

/* What came out: "kind=value(confidence){comment};" and "!reason@line;". */
static bool on_row(void *ctx, const struct intel_row *r)
{
    struct buffer *b = ctx;

    buf_printf(b, "%s=%.*s", intel_kind_word(r->kind), (int)r->value.n, (const char *)r->value.p);
    if (r->confidence >= 0)
        buf_printf(b, "(%d)", r->confidence);
    if (r->comment.n)
        buf_printf(b, "{%.*s}", (int)r->comment.n, (const char *)r->comment.p);
    if (r->marked)
        buf_printf(b, "<%d>", (int)r->tlp);
    if (r->first)
        buf_printf(b, "^%lld", (long long)r->first);
    buf_str(b, ";");
    return true;
}

static bool on_refused(void *ctx, const struct intel_refused *r)
{
    buf_printf(ctx, "!%s@%zu;", r->why->reason, r->line);
    return true;
}

static const struct intel_about about = { .confidence = -1 };

static void lines_become_rows(void **state)
{
    static const struct {
        const char *what, *in, *out;
    } cases[] = {
        { "names", "a.example\nb.example\n", "domain=a.example;domain=b.example;" },
        { "CR LF and no end", "a.example\r\nb.example", "domain=a.example;domain=b.example;" },
        { "a byte order mark",
          "\xef\xbb\xbf"
          "a.example\n",
          "domain=a.example;" },
        { "comments", "# x\n\n; y\n// z\n! w\na.example # note\n", "domain=a.example{note};" },
        { "a fragment is no comment", "http://a.example/x#y\n", "url=http://a.example/x#y;" },
        { "hosts", "127.0.0.1 localhost\n0.0.0.0 a.example b.example # c\n",
          "domain=a.example{c};domain=b.example{c};" },
        { "hosts with a tab", "0.0.0.0\ta.example\n", "domain=a.example;" },
        { "an address that is the indicator", "127.0.0.1\n", "ipv4=127.0.0.1;" },
        { "ipsum", "198.51.100.7\t10\n", "ipv4=198.51.100.7{10};" },
        { "a score", "a.example;80\n", "domain=a.example(80);" },
        { "a comment behind a semicolon", "a.example;seen in May\n", "domain=a.example{seen in May};" },
        { "a score that is none", "a.example;101\n", "domain=a.example{101};" },
        { "semicolons in a URL", "http://a.example/x;y\n", "url=http://a.example/x{y};" },
        { "commas in a URL", "http://a.example/x,y\n", "url=http://a.example/x,y;" },
        { "commas up to the end of the text", "http://a.example/x,y,a://z",
          "url=http://a.example/x,y,a://z;" },
        { "a comma before a URL", "a.example,http://b.example/\n", "domain=a.example{http://b.example/};" },
        { "once", "a.example\nA.EXAMPLE\na[.]example\n", "domain=a.example;" },
        { "no value", "hello world\n1.2.3\n", "!local@1;!value@2;" },
        { "digests", "d41d8cd98f00b204e9800998ecf8427e\nd41d8cd98f00b204e9800998ecf8427\n",
          "md5=d41d8cd98f00b204e9800998ecf8427e;!digest@2;" },
        { "nothing", "", "" },
        { "CSV", "type,indicator,app\ndomain,a.example,X\nipv4,198.51.100.7,Y\n",
          "domain=a.example{X};ipv4=198.51.100.7{Y};" },
        { "CSV with a heading in a comment",
          "#####\n# \"first_seen_utc\",\"dst_ip\",\"confidence\"\n\"2026-03-01 "
          "08:00:00\",\"198.51.100.7\",\"75\"\n# "
          "end\n",
          "ipv4=198.51.100.7(75)^1772352000;" },
        { "CSV with two columns of values", "ip,domain\n198.51.100.7,a.example\n,b.example\n,\n",
          "ipv4=198.51.100.7;domain=a.example;domain=b.example;!empty@4;" },
        { "CSV with markings",
          "indicator;tlp\na.example;AMBER+STRICT\nb.example;tlp:clear\nc.example;PURPLE\n",
          "domain=a.example<3>;domain=b.example<0>;domain=c.example<4>;" },
        { "CSV, a quote that is open", "ioc,name\na.example,\"x\nb.example,y\n",
          "!quote@2;domain=b.example{y};" },
        { "CSV, called otherwise", "type,value\nmd5,a.example\n", "!digest@2;" },
        { "expressions", "\\\\svc\\.exe;70\n(?i)\\\\a;b\\.exe;50;(?i)\\\\good\n# x\n\\\\no score\n",
          "file-pattern=\\\\svc\\.exe(70);file-pattern=(?i)\\\\a;b\\.exe(50){(?i)\\\\good};"
          "file-pattern=\\\\no score;" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct intel_sink sink = { .row = on_row, .refused = on_refused };
        struct list_stats stats;
        struct buffer b;
        struct why w = { 0 };

        buf_init(&b, 1 << 20);
        sink.ctx = &b;
        if (!intel_list_read(span_str(cases[i].in), LIST_AUTO, &about, &sink, &test_arena, &stats, &w))
            fail_msg("%s: %s %s", cases[i].what, w.reason, w.detail);
        if (strcmp(buf_cstr(&b), cases[i].out) != 0)
            fail_msg("%s: %s", cases[i].what, buf_cstr(&b));
        buf_free(&b);
    }
}

static void what_is_no_list_is_refused(void **state)
{
    static const struct intel_sink nothing;
    struct list_stats stats;
    struct why w = { 0 };

    (void)state;
    assert_false(intel_list_read(SPAN("\xff\xfe"
                                      "a\0"),
                                 LIST_AUTO, &about, &nothing, &test_arena, &stats, &w));
    assert_string_equal(w.reason, "utf-16");
    why_clear(&w);
    assert_false(intel_list_read(SPAN("a,b\n1,2\n"), LIST_CSV, &about, &nothing, &test_arena, &stats, &w));
    assert_string_equal(w.reason, "columns");
}

/* The counts of the vectors' index, and none of their lines lost. */
static void real_lists_have_their_counts(void **state)
{
    json_t *index = load_json(vector_path("cyber/ioc/index.json")), *item;
    size_t i, lists = 0;

    (void)state;
    json_array_foreach(index, i, item)
    {
        const char *file = json_string_value(json_object_get(item, "file"));
        json_t *rows = json_object_get(item, "rows"), *addresses = json_object_get(item, "addresses");
        size_t want = (size_t)json_integer_value(rows ? rows : addresses);
        static const struct intel_sink nothing;
        struct list_stats stats;
        struct why w = { 0 };
        char path[200];

        if (!rows && !addresses)
            continue;
        lists++;
        (void)snprintf(path, sizeof path, "cyber/ioc/%s", file);
        if (!intel_list_read(load_plain(&test_arena, path), LIST_AUTO, &about, &nothing, &test_arena, &stats,
                             &w))
            fail_msg("%s: %s %s", file, w.reason, w.detail);
        if (stats.lines != want)
            fail_msg("%s: %zu lines, %zu expected", file, stats.lines, want);
        if (stats.rows + stats.repeated + stats.refused + (stats.format == LIST_CSV) != want)
            fail_msg("%s: %zu rows, %zu repeated, %zu refused of %zu", file, stats.rows, stats.repeated,
                     stats.refused, want);
        if (addresses)
            assert_int_equal(stats.kind[INTEL_IPV4], want);
        if (json_object_get(item, "distinct"))
            assert_int_equal(stats.kind[INTEL_SHA256], json_integer_value(json_object_get(item, "distinct")));
        print_message("# %s: %s, %zu rows, %zu repeated, %zu refused\n", file,
                      intel_list_format_word(stats.format), stats.rows, stats.repeated, stats.refused);
    }
    assert_int_equal(lists, 6);
    json_decref(index);
}

static bool stop_at_second(void *ctx, const struct intel_row *r)
{
    (void)r;
    return ++*(size_t *)ctx < 2;
}

static void a_sink_can_stop(void **state)
{
    size_t n = 0;
    const struct intel_sink sink = { .row = stop_at_second, .ctx = &n };
    struct list_stats stats = { .rows = 99 };
    struct why w = { 0 };

    (void)state;
    assert_false(intel_list_read(SPAN("a.example\nb.example\nc.example\n"), LIST_AUTO, &about, &sink,
                                 &test_arena, &stats, &w));
    assert_string_equal(w.reason, "stopped");
    assert_int_equal(n, 2);
    assert_int_equal(stats.rows, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_rows),
        cmocka_unit_test(what_is_no_list_is_refused),
        cmocka_unit_test(real_lists_have_their_counts),
        cmocka_unit_test(a_sink_can_stop),
    };

    return cmocka_run_group_tests_name("intel lists", tests, arena_setup, arena_teardown);
}
