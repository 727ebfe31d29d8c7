#include "seal/mdoc_transcript.h"

#include "crypto/hmac.h"
#include "crypto/node_key.h"
#include "wire/cbor_write.h"

/* --- handovers --- */

void handover_qr(struct buffer *b)
{
    cbor_put_null(b);
}

void handover_nfc(struct buffer *b, struct span select, struct span request)
{
    cbor_put_array(b, 2);
    cbor_put_bytes(b, select);
    if (request.n)
        cbor_put_bytes(b, request);
    else
        cbor_put_null(b);
}

static void put_digest(struct buffer *b, const struct span *part, size_t n)
{
    struct digest d;

    digest_parts(DIGEST_SHA256, part, n, &d);
    cbor_put_bytes(b, digest_span(&d));
}

void handover_reader_engagement(struct buffer *b, struct span engagement_bytes)
{
    put_digest(b, &engagement_bytes, 1);
}

enum { TEXTS = 4 };

/* The digest of an array of text strings. A NULL thumbprint stands for null, others for a byte string. */
static void put_texts_digest(struct buffer *b, const struct span *text, size_t n, size_t bytes_at)
{
    uint8_t head[TEXTS + 1][9];
    struct span part[2 * TEXTS + 1];
    size_t k = 0;

    part[k++] = span_of(head[n], cbor_head_bytes(CBOR_ARRAY, n, head[n]));
    for (size_t i = 0; i < n; i++) {
        if (i == bytes_at && text[i].n == 0) {
            part[k++] = SPAN("\xf6");
            continue;
        }
        part[k++] =
            span_of(head[i], cbor_head_bytes(i == bytes_at ? CBOR_BYTES : CBOR_TEXT, text[i].n, head[i]));
        part[k++] = text[i];
    }
    put_digest(b, part, k);
}

void handover_annex_b(struct buffer *b, struct span client_id, struct span response_uri,
                      struct span mdoc_nonce, struct span nonce)
{
    cbor_put_array(b, 3);
    put_texts_digest(b, (const struct span[]){ client_id, mdoc_nonce }, 2, TEXTS);
    put_texts_digest(b, (const struct span[]){ response_uri, mdoc_nonce }, 2, TEXTS);
    cbor_put_text(b, nonce);
}

void handover_openid4vp(struct buffer *b, struct span client_id, struct span nonce, struct span thumbprint,
                        struct span response_uri)
{
    cbor_put_array(b, 2);
    cbor_put_str(b, "OpenID4VPHandover");
    put_texts_digest(b, (const struct span[]){ client_id, nonce, thumbprint, response_uri }, 4, 2);
}

void handover_openid4vp_dcapi(struct buffer *b, struct span origin, struct span client_id, struct span nonce)
{
    cbor_put_array(b, 2);
    cbor_put_str(b, "OpenID4VPDCAPIHandover");
    put_texts_digest(b, (const struct span[]){ origin, client_id, nonce }, 3, TEXTS);
}

void handover_annex_c(struct buffer *b, struct span encryption_info, struct span origin)
{
    cbor_put_array(b, 2);
    cbor_put_str(b, "dcapi");
    put_texts_digest(b, (const struct span[]){ encryption_info, origin }, 2, TEXTS);
}

void handover_issuance(struct buffer *b, struct span bytes)
{
    cbor_put_array(b, 2);
    cbor_put_str(b, "OpenID4VCIIAEHandover");
    cbor_put_bytes(b, bytes);
}

void handover_plain(struct buffer *b, struct span mdoc_nonce, struct span client_id, struct span response_uri,
                    struct span nonce)
{
    cbor_put_array(b, 4);
    cbor_put_text(b, mdoc_nonce);
    cbor_put_text(b, client_id);
    cbor_put_text(b, response_uri);
    cbor_put_text(b, nonce);
}

/* --- transcripts --- */

static void put_or_null(struct buffer *b, struct span item)
{
    if (item.n)
        buf_put(b, item);
    else
        cbor_put_null(b);
}

void transcript_put(struct buffer *b, struct span engagement, struct span reader_key, struct span handover)
{
    cbor_put_array(b, 3);
    put_or_null(b, engagement);
    put_or_null(b, reader_key);
    put_or_null(b, handover);
}

bool transcript_open(struct span in, struct span *array)
{
    struct cbor c = cbor_of(in), items;

    if (cbor_peek(&c) == CBOR_TAG) {
        struct span body = cbor_encoded(&c, NULL);

        if (!cbor_finish(&c, NULL, NULL))
            return false;
        in = body;
        c = cbor_of(in);
    }
    items = c;
    (void)cbor_item(&c);
    if (!cbor_finish(&c, NULL, NULL) || cbor_peek(&items) != CBOR_ARRAY || cbor_array(&items) != 3)
        return false;
    *array = in;
    return true;
}

/* --- keys --- */

/* SHA-256 of the transcript as an encoded item. */
static void salt_of(struct span transcript, struct digest *out)
{
    uint8_t head[9];
    const struct span part[] = { SPAN("\xd8\x18"),
                                 span_of(head, cbor_head_bytes(CBOR_BYTES, transcript.n, head)), transcript };

    digest_parts(DIGEST_SHA256, part, 3, out);
}

bool session_keys_derive(const struct private_key *own, const struct public_key *other,
                         struct span transcript, struct session_keys *out, struct why *w)
{
    uint8_t secret[SHARED_SECRET_MAX];
    struct digest salt;
    size_t n;

    if (!private_key_agree(own, other, secret, &n, w))
        return false;
    salt_of(transcript, &salt);
    hkdf_sha256(span_of(secret, n), digest_span(&salt), SPAN("SKReader"), out->reader, 32);
    hkdf_sha256(span_of(secret, n), digest_span(&salt), SPAN("SKDevice"), out->device, 32);
    wipe(secret, sizeof secret);
    return true;
}

bool mac_key_derive(const struct private_key *own, const struct public_key *other, struct span transcript,
                    uint8_t out[32], struct why *w)
{
    uint8_t secret[SHARED_SECRET_MAX];
    struct digest salt;
    size_t n;

    if (!private_key_agree(own, other, secret, &n, w))
        return false;
    salt_of(transcript, &salt);
    hkdf_sha256(span_of(secret, n), digest_span(&salt), SPAN("EMacKey"), out, 32);
    wipe(secret, sizeof secret);
    return true;
}

/* --- what is signed --- */

/* Heads of tag 24, byte string and array, and the text that says what it is; rest bytes follow. */
static void start(struct session_content *c, const char *what, size_t items, size_t rest)
{
    struct buffer text, head;
    uint8_t memory[32];

    buf_init_fixed(&text, memory, sizeof memory);
    cbor_put_array(&text, items);
    cbor_put_str(&text, what);
    buf_init_fixed(&head, c->head, sizeof c->head);
    cbor_put_head(&head, CBOR_TAG, CBOR_TAG_ENCODED);
    cbor_put_head(&head, CBOR_BYTES, text.n + rest);
    buf_put(&head, buf_span(&text));
    c->part[0] = buf_span(&head);
}

void device_content(struct session_content *c, struct span transcript, struct span doc_type,
                    struct span spaces_bytes)
{
    size_t n = cbor_head_bytes(CBOR_TEXT, doc_type.n, c->head_of_type);

    start(c, "DeviceAuthentication", 4, transcript.n + n + doc_type.n + spaces_bytes.n);
    c->part[1] = transcript;
    c->part[2] = span_of(c->head_of_type, n);
    c->part[3] = doc_type;
    c->part[4] = spaces_bytes;
    c->content = (struct cose_content){ c->part, 5 };
}

void reader_content(struct session_content *c, struct span transcript, struct span items_bytes)
{
    start(c, "ReaderAuthentication", 3, transcript.n + items_bytes.n);
    c->part[1] = transcript;
    c->part[2] = items_bytes;
    c->content = (struct cose_content){ c->part, 3 };
}

bool reader_all_content(struct session_content *c, struct span transcript, const struct span *items_bytes,
                        size_t n, struct span info_bytes, struct arena *a, struct why *w)
{
    size_t total = 9;
    struct buffer b;
    struct span all;
    void *memory;

    for (size_t i = 0; i < n; i++)
        total += items_bytes[i].n;
    memory = arena_alloc(a, total);
    if (!memory)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    buf_init_fixed(&b, memory, total);
    cbor_put_array(&b, n);
    for (size_t i = 0; i < n; i++)
        buf_put(&b, items_bytes[i]);
    all = buf_span(&b);
    if (info_bytes.n == 0)
        info_bytes = SPAN("\xf6");
    start(c, "ReaderAuthenticationAll", 4, transcript.n + all.n + info_bytes.n);
    c->part[1] = transcript;
    c->part[2] = all;
    c->part[3] = info_bytes;
    c->content = (struct cose_content){ c->part, 4 };
    return true;
}
