/*
 * The bytes of questions and answers: a CBOR map of integer keys, each present once and in order, in the one
 * deterministic form (RFC 8949 4.2.1). The reader compares with what the writer would have written, so two
 * texts for one message do not exist.
 */
#include "base/text.h"
#include "service/ask/internal.h"
#include "wire/cbor_write.h"

enum { VERSION = 1, QUESTION_MEMBERS = 10, ANSWER_MEMBERS = 10, MEMBER = 2, HASH = 32 };

static const char *const said_words[] = { [ASK_SAID_ANSWERED] = "answered",
                                          [ASK_SAID_ACKNOWLEDGED] = "acknowledged",
                                          [ASK_SAID_REFUSED] = "refused",
                                          [ASK_SAID_UNKNOWN] = "unknown" };

const char *ask_said_word(enum ask_said s)
{
    return said_words[s];
}

static void put_text(struct buffer *b, int64_t key, struct span s)
{
    cbor_put_int(b, key);
    cbor_put_text(b, s);
}

static void put_int(struct buffer *b, int64_t key, int64_t v)
{
    cbor_put_int(b, key);
    cbor_put_int(b, v);
}

static void put_bytes(struct buffer *b, int64_t key, struct span s)
{
    cbor_put_int(b, key);
    cbor_put_bytes(b, s);
}

/* In the message, or size and SHA-256 of what stands beside it. */
static void put_body(struct buffer *b, struct span body, const struct ask_beside *beside)
{
    if (beside->size == 0) {
        put_bytes(b, 9, body);
        return;
    }
    cbor_put_int(b, 9);
    cbor_put_array(b, 2);
    cbor_put_head(b, CBOR_UINT, beside->size);
    cbor_put_bytes(b, span_of(beside->hash, sizeof beside->hash));
}

/* Key 0 tells the two kinds apart: a question is 1, an answer -1, of this version. */
void ask_question_put(const struct ask_question *q, struct buffer *b)
{
    cbor_put_map(b, QUESTION_MEMBERS + (q->role.n ? 1 : 0));
    put_int(b, 0, VERSION);
    put_text(b, 1, q->reference);
    put_text(b, 2, q->topic);
    put_text(b, 3, q->from);
    put_text(b, 4, q->to);
    put_text(b, 5, q->purpose);
    put_text(b, 6, q->article);
    put_int(b, 7, q->at);
    put_int(b, 8, q->until);
    put_body(b, q->body, &q->beside);
    if (q->role.n)
        put_text(b, 10, q->role);
}

void ask_answer_put(const struct ask_answer *n, struct buffer *b)
{
    cbor_put_map(b, ANSWER_MEMBERS);
    put_int(b, 0, -VERSION);
    put_text(b, 1, n->reference);
    put_text(b, 2, n->topic);
    put_text(b, 3, n->from);
    put_text(b, 4, n->to);
    put_bytes(b, 5, n->question);
    put_text(b, 6, span_str(ask_said_word(n->said)));
    put_text(b, 7, n->reason);
    put_int(b, 8, n->at);
    put_body(b, n->body, &n->beside);
}

/* A map of the one form, with or without the member that may be absent (more NULL: none may); c then stands
 * at the version. */
static bool begin(struct span in, size_t members, struct arena *a, struct cbor *c, bool *more, struct why *w)
{
    size_t n;

    if (in.n > LIMIT_ASK_MESSAGE)
        return why_set(w, "VALUE", 0, NULL, "a message of %zu bytes; at most %d", in.n, LIMIT_ASK_MESSAGE);
    if (!cbor_check(in, NULL, a, w))
        return false;
    *c = cbor_of(in);
    n = cbor_map(c);
    if (more)
        *more = n == members + 1;
    if (cbor_ok(c) && n != members && !(more && *more))
        cbor_fail(c, in.p, "another number of members");
    return true;
}

/* Keys come as 0, 1, 2, …: the order is part of the form. */
static void key(struct cbor *c, int64_t n)
{
    if (!cbor_next_int_is(c, n))
        cbor_fail(c, NULL, "another member is expected here");
}

static struct span text(struct cbor *c, int64_t n)
{
    key(c, n);
    return cbor_text(c);
}

static int64_t number(struct cbor *c, int64_t n)
{
    key(c, n);
    return cbor_int(c);
}

static struct span bytes(struct cbor *c, int64_t n)
{
    key(c, n);
    return cbor_bytes(c);
}

static struct span body(struct cbor *c, struct ask_beside *beside)
{
    struct span hash;

    key(c, 9);
    if (cbor_peek(c) != CBOR_ARRAY)
        return cbor_bytes(c);
    if (cbor_array(c) != 2)
        cbor_fail(c, NULL, "what stands beside a message has a size and a hash");
    beside->size = cbor_uint(c);
    hash = cbor_bytes(c);
    if (hash.n == sizeof beside->hash)
        memcpy(beside->hash, hash.p, hash.n);
    else
        cbor_fail(c, NULL, "a hash of another length");
    if (cbor_ok(c) && (beside->size <= LIMIT_ASK_BESIDE || beside->size > LIMIT_ASK_LARGE))
        cbor_fail(c, NULL, "a body of this size does not stand beside its message");
    return (struct span){ NULL, 0 };
}

bool ask_member_valid(struct span s)
{
    return s.n == MEMBER && ascii_upper(s.p[0]) && ascii_upper(s.p[1]);
}

bool ask_word_valid(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~')
            return false;
    return s.n >= 1 && s.n <= 64 && s.p[0] != ' ' && s.p[s.n - 1] != ' ';
}

bool ask_reference_valid(struct span s)
{
    return ask_word_valid(s) && !memchr(s.p, ' ', s.n);
}

static bool time_valid(unix_time t)
{
    return t > 0 && t <= 253402300799;
}

static bool value(bool good, const char *what, struct why *w)
{
    return good || why_set(w, "VALUE", WHY_NO_OFFSET, NULL, "%s is not what it must be", what);
}

bool ask_question_read(struct span in, struct arena *a, struct ask_question *out, struct why *w)
{
    struct ask_question q = { 0 };
    struct cbor c;
    int64_t version;
    bool has_role = false;

    if (!begin(in, QUESTION_MEMBERS, a, &c, &has_role, w))
        return false;
    version = number(&c, 0);
    q.reference = text(&c, 1);
    q.topic = text(&c, 2);
    q.from = text(&c, 3);
    q.to = text(&c, 4);
    q.purpose = text(&c, 5);
    q.article = text(&c, 6);
    q.at = number(&c, 7);
    q.until = number(&c, 8);
    q.body = body(&c, &q.beside);
    if (has_role)
        q.role = text(&c, 10);
    if (!cbor_finish(&c, NULL, w) || !value(version == VERSION, "the version of the question", w) ||
        !value(ask_reference_valid(q.reference), "the reference", w) ||
        !value(ask_word_valid(q.topic), "the topic", w) ||
        !value(ask_member_valid(q.from) && ask_member_valid(q.to), "a member", w) ||
        !value(!q.purpose.n || ask_word_valid(q.purpose), "the purpose", w) ||
        !value(ask_word_valid(q.article), "the article", w) ||
        !value(time_valid(q.at) && time_valid(q.until), "a time", w) ||
        !value(q.body.n <= LIMIT_ASK_BODY, "the size of the body", w) ||
        !value(!has_role || ask_word_valid(q.role), "the role", w))
        return false;
    *out = q;
    return true;
}

static bool said_from(struct span s, enum ask_said *out)
{
    for (size_t i = 0; i < sizeof said_words / sizeof *said_words; i++) {
        if (span_eq_str(s, said_words[i])) {
            *out = (enum ask_said)i;
            return true;
        }
    }
    return false;
}

bool ask_answer_read(struct span in, struct arena *a, struct ask_answer *out, struct why *w)
{
    struct ask_answer n = { 0 };
    struct span said;
    struct cbor c;
    int64_t version;

    if (!begin(in, ANSWER_MEMBERS, a, &c, NULL, w))
        return false;
    version = number(&c, 0);
    n.reference = text(&c, 1);
    n.topic = text(&c, 2);
    n.from = text(&c, 3);
    n.to = text(&c, 4);
    n.question = bytes(&c, 5);
    said = text(&c, 6);
    n.reason = text(&c, 7);
    n.at = number(&c, 8);
    n.body = body(&c, &n.beside);
    if (!cbor_finish(&c, NULL, w) || !value(version == -VERSION, "the version of the answer", w) ||
        !value(ask_reference_valid(n.reference), "the reference", w) ||
        !value(ask_word_valid(n.topic), "the topic", w) ||
        !value(ask_member_valid(n.from) && ask_member_valid(n.to), "a member", w) ||
        !value(n.question.n == HASH, "the hash of the question", w) ||
        !value(said_from(said, &n.said), "the state of the answer", w) ||
        !value((n.said == ASK_SAID_REFUSED) == (n.reason.n > 0) &&
                   (!n.reason.n || ask_reference_valid(n.reason)),
               "the reason", w) ||
        !value(time_valid(n.at), "the time", w) ||
        !value(n.body.n <= LIMIT_ASK_BODY, "the size of the body", w))
        return false;
    *out = n;
    return true;
}
