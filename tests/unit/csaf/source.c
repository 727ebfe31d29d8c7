/* What providers publish beside documents: good ones, and each way they can lead astray. */
#include "csaf/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "vectors.h"

#define CHECK(ok, ...)                                                                                       \
    do {                                                                                                     \
        if (!(ok))                                                                                           \
            fail_msg(__VA_ARGS__);                                                                           \
    } while (0)

#define BASE "https://specimen.example/csaf/white/"

static unsigned faults;

static void tell(void *ctx, struct span what, const struct why *w)
{
    (void)ctx;
    (void)what;
    faults++;
    assert_non_null(w->reason);
}

static void addresses(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool ok;
    } cases[] = {
        { "https://specimen.example/a/b.json", true },
        { "https://specimen.example:8443/a", true },
        { "https://[::1]:1/a", true },
        { "http://specimen.example/a", false },
        { "https://user@specimen.example/a", false },
        { "https://specimen.example/a/../b", false },
        { "https://specimen.example/%2e%2e/b", false },
        { "https://specimen.example/a%2Fb", false },
        { "https://specimen.example/a%00b", false },
        { "https://specimen.example/a#b", false },
        { "https://specimen.example/a b", false },
        { "https:///a", false },
        { "file:///etc/passwd", false },
        { "https://specimen.example/..", false },
        { "https://specimen.example\\@evil/a", false },
        { "https://specimen.example/a%", false },
        { "https://specimen.example/a%5cb", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK(csaf_url(span_str(cases[i].url), NULL) == cases[i].ok, "%s", cases[i].url);
}

static void lists(void **state)
{
    (void)state;
    static const struct {
        const char *what, *text;
        size_t n;
        unsigned faults;
    } index[] = {
        { "two names", "2026/sa-1.json\n2025/sa_2.json\n", 2, 0 },
        { "line ends of Windows", "2026/sa-1.json\r\n\r\n", 1, 0 },
        { "climbs", "../../etc/x.json\n2026/sa-1.json\n", 1, 1 },
        { "climbs within", "2026/../sa.json\n", 0, 1 },
        { "climbs in percent", "2026/%2e%2e.json\n", 0, 1 },
        { "an address", "https://evil.example/2026/x.json\n", 0, 1 },
        { "from the root", "/2026/x.json\n", 0, 1 },
        { "no year", "white/x.json\n", 0, 1 },
        { "not a document", "2026/x.json.asc\n", 0, 1 },
        { "capital letters", "2026/SA.json\n", 0, 1 },
        { "a hidden name", "2026/.json\n", 0, 1 },
    }, changes[] = {
        { "quoted", "\"2026/sa-1.json\",\"2026-02-01T00:00:00Z\"\n", 1, 0 },
        { "plain", "2026/sa-1.json,2026-02-01T00:00:00Z\n", 1, 0 },
        { "no time", "\"2026/sa-1.json\"\n", 0, 1 },
        { "no such time", "\"2026/sa-1.json\",\"yesterday\"\n", 0, 1 },
        { "quote that does not end", "\"2026/sa-1.json,2026-02-01T00:00:00Z\n", 0, 1 },
        { "something behind a quote", "\"2026/sa-1.json\"x,2026-02-01T00:00:00Z\n", 0, 1 },
        { "three fields", "2026/sa-1.json,2026-02-01T00:00:00Z,x\n", 0, 1 },
        { "climbs", "\"../2026/sa-1.json\",\"2026-02-01T00:00:00Z\"\n", 0, 1 },
    };

    for (size_t i = 0; i < sizeof index / sizeof *index + sizeof changes / sizeof *changes; i++) {
        bool first = i < sizeof index / sizeof *index;
        size_t k = first ? i : i - sizeof index / sizeof *index;
        struct span text = span_str(first ? index[k].text : changes[k].text);
        const char *what = first ? index[k].what : changes[k].what;
        struct csaf_entries e = { .n = 0 };
        struct why w = { 0 };
        struct arena a;
        bool ok;

        faults = 0;
        arena_init(&a, 1u << 20);
        ok = (first ? csaf_index_read : csaf_changes_read)(text, SPAN(BASE), &a, &e, tell, NULL, &w);
        CHECK(ok && e.n == (first ? index[k].n : changes[k].n) &&
                  faults == (first ? index[k].faults : changes[k].faults),
              "%s: %zu entries, %u faults", what, e.n, faults);
        if (e.n)
            CHECK(span_eq_str(e.item[0].signature, BASE "2026/sa-1.json.asc") &&
                      span_eq_str(e.item[0].sha512, BASE "2026/sa-1.json.sha512"),
                  "%s: what stands beside", what);
        arena_free(&a);
    }
}

static void feeds(void **state)
{
    (void)state;
#define ENTRY(id, url, more)                                                                                 \
    "{\"id\":\"" id "\",\"updated\":\"2026-02-01T00:00:00Z\",\"content\":{\"src\":\"" url                    \
    "\"},\"link\":[" more "]}"
    static const struct {
        const char *what, *text;
        size_t n;
        unsigned faults;
        bool ok;
    } cases[] = {
        { "two",
          "{\"feed\":{\"entry\":[" ENTRY("1", BASE "a.json", "") "," ENTRY("2", BASE "b.json", "") "]}}", 2,
          0, true },
        { "one without TLS", "{\"feed\":{\"entry\":[" ENTRY("1", "http://x/a.json", "") "]}}", 0, 1, true },
        { "hash elsewhere than https",
          "{\"feed\":{\"entry\":[" ENTRY("1", BASE "a.json",
                                         "{\"rel\":\"hash\",\"href\":\"file:///x.sha512\"}") "]}}",
          0, 1, true },
        { "no document", "{\"feed\":{\"entry\":[{\"id\":\"1\",\"updated\":\"2026-02-01T00:00:00Z\"}]}}", 0, 1,
          true },
        { "another file", "{\"feed\":{\"entry\":[" ENTRY("1", BASE "a.html", "") "]}}", 0, 1, true },
        { "no feed", "{\"entry\":[]}", 0, 0, false },
        { "no JSON", "{", 0, 0, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct csaf_entries e = { .n = 0 };
        struct why w = { 0 };
        struct arena a;

        faults = 0;
        arena_init(&a, 1u << 20);
        CHECK(csaf_feed_read(span_str(cases[i].text), &a, &e, tell, NULL, &w) == cases[i].ok &&
                  e.n == cases[i].n && faults == cases[i].faults,
              "%s", cases[i].what);
        arena_free(&a);
    }
}

#define LISTED(name, mirror)                                                                                 \
    "{\"metadata\":{\"last_updated\":\"2026-02-01T00:00:00Z\",\"publisher\":{\"category\":\"coordinator\","  \
    "\"name\":\"" name "\",\"namespace\":\"https://a.example\"},\"url\":\"https://a.example/"                \
    "provider-metadata.json\"}" mirror "}"
#define MIRROR(host, n) ",\"mirrors\":[\"https://" host "/" n "/provider-metadata.json\"]"
#define AGGREGATOR(category, list)                                                                           \
    "{\"aggregator\":{\"category\":\"" category "\",\"name\":\"n\",\"namespace\":\"https://b.example\"},"    \
    "\"aggregator_version\":\"2.0\",\"canonical_url\":\"https://b.example/"                                  \
    "aggregator.json\",\"csaf_providers\":[" list "],\"last_updated\":\"2026-02-01T00:00:00Z\"}"

static void aggregators(void **state)
{
    (void)state;
    static const struct {
        const char *what, *text, *clause; /* NULL: it is well */
    } cases[] = {
        { "an aggregator of two",
          AGGREGATOR("aggregator",
                     LISTED("A", MIRROR("b.example", "a")) "," LISTED("B", MIRROR("b.example", "b"))),
          NULL },
        { "a lister", AGGREGATOR("lister", LISTED("A", "") "," LISTED("B", "")), NULL },
        { "a lister of mirrors elsewhere",
          AGGREGATOR("lister", LISTED("A", MIRROR("c.example", "a")) "," LISTED("B", "")), NULL },
        { "one party twice", AGGREGATOR("lister", LISTED("A", "") "," LISTED("A", MIRROR("c.example", "a"))),
          "CSAF 2.0 7.1.22" },
        { "a lister that mirrors",
          AGGREGATOR("lister", LISTED("A", MIRROR("b.example", "a")) "," LISTED("B", "")), "CSAF 2.0 7.2.4" },
        { "an aggregator that mirrors one",
          AGGREGATOR("aggregator", LISTED("A", MIRROR("b.example", "a")) "," LISTED("B", "")),
          "CSAF 2.0 7.2.5" },
        { "an unknown category", AGGREGATOR("collector", LISTED("A", "")), "CSAF 2.0 7.1.21" },
        { "nobody", AGGREGATOR("lister", ""), "CSAF 2.0 7.1.21" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why w = { 0 };
        struct arena a;
        bool ok;

        arena_init(&a, 1u << 22);
        ok = csaf_aggregator_check(span_str(cases[i].text), &a, &w);
        CHECK(cases[i].clause ? !ok && w.clause && strcmp(w.clause, cases[i].clause) == 0 : ok, "%s: %s %s",
              cases[i].what, w.clause ? w.clause : "", w.detail);
        arena_free(&a);
    }
}

static void security(void **state)
{
    (void)state;
    struct span out[2];

    CHECK(csaf_security_txt(SPAN("Contact: x\nCSAF: https://a.example/p.json\r\ncsaf: http://b.example/\n"
                                 "Csaf:https://c.example/provider-metadata.json\nCSAF: https://d.example/\n"),
                            out, 2) == 2 &&
              span_eq_str(out[0], "https://a.example/p.json") &&
              span_eq_str(out[1], "https://c.example/provider-metadata.json"),
          "lines of security.txt");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),   cmocka_unit_test(lists),    cmocka_unit_test(feeds),
        cmocka_unit_test(aggregators), cmocka_unit_test(security),
    };

    return cmocka_run_group_tests_name("csaf source", tests, NULL, NULL);
}
