#include "trust/card.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "seal/receipt.h"
#include "trust/act.h"
#include "trust/keys.h"

static const char clause[] = "doc/membership.md, The card";
static const char kind[] = "serai member card 1";

/* The text under the cursor, line by line; a failure names the byte where a part begins. */
struct lines {
    struct span text, rest;
    struct why *w;
};

static bool refuse(const struct lines *l, struct span at, const char *what)
{
    size_t offset = at.p ? (size_t)(at.p - l->text.p) : l->text.n - l->rest.n;

    return why_set(l->w, "card", offset, clause, "%s", what);
}

/* Whether the next line begins with the word and a blank; then the rest of it. */
static bool accept(struct lines *l, const char *word, struct span *value)
{
    struct span rest = l->rest, line = { 0 }, name = { 0 };

    if (!text_split(&rest, '\n', &line))
        return false;
    *value = line;
    if (!text_split(value, ' ', &name) || !span_eq_str(name, word) || value->n == 0)
        return false;
    l->rest = rest;
    return true;
}

static bool read_hex(struct span s, uint8_t out[32])
{
    for (size_t i = 0; i < s.n && s.n == 64; i++) {
        uint8_t c = s.p[i];

        if (!ascii_digit(c) && (c < 'a' || c > 'f'))
            return false;
        c = (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
        out[i / 2] = (uint8_t)(i % 2 ? out[i / 2] | c : c << 4);
    }
    return s.n == 64;
}

static bool read_number(struct span s, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i]))
            return false;
        *out = *out * 10 + (uint64_t)(s.p[i] - '0');
    }
    return s.n > 0 && s.n <= 9 && s.p[0] != '0';
}

static bool read_time(struct span s, unix_time *out)
{
    char text[TIME_TEXT];

    return s.n == TIME_TEXT - 1 && time_parse(s, out) && span_eq_str(s, time_format(*out, text));
}

static bool read_head(struct lines *l, struct member_card *c)
{
    struct span s = { 0 };

    if (!text_split(&l->rest, '\n', &s) || !span_eq_str(s, kind))
        return refuse(l, l->text, "expected the line: serai member card 1");
    if (!accept(l, "agreement", &c->agreement) || !act_reason_valid(c->agreement))
        return refuse(l, c->agreement, "expected the line: agreement TITLE");
    if (!accept(l, "text", &s) || !read_hex(s, c->agreement_sha256))
        return refuse(l, (struct span){ 0 }, "expected the line: text SHA-256, 64 small hexadecimal digits");
    if (!accept(l, "member", &c->member) || c->member.n != 2 || !ascii_upper(c->member.p[0]) ||
        !ascii_upper(c->member.p[1]))
        return refuse(l, c->member, "expected the line: member XX");
    if (!accept(l, "node", &s) || !node_vkey_parse(s, &c->name, c->node, NULL) ||
        !act_node_name_valid(c->name))
        return refuse(l, (struct span){ 0 }, "expected the line: node NAME+HASH+KEY");
    if (!accept(l, "number", &s) || !read_number(s, &c->number))
        return refuse(l, (struct span){ 0 }, "expected the line: number N, from 1 to 999999999");
    if (!accept(l, "time", &s) || !read_time(s, &c->time))
        return refuse(l, (struct span){ 0 }, "expected the line: time YYYY-MM-DDTHH:MM:SSZ");
    trust_fingerprint(c->name, c->node, c->fingerprint);
    return true;
}

/* "NAME/log" or "NAME/witness" */
static bool is_name_of(struct span name, struct span node, const char *rest)
{
    return span_starts(name, node) && span_eq_str(span_sub(name, node.n, name.n), rest);
}

static bool read_log(const struct member_card *c, struct span s, uint8_t out[32])
{
    struct note_key k;

    if (!note_key_parse(s, &k, NULL) || k.type != NOTE_KEY_ED25519 || !is_name_of(k.name, c->name, "/log"))
        return false;
    memcpy(out, k.pub, 32);
    return true;
}

static bool read_witness(const struct member_card *c, struct span s, uint8_t out[32])
{
    struct note_key k;

    if (!note_key_parse(s, &k, NULL) || k.type != NOTE_KEY_COSIGNATURE ||
        !is_name_of(k.name, c->name, "/witness"))
        return false;
    memcpy(out, k.pub, 32);
    return true;
}

static bool read_transport(const struct member_card *c, struct span s, uint8_t out[32])
{
    (void)c;
    return read_hex(s, out);
}

/* One to CARD_KEYS lines of one word. */
static bool read_keys(struct lines *l, const struct member_card *c, const char *word,
                      bool (*read)(const struct member_card *, struct span, uint8_t[32]),
                      uint8_t out[CARD_KEYS][32], size_t *n, const char *what)
{
    struct span s = { 0 };

    for (*n = 0; accept(l, word, &s); ++*n)
        if (*n == CARD_KEYS || !read(c, s, out[*n]))
            return refuse(l, s, what);
    return *n > 0 || refuse(l, (struct span){ 0 }, what);
}

/* None to CARD_RETIRED lines, in the order of their times, none of which is to come. */
static bool read_retired(struct lines *l, struct member_card *c)
{
    unix_time before = INT64_MIN;
    struct span s = { 0 }, key = { 0 };

    while (accept(l, "retired", &s)) {
        struct retired_key *k = &c->retired[c->n_retired];
        struct span at = s;

        if (c->n_retired == CARD_RETIRED || !text_split(&s, ' ', &key) || !read_log(c, key, k->pub) ||
            !read_time(s, &k->until) || k->until < before || k->until > c->time)
            return refuse(l, at,
                          "expected at most eight lines: retired NAME/log+HASH+KEY TIME, oldest first");
        before = k->until;
        c->n_retired++;
    }
    return true;
}

/* A key has one use: none stands twice, the node's own among them. */
static bool all_differ(const struct member_card *c)
{
    const uint8_t *key[3 * CARD_KEYS + CARD_RETIRED + 1];
    size_t n = 0;

    key[n++] = c->node;
    for (size_t i = 0; i < c->n_log; i++)
        key[n++] = c->log[i];
    for (size_t i = 0; i < c->n_retired; i++)
        key[n++] = c->retired[i].pub;
    for (size_t i = 0; i < c->n_witness; i++)
        key[n++] = c->witness[i];
    for (size_t i = 0; i < c->n_transport; i++)
        key[n++] = c->transport[i];
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            if (memcmp(key[i], key[k], 32) == 0)
                return false;
    return true;
}

bool card_address_valid(struct span s)
{
    static const char scheme[] = "https://";
    size_t i = sizeof scheme - 1, from, digits = 0;
    unsigned port = 0;
    bool six;

    if (s.n > LIMIT_CARD_ADDRESS || !span_starts(s, SPAN("https://")) || i == s.n)
        return false;
    six = s.p[i] == '[';
    for (i += six, from = i; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool hex = ascii_digit(c) || (c >= 'a' && c <= 'f');

        if (six ? !hex && c != ':' && c != '.' : !ascii_digit(c) && !ascii_lower(c) && c != '-' && c != '.')
            break;
    }
    if (i == from || (six && (i == s.n || s.p[i++] != ']')))
        return false;
    if (i == s.n)
        return true;
    if (s.p[i++] != ':' || i == s.n || s.p[i] == '0')
        return false;
    for (; i < s.n && ascii_digit(s.p[i]) && digits < 5; i++, digits++)
        port = port * 10 + (unsigned)(s.p[i] - '0');
    return i == s.n && port <= 65535;
}

bool card_parse(struct span text, struct member_card *out, struct why *w)
{
    struct lines l = { text, text, w };
    struct member_card c = { 0 };
    struct digest d;

    if (text.n > LIMIT_CARD)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "a card of more than %d bytes", LIMIT_CARD);
    if (text.n == 0 || text.p[text.n - 1] != '\n')
        return why_set(w, "card", text.n, clause, "the text does not end with a line feed");
    if (!read_head(&l, &c))
        return false;
    if (!read_keys(&l, &c, "log", read_log, c.log, &c.n_log,
                   "expected one to four lines: log NAME/log+HASH+KEY") ||
        !read_retired(&l, &c) ||
        !read_keys(&l, &c, "witness", read_witness, c.witness, &c.n_witness,
                   "expected one to four lines: witness NAME/witness+HASH+KEY, of the type that cosigns") ||
        !read_keys(&l, &c, "transport", read_transport, c.transport, &c.n_transport,
                   "expected one to four lines: transport SHA-256, 64 small hexadecimal digits"))
        return false;
    if (accept(&l, "address", &c.address) && !card_address_valid(c.address))
        return refuse(&l, c.address, "expected the line: address https://HOST:PORT");
    if (l.rest.n)
        return refuse(&l, l.rest, "expected nothing more, or the line: address https://HOST:PORT");
    if (!all_differ(&c))
        return refuse(&l, text, "a key stands there twice: one key has one use");
    digest_of(DIGEST_SHA256, text, &d);
    memcpy(c.sha256, d.b, sizeof c.sha256);
    *out = c;
    return true;
}

static void put_key(struct buffer *b, const char *word, const struct member_card *c, const char *rest,
                    enum note_key_type type, const uint8_t pub[NODE_PUBLIC_KEY])
{
    char mem[LIMIT_NODE_NAME + 16];
    struct buffer name;
    struct note_key k;

    buf_init_fixed(&name, mem, sizeof mem);
    buf_put(&name, c->name);
    buf_str(&name, rest);
    note_key_of(buf_span(&name), type, pub, &k);
    buf_str(b, word);
    note_key_put(&k, b);
    b->bad |= !buf_ok(&name);
}

static void put_key_line(struct buffer *b, const char *word, const struct member_card *c, const char *rest,
                         enum note_key_type type, const uint8_t pub[NODE_PUBLIC_KEY])
{
    put_key(b, word, c, rest, type, pub);
    buf_u8(b, '\n');
}

void card_write(const struct member_card *c, struct buffer *b)
{
    char time[TIME_TEXT];

    buf_printf(b, "%s\nagreement ", kind);
    buf_put(b, c->agreement);
    buf_str(b, "\ntext ");
    hex_put(b, span_of(c->agreement_sha256, 32));
    buf_str(b, "\nmember ");
    buf_put(b, c->member);
    buf_str(b, "\nnode ");
    node_vkey(c->name, c->node, b);
    buf_printf(b, "\nnumber %llu\ntime %s\n", (unsigned long long)c->number, time_format(c->time, time));
    for (size_t i = 0; i < c->n_log; i++)
        put_key_line(b, "log ", c, "/log", NOTE_KEY_ED25519, c->log[i]);
    for (size_t i = 0; i < c->n_retired; i++) {
        put_key(b, "retired ", c, "/log", NOTE_KEY_ED25519, c->retired[i].pub);
        buf_printf(b, " %s\n", time_format(c->retired[i].until, time));
    }
    for (size_t i = 0; i < c->n_witness; i++)
        put_key_line(b, "witness ", c, "/witness", NOTE_KEY_COSIGNATURE, c->witness[i]);
    for (size_t i = 0; i < c->n_transport; i++) {
        buf_str(b, "transport ");
        hex_put(b, span_of(c->transport[i], 32));
        buf_u8(b, '\n');
    }
    if (c->address.n) {
        buf_str(b, "address ");
        buf_put(b, c->address);
        buf_u8(b, '\n');
    }
}

bool card_verify(struct span in, struct member_card *out, struct why *w)
{
    struct member_card c = { 0 };
    struct note note;
    struct span text = { 0 };
    struct why one = { 0 };

    if (in.n > LIMIT_CARD + 1024)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "a card of more than %d bytes", LIMIT_CARD);
    if (!note_parse(in, &note, w))
        return false;
    if (note.n != 1)
        return why_set(w, "note", note.text.n, clause, "a card has one signature, not %zu", note.n);
    if (!card_parse(note.text, &c, w))
        return false;
    if (receipt_verify(in, c.name, c.node, &text, &one) != RESULT_GENUINE)
        return why_set(w, "signature", note.text.n, clause, "it is not signed with the node key it names");
    c.note = in;
    *out = c;
    return true;
}
