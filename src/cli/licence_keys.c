#include "cli/licence_keys.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "seal/mdoc_issue.h"
#include "seal/mdoc_transcript.h"

bool licence_refused(const char *what, const struct why *w)
{
    struct why named = { .offset = w->offset, .clause = w->clause };

    (void)why_set(&named, w->reason ? w->reason : "failed", w->offset, w->clause, "%s%s%s",
                  w->reason ? w->reason : "", w->reason ? ": " : "", w->detail);
    cli_why("licence", what, &named);
    return false;
}

static bool read_file(const char *path, struct arena *a, struct span *out)
{
    struct why w = { 0 };

    return cli_read(path, a, out, &w) || licence_refused(path, &w);
}

bool licence_private_key(const char *path, struct arena *a, struct private_key **ret)
{
    struct why w = { 0 };
    struct span file;

    return read_file(path, a, &file) && (private_key_load_any(file, ret, &w) || licence_refused(path, &w));
}

/* What stands between the lines of PEM (RFC 7468). */
static struct span pem_body(struct span text, struct arena *a)
{
    static const char begin[] = "-----BEGIN PUBLIC KEY-----";
    struct buffer plain, der;
    struct span line, out = { 0 };
    bool in = false;
    size_t at;

    buf_init(&plain, LIMIT_CERTIFICATE);
    buf_init(&der, LIMIT_CERTIFICATE);
    while (text_split(&text, '\n', &line)) {
        line = text_trim(line);
        if (in && span_starts(line, SPAN("-----")))
            break;
        if (in)
            buf_put(&plain, line);
        in |= span_eq_str(line, begin);
    }
    if (buf_ok(&plain) && base64_decode(buf_span(&plain), BASE64_STD, &der, &at))
        out = arena_copy(a, buf_span(&der));
    buf_free(&plain);
    buf_free(&der);
    return out;
}

/* COSE_Key of whatever is in the file. */
static bool put_public(struct span file, struct arena *a, struct buffer *b, struct why *w)
{
    struct span spki = file.n && file.p[0] == 0x30 ? file : pem_body(file, a);
    struct private_key *own = NULL;
    struct cose_key key;
    struct buffer der;
    bool ok;

    if (file.n && file.p[0] >> 5 == CBOR_MAP && file.p[0] != '0')
        return cbor_check(file, NULL, a, w) && cose_key_parse(file, file.p, &key, w) &&
               cose_key_put(b, &key, a, w);
    if (spki.n && cose_key_put_spki(b, spki, a, NULL))
        return true;
    if (!private_key_load_any(file, &own, NULL))
        return why_set(w, "DEVICE_KEY", WHY_NO_OFFSET, NULL,
                       "neither a COSE_Key nor a public or private key in PEM or DER");
    buf_init(&der, LIMIT_CERTIFICATE);
    private_key_spki(own, &der);
    ok = cose_key_put_spki(b, buf_span(&der), a, w);
    buf_free(&der);
    private_key_free(own);
    return ok;
}

bool licence_public_key(const char *path, struct arena *a, struct span *cose_key)
{
    struct why w = { 0 };
    struct span file;
    struct buffer b;
    bool ok;

    if (!read_file(path, a, &file))
        return false;
    buf_init(&b, LIMIT_CERTIFICATE);
    ok = put_public(file, a, &b, &w) || licence_refused(path, &w);
    *cose_key = ok ? arena_copy(a, buf_span(&b)) : (struct span){ 0 };
    buf_free(&b);
    return ok;
}

static bool first(void *ctx, struct span der)
{
    *(struct span *)ctx = der;
    return false;
}

bool licence_certificate(const char *path, struct arena *a, struct span *der)
{
    struct span file, found = { 0 };
    struct why w = { 0 };

    if (!read_file(path, a, &file))
        return false;
    (void)certificates_in(file, a, first, &found);
    if (found.n == 0) {
        (void)why_set(&w, "CERT_PARSE", WHY_NO_OFFSET, NULL, "no certificate in PEM or DER");
        return licence_refused(path, &w);
    }
    *der = found;
    return true;
}

bool licence_session(const char *path, struct arena *a, struct span *array)
{
    struct why w = { 0 };
    struct span file;

    if (!read_file(path, a, &file))
        return false;
    if (cbor_check(file, NULL, a, &w) && transcript_open(file, array))
        return true;
    (void)why_set(&w, "STRUCT", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.7.1",
                  "not a SessionTranscript: an array of three in CBOR");
    return licence_refused(path, &w);
}

bool licence_names(const char *list, struct arena *a, struct licence_name **ret, size_t *n)
{
    struct span rest = span_str(list), one;
    struct licence_name *out;
    size_t count = 1, i = 0;

    for (const char *c = list; *c; c++)
        count += *c == ',';
    out = arena_array(a, count, sizeof *out);
    if (!out)
        return cli_usage("licence", "too many elements") == CLI_POSITIVE;
    while (text_split(&rest, ',', &one)) {
        const uint8_t *slash;

        one = text_trim(one);
        slash = one.n ? memchr(one.p, '/', one.n) : NULL;
        out[i].ns = slash ? span_of(one.p, (size_t)(slash - one.p)) : SPAN(MDL_NAME_SPACE);
        out[i].id = slash ? span_sub(one, out[i].ns.n + 1, one.n) : one;
        if (out[i].id.n == 0 || out[i].ns.n == 0)
            return cli_usage("licence", "elements are named as family_name or org.example/colour") ==
                   CLI_POSITIVE;
        i++;
    }
    *ret = out;
    *n = i;
    return i > 0 || cli_usage("licence", "name at least one element") == CLI_POSITIVE;
}

bool licence_days(const char *text, long most, long *out)
{
    char *end;
    long v = strtol(text, &end, 10);

    if (!*text || *end || v < 1 || v > most)
        return cli_usage("licence", "a number of days from 1 to %ld is expected", most) == CLI_POSITIVE;
    *out = v;
    return true;
}
