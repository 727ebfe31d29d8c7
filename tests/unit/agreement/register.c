/* The register: what each instrument does, why others do nothing, and that the order in which they come does
 * not matter. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "agreement/regime.h"
#include "base/text.h"

static const char first[] =
    "agreement \"T\" version 1\nparties AA BB CC DD\naccession open to EE\n"
    "in force from 2026-01-01\nin force after 2 ratifications, 30 days later\n"
    "withdrawal with 6 months notice\nsuspension with 30 days notice\nno reservations to 2\n"
    "article 1 \"entry\"\n  text en \"x\"\n  when traveller.nationality is a party\n  allow entry\n"
    "article 2 \"age\"\n  text en \"x\"\n  require traveller.age is at least 1\n"
    "article 3 \"more\"\n  text en \"x\"\n  in force after 3 ratifications\n  when traveller.nationality is "
    "a party\n"
    "  allow stay of 10 days per visit\n"
    "article 4 \"few\"\n  text en \"x\"\n  parties AA BB\n  optional\n  allow entry\n";
static const char second[] =
    "agreement \"T\" version 2\nparties AA BB CC DD\naccession open to EE\nin force after 2 ratifications\n"
    "article 1 \"entry\"\n  text en \"x\"\n  when traveller.nationality is a party\n"
    "  allow stay of 20 days per visit\n";
static const char binding[] =
    "agreement \"T\" version 1\nparties AA BB CC DD\nin force after 2 ratifications\n"
    "amendments bind all when 3 accept them\n"
    "article 1 \"entry\"\n  text en \"x\"\n  allow entry\n";

struct world {
    struct agreement *text[2];
    const struct agreement *given[2];
    struct span bytes[2];
    struct instrument i[64];
    size_t n;
    struct arena a;
    struct agreement_register r;
};

static struct agreement *parse(const char *text)
{
    struct agreement_faults f;
    struct agreement *a = agreement_parse(span_str(text), &f);

    if (!a)
        fail_msg("%u:%u %s", f.item[0].line, f.item[0].column, f.item[0].message);
    return a;
}

/* "AA ratify1 2026-01-10 article=3 of=BB from=2026-05-01: text"; several with line feeds. */
static void read_script(struct world *w, const char *script)
{
    struct span all = span_str(script), line;

    w->n = 0;
    while (text_split(&all, '\n', &line)) {
        struct instrument *i = &w->i[w->n];
        struct span rest = line, word, head = line;
        size_t colon = 0;

        *i = (struct instrument){ .number = w->n + 1 };
        while (colon < line.n && line.p[colon] != ':')
            colon++;
        if (colon < line.n) {
            i->text = span_sub(line, colon + 2, line.n);
            head = span_sub(line, 0, colon);
        }
        rest = head;
        assert_true(text_split(&rest, ' ', &i->member));
        assert_true(text_split(&rest, ' ', &word));
        for (size_t k = 0; k < INSTRUMENTS_N; k++)
            if (span_starts(word, span_str(instrument_word((enum instrument_kind)k))) &&
                word.n == strlen(instrument_word((enum instrument_kind)k)) + 1)
                i->kind = (enum instrument_kind)k;
        if (word.p[word.n - 1] == '9')
            memset(i->agreement, 9, 32);
        else
            memcpy(i->agreement, agreement_hash(w->text[word.p[word.n - 1] - '1']), 32);
        assert_true(text_split(&rest, ' ', &word));
        {
            struct date d;

            assert_true(date_parse(word, &d));
            i->time = (unix_time)date_to_days(d) * 86400 + 3600;
        }
        while (rest.n && text_split(&rest, ' ', &word)) {
            if (span_starts(word, SPAN("article=")))
                i->article = span_sub(word, 8, word.n);
            else if (span_starts(word, SPAN("of=")))
                i->of = span_sub(word, 3, word.n);
            else if (span_starts(word, SPAN("from=")))
                assert_true(date_parse(span_sub(word, 5, word.n), &i->from));
            else if (span_eq_str(word, "backdated"))
                i->backdated = true;
            else if (span_eq_str(word, "same") && w->n) {
                i->number = w->i[w->n - 1].number;
                memcpy(i->act, w->i[w->n - 1].act, 32);
                i->place = w->i[w->n - 1].place + 1;
            }
        }
        if (i->number == w->n + 1)
            i->act[0] = (uint8_t)(w->n + 1);
        w->n++;
    }
}

static void begin(struct world *w, const char *one, const char *two, const char *script)
{
    memset(w, 0, sizeof *w);
    arena_init(&w->a, 64 << 20);
    w->text[0] = parse(one);
    w->text[1] = parse(two);
    w->bytes[0] = span_str(one);
    w->bytes[1] = span_str(two);
    w->given[0] = w->text[0];
    w->given[1] = w->text[1];
    read_script(w, script);
}

static struct register_input input(const struct world *w)
{
    return (struct register_input){ 2, w->given, w->bytes, w->n, w->i };
}

static void make(struct world *w)
{
    struct register_input in = input(w);

    assert_true(register_make(&in, &w->a, &w->r, NULL));
}

static void finish(struct world *w)
{
    agreement_free(w->text[0]);
    agreement_free(w->text[1]);
    arena_free(&w->a);
}

#define BOTH "AA ratify1 2026-02-01\nBB ratify1 2026-02-10\n"

/* Each line of the script with what it comes to; then one question. */
static const struct {
    const char *what, *script, *reasons; /* of the lines, "-" counts */
    const char *member;
    int article; /* place, -1: the agreement */
    const char *on, *why, *since, *until;
} cases[] = {
    { "nobody declared anything", "", "", "AA", -1, "2027-01-01", "bound", NULL, NULL },
    { "before the date of the text", "", "", "AA", -1, "2025-12-31", "not-in-force", NULL, "2025-12-31" },
    { "one of two", "AA ratify1 2026-02-01\n", "-", "AA", -1, "2027-01-01", "not-in-force", NULL, NULL },
    { "the second brings it into force after 30 days", BOTH, "--", "AA", -1, "2026-03-12", "bound",
      "2026-03-12", NULL },
    { "the day before", BOTH, "--", "AA", -1, "2026-03-11", "not-in-force", NULL, "2026-03-11" },
    { "who did not ratify", BOTH, "--", "CC", -1, "2027-01-01", "no-consent", NULL, NULL },
    { "a later one waits its own delay", BOTH "CC ratify1 2026-06-01\n", "---", "CC", -1, "2026-06-30",
      "not-in-force", NULL, "2026-06-30" },
    { "and is bound then", BOTH "CC ratify1 2026-06-01\n", "---", "CC", -1, "2026-07-01", "bound",
      "2026-07-01", NULL },
    { "an article that needs three", BOTH, "--", "AA", 2, "2027-01-01", "article-not-in-force", NULL, NULL },
    { "has them", BOTH "CC ratify1 2026-06-01\n", "---", "AA", 2, "2026-06-01", "bound", "2026-06-01", NULL },
    { "accession from without", BOTH "EE accede1 2026-06-01\n", "---", "EE", -1, "2026-07-01", "bound",
      "2026-07-01", NULL },
    { "a party ratifies and does not accede", BOTH "CC accede1 2026-06-01\n", "--a-party-ratifies", "CC", -1,
      "2027-01-01", "no-consent", NULL, NULL },
    { "who may accede does not ratify", "EE ratify1 2026-06-01\n", "not-a-party", "EE", -1, "2027-01-01",
      "by-its-text", NULL, NULL },
    { "a stranger", "FF ratify1 2026-06-01\n", "not-a-member", "AA", -1, "2027-01-01", "bound", NULL, NULL },
    { "signature does not bind", "AA sign1 2026-01-05\nBB sign1 2026-01-05\nAA sign1 2026-01-06\n",
      "--repeated", "AA", -1, "2027-01-01", "bound", NULL, NULL },
    { "ratified twice", BOTH "AA ratify1 2026-04-01\n", "--repeated", "AA", -1, "2027-01-01", "bound",
      "2026-03-12", NULL },
    { "withdrawal after six months", BOTH "AA withdraw1 2026-04-01: we leave\n", "---", "AA", -1,
      "2026-09-30", "bound", "2026-03-12", "2026-09-30" },
    { "and then not bound", BOTH "AA withdraw1 2026-04-01: we leave\n", "---", "AA", -1, "2026-10-01",
      "withdrawn", "2026-10-01", NULL },
    { "the agreement stays in force for the rest", BOTH "AA withdraw1 2026-04-01: we leave\n", "---", "BB",
      -1, "2026-10-01", "bound", "2026-03-12", NULL },
    { "withdrawal on a later day than the notice", BOTH "AA withdraw1 2026-04-01 from=2027-01-01: x\n", "---",
      "AA", -1, "2026-12-31", "bound", "2026-03-12", "2026-12-31" },
    { "withdrawal with too short a notice", BOTH "AA withdraw1 2026-04-01 from=2026-09-30: x\n",
      "--notice-too-short", "AA", -1, "2027-01-01", "bound", "2026-03-12", NULL },
    { "withdrawal with effect in the past", BOTH "AA withdraw1 2026-04-01 from=2026-03-30: x\n",
      "--backdated", "AA", -1, "2027-01-01", "bound", "2026-03-12", NULL },
    { "withdrawal taken back in time", BOTH "AA withdraw1 2026-04-01: x\nAA resume1 2026-09-30\n", "----",
      "AA", -1, "2027-01-01", "bound", "2026-03-12", NULL },
    { "withdrawal taken back too late", BOTH "AA withdraw1 2026-04-01: x\nAA resume1 2026-10-01\n",
      "---not-suspended", "AA", -1, "2027-01-01", "withdrawn", "2026-10-01", NULL },
    { "back after a withdrawal", BOTH "AA withdraw1 2026-04-01: x\nAA ratify1 2026-12-01\n", "----", "AA", -1,
      "2026-12-31", "bound", "2026-12-31", NULL },
    { "withdrawn before it was bound", "AA withdraw1 2026-04-01: x\n", "not-bound", "AA", -1, "2027-01-01",
      "bound", NULL, NULL },
    { "a single article is not separable", BOTH "AA withdraw1 2026-04-01 article=1: x\n", "--not-separable",
      "AA", 0, "2027-01-01", "bound", "2026-03-12", NULL },
    { "withdrawn twice", BOTH "AA withdraw1 2026-04-01: x\nAA withdraw1 2026-05-01: x\n", "---repeated", "AA",
      -1, "2026-10-01", "withdrawn", "2026-10-01", NULL },
    { "suspended", BOTH "AA suspend1 2026-04-01: x\n", "---", "AA", -1, "2026-05-01", "suspended",
      "2026-05-01", NULL },
    { "suspended and resumed", BOTH "AA suspend1 2026-04-01: x\nAA resume1 2026-06-01\n", "----", "AA", -1,
      "2026-05-31", "suspended", "2026-05-01", "2026-05-31" },
    { "an article suspended", BOTH "AA suspend1 2026-04-01 article=1: x\n", "---", "AA", 0, "2026-05-01",
      "suspended", "2026-05-01", NULL },
    { "and not the others", BOTH "AA suspend1 2026-04-01 article=1: x\n", "---", "AA", 1, "2026-05-01",
      "bound", "2026-03-12", NULL },
    { "nothing to resume", BOTH "AA resume1 2026-04-01\n", "--not-suspended", "AA", -1, "2027-01-01", "bound",
      "2026-03-12", NULL },
    { "an optional article", BOTH "AA ratify1 2026-04-01 article=4\n", "---", "AA", 3, "2026-04-01", "bound",
      "2026-04-01", NULL },
    { "not accepted", BOTH "AA ratify1 2026-04-01 article=4\n", "---", "BB", 3, "2026-04-01", "not-accepted",
      NULL, NULL },
    { "given up after notice", BOTH "AA ratify1 2026-04-01 article=4\nAA withdraw1 2026-05-01 article=4: x\n",
      "----", "AA", 3, "2026-11-01", "withdrawn", "2026-11-01", NULL },
    { "of no party to it", BOTH "CC ratify1 2026-04-01\nCC ratify1 2026-04-02 article=4\n", "----", "CC", 3,
      "2027-01-01", "not-a-party-to-it", NULL, NULL },
    { "acceptance of what is not optional", BOTH "AA ratify1 2026-04-01 article=1\n", "--not-optional", "AA",
      0, "2027-01-01", "bound", "2026-03-12", NULL },
    { "reserved with the ratification",
      "AA reserve1 2026-02-01 article=1: not bound\nAA ratify1 2026-02-01 same\nBB ratify1 2026-02-10\n",
      "---", "AA", 0, "2027-01-01", "reserved", NULL, NULL },
    { "the same act the other way round",
      "AA ratify1 2026-02-01\nAA reserve1 2026-02-01 article=1 same: not bound\nBB ratify1 2026-02-10\n",
      "---", "AA", 0, "2027-01-01", "reserved", NULL, NULL },
    { "reserved too late", BOTH "AA reserve1 2026-04-01 article=1: not bound\n", "--late-reservation", "AA",
      0, "2027-01-01", "bound", "2026-03-12", NULL },
    { "reserved what may not be", "AA reserve1 2026-01-01 article=2: not bound\n" BOTH,
      "reservation-not-permitted--", "AA", 1, "2027-01-01", "bound", "2026-03-12", NULL },
    { "a condition that cannot be read", "AA reserve1 2026-01-01 article=1: whenever it suits us\n" BOTH,
      "condition--", "AA", 0, "2027-01-01", "bound", "2026-03-12", NULL },
    { "a reservation lifted",
      "AA reserve1 2026-01-01 article=1: not bound\n" BOTH "AA lift1 2026-07-01 article=1\n", "----", "AA", 0,
      "2026-07-01", "bound", "2026-07-01", NULL },
    { "an objection to nothing", BOTH "AA object1 2026-04-01 article=1 of=BB: x\n", "--no-reservation", "AA",
      0, "2027-01-01", "bound", "2026-03-12", NULL },
    { "an objection in time, and one after twelve months",
      "AA reserve1 2026-01-01 article=1: traveller.age is at least 18\n" BOTH
      "BB object1 2027-02-10 article=1 of=AA: x\nBB lift1 2027-02-11 article=1 of=AA\n"
      "BB object1 2027-02-12 article=1 of=AA: x\n",
      "-----late-objection", "AA", 0, "2027-01-01", "bound", "2026-03-12", NULL },
    { "no such article", BOTH "AA suspend1 2026-04-01 article=77: x\n", "--no-such-article", "AA", -1,
      "2027-01-01", "bound", "2026-03-12", NULL },
    { "a text that is not here", BOTH "AA ratify9 2026-04-01\n", "--unknown-text", "AA", -1, "2027-01-01",
      "bound", "2026-03-12", NULL },
    { "an act dated before an earlier one", BOTH "AA suspend1 2026-04-01 backdated: x\n", "--backdated", "AA",
      -1, "2027-01-01", "bound", "2026-03-12", NULL },
    { "amended by who is not bound", "AA amend2 2026-04-01: x\n", "not-bound", "AA", -1, "2027-01-01",
      "bound", NULL, NULL },
    { "amended by who is", BOTH "AA amend2 2026-04-01: x\n", "---", "AA", -1, "2027-01-01", "bound",
      "2026-03-12", NULL },
};

static void each_instrument_does_what_it_says(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct world w;
        struct bound_answer b;
        struct buffer got;
        struct date on;
        char since[DATE_TEXT] = "", until[DATE_TEXT] = "";

        begin(&w, first, second, cases[c].script);
        make(&w);
        buf_init(&got, 4096);
        for (size_t i = 0; i < w.r.n_entries; i++)
            buf_str(&got, w.r.entry[i].reason ? w.r.entry[i].reason : "-");
        if (strcmp(buf_cstr(&got), cases[c].reasons) != 0)
            fail_msg("%s: expected %s, got %s", cases[c].what, cases[c].reasons, buf_cstr(&got));
        buf_free(&got);
        assert_true(date_parse(span_str(cases[c].on), &on));
        register_binds(&w.r, &w.r.version[0], cases[c].article,
                       agreement_member_at(w.text[0], span_str(cases[c].member)), on, &b);
        if (date_is_set(b.since))
            (void)date_format(b.since, since);
        if (date_is_set(b.until))
            (void)date_format(b.until, until);
        if (strcmp(b.why, cases[c].why) != 0 || b.binds != (strcmp(b.why, "bound") == 0) ||
            strcmp(since, cases[c].since ? cases[c].since : "") != 0 ||
            strcmp(until, cases[c].until ? cases[c].until : "") != 0)
            fail_msg("%s: expected %s since %s until %s, got %s since %s until %s", cases[c].what,
                     cases[c].why, cases[c].since ? cases[c].since : "-",
                     cases[c].until ? cases[c].until : "-", b.why, since, until);
        finish(&w);
    }
}

/* Any order, and any of them twice: one register. */
static void the_order_does_not_matter(void **state)
{
    static const char script[] =
        "AA reserve1 2026-01-01 article=1: traveller.age is at least 18\n" BOTH
        "CC ratify1 2026-02-10\nBB object1 2026-03-10 article=1 of=AA: x\nCC oppose1 2026-03-10 article=1 "
        "of=AA: y\n"
        "AA suspend1 2026-04-01: x\nAA resume1 2026-06-01\nAA amend2 2026-06-02: x\nAA ratify2 2026-07-01\n"
        "CC ratify2 2026-07-01\nEE accede1 2026-07-01\nBB withdraw1 2026-08-01: x\nCC ratify9 2026-09-01\n";
    struct world w;
    uint8_t digest[32];
    size_t n;

    (void)state;
    begin(&w, first, second, script);
    make(&w);
    memcpy(digest, w.r.digest, 32);
    n = w.n;
    for (unsigned round = 0; round < 400; round++) {
        struct instrument *all = w.i;

        w.n = n;
        while (w.n < n + round % 4) { /* replayed */
            w.i[w.n] = w.i[(size_t)random() % n];
            w.n++;
        }
        for (size_t i = w.n; i > 1; i--) {
            size_t k = (size_t)random() % i;
            struct instrument x = all[i - 1];

            all[i - 1] = all[k];
            all[k] = x;
        }
        if (round % 2) {
            const struct agreement *x = w.given[0];
            struct span y = w.bytes[0];

            w.given[0] = w.given[1];
            w.bytes[0] = w.bytes[1];
            w.given[1] = x;
            w.bytes[1] = y;
        }
        arena_reset(&w.a);
        make(&w);
        assert_memory_equal(w.r.digest, digest, 32);
        /* those put behind are copies of those before: keep one of each */
        for (size_t i = 0, kept = 0; i < w.n; i++) {
            bool known = false;

            for (size_t k = 0; k < kept; k++)
                known = known || (memcmp(w.i[k].act, w.i[i].act, 32) == 0 && w.i[k].place == w.i[i].place);
            if (!known)
                w.i[kept++] = w.i[i];
        }
    }
    finish(&w);
}

static enum outcome decide(const struct regime *r, const char *entering, const char *own, int64_t age,
                           const char *on, struct verdict *v)
{
    struct facts f = { .stays_known = true };
    struct date d;

    assert_true(date_parse(span_str(on), &d));
    fact_set_word(&f, FACT_TRAVEL_ENTERING, span_str(entering));
    if (own)
        fact_set_word(&f, FACT_TRAVELLER_NATIONALITY, span_str(own));
    fact_set_number(&f, FACT_TRAVELLER_AGE, age);
    fact_set_word(&f, FACT_EVIDENCE_CONTRADICTION, SPAN("none"));
    agreement_decide(regime_of_traveller(r, r->main, &f, d), &f, d, v);
    return v->outcome;
}

static bool says(const struct verdict *v, const char *code)
{
    for (size_t i = 0; i < v->n_reasons; i++)
        if (strcmp(v->reason[i].code, code) == 0)
            return true;
    return false;
}

static struct regime *regime_of(struct world *w)
{
    struct register_input in = input(w);
    struct regime *r = NULL;

    assert_true(regime_make(&in, w->text[0], &r, NULL));
    return r;
}

/* A reservation is reciprocal; an objection takes it from the objector or takes both apart. */
static void reservations_between_pairs(void **state)
{
    struct world w;
    struct regime *r;
    struct verdict v;

    (void)state;
    begin(&w, first, second,
          "AA reserve1 2026-01-01 article=1: traveller.age is at least 18\n" BOTH
          "CC ratify1 2026-02-10\nDD ratify1 2026-02-10\nCC oppose1 2026-03-10 article=1 of=AA: y\n");
    r = regime_of(&w);
    assert_int_equal(decide(r, "AA", "BB", 17, "2026-05-01", &v), OUTCOME_ADMIT); /* article 3 has none */
    assert_string_equal(v.article, "3");
    assert_int_equal(decide(r, "AA", "BB", 18, "2026-05-01", &v), OUTCOME_ADMIT);
    assert_string_equal(v.article, "1");
    assert_int_equal(decide(r, "BB", "AA", 17, "2026-05-01", &v), OUTCOME_ADMIT); /* reciprocity */
    assert_string_equal(v.article, "3");
    assert_int_equal(decide(r, "BB", "DD", 17, "2026-05-01", &v), OUTCOME_ADMIT); /* not between others */
    assert_string_equal(v.article, "1");
    assert_int_equal(decide(r, "CC", "AA", 40, "2026-05-01", &v), OUTCOME_REFER); /* no relations */
    assert_true(says(&v, "not-bound"));
    assert_int_equal(decide(r, "AA", "CC", 40, "2026-05-01", &v), OUTCOME_REFER);
    assert_int_equal(decide(r, "DD", "CC", 40, "2026-05-01", &v), OUTCOME_ADMIT);
    regime_free(r);
    finish(&w);
}

static void not_bound_is_not_applied_and_said(void **state)
{
    struct world w;
    struct regime *r;
    struct verdict v;

    (void)state;
    begin(&w, first, second, BOTH);
    r = regime_of(&w);
    assert_int_equal(decide(r, "AA", "BB", 30, "2026-03-11", &v), OUTCOME_REFER);
    assert_true(says(&v, "not-in-force"));
    assert_int_equal(decide(r, "AA", "BB", 30, "2026-03-12", &v), OUTCOME_ADMIT);
    assert_int_equal(decide(r, "CC", "BB", 30, "2026-03-12", &v), OUTCOME_REFER);
    assert_true(says(&v, "not-bound"));
    assert_int_equal(decide(r, "AA", "CC", 30, "2026-03-12", &v), OUTCOME_REFER);
    assert_true(says(&v, "not-bound"));
    assert_int_equal(decide(r, "AA", NULL, 30, "2026-03-12", &v), OUTCOME_REFER);
    assert_true(says(&v, "missing-fact"));
    regime_free(r);
    finish(&w);
}

/* VCLT article 40: those who ratified the new version by it, the others by the old one. */
static void versions_side_by_side(void **state)
{
    struct world w;
    struct regime *r;
    struct verdict v;

    (void)state;
    begin(&w, first, second,
          BOTH
          "CC ratify1 2026-02-10\nAA amend2 2026-06-01: x\nAA ratify2 2026-07-01\nBB ratify2 2026-07-02\n");
    r = regime_of(&w);
    assert_int_equal(decide(r, "AA", "BB", 30, "2026-07-01", &v), OUTCOME_ADMIT);
    assert_false(v.stay_limited); /* the first version: without limit */
    assert_int_equal(decide(r, "AA", "BB", 30, "2026-07-02", &v), OUTCOME_ADMIT);
    assert_true(v.stay_limited && v.days_left == 20);
    assert_int_equal(decide(r, "AA", "CC", 30, "2026-07-02", &v), OUTCOME_ADMIT);
    assert_false(v.stay_limited);
    assert_int_equal(decide(r, "CC", "BB", 30, "2026-07-02", &v), OUTCOME_ADMIT);
    assert_false(v.stay_limited);
    regime_free(r);
    finish(&w);
    begin(&w, binding, second,
          BOTH "CC ratify1 2026-02-10\nDD ratify1 2026-02-10\nAA ratify2 2026-07-01\nBB ratify2 2026-07-02\n"
               "CC ratify2 2026-07-03\n");
    r = regime_of(&w);
    assert_int_equal(decide(r, "DD", "AA", 30, "2026-07-02", &v), OUTCOME_ADMIT);
    assert_false(v.stay_limited);
    assert_int_equal(decide(r, "DD", "AA", 30, "2026-07-03", &v), OUTCOME_ADMIT);
    assert_true(v.stay_limited && v.days_left == 20); /* bound by three others */
    regime_free(r);
    finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_instrument_does_what_it_says),
        cmocka_unit_test(the_order_does_not_matter),
        cmocka_unit_test(reservations_between_pairs),
        cmocka_unit_test(not_bound_is_not_applied_and_said),
        cmocka_unit_test(versions_side_by_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
