/* The client against servers that exist as answers alone, each with its own way of getting it wrong. */
#include "taxii/client.h"

#include "vectors.h"

enum { OBJECTS = 64 };

/* A server of OBJECTS objects; date[i] is rising, but may be shared. */
struct server {
    bool by_next, misnamed, no_dates, expired, forever, empty_more, both_refused;
    size_t most;     /* objects of a page; 0: what is asked for */
    unsigned busy;   /* answers 429 so often first */
    unsigned broken; /* breaks off so often first */
    unsigned date[OBJECTS];
    unsigned requests, refused_next;
    char body[64 * 1024], last[48], first[48];
};

struct sink {
    bool have[OBJECTS];
    size_t pages, doubles;
    struct taxii_place_in place;
    unsigned stop_after; /* pages; 0: never */
};

static size_t on_page(void *ctx, const struct span *object, size_t n, const struct taxii_place_in *after,
                      bool *ok)
{
    struct sink *s = ctx;
    size_t fresh = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned k = 0;

        assert_int_equal(sscanf((const char *)object[i].p, "{\"id\":\"x--%u\"", &k), 1);
        assert_true(k < OBJECTS);
        fresh += !s->have[k];
        s->doubles += s->have[k];
        s->have[k] = true;
    }
    s->place = *after;
    s->pages++;
    *ok = s->stop_after == 0 || s->pages < s->stop_after;
    return fresh;
}

static void date_text(unsigned micros, char out[48])
{
    (void)snprintf(out, 48, "2026-03-01T08:00:00.%06uZ", micros);
}

static const char *parameter(const char *url, const char *name, char *out, size_t room)
{
    const char *at = strstr(url, name);
    size_t n;

    out[0] = 0;
    if (!at || (at[-1] != '?' && at[-1] != '&'))
        return NULL;
    at += strlen(name);
    n = strcspn(at, "&");
    (void)snprintf(out, room, "%.*s", (int)n, at);
    return out;
}

static void answer_page(struct server *v, const char *url, struct taxii_answer *a)
{
    char text[128];
    size_t n = 0, limit = v->most ? v->most : 10, from = 0, k;
    unsigned after = 0;
    bool dated = parameter(url, "added_after=", text, sizeof text);

    if (dated)
        (void)sscanf(text, "2026-03-01T08%%3A00%%3A00.%uZ", &after);
    if (parameter(url, "limit=", text, sizeof text) && (!v->most || strtoul(text, NULL, 10) < v->most))
        limit = strtoul(text, NULL, 10);
    if (parameter(url, "next=", text, sizeof text)) {
        if (v->both_refused && dated) {
            *a = (struct taxii_answer){ .status = 400 };
            v->refused_next++;
            return;
        }
        if (v->expired && v->requests % 5 == 0) {
            *a = (struct taxii_answer){ .status = 400 };
            v->refused_next++;
            return;
        }
        from = strtoul(text, NULL, 10);
    } else {
        while (dated && from < OBJECTS && v->date[from] <= after)
            from++;
    }
    n = (size_t)snprintf(v->body, sizeof v->body, "{\"objects\":[");
    for (k = from; k < OBJECTS && k < from + limit && !v->empty_more; k++)
        n += (size_t)snprintf(v->body + n, sizeof v->body - n, "%s{\"id\":\"x--%zu\"}", k > from ? "," : "",
                              k);
    n += (size_t)snprintf(v->body + n, sizeof v->body - n, "]");
    if (k < OBJECTS || v->forever) {
        n += (size_t)snprintf(v->body + n, sizeof v->body - n, ",\"more\":true");
        if (v->by_next)
            n +=
                (size_t)snprintf(v->body + n, sizeof v->body - n, ",\"next\":\"%zu\"", v->forever ? from : k);
    }
    (void)snprintf(v->body + n, sizeof v->body - n, "}");
    *a = (struct taxii_answer){ .status = 200, .body = span_str(v->body) };
    if (k > from && !v->no_dates) {
        date_text(v->date[from], v->first);
        date_text(v->date[k - 1], v->last);
        a->first = v->first;
        a->last = v->last;
    }
}

static struct taxii_answer answer(struct server *v, const char *url)
{
    struct taxii_answer a = { .status = 404 };

    v->requests++;
    if (v->busy) {
        v->busy--;
        return (struct taxii_answer){ .status = v->busy % 2 ? 429 : 503, .retry_after = "7" };
    }
    if (strstr(url, "/objects/") && v->broken) {
        v->broken--;
        if (v->broken % 2)
            return (struct taxii_answer){ .broken = true };
        return (struct taxii_answer){ .status = 200,
                                      .body = SPAN("{\"objects\":[{\"id\":"),
                                      .type = "application/taxii+json;version=2.1" };
    }
    if (strcmp(url, "http://h/taxii2/") == 0)
        a = (struct taxii_answer){ .status = 200,
                                   .body =
                                       SPAN("{\"title\":\"t\",\"api_roots\":[\"http://evil/r/\",\"/none/\","
                                            "\"http://h/r/\"]}") };
    else if (strcmp(url, "http://h/r/") == 0)
        a = (struct taxii_answer){
            .status = 200,
            .body = v->misnamed ? SPAN("{\"title\":\"t\",\"version\":\"x\",\"maxContentLength\":99}")
                                : SPAN("{\"title\":\"t\",\"versions\":[\"x\"],"
                                       "\"max_content_length\":9999999}")
        };
    else if (strcmp(url, "http://h/r/collections/c1/") == 0)
        a = (struct taxii_answer){ .status = 200,
                                   .body = SPAN("{\"id\":\"c1\",\"can_read\":true,\"can_write\":false}") };
    else if (strcmp(url, "http://h/r/collections/") == 0)
        a = (struct taxii_answer){ .status = 200,
                                   .body = SPAN(
                                       "{\"collections\":[{\"id\":\"c0\"},{\"id\":\"c1\",\"alias\":\"it\","
                                       "\"title\":\"A title\",\"can_read\":true}]}") };
    else if (strncmp(url, "http://h/r/collections/c1/objects/", 34) == 0)
        answer_page(v, url, &a);
    if (!a.type)
        a.type = "application/taxii+json;version=2.1";
    return a;
}

/* Runs to the end with a clock that jumps over each wait. */
static enum taxii_step_kind run(struct server *v, struct taxii_client *c, int64_t *waited)
{
    int64_t now = 1000;
    struct taxii_step s;

    for (unsigned i = 0; i < 2000; i++) {
        taxii_client_next(c, now, &s);
        if (s.kind == TAXII_DONE || s.kind == TAXII_FAILED)
            return s.kind;
        if (s.kind == TAXII_WAIT) {
            now += s.wait_ms;
            *waited += s.wait_ms;
            continue;
        }
        {
            struct taxii_answer a = answer(v, s.url);

            taxii_client_answer(c, &a, now);
        }
    }
    fail_msg("never ends");
    return TAXII_FAILED;
}

static void spread(struct server *v, unsigned shared)
{
    for (unsigned i = 0; i < OBJECTS; i++)
        v->date[i] = 1000 + i / shared * shared;
}

static void all_there(const char *what, const struct sink *s)
{
    for (size_t i = 0; i < OBJECTS; i++)
        if (!s->have[i])
            fail_msg("%s: object %zu is missing", what, i);
}

static void every_server_is_pulled_whole(void **state)
{
    static const struct {
        const char *what, *url, *collection;
        struct server server;
        unsigned shared;
        size_t limit;
    } cases[] = {
        { "by next", "http://h/taxii2/", "c1", { .by_next = true }, 1, 0 },
        { "by date", "http://h/taxii2/", "c1", { .by_next = false }, 1, 0 },
        { "from its API root", "http://h/r", "c1", { .by_next = true }, 1, 0 },
        { "from the collection itself", "http://h/r/collections/c1/", NULL, { .by_next = true }, 1, 0 },
        { "by alias", "http://h/taxii2/", "it", { .by_next = true }, 1, 0 },
        { "by title", "http://h/r/", "A title", { .by_next = true }, 1, 0 },
        { "names misspelled", "http://h/r/", "c1", { .by_next = true, .misnamed = true }, 1, 0 },
        { "dates shared across pages", "http://h/r/", "c1", { .by_next = false }, 7, 0 },
        { "more objects of one date than a page", "http://h/r/", "c1", { .by_next = false }, 25, 0 },
        { "pages of one", "http://h/r/", "c1", { .by_next = false }, 3, 1 },
        { "next that expires", "http://h/r/", "c1", { .by_next = true, .expired = true }, 4, 5 },
        { "next refused beside added_after",
          "http://h/r/",
          "c1",
          { .by_next = true, .both_refused = true },
          1,
          5 },
        { "breaks off", "http://h/r/", "c1", { .by_next = true, .broken = 5 }, 1, 0 },
        { "busy", "http://h/taxii2/", "c1", { .by_next = true, .busy = 5 }, 1, 0 },
        { "next without dates", "http://h/r/", "c1", { .by_next = true, .no_dates = true }, 1, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct taxii_client_options o = { .url = cases[i].url,
                                                .collection = cases[i].collection,
                                                .limit = cases[i].limit };
        const struct taxii_place_in begin = { .next = "" };
        struct server v = cases[i].server;
        struct sink s = { .pages = 0 };
        struct taxii_client *c;
        struct taxii_client_stats f;
        struct why w = { 0 };
        int64_t waited = 0;

        spread(&v, cases[i].shared);
        assert_true(taxii_pull_new(&o, &begin, on_page, &s, &c, &w));
        if (run(&v, c, &waited) != TAXII_DONE)
            fail_msg("%s: %s %s", cases[i].what, taxii_client_why(c)->reason, taxii_client_why(c)->detail);
        all_there(cases[i].what, &s);
        taxii_client_figures(c, &f);
        assert_int_equal(f.fresh, OBJECTS);
        assert_false(f.incomplete);
        if (cases[i].server.busy)
            assert_true(waited >= 5 * 7000);
        taxii_client_free(c);
    }
}

/* Stopped after each number of pages and begun again where it was kept: all there, few twice. */
static void a_pull_goes_on_where_it_was_stopped(void **state)
{
    (void)state;
    for (unsigned stop = 2; stop < 8; stop++)
        for (unsigned by_next = 0; by_next < 2; by_next++) {
            const struct taxii_client_options o = { .url = "http://h/r/", .collection = "c1", .limit = 5 };
            struct server v = { .by_next = by_next };
            struct sink s = { .pages = 0 };
            struct why w = { 0 };
            int64_t waited = 0;

            spread(&v, 1);
            for (unsigned round = 0; round < 40; round++) {
                struct taxii_place_in place = s.place;
                struct taxii_client *c;
                enum taxii_step_kind end;

                s.pages = 0;
                s.stop_after = stop;
                assert_true(taxii_pull_new(&o, &place, on_page, &s, &c, &w));
                end = run(&v, c, &waited);
                taxii_client_free(c);
                if (end == TAXII_DONE)
                    break;
            }
            all_there("stopped", &s);
        }
}

static void a_second_pull_asks_for_what_is_new(void **state)
{
    const struct taxii_client_options o = { .url = "http://h/r/", .collection = "c1" };
    struct server v = { .by_next = true };
    struct sink s = { .pages = 0 };
    struct taxii_client *c;
    struct why w = { 0 };
    int64_t waited = 0;

    (void)state;
    spread(&v, 1);
    assert_true(taxii_pull_new(&o, &s.place, on_page, &s, &c, &w));
    assert_int_equal(run(&v, c, &waited), TAXII_DONE);
    taxii_client_free(c);
    s.doubles = 0;
    assert_true(taxii_pull_new(&o, &s.place, on_page, &s, &c, &w));
    assert_int_equal(run(&v, c, &waited), TAXII_DONE);
    taxii_client_free(c);
    assert_in_range(s.doubles, 0, 1); /* what shares the newest date comes again */
}

static void what_never_ends_is_ended(void **state)
{
    static const struct {
        const char *what;
        struct server server;
        const char *url, *collection, *reason;
    } cases[] = {
        { "the same next for ever", { .by_next = true, .forever = true }, "http://h/r/", "c1", "loop" },
        { "more, but nothing", { .by_next = true, .empty_more = true }, "http://h/r/", "c1", "loop" },
        { "more, but no way", { .no_dates = true }, "http://h/r/", "c1", "page" },
        { "always busy", { .busy = 1000 }, "http://h/r/", "c1", "busy" },
        { "always broken", { .broken = 1000 }, "http://h/r/", "c1", "unreachable" },
        { "no such collection", { .by_next = true }, "http://h/taxii2/", "c9", "no-collection" },
        { "nothing there", { .by_next = true }, "http://h/x/", NULL, "not-found" },
        { "which collection", { .by_next = true }, "http://h/r/", NULL, "no-collection" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct taxii_client_options o = { .url = cases[i].url, .collection = cases[i].collection };
        const struct taxii_place_in begin = { .next = "" };
        struct server v = cases[i].server;
        struct sink s = { .pages = 0 };
        struct taxii_client *c;
        struct why w = { 0 };
        int64_t waited = 0;

        spread(&v, 1);
        assert_true(taxii_pull_new(&o, &begin, on_page, &s, &c, &w));
        if (run(&v, c, &waited) != TAXII_FAILED || strcmp(taxii_client_why(c)->reason, cases[i].reason) != 0)
            fail_msg("%s: %s", cases[i].what, taxii_client_why(c)->reason);
        taxii_client_free(c);
    }
}

struct outcomes {
    size_t good, bad;
};

static void on_outcome(void *ctx, struct span id, struct span version, bool success, struct span message)
{
    struct outcomes *o = ctx;

    (void)version;
    assert_true(id.n > 0);
    o->good += success;
    o->bad += !success;
    if (!success)
        assert_true(span_eq_str(message, "no"));
}

/* A server that takes 413 above three objects, answers pending first, and refuses one. */
static void objects_are_pushed_and_followed(void **state)
{
    static const struct taxii_client_options o = { .url = "http://h/r/collections/c1/" };
    struct span object[8];
    struct outcomes got = { 0 };
    struct taxii_client *c;
    struct taxii_step s;
    struct why w = { 0 };
    unsigned posts = 0, polls = 0;
    int64_t now = 0;

    (void)state;
    for (size_t i = 0; i < 8; i++)
        object[i] = SPAN("{\"type\":\"identity\",\"id\":\"identity--11111111-1111-4111-8111-111111111111\"}");
    assert_true(taxii_push_new(&o, object, 8, 0, on_outcome, &got, &c, &w));
    for (unsigned i = 0; i < 400; i++) {
        struct taxii_answer a = { .status = 404, .type = "application/taxii+json;version=2.1" };

        taxii_client_next(c, now, &s);
        if (s.kind == TAXII_DONE || s.kind == TAXII_FAILED)
            break;
        if (s.kind == TAXII_WAIT) {
            now += s.wait_ms;
            continue;
        }
        if (strcmp(s.url, "http://h/r/collections/c1/") == 0) {
            a.status = 200;
            a.body = SPAN("{\"id\":\"c1\",\"can_read\":false,\"can_write\":true}");
        } else if (s.post) {
            assert_string_equal(s.url, "http://h/r/collections/c1/objects/");
            posts++;
            a.status = s.body.n > 300 ? 413 : posts == 5 ? 503 : 202;
            a.body = SPAN("{\"id\":\"s1\",\"status\":\"pending\",\"total_count\":2}");
        } else {
            assert_string_equal(s.url, "http://h/r/status/s1/");
            a.status = 200;
            a.body = ++polls % 3
                         ? SPAN("{\"id\":\"s1\",\"status\":\"pending\"}")
                         : SPAN("{\"id\":\"s1\",\"status\":\"complete\",\"failure_count\":1,\"successes\":"
                                "[{\"id\":\"a\"}],\"failures\":[{\"id\":\"b\",\"message\":\"no\"}]}");
        }
        taxii_client_answer(c, &a, now);
    }
    if (s.kind != TAXII_DONE)
        fail_msg("%s", taxii_client_why(c)->detail);
    assert_true(got.good > 1 && got.bad == got.good);
    taxii_client_free(c);
}

static void statuses_and_redirects_mean_what_they_say(void **state)
{
    static const struct {
        const char *what;
        struct taxii_answer answer;
        const char *reason; /* NULL: it goes on */
    } cases[] = {
        { "credentials", { .status = 401 }, "unauthorized" },
        { "not allowed", { .status = 403 }, "forbidden" },
        { "a web page", { .status = 200, .body = SPAN("<html>"), .type = "text/html" }, "not-taxii" },
        { "no JSON", { .status = 200, .body = SPAN("x"), .type = "application/taxii+json" }, "not-taxii" },
        { "another server", { .status = 307, .location = "http://evil/r/" }, "refused" },
        { "another server that begins alike", { .status = 307, .location = "http://h.evil/r/" }, "refused" },
        { "the same server", { .status = 308, .location = "/r/" }, NULL },
        { "a broken status", { .status = 418 }, "refused" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct taxii_client_options o = { .url = "http://h/x/", .collection = NULL };
        const struct taxii_place_in begin = { .next = "" };
        struct taxii_client *c;
        struct taxii_step s;
        struct sink k = { .pages = 0 };
        struct why w = { 0 };

        assert_true(taxii_pull_new(&o, &begin, on_page, &k, &c, &w));
        taxii_client_next(c, 0, &s);
        assert_int_equal(s.kind, TAXII_SEND);
        taxii_client_answer(c, &cases[i].answer, 0);
        taxii_client_next(c, 100, &s);
        if (cases[i].reason
                ? s.kind != TAXII_FAILED || strcmp(taxii_client_why(c)->reason, cases[i].reason) != 0
                : s.kind != TAXII_SEND || strcmp(s.url, "http://h/r/") != 0)
            fail_msg("%s: %s", cases[i].what, taxii_client_why(c)->reason);
        taxii_client_free(c);
    }
}

static void times_to_wait_are_read(void **state)
{
    static const char now[] = "Sun, 06 Nov 1994 08:49:37 GMT";

    (void)state;
    assert_int_equal(taxii_retry_after("5", NULL), 5000);
    assert_int_equal(taxii_retry_after(NULL, now), -1);
    assert_int_equal(taxii_retry_after("soon", now), -1);
    assert_int_equal(taxii_retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now), 10000);
    assert_int_equal(taxii_retry_after("Sun, 06 Nov 1994 08:49:27 GMT", now), 0);
    assert_int_equal(taxii_retry_after("Sun, 06 Nov 1994 08:49:47 GMT", NULL), -1);
    assert_int_equal(taxii_retry_after("99999999", NULL), 15 * 60 * 1000);
}

static void a_place_is_kept_and_read(void **state)
{
    struct taxii_place_in p = { "2026-03-01T08:00:00.000001Z", "a\"b", "2026-03-01T08:00:00.000002Z" }, q;
    struct buffer b;

    (void)state;
    buf_init(&b, 1 << 16);
    taxii_place_put(&b, &p);
    assert_true(taxii_place_read(buf_span(&b), &q));
    assert_string_equal(q.added_after, p.added_after);
    assert_string_equal(q.next, p.next);
    assert_string_equal(q.last, p.last);
    assert_false(taxii_place_read(SPAN("x"), &q));
    assert_string_equal(q.next, "");
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_server_is_pulled_whole),
        cmocka_unit_test(a_pull_goes_on_where_it_was_stopped),
        cmocka_unit_test(a_second_pull_asks_for_what_is_new),
        cmocka_unit_test(what_never_ends_is_ended),
        cmocka_unit_test(objects_are_pushed_and_followed),
        cmocka_unit_test(statuses_and_redirects_mean_what_they_say),
        cmocka_unit_test(times_to_wait_are_read),
        cmocka_unit_test(a_place_is_kept_and_read),
    };

    return cmocka_run_group_tests_name("TAXII client", tests, NULL, NULL);
}
