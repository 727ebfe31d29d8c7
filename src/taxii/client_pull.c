/* Pages: asked for, taken, and where the next one begins. */
#include <stdio.h>

#include "base/text.h"
#include "stix/object.h"
#include "taxii/client_internal.h"
#include "wire/json_write.h"

void taxii_place_put(struct buffer *b, const struct taxii_place_in *p)
{
    struct json_writer j = json_to(b);

    jw_object(&j, NULL);
    jw_str(&j, "added_after", p->added_after);
    jw_str(&j, "next", p->next);
    jw_str(&j, "last", p->last);
    jw_object_end(&j);
}

bool taxii_place_read(struct span json, struct taxii_place_in *out)
{
    struct taxii_place_in p = { .next = "" };
    struct arena a;
    struct json j;
    bool ok;

    arena_init(&a, 1 << 20);
    ok = json_parse(json, &a, &j, NULL) && json_is(&j, JSON_ROOT, JSON_KIND_OBJECT);
    if (ok) {
        (void)client_text(&j, JSON_ROOT, "added_after", p.added_after, sizeof p.added_after, &a);
        (void)client_text(&j, JSON_ROOT, "next", p.next, sizeof p.next, &a);
        (void)client_text(&j, JSON_ROOT, "last", p.last, sizeof p.last, &a);
    }
    arena_free(&a);
    *out = p;
    return ok;
}

/* One unit of its last digit before a date, so that what shares it comes again. */
static void just_before(const char *date, char out[TAXII_DATE])
{
    static const int64_t unit[] = { 1000000, 100000, 10000, 1000, 100, 10, 1 };
    char text[STIX_TIME_TEXT];
    struct stix_time t;

    if (!stix_time_read(span_str(date), &t)) {
        (void)snprintf(out, TAXII_DATE, "%s", date);
        return;
    }
    (void)snprintf(out, TAXII_DATE, "%s",
                   stix_time_text(stix_time_micros(&t) - unit[t.digits < 6 ? t.digits : 6], text));
}

static void put_escaped(struct buffer *b, const char *s)
{
    for (; *s; s++) {
        int c = (unsigned char)*s;

        if (ascii_digit(c) || ascii_lower(c) || ascii_upper(c) || strchr("-._~", c))
            buf_u8(b, (uint8_t)c);
        else
            buf_printf(b, "%%%02X", (unsigned)c);
    }
}

void client_ask_page(struct taxii_client *c)
{
    const char *sep = "?";
    struct buffer b;

    buf_init_fixed(&b, c->url, sizeof c->url - 1);
    buf_str(&b, c->base);
    buf_str(&b, "/objects/");
    if (c->limit) {
        buf_printf(&b, "%slimit=%zu", sep, c->limit);
        sep = "&";
    }
    if (c->match[0]) {
        buf_printf(&b, "%s%s", sep, c->match);
        sep = "&";
    }
    if (c->place.added_after[0] && !(c->without_date && c->place.next[0])) {
        buf_printf(&b, "%sadded_after=", sep);
        put_escaped(&b, c->place.added_after);
        sep = "&";
    }
    if (c->place.next[0]) {
        buf_printf(&b, "%snext=", sep);
        put_escaped(&b, c->place.next);
    }
    if (!buf_ok(&b)) {
        client_fail(c, "too-large", "a `next` longer than a request can hold");
        return;
    }
    c->url[b.n] = 0;
}

/* A `next` that is not known any more (it expired, the server began anew), or not beside added_after: the
 * round goes on by date, from a little before what came last. */
bool client_page_refused(struct taxii_client *c, unsigned status)
{
    if ((status != 400 && status != 404 && status != 410 && status != 422) || !c->place.next[0])
        return false;
    if (!c->without_date && c->place.added_after[0] && status == 400) {
        c->without_date = true;
        return true;
    }
    c->without_date = false;
    c->place.next[0] = c->before[0] = 0;
    if (c->place.last[0])
        just_before(c->place.last, c->place.added_after);
    c->stats.retries++;
    return true;
}

static bool earlier(const char *a, const char *b)
{
    struct stix_time x, y;

    return stix_time_read(span_str(a), &x) && stix_time_read(span_str(b), &y) && stix_time_cmp(&x, &y) < 0;
}

/* By date: a little before the last one. When that gives the same page again, a larger page is asked for, and
 * then the date is stepped over: it is said that something may be missing. */
static void on_by_date(struct taxii_client *c, size_t n, size_t fresh, const char *last)
{
    char before[TAXII_DATE];

    if (!last[0]) {
        client_fail(c, "page", "the server has more, but says neither `next` nor a date");
        return;
    }
    just_before(last, before);
    if (fresh || earlier(c->place.added_after, before) || !c->place.added_after[0]) {
        (void)snprintf(c->place.added_after, sizeof c->place.added_after, "%s", before);
        return;
    }
    if ((c->limit ? c->limit : n) < LIMIT_TAXII_CLIENT_PAGE && c->last_size < n + 1 && c->empty < 8) {
        c->limit = 2 * (c->limit ? c->limit : n ? n : 1);
        if (c->limit > LIMIT_TAXII_CLIENT_PAGE)
            c->limit = LIMIT_TAXII_CLIENT_PAGE;
        c->empty++;
        return;
    }
    c->stats.incomplete = true;
    (void)snprintf(c->place.added_after, sizeof c->place.added_after, "%s", last);
}

/* The round is over: the next one begins a little before the newest date. */
static void round_over(struct taxii_client *c)
{
    c->place.next[0] = 0;
    if (c->place.last[0])
        just_before(c->place.last, c->place.added_after);
    c->phase = CLIENT_DONE;
}

static void where_next(struct taxii_client *c, size_t n, size_t fresh, bool more, const char *next,
                       const char *last)
{
    if (last[0] && !earlier(last, c->place.last))
        (void)snprintf(c->place.last, sizeof c->place.last, "%s", last);
    if (!more) {
        round_over(c);
        return;
    }
    if (n == 0 || (next[0] && fresh == 0 && strcmp(next, c->before) == 0)) {
        if (++c->empty >= CLIENT_EMPTY) {
            client_fail(c, "loop", "the server has ever more, but gives nothing new");
            return;
        }
    } else if (fresh) {
        c->empty = 0;
    }
    if (next[0]) {
        (void)snprintf(c->place.next, sizeof c->place.next, "%s", next);
        (void)snprintf(c->before, sizeof c->before, "%s", next);
        return;
    }
    c->place.next[0] = 0;
    on_by_date(c, n, fresh, last);
}

/* The place after a page, to be kept with it. Where it goes on in this run may be further, once it is known
 * what of the page was new; from here nothing is lost. */
static struct taxii_place_in place_after(const struct taxii_client *c, bool more, const char *next,
                                         const char *last)
{
    struct taxii_place_in p = c->place;

    if (last[0] && !earlier(last, p.last))
        (void)snprintf(p.last, sizeof p.last, "%s", last);
    if (more && next[0]) {
        (void)snprintf(p.next, sizeof p.next, "%s", next);
        return p;
    }
    p.next[0] = 0;
    if (more && last[0])
        just_before(last, p.added_after);
    else if (p.last[0])
        just_before(p.last, p.added_after);
    return p;
}

void client_got_page(struct taxii_client *c, const struct taxii_answer *a, const struct json *j)
{
    json_ref list = json_member(j, JSON_ROOT, "objects");
    size_t n = json_count(j, list), k = 0, fresh;
    struct span *object = arena_array(&c->a, n + 1, sizeof *object);
    char next[TAXII_NEXT] = "", last[TAXII_DATE] = "";
    struct taxii_place_in after;
    bool more, ok = true;
    struct span s;

    if (!object || (list != JSON_NONE && !json_is(j, list, JSON_KIND_ARRAY))) {
        client_fail(c, "not-taxii", "an envelope without a list of objects");
        return;
    }
    for (json_ref i = json_first(j, list); i != JSON_NONE; i = json_after(j, list, i))
        object[k++] = json_source(j, i);
    more = json_is(j, json_member(j, JSON_ROOT, "more"), JSON_KIND_TRUE);
    if (json_text_of(j, json_member(j, JSON_ROOT, "next"), &c->a, &s) && s.n >= sizeof next) {
        client_fail(c, "too-large", "a `next` of %zu bytes", s.n);
        return;
    }
    (void)client_text(j, JSON_ROOT, "next", next, sizeof next, &c->a);
    if (a->last && strlen(a->last) < sizeof last)
        (void)snprintf(last, sizeof last, "%s", a->last);
    c->stats.pages++;
    c->stats.objects += k;
    after = place_after(c, more, next, last);
    fresh = c->page(c->ctx, object, k, &after, &ok);
    c->stats.fresh += fresh;
    if (!ok) {
        client_fail(c, "stopped", "what came could not be kept");
        return;
    }
    where_next(c, k, fresh, more, next, last);
    c->last_size = k;
}

void client_begin(struct taxii_client *c)
{
    c->phase = c->pushing ? (c->n ? CLIENT_POST : CLIENT_DONE) : CLIENT_PAGE;
    c->failed = c->empty = 0;
}
