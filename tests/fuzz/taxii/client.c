/* Answers of a hostile server: status, headers and body out of any bytes. The client ends, and asks nobody
 * else. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "taxii/client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static size_t on_page(void *ctx, const struct span *object, size_t n, const struct taxii_place_in *after,
                      bool *ok)
{
    struct taxii_place_in again;
    struct buffer b;

    (void)object;
    *ok = true;
    buf_init(&b, 1 << 20);
    taxii_place_put(&b, after);
    if (!taxii_place_read(buf_span(&b), &again))
        abort();
    buf_free(&b);
    return ++*(size_t *)ctx % 3 ? n : 0;
}

static void on_outcome(void *ctx, struct span id, struct span version, bool success, struct span message)
{
    (void)ctx;
    (void)id;
    (void)version;
    (void)success;
    (void)message;
}

/* A line each: status, then the body up to the next line. */
static void play(struct taxii_client *c, struct span script)
{
    int64_t now = 0;

    for (unsigned i = 0; i < 200; i++) {
        char header[64] = "";
        struct taxii_step s;
        struct taxii_answer a = { .broken = true };
        struct span line = { NULL, 0 };

        taxii_client_next(c, now, &s);
        if (s.kind == TAXII_DONE || s.kind == TAXII_FAILED)
            return;
        if (s.kind == TAXII_WAIT) {
            if (s.wait_ms <= 0)
                abort();
            now += s.wait_ms;
            continue;
        }
        if (strncmp(s.url, "http://h/", 9) != 0)
            abort();
        if (text_split(&script, '\n', &line) && line.n > 1) {
            static const unsigned status[] = { 200, 202, 301, 307, 400, 401, 404, 406, 413, 429, 500, 503 };

            (void)snprintf(header, sizeof header, "%.*s", (int)(line.n < 40 ? line.n : 40) - 1,
                           (const char *)line.p + 1);
            a = (struct taxii_answer){ .status = status[line.p[0] % 12],
                                       .body = span_sub(line, 1, line.n),
                                       .retry_after = header,
                                       .last = header,
                                       .location = header,
                                       .type = line.p[0] & 64 ? "application/taxii+json;version=2.1" : NULL };
        }
        taxii_client_answer(c, &a, now);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct taxii_client_options o = { .url = "http://h/r/", .collection = "c" };
    const struct taxii_place_in begin = { .next = "" };
    const struct span object[2] = { SPAN("{\"id\":\"a\"}"), SPAN("{\"id\":\"b\"}") };
    struct taxii_place_in place;
    struct taxii_client *c;
    size_t pages = 0;

    if (!taxii_pull_new(&o, &begin, on_page, &pages, &c, NULL))
        abort();
    play(c, span_of(data, n));
    taxii_client_free(c);
    if (!taxii_push_new(&o, object, 2, 12, on_outcome, NULL, &c, NULL))
        abort();
    play(c, span_of(data, n));
    taxii_client_free(c);
    (void)!taxii_place_read(span_of(data, n), &place);
    return 0;
}
