/* Text decoders: what they accept must encode to the same text; dates and times likewise. */
#include <stdlib.h>

#include "base/date.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span in = span_of(data, n);
    struct buffer bytes, text;
    struct date d;
    unix_time t, again;
    char s[TIME_TEXT];
    size_t bad_at;

    if (n > 4096)
        return 0;
    buf_init(&bytes, 8192);
    buf_init(&text, 16384);
    if (base32_decode(in, &bytes, &bad_at)) {
        base32_put(&text, buf_span(&bytes));
        must(span_eq(buf_span(&text), in));
    } else {
        must(bad_at <= n);
    }
    buf_reset(&bytes);
    buf_reset(&text);
    if (base64_decode(in, BASE64_URL, &bytes, &bad_at) && memchr(data, '=', n) == NULL) {
        base64_put(&text, buf_span(&bytes), BASE64_URL);
        must(span_eq(buf_span(&text), in));
    }
    must(utf8_valid_to(in) <= n);
    if (date_parse(in, &d))
        must(span_eq_str(in, date_format(d, s)));
    if (time_parse(in, &t))
        must(time_parse(span_str(time_format(t, s)), &again) && (again == t || t < -62135596800));
    buf_free(&bytes);
    buf_free(&text);
    return 0;
}
