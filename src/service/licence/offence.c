/* What a notice and a step may say, and who may say which step when. */
#include "service/licence/offence.h"

#include "base/text.h"
#include "service/licence/entry.h"
#include "service/licence/licence_offences.inc"

/* Bytes of the texts. */
enum { NAME = 150, CODE = 64, PLACE = 300, LONG = 2000, MONEY = 16, FRACTION = 3 };

/* ---- classes ---- */

size_t offence_classes(const struct offence_class **out)
{
    *out = classes;
    return sizeof classes / sizeof *classes;
}

const char *offence_class_in(struct span word, const struct tongue *t)
{
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (span_eq_str(word, classes[i].word)) {
            const char *said = tongue_said(t, "act", classes[i].word);

            return said ? said : classes[i].name;
        }
    return NULL;
}

/* ---- what a text may be ---- */

static bool text_fits(struct span s, size_t most)
{
    if (s.n > most || utf8_valid_to(s) != s.n)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == 0x7f || (s.p[i] < ' ' && s.p[i] != '\n'))
            return false;
    return true;
}

static bool said_fits(struct span s, size_t most)
{
    return s.n > 0 && text_fits(s, most);
}

static bool id_fits(struct span s, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return s.n <= most;
}

static bool letters(struct span s, size_t n)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_upper(s.p[i]))
            return false;
    return s.n == n;
}

/* 1 to 12 digits, then perhaps a full stop and 1 to 3 more. */
static bool amount_fits(struct span s)
{
    size_t whole = 0, part;

    while (whole < s.n && ascii_digit(s.p[whole]))
        whole++;
    if (whole == s.n)
        return whole >= 1 && whole <= 12;
    part = s.n - whole - 1;
    for (size_t i = whole + 1; i < s.n; i++)
        if (!ascii_digit(s.p[i]))
            return false;
    return s.p[whole] == '.' && whole >= 1 && whole <= 12 && part >= 1 && part <= FRACTION;
}

static bool money_fits(struct span amount, struct span currency)
{
    return (!amount.n && !currency.n) || (amount.n <= MONEY && amount_fits(amount) && letters(currency, 3));
}

static bool time_fits(unix_time t)
{
    return t > 0 && t < INT64_C(253402300800); /* the year 10000 */
}

static const char *person_fault(const struct offence_notice *x)
{
    uint8_t digest[LICENCE_DIGEST];

    if (x->issuer.n && !letters(x->issuer, 2))
        return "the issuer of the licence: two capital letters expected";
    if (x->digest.n && (x->digest.n != LICENCE_DIGEST || x->number.n))
        return "a licence's number or its digest of 32 bytes expected, not both";
    if ((x->number.n || x->digest.n) && !x->issuer.n)
        return "the issuer of the licence is missing";
    if (x->number.n && (!text_fits(x->number, ENTRY_NUMBER) || !licence_digest(x->issuer, x->number, digest)))
        return "the licence's number has no letter or digit, or is too long";
    if (!text_fits(x->plate, CODE) || !text_fits(x->driver, NAME))
        return "plate or driver: too long, or no text";
    return x->number.n || x->digest.n || x->plate.n ? NULL : "a licence's number or a plate is expected";
}

const char *offence_notice_fault(const struct offence_notice *x)
{
    if (!letters(x->where, 2))
        return "the member where it happened: two capital letters expected";
    if (!id_fits(x->check, CODE))
        return "the reference of the check: at most 64 visible ASCII characters expected";
    if (!offence_class_in(x->act, NULL))
        return "the class of the act is none of the list";
    if (!said_fits(x->words, LONG) || !text_fits(x->code, CODE))
        return "the act: what was done is expected in words";
    if (!said_fits(x->place, PLACE))
        return "the place is missing, or too long";
    if (!said_fits(x->authority, NAME))
        return "the authority is missing, or too long";
    if (!said_fits(x->redress, LONG))
        return "how to contest it is missing, or too long";
    if (!time_fits(x->at) || !date_is_set(x->pay_until) || date_cmp(x->pay_until, date_of_time(x->at)) < 0)
        return "the time of the act, or the last day to pay or contest, is missing or before it";
    if (!money_fits(x->amount, x->currency))
        return "amount and currency: digits such as 1500.50 and three capital letters expected";
    if (!text_fits(x->note, LONG))
        return "the note is too long, or no text";
    return person_fault(x);
}

const char *offence_step_fault(const struct offence_step *x)
{
    if (!x->reference.n || !id_fits(x->reference, OFFENCE_REFERENCE) || !letters(x->notifier, 2) ||
        !letters(x->from, 2))
        return "the notice that it is about: its reference, two letters of its member and of who says it";
    if (x->word <= OFFENCE_ACKNOWLEDGED || x->word >= OFFENCE_WORDS)
        return "the step: unknown, paid, contested, transferred, withdrawn or closed expected";
    if (!time_fits(x->at))
        return "the time of the step is missing";
    if (!money_fits(x->amount, x->currency))
        return "amount and currency: digits such as 1500.50 and three capital letters expected";
    if (!text_fits(x->payment, CODE) || !text_fits(x->reason, LONG) || !text_fits(x->before, NAME))
        return "payment reference, reason or body: too long, or no text";
    if (x->word != OFFENCE_PAID && (x->amount.n || x->payment.n))
        return "amount and payment reference belong to a payment";
    if ((x->word == OFFENCE_CONTESTED || x->word == OFFENCE_WITHDRAWN) && !x->reason.n)
        return "a complaint, and a withdrawal, give their reason";
    return NULL;
}

/* ---- who may say what ---- */

static const char *const words[OFFENCE_WORDS] = {
    [OFFENCE_NO_WORD] = "",
    [OFFENCE_ACKNOWLEDGED] = "acknowledged",
    [OFFENCE_UNKNOWN] = "unknown",
    [OFFENCE_PAID] = "paid",
    [OFFENCE_CONTESTED] = "contested",
    [OFFENCE_TRANSFERRED] = "transferred",
    [OFFENCE_WITHDRAWN] = "withdrawn",
    [OFFENCE_CLOSED] = "closed",
};

const char *offence_word(enum offence_word w)
{
    return words[w];
}

enum offence_word offence_word_from(struct span s)
{
    for (int i = OFFENCE_ACKNOWLEDGED; i < OFFENCE_WORDS; i++)
        if (span_eq_str(s, words[i]))
            return (enum offence_word)i;
    return OFFENCE_NO_WORD;
}

enum { N = OFFENCE_NOTIFIER, H = OFFENCE_HOME, NH = N | H };

/* [state][step]: the sides that may say it. A payment may come to either side, a complaint too. */
static const uint8_t may[OFFENCE_WORDS][OFFENCE_WORDS] = {
    [OFFENCE_ACKNOWLEDGED] = { [OFFENCE_UNKNOWN] = H,
                               [OFFENCE_PAID] = NH,
                               [OFFENCE_CONTESTED] = NH,
                               [OFFENCE_TRANSFERRED] = H,
                               [OFFENCE_WITHDRAWN] = N,
                               [OFFENCE_CLOSED] = N },
    [OFFENCE_UNKNOWN] = { [OFFENCE_WITHDRAWN] = N, [OFFENCE_CLOSED] = N },
    [OFFENCE_PAID] = { [OFFENCE_CONTESTED] = NH, [OFFENCE_WITHDRAWN] = N, [OFFENCE_CLOSED] = N },
    [OFFENCE_CONTESTED] = { [OFFENCE_PAID] = NH,
                            [OFFENCE_TRANSFERRED] = H,
                            [OFFENCE_WITHDRAWN] = N,
                            [OFFENCE_CLOSED] = N },
    [OFFENCE_TRANSFERRED] = { [OFFENCE_PAID] = NH,
                              [OFFENCE_CONTESTED] = NH,
                              [OFFENCE_WITHDRAWN] = N,
                              [OFFENCE_CLOSED] = N },
    [OFFENCE_WITHDRAWN] = { [OFFENCE_CLOSED] = N },
};

static bool ever_says(enum offence_side side, enum offence_word step)
{
    unsigned who = 0;

    for (int i = 0; i < OFFENCE_WORDS; i++)
        who |= may[i][step];
    return (who & side) != 0;
}

const char *offence_objection(enum offence_word state, enum offence_side side, enum offence_word step)
{
    if (state == OFFENCE_NO_WORD)
        return "not-delivered";
    if (!ever_says(side, step))
        return "not-yours";
    if (state == OFFENCE_CLOSED)
        return "closed";
    return may[state][step] & side ? NULL : "state";
}
