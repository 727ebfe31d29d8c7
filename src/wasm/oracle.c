#include "wasm/oracle.h"

#include "wasm/sha.h"
#include "wire/json_write.h"

enum { REMEMBERED = 64 };

struct hashed {
    enum digest_alg alg;
    struct span message;
    struct digest digest;
};

static struct {
    bool open, overflow;
    struct span answers;
    size_t unknown;
    uint8_t id[ORACLE_QUESTIONS][ORACLE_ID]; /* of the unknown ones */
    struct buffer text;
    struct json_writer w;
} pass;

static struct hashed hashed[REMEMBERED];
static size_t next_hashed;

void oracle_begin(struct span answers)
{
    buf_free(&pass.text);
    memset(&pass, 0, sizeof pass);
    memset(hashed, 0, sizeof hashed);
    buf_init(&pass.text, ORACLE_TEXT);
    pass.w = json_to(&pass.text);
    pass.answers = answers;
    pass.open = true;
}

void oracle_end(void)
{
    pass.open = false;
    pass.answers = (struct span){ 0 };
    memset(hashed, 0, sizeof hashed);
}

size_t oracle_unknown(void)
{
    return pass.unknown;
}

bool oracle_overflow(void)
{
    return pass.overflow || !buf_ok(&pass.text);
}

struct span oracle_text(void)
{
    return buf_span(&pass.text);
}

/* The name of a question: everything that it is about, each part with its length. */
static void identify(const struct oracle_question *q, uint8_t id[ORACLE_ID])
{
    const struct span part[] = { span_str(q->algorithm), span_str(q->hash), q->key, q->message,
                                 q->signature };
    enum { PARTS = sizeof part / sizeof *part };
    uint8_t length[PARTS][4];
    struct span in[2 * PARTS + 1];

    for (size_t i = 0; i < PARTS; i++) {
        for (size_t k = 0; k < 4; k++)
            length[i][k] = (uint8_t)(part[i].n >> 8 * k);
        in[2 * i] = span_of(length[i], 4);
        in[2 * i + 1] = part[i];
    }
    in[2 * PARTS] = q->key_alone ? SPAN("key") : SPAN("verify");
    sha_parts(DIGEST_SHA256, in, 2 * PARTS + 1, id);
}

static bool answered(const uint8_t id[ORACLE_ID], enum oracle_answer *out)
{
    struct span a = pass.answers;

    for (; a.n > ORACLE_ID; a = span_sub(a, ORACLE_ID + 1, a.n)) {
        if (memcmp(a.p, id, ORACLE_ID) != 0)
            continue;
        *out = a.p[ORACLE_ID] == ORACLE_HOLDS   ? ORACLE_HOLDS
               : a.p[ORACLE_ID] == ORACLE_FAILS ? ORACLE_FAILS
                                                : ORACLE_CANNOT;
        return true;
    }
    return false;
}

static bool asked_before(const uint8_t id[ORACLE_ID])
{
    for (size_t i = 0; i < pass.unknown; i++)
        if (memcmp(pass.id[i], id, ORACLE_ID) == 0)
            return true;
    return false;
}

static void put(const struct oracle_question *q, const uint8_t id[ORACLE_ID])
{
    struct json_writer *w = &pass.w;

    jw_object(w, NULL);
    jw_hex(w, "id", span_of(id, ORACLE_ID));
    jw_str(w, "algorithm", q->algorithm);
    jw_str(w, "hash", q->hash);
    jw_hex(w, "key", q->key);
    if (!q->key_alone) {
        jw_hex(w, "message", q->message);
        jw_hex(w, "signature", q->signature);
    }
    jw_object_end(w);
}

enum oracle_answer oracle_ask(const struct oracle_question *q)
{
    enum oracle_answer answer;
    uint8_t id[ORACLE_ID];

    if (!pass.open)
        return ORACLE_CANNOT;
    identify(q, id);
    if (answered(id, &answer))
        return answer;
    if (asked_before(id))
        return ORACLE_HOLDS;
    if (pass.unknown == ORACLE_QUESTIONS) {
        pass.overflow = true;
        return ORACLE_CANNOT;
    }
    memcpy(pass.id[pass.unknown++], id, ORACLE_ID);
    put(q, id);
    return ORACLE_HOLDS;
}

void oracle_hashed(enum digest_alg alg, struct span message, const struct digest *d)
{
    if (pass.open)
        hashed[next_hashed++ % REMEMBERED] = (struct hashed){ alg, message, *d };
}

bool oracle_message_of(enum digest_alg alg, const struct digest *d, struct span *out)
{
    struct digest again = { .n = d->n };

    for (size_t i = 0; i < REMEMBERED; i++) {
        const struct hashed *h = &hashed[i];

        if (h->digest.n == 0 || h->alg != alg || !span_eq(digest_span(&h->digest), digest_span(d)))
            continue;
        sha_parts(alg, &h->message, 1, again.b);
        if (!span_eq(digest_span(&again), digest_span(d)))
            continue;
        *out = h->message;
        return true;
    }
    return false;
}
