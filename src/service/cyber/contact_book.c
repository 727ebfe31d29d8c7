/* Which contacts stand and how tests ended: a pure function over all records. */
#include <stdlib.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "service/cyber/contact.h"
#include "service/cyber/cooperation_internal.h"

const char *contact_result_word(enum contact_result r)
{
    static const char *const word[] = { "waiting", "acknowledged", "missed" };

    return word[r];
}

/* The part before @ has a word for a function in it: a person's name alone has none. */
bool contact_check(const struct coop_record *r, struct why *w)
{
    static const char *const functions[] = { "abuse",  "alert",       "cert",     "contact",  "csirt",
                                             "desk",   "drill",       "duty",     "incident", "info",
                                             "intel",  "legal",       "office",   "press",    "psirt",
                                             "report", "secretariat", "security", "soc",      "noc",
                                             "team",   "vuln" };
    struct span mail = coop_text(r, "mail"), local = mail, word;

    if (!mail.n)
        return true;
    (void)text_split(&mail, '@', &local);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        struct span rest = local;

        while (text_split(&rest, '-', &word))
            for (struct span left = word, part; text_split(&left, '.', &part);)
                if (span_eq_str(part, functions[i]))
                    return true;
    }
    return why_set(w, "person", WHY_NO_OFFSET, "doc/drills.md",
                   "\"mail\" is that of an office: cert@, duty.incident@; persons are not listed");
}

static int by_role(const void *a, const void *b)
{
    const struct coop_record *const *x = a, *const *y = b;
    int c = span_cmp((*x)->member, (*y)->member);

    if (!c)
        c = span_cmp(coop_text(*x, "role"), coop_text(*y, "role"));
    if (!c)
        c = ((*x)->at > (*y)->at) - ((*x)->at < (*y)->at);
    return c ? c : memcmp((*x)->id, (*y)->id, COOP_ID);
}

static bool same_role(const struct coop_record *x, const struct coop_record *y)
{
    return span_eq(x->member, y->member) && span_eq(coop_text(x, "role"), coop_text(y, "role"));
}

static bool code_fits(const struct coop_record *test, const struct coop_record *answer)
{
    struct span want = coop_text(test, "digest"), code = coop_text(answer, "code");
    struct digest d;
    char hex[65];
    struct buffer b;

    if (!want.n)
        return true;
    digest_of(DIGEST_SHA256, code, &d);
    buf_init_fixed(&b, hex, sizeof hex);
    hex_put(&b, digest_span(&d));
    return code.n && span_eq(buf_span(&b), want);
}

static void take_answer(struct contact_book *b, struct contact_test *t, const struct coop_record *r)
{
    if (!span_eq(r->member, coop_text(t->r, "tested")))
        coop_refuse(&b->refused, r, "not-asked", "Another member was tested.");
    else if (!coop_is_for(r, t->r->member))
        coop_refuse(&b->refused, r, "audience", "The answer does not go to who asked.");
    else if (r->at < t->r->at)
        coop_refuse(&b->refused, r, "order", "The answer is older than the test.");
    else if (r->at > t->r->at + coop_number(t->r, "within"))
        coop_refuse(&b->refused, r, "late", "The deadline of the test was over.");
    else if (!code_fits(t->r, r))
        coop_refuse(&b->refused, r, "code", "The code is not the one that was said over the channel.");
    else if (t->answer)
        coop_refuse(&b->refused, r, "again", "The test was acknowledged before.");
    else
        t->answer = r;
}

static void look_at_test(struct contact_book *b, const struct coop_record *r, unix_time now)
{
    struct contact_test *t = &b->test[b->n_test];
    size_t n = 0;
    const struct coop_record **about = coop_about(&b->set, span_of(r->id, COOP_ID - 1), &n);

    if (span_eq(r->member, coop_text(r, "tested"))) {
        coop_refuse(&b->refused, r, "own", "A member does not test itself.");
        return;
    }
    if (!coop_is_for(r, coop_text(r, "tested"))) {
        coop_refuse(&b->refused, r, "audience", "The test is not for the member that it tests.");
        return;
    }
    *t = (struct contact_test){ .r = r };
    b->n_test++;
    for (size_t i = 0; i < n; i++)
        if (about[i]->kind == COOP_CONTACT_ANSWER)
            take_answer(b, t, about[i]);
    if (t->answer)
        t->result = CONTACT_ACKNOWLEDGED;
    else if (now > r->at + coop_number(r, "within"))
        t->result = CONTACT_MISSED;
}

bool contact_book_make(const struct coop_set *s, unix_time now, struct arena *a, struct contact_book *out,
                       struct why *w)
{
    struct contact_book b = { .set = *s, .refused = { .a = a } };
    const struct coop_record **c = arena_array(a, s->n + 1, sizeof(struct coop_record *));
    size_t n = 0, from = 0;

    b.contact = arena_array(a, s->n + 1, sizeof *b.contact);
    b.test = arena_array(a, s->n + 1, sizeof *b.test);
    if (!c || !b.contact || !b.test)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < s->n; i++) {
        const struct coop_record *r = s->item[i], *to;

        if (r->kind == COOP_CONTACT || r->kind == COOP_CONTACT_WITHDRAWN) {
            c[n++] = r;
        } else if (r->kind == COOP_CONTACT_TEST) {
            look_at_test(&b, r, now);
        } else {
            to = coop_find(s, coop_text(r, "test"));
            if (!to || to->kind != COOP_CONTACT_TEST)
                coop_refuse(&b.refused, r, "unknown", "The test that it answers is not here.");
        }
    }
    if (n)
        qsort(c, n, sizeof *c, by_role);
    for (size_t i = 0; i < n; i++) {
        if (i + 1 < n && same_role(c[i], c[i + 1]))
            continue;
        if (c[i]->kind == COOP_CONTACT)
            b.contact[b.n_contact++] = (struct contact_view){ c[i], i + 1 - from };
        from = i + 1;
    }
    if (b.refused.full)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *out = b;
    return true;
}
