#include "trust/act.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "seal/receipt.h"
#include "trust/keys.h"

#include <stdlib.h>

static const char clause[] = "doc/trust-list.md, The act";
static const char kind[] = "serai trust act 1";

/* What a statement speaks of. One act speaks of one thing once. */
enum subject { CERTIFICATE, REPORTED_KEY, NAMED_KEY, OWN_END, STANDING, AGREEMENT };

enum speaker { ANYBODY, ITSELF, OTHERS };

static const struct form {
    const char *word;
    enum subject subject;
    enum speaker by; /* whose member it may speak of */
    bool reason;
} forms[] = {
    [ACT_PROPOSE] = { "propose", CERTIFICATE, ANYBODY, false },
    [ACT_CONFIRM] = { "confirm", CERTIFICATE, ANYBODY, false },
    [ACT_WITHDRAW] = { "withdraw", CERTIFICATE, ANYBODY, true },
    [ACT_REPORT] = { "report", REPORTED_KEY, ANYBODY, true },
    [ACT_ADMIT] = { "admit", NAMED_KEY, OTHERS, false },
    [ACT_SUCCEED] = { "succeed", NAMED_KEY, ITSELF, false },
    [ACT_RETIRE] = { "retire", OWN_END, ITSELF, true },
    [ACT_LEAVE] = { "leave", OWN_END, ITSELF, true },
    [ACT_SUSPEND] = { "suspend", STANDING, OTHERS, true },
    [ACT_RESUME] = { "resume", STANDING, OTHERS, true },
    [ACT_INSTRUMENT] = { "instrument", AGREEMENT, ANYBODY, false },
};

/* What one act may say once about one text and article: how one stands to it, what one reserves, what one
 * says to another's reservation. */
enum matter { CONSENT, RESERVATION, OBJECTION };

static const struct {
    const char *word;
    enum matter matter;
    struct instrument_form form;
} instruments[INSTRUMENTS_N] = {
    [INSTRUMENT_SIGN] = { "sign", CONSENT, { 0 } },
    [INSTRUMENT_RATIFY] = { "ratify", CONSENT, { .article = PART_MAY } },
    [INSTRUMENT_ACCEDE] = { "accede", CONSENT, { .article = PART_MAY } },
    [INSTRUMENT_RESERVE] = { "reserve", RESERVATION, { .article = PART_MUST, .text = PART_MUST } },
    [INSTRUMENT_OBJECT] = { "object", OBJECTION, { PART_MUST, PART_MUST, PART_NONE, PART_MUST } },
    [INSTRUMENT_OPPOSE] = { "oppose", OBJECTION, { PART_MUST, PART_MUST, PART_NONE, PART_MUST } },
    [INSTRUMENT_LIFT] = { "lift", RESERVATION, { .article = PART_MUST, .of = PART_MAY } },
    [INSTRUMENT_SUSPEND] = { "suspend", CONSENT, { PART_MAY, PART_NONE, PART_MAY, PART_MUST } },
    [INSTRUMENT_RESUME] = { "resume", CONSENT, { .article = PART_MAY, .from = PART_MAY } },
    [INSTRUMENT_WITHDRAW] = { "withdraw", CONSENT, { PART_MAY, PART_NONE, PART_MAY, PART_MUST } },
    [INSTRUMENT_AMEND] = { "amend", CONSENT, { .text = PART_MUST } },
};

const char *instrument_word(enum instrument_kind k)
{
    return instruments[k].word;
}

const struct instrument_form *instrument_form(enum instrument_kind k)
{
    return &instruments[k].form;
}

const char *act_verb_word(enum act_verb v)
{
    return forms[v].word;
}

bool act_node_name_valid(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '.' && s.p[i] != '-')
            return false;
    return s.n > 0 && s.n <= LIMIT_NODE_NAME;
}

bool act_purpose_known(struct span purpose)
{
    return purpose_of(purpose) != 0;
}

bool act_reason_valid(struct span s)
{
    uint8_t mem[LIMIT_ACT_REASON];
    struct buffer b;

    if (s.n == 0 || s.n > LIMIT_ACT_REASON || text_trim(s).n != s.n || memchr(s.p, '\n', s.n))
        return false;
    buf_init_fixed(&b, mem, sizeof mem);
    text_put_plain(&b, s);
    return buf_ok(&b) && span_eq(buf_span(&b), s);
}

/* The text under the cursor, line by line; a failure names the byte where a part begins. */
struct lines {
    struct span text, rest, line;
    struct span member; /* of the act, once it is read */
    struct why *w;
    bool bad;
};

static bool refuse(struct lines *l, struct span at, const char *what)
{
    const uint8_t *p = at.p ? at.p : l->line.p ? l->line.p + l->line.n : l->text.p + l->text.n;
    size_t offset = (size_t)(p - l->text.p);

    l->bad = true;
    return why_set(l->w, "act", offset, clause, "%s", what);
}

static bool next(struct lines *l)
{
    if (l->bad || l->rest.n == 0)
        return false;
    return text_split(&l->rest, '\n', &l->line);
}

/* The value of a line "word value", which must come now. */
static struct span field(struct lines *l, const char *word, const char *what)
{
    struct span name = { 0 }, value;

    if (l->bad)
        return (struct span){ 0 };
    if (!next(l)) {
        (void)refuse(l, span_of(l->text.p + l->text.n, 0), what);
        return (struct span){ 0 };
    }
    value = l->line;
    if (!text_split(&value, ' ', &name) || !span_eq_str(name, word) || value.n == 0) {
        (void)refuse(l, l->line, what);
        return (struct span){ 0 };
    }
    return value;
}

static bool capitals(struct span s, size_t least, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_upper(s.p[i]))
            return false;
    return s.n >= least && s.n <= most;
}

/* 64 small hexadecimal digits. */
static bool read_sha256(struct span s, uint8_t out[32])
{
    if (s.n != 64)
        return false;
    for (size_t i = 0; i < 64; i++) {
        uint8_t c = s.p[i], v;

        if (ascii_digit(c))
            v = (uint8_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            v = (uint8_t)(c - 'a' + 10);
        else
            return false;
        out[i / 2] = (uint8_t)(i % 2 ? out[i / 2] | v : v << 4);
    }
    return true;
}

static bool read_number(struct span s, uint64_t *out)
{
    uint64_t v = 0;

    if (s.n == 0 || s.n > 6 || s.p[0] == '0')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i]))
            return false;
        v = v * 10 + (uint64_t)(s.p[i] - '0');
    }
    *out = v;
    return true;
}

static bool read_time(struct span s, unix_time *out)
{
    char text[TIME_TEXT];
    unix_time t;

    if (s.n != TIME_TEXT - 1 || !time_parse(s, &t) || !span_eq_str(s, time_format(t, text)))
        return false;
    *out = t;
    return true;
}

/* Small letters, single blanks between words. */
static bool purpose_valid(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (ascii_lower(s.p[i]))
            continue;
        if (s.p[i] != ' ' || i == 0 || i + 1 == s.n || s.p[i + 1] == ' ')
            return false;
    }
    return s.n > 0 && s.n <= LIMIT_ACT_PURPOSE;
}

static bool accept(struct span *s, const char *word)
{
    if (!span_starts(*s, span_str(word)))
        return false;
    *s = span_of(s->p + strlen(word), s->n - strlen(word)); /* stays in the text: a failure names its place */
    return true;
}

/* "…: reason" at the end of a line: what stands before the colon, and the reason. */
static bool split_reason(struct lines *l, struct span *head, struct span *reason)
{
    for (size_t i = 0; i + 1 < head->n; i++) {
        if (head->p[i] != ':')
            continue;
        *reason = span_sub(*head, i + 2, head->n);
        if (head->p[i + 1] != ' ' || !act_reason_valid(*reason))
            break;
        *head = span_sub(*head, 0, i);
        return true;
    }
    return refuse(l, *head, "expected a colon, a blank and a reason of one line at the end");
}

/* STATE HASH */
static bool read_report(struct lines *l, struct span rest, struct act_statement *s)
{
    if (!text_split(&rest, ' ', &s->state) || !capitals(s->state, 2, 2))
        return refuse(l, s->state, "expected the member whose key is reported, two capital letters");
    return read_sha256(rest, s->sha256) ||
           refuse(l, rest, "expected the fingerprint of the key, 64 small hexadecimal digits");
}

/* HASH of STATE for PURPOSE */
static bool read_vouching(struct lines *l, struct span rest, struct act_statement *s)
{
    struct span hash = { 0 };

    if (!text_split(&rest, ' ', &hash) || !read_sha256(hash, s->sha256))
        return refuse(l, hash, "expected SHA-256 of the certificate, 64 small hexadecimal digits");
    if (!accept(&rest, "of ") || !text_split(&rest, ' ', &s->state) || !capitals(s->state, 2, 3))
        return refuse(l, rest, "expected \"of\" and the State whose certificate it is, in capital letters");
    if (!accept(&rest, "for ") || !purpose_valid(rest))
        return refuse(l, rest, "expected \"for\" and the purpose in small letters");
    s->purpose = rest;
    return true;
}

/* STATE NAME+HASH+KEY */
static bool read_key(struct lines *l, struct span rest, struct act_statement *s)
{
    if (!text_split(&rest, ' ', &s->state) || !capitals(s->state, 2, 2))
        return refuse(l, s->state, "expected the member whose key it is, two capital letters");
    if (!node_vkey_parse(rest, &s->name, s->key, NULL) || !act_node_name_valid(s->name))
        return refuse(l, rest, "expected the verifier key of a node, name+hash+key");
    trust_fingerprint(s->name, s->key, s->sha256);
    return true;
}

/* STATE */
static bool read_member(struct lines *l, struct span rest, struct act_statement *s)
{
    s->state = rest;
    return capitals(rest, 2, 2) || refuse(l, rest, "expected a member, two capital letters");
}

static bool label_valid(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] == ':' || s.p[i] == 0x7f)
            return false;
    return s.n > 0 && s.n <= 16;
}

/* The part "word VALUE" of an instrument, as its form asks; *value empty: it is not there. */
static bool read_part(struct lines *l, struct span *rest, const char *word, enum instrument_part part,
                      struct span *value)
{
    struct span before = *rest, name = { 0 };

    if (rest->n && text_split(rest, ' ', &name) && span_eq_str(name, word)) {
        if (part == PART_NONE)
            return refuse(l, name, "this kind of instrument has no such part");
        return (text_split(rest, ' ', value) && value->n) ||
               refuse(l, before, "expected a value behind this word");
    }
    *rest = before;
    *value = span_of(before.p, 0);
    return part != PART_MUST || refuse(l, before, "expected the article or the member it speaks of");
}

static bool read_day(struct lines *l, struct span s, struct date *out)
{
    char text[DATE_TEXT];
    struct date d;

    if (s.n == 0)
        return true;
    if (!date_parse(s, &d) || !span_eq_str(s, date_format(d, text)))
        return refuse(l, s, "expected a day, as 2027-01-31");
    *out = d;
    return true;
}

/* KIND SHA256 [article LABEL] [of XX] [from DATE] */
static bool read_instrument(struct lines *l, struct span rest, struct act_statement *s)
{
    struct span word = { 0 }, hash = { 0 }, from = { 0 }, all = rest;
    const struct instrument_form *f;
    size_t k = 0;

    if (!text_split(&rest, ' ', &word))
        return refuse(l, rest, "expected the kind of instrument");
    while (k < INSTRUMENTS_N && !span_eq_str(word, instruments[k].word))
        k++;
    if (k == INSTRUMENTS_N)
        return refuse(l, word,
                      "expected sign, ratify, accede, reserve, object, oppose, lift, suspend, resume, "
                      "withdraw or amend");
    s->instrument = (enum instrument_kind)k;
    f = &instruments[k].form;
    all = rest;
    if (f->text == PART_MUST && !split_reason(l, &all, &s->reason))
        return false;
    rest = all;
    if (all.n && all.p[all.n - 1] == ' ')
        return refuse(l, all, "a blank at the end");
    if (!text_split(&rest, ' ', &hash) || !read_sha256(hash, s->sha256))
        return refuse(l, hash, "expected SHA-256 of the agreement, 64 small hexadecimal digits");
    if (!read_part(l, &rest, "article", f->article, &s->article) ||
        !read_part(l, &rest, "of", f->of, &s->state) || !read_part(l, &rest, "from", f->from, &from) ||
        !read_day(l, from, &s->from))
        return false;
    if (s->article.n && !label_valid(s->article))
        return refuse(l, s->article, "expected the number of an article");
    if (s->state.n && (!capitals(s->state, 2, 2) || span_eq(s->state, l->member)))
        return refuse(l, s->state, "expected another member, two capital letters");
    return rest.n == 0 || refuse(l, rest, "expected the end of the line");
}

static bool read_subject(struct lines *l, const struct form *f, struct span rest, struct act_statement *s)
{
    static bool (*const read[])(struct lines *, struct span, struct act_statement *) = {
        [CERTIFICATE] = read_vouching, [REPORTED_KEY] = read_report, [NAMED_KEY] = read_key,
        [OWN_END] = read_member,       [STANDING] = read_member,     [AGREEMENT] = read_instrument,
    };

    if (f->reason && !split_reason(l, &rest, &s->reason))
        return false;
    if (!read[f->subject](l, rest, s))
        return false;
    if (f->subject == AGREEMENT)
        return true;
    if (f->by == ITSELF && !span_eq(s->state, l->member))
        return refuse(l, s->state, "expected the member that signs: another cannot say this for it");
    if (f->by == OTHERS && span_eq(s->state, l->member))
        return refuse(l, s->state, "expected another member: nobody says this of itself");
    return true;
}

static bool read_statement(struct lines *l, struct act_statement *s)
{
    struct span line = l->line, verb = { 0 }, rest = line;

    if (text_split(&rest, ' ', &verb)) {
        for (size_t v = 0; v < sizeof forms / sizeof *forms; v++) {
            if (!span_eq_str(verb, forms[v].word))
                continue;
            s->verb = (enum act_verb)v;
            return read_subject(l, &forms[v], rest, s);
        }
    }
    return refuse(l, line,
                  "expected propose, confirm, withdraw, report, admit, succeed, retire, leave, suspend, "
                  "resume or instrument");
}

static enum matter matter_of(const struct act_statement *s)
{
    return s->instrument == INSTRUMENT_LIFT && s->state.n ? OBJECTION : instruments[s->instrument].matter;
}

static int compare(const void *a, const void *b)
{
    const struct act_statement *x = *(const struct act_statement *const *)a;
    const struct act_statement *y = *(const struct act_statement *const *)b;
    int c = memcmp(x->sha256, y->sha256, sizeof x->sha256);

    if (c == 0)
        c = (int)forms[x->verb].subject - (int)forms[y->verb].subject;
    if (c == 0)
        c = span_cmp(x->state, y->state);
    if (c == 0 && x->verb == ACT_INSTRUMENT)
        c = (int)matter_of(x) - (int)matter_of(y);
    if (c == 0)
        c = span_cmp(x->article, y->article);
    return c ? c : span_cmp(x->purpose, y->purpose);
}

/* One act says one thing about one thing: a reader need not know that the last word would hold. */
static bool none_twice(struct lines *l, struct act_statement *s, size_t n, struct arena *a)
{
    const struct act_statement **sorted = arena_array(a, n, sizeof *sorted);

    if (!sorted)
        return why_set(l->w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    for (size_t i = 0; i < n; i++)
        sorted[i] = &s[i];
    qsort(sorted, n, sizeof *sorted, compare);
    for (size_t i = 1; i < n; i++)
        if (compare(&sorted[i - 1], &sorted[i]) == 0)
            return refuse(l, sorted[i - 1] < sorted[i] ? sorted[i]->state : sorted[i - 1]->state,
                          "the act speaks of the same thing twice");
    return true;
}

static bool read_statements(struct lines *l, struct arena *a, struct trust_act *act)
{
    struct act_statement *s;
    size_t most = 0;

    for (size_t i = 0; i < l->rest.n; i++)
        most += l->rest.p[i] == '\n';
    if (most > LIMIT_ACT_STATEMENTS)
        return why_set(l->w, "too-large", WHY_NO_OFFSET, clause, "more than %d statements",
                       LIMIT_ACT_STATEMENTS);
    s = arena_array(a, most ? most : 1, sizeof *s);
    if (!s)
        return why_set(l->w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    while (next(l) && read_statement(l, &s[act->n]))
        act->n++;
    if (l->bad)
        return false;
    if (act->n == 0)
        return refuse(l, span_of(l->text.p + l->text.n, 0), "expected at least one statement");
    act->statement = s;
    return none_twice(l, s, act->n, a);
}

static bool read_head(struct lines *l, struct trust_act *act)
{
    struct span s;

    if (!next(l) || !span_eq_str(l->line, kind))
        return refuse(l, l->text, "expected the line: serai trust act 1");
    act->agreement = field(l, "agreement", "expected the line: agreement TITLE");
    if (!l->bad && !act_reason_valid(act->agreement))
        return refuse(l, act->agreement, "expected the title of the agreement");
    act->member = field(l, "member", "expected the line: member XX");
    if (!l->bad && !capitals(act->member, 2, 2))
        return refuse(l, act->member, "expected a member, two capital letters");
    s = field(l, "number", "expected the line: number N");
    if (!l->bad && !read_number(s, &act->number))
        return refuse(l, s, "expected a number from 1 to 999999");
    s = field(l, "previous", "expected the line: previous SHA-256");
    if (!l->bad && act->number == 1 && !span_eq_str(s, "none"))
        return refuse(l, s, "the first act has no previous one; expected: none");
    if (!l->bad && act->number > 1 && !read_sha256(s, act->previous))
        return refuse(l, s, "expected SHA-256 of the previous act, 64 small hexadecimal digits");
    s = field(l, "time", "expected the line: time YYYY-MM-DDTHH:MM:SSZ");
    if (!l->bad && !read_time(s, &act->time))
        return refuse(l, s, "expected a time in UTC, as 2026-11-22T09:30:00Z");
    l->member = act->member;
    return !l->bad;
}

bool act_parse(struct span text, struct arena *a, struct trust_act *out, struct why *w)
{
    struct lines l = { .text = text, .rest = text, .w = w };
    struct trust_act act = { .text = text };
    struct digest d;

    if (text.n > LIMIT_ACT)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "an act of more than %d bytes", LIMIT_ACT);
    if (text.n == 0 || text.p[text.n - 1] != '\n')
        return why_set(w, "act", text.n, clause, "the text does not end with a line feed");
    if (!read_head(&l, &act) || !read_statements(&l, a, &act))
        return false;
    digest_of(DIGEST_SHA256, text, &d);
    memcpy(act.sha256, d.b, sizeof act.sha256);
    *out = act;
    return true;
}

static void put_instrument(struct buffer *b, const struct act_statement *s)
{
    char day[DATE_TEXT];

    buf_printf(b, "instrument %s ", instruments[s->instrument].word);
    hex_put(b, span_of(s->sha256, sizeof s->sha256));
    if (s->article.n) {
        buf_str(b, " article ");
        buf_put(b, s->article);
    }
    if (s->state.n) {
        buf_str(b, " of ");
        buf_put(b, s->state);
    }
    if (date_is_set(s->from))
        buf_printf(b, " from %s", date_format(s->from, day));
    if (s->reason.n) {
        buf_str(b, ": ");
        buf_put(b, s->reason);
    }
    buf_u8(b, '\n');
}

static void put_statement(struct buffer *b, const struct act_statement *s)
{
    const struct form *f = &forms[s->verb];

    if (f->subject == AGREEMENT) {
        put_instrument(b, s);
        return;
    }
    buf_str(b, f->word);
    buf_u8(b, ' ');
    if (f->subject == CERTIFICATE) {
        hex_put(b, span_of(s->sha256, sizeof s->sha256));
        buf_str(b, " of ");
    }
    buf_put(b, s->state);
    if (f->subject == CERTIFICATE) {
        buf_str(b, " for ");
        buf_put(b, s->purpose);
    } else if (f->subject == REPORTED_KEY) {
        buf_u8(b, ' ');
        hex_put(b, span_of(s->sha256, sizeof s->sha256));
    } else if (f->subject == NAMED_KEY) {
        buf_u8(b, ' ');
        node_vkey(s->name, s->key, b);
    }
    if (f->reason) {
        buf_str(b, ": ");
        buf_put(b, s->reason);
    }
    buf_u8(b, '\n');
}

void act_write(const struct trust_act *act, struct buffer *b)
{
    char time[TIME_TEXT];

    buf_printf(b, "%s\nagreement ", kind);
    buf_put(b, act->agreement);
    buf_str(b, "\nmember ");
    buf_put(b, act->member);
    buf_printf(b, "\nnumber %llu\nprevious ", (unsigned long long)act->number);
    if (act->number == 1)
        buf_str(b, "none");
    else
        hex_put(b, span_of(act->previous, sizeof act->previous));
    buf_printf(b, "\ntime %s\n", time_format(act->time, time));
    for (size_t i = 0; i < act->n; i++)
        put_statement(b, &act->statement[i]);
}
