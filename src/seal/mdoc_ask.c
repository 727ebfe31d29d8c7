#include "seal/mdoc_ask.h"

#include "base/limits.h"
#include "seal/mdoc_transcript.h"
#include "wire/cbor_write.h"

#define CLAUSE "ISO/IEC 18013-5 10.3.1"

static bool nothing(struct why *w, const char *detail)
{
    return why_set(w, "STRUCT", WHY_NO_OFFSET, CLAUSE, "%s", detail);
}

/* Elements of the namespace of the i-th; 0 when an earlier one has the same. */
static size_t in_space(const struct mdoc_ask_items *q, size_t i)
{
    size_t n = 0;

    for (size_t k = 0; k < q->n; k++) {
        bool same = span_eq(q->element[k].ns, q->element[i].ns);

        if (same && k < i)
            return 0;
        n += same;
    }
    return n;
}

static bool check(const struct mdoc_ask_items *q, struct why *w)
{
    if (q->n == 0 || q->doc_type.n == 0)
        return nothing(w, "nothing is asked for");
    for (size_t i = 0; i < q->n; i++) {
        if (q->element[i].ns.n == 0 || q->element[i].id.n == 0)
            return nothing(w, "an element has a namespace and a name");
        for (size_t k = 0; k < i; k++)
            if (span_eq(q->element[k].ns, q->element[i].ns) && span_eq(q->element[k].id, q->element[i].id))
                return nothing(w, "an element is asked for twice");
    }
    return true;
}

static void put_items(struct buffer *b, const struct mdoc_ask_items *q)
{
    size_t spaces = 0;

    for (size_t i = 0; i < q->n; i++)
        spaces += in_space(q, i) > 0;
    cbor_put_map(b, 2);
    cbor_put_str(b, "docType");
    cbor_put_text(b, q->doc_type);
    cbor_put_str(b, "nameSpaces");
    cbor_put_map(b, spaces);
    for (size_t i = 0; i < q->n; i++) {
        size_t n = in_space(q, i);

        if (n == 0)
            continue;
        cbor_put_text(b, q->element[i].ns);
        cbor_put_map(b, n);
        for (size_t k = i; k < q->n; k++) {
            if (!span_eq(q->element[k].ns, q->element[i].ns))
                continue;
            cbor_put_text(b, q->element[k].id);
            cbor_put_bool(b, q->element[k].retain);
        }
    }
}

/* ItemsRequestBytes of each request, in the arena. */
static struct span *encode(const struct mdoc_ask_items *items, size_t n, struct arena *a, struct why *w)
{
    struct span *out = arena_array(a, n, sizeof *out);
    struct buffer plain, whole;

    buf_init(&plain, LIMIT_FILE);
    buf_init(&whole, LIMIT_FILE);
    for (size_t i = 0; out && i < n; i++) {
        buf_reset(&plain);
        buf_reset(&whole);
        if (!check(&items[i], w)) {
            out = NULL;
            break;
        }
        put_items(&plain, &items[i]);
        cbor_put_encoded(&whole, buf_span(&plain));
        out[i] = arena_copy(a, buf_span(&whole));
        if (!buf_ok(&whole) || out[i].n == 0)
            out = NULL;
    }
    buf_free(&plain);
    buf_free(&whole);
    if (!out)
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    return out;
}

bool mdoc_ask(const struct mdoc_ask_items *items, size_t n, enum mdoc_ask_auth auth,
              const struct cose_signer *reader, struct span transcript, struct arena *a, struct buffer *out,
              struct why *w)
{
    struct session_content content;
    struct span *bytes;

    if (n == 0)
        return nothing(w, "nothing is asked for");
    bytes = encode(items, n, a, w);
    if (!bytes)
        return false;
    cbor_put_map(out, auth == ASK_ALL ? 3 : 2);
    cbor_put_str(out, "version");
    cbor_put_str(out, auth == ASK_ALL ? "1.1" : "1.0");
    cbor_put_str(out, "docRequests");
    cbor_put_array(out, n);
    for (size_t i = 0; i < n; i++) {
        cbor_put_map(out, auth == ASK_EACH ? 2 : 1);
        cbor_put_str(out, "itemsRequest");
        buf_put(out, bytes[i]);
        if (auth != ASK_EACH)
            continue;
        cbor_put_str(out, "readerAuth");
        reader_content(&content, transcript, bytes[i]);
        if (!cose_sign1_put(out, reader, &content.content, false, a, w))
            return false;
    }
    if (auth == ASK_ALL) {
        cbor_put_str(out, "readerAuthAll");
        cbor_put_array(out, 1);
        if (!reader_all_content(&content, transcript, bytes, n, (struct span){ 0 }, a, w) ||
            !cose_sign1_put(out, reader, &content.content, false, a, w))
            return false;
    }
    return buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}
