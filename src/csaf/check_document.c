/* Tests of the document's own properties: languages, category, tracking. */
#include <stdlib.h>

#include "base/text.h"
#include "csaf/check.h"
#include "csaf/forms.h"
#include "csaf/subtags.h"
#include "wire/jcs.h"

static const char *const languages[] = { "lang", "source_lang" };

void check_6_1_12(struct csaf_check *x)
{
    for (int i = 0; i < 2; i++) {
        json_ref v = json_member(x->j, x->c->document, languages[i]);
        struct span s = check_value(x, v), part;
        enum tag_state t;

        if (!json_is(x->j, v, JSON_KIND_STRING))
            continue;
        t = language_tag(s, &part);
        if (t == TAG_MALFORMED)
            check_say(x, v, "%s is not a language tag", check_show(x, s));
        else if (t == TAG_UNKNOWN)
            check_say(x, v, "%s is not in the registry of language subtags", check_show(x, part));
    }
}

/* Numbers of the history are versions, in the order of their dates. */
void check_6_1_14(struct csaf_check *x)
{
    for (uint32_t i = 1; i < x->revisions; i++) {
        struct version a, b;

        if (version_parse(x->revision[i - 1].number, &a) && version_parse(x->revision[i].number, &b) &&
            version_cmp(&a, &b) > 0)
            check_say(x, x->revision[i].at, "revision %s is later than revision %s",
                      check_show(x, x->revision[i].number), check_show(x, x->revision[i - 1].number));
    }
}

void check_6_1_15(struct csaf_check *x)
{
    json_ref publisher = json_member(x->j, x->c->document, "publisher");

    if (span_eq_str(check_text(x, publisher, "category"), "translator") &&
        json_member(x->j, x->c->document, "source_lang") == JSON_NONE)
        check_say(x, x->c->document,
                  "the publisher is a translator, and the language of the original is missing");
}

void check_6_1_16(struct csaf_check *x)
{
    bool draft = span_eq_str(x->c->status, "draft");
    struct span last;

    if (x->revisions == 0 || !x->c->revision.p)
        return;
    last = x->revision[x->revisions - 1].number;
    if (!span_eq(version_core(last, draft), version_core(x->c->revision, draft)))
        check_say(x, json_member(x->j, x->c->tracking, "version"),
                  "the latest revision is %s, and the version is %s", check_show(x, last),
                  check_show(x, x->c->revision));
}

static bool before_release(struct span s, bool *pre)
{
    struct version v;

    *pre = false;
    if (!version_parse(s, &v))
        return false;
    *pre = v.pre.n > 0;
    return span_eq_str(v.major, "0");
}

void check_6_1_17(struct csaf_check *x)
{
    bool pre, zero = before_release(x->c->revision, &pre);

    if ((zero || pre) && !span_eq_str(x->c->status, "draft"))
        check_say(x, json_member(x->j, x->c->tracking, "status"), "version %s is that of a draft",
                  check_show(x, x->c->revision));
}

static bool released(const struct csaf_check *x)
{
    return span_eq_str(x->c->status, "final") || span_eq_str(x->c->status, "interim");
}

void check_6_1_18(struct csaf_check *x)
{
    bool pre;

    for (uint32_t i = 0; released(x) && i < x->revisions; i++)
        if (before_release(x->revision[i].number, &pre))
            check_say(x, x->revision[i].at, "revision %s is from before the release",
                      check_show(x, x->revision[i].number));
}

void check_6_1_19(struct csaf_check *x)
{
    for (uint32_t i = 0; i < x->revisions; i++) {
        bool pre;

        (void)before_release(x->revision[i].number, &pre);
        if (pre)
            check_say(x, x->revision[i].at, "revision %s is a pre-release",
                      check_show(x, x->revision[i].number));
    }
}

void check_6_1_20(struct csaf_check *x)
{
    bool pre;

    (void)before_release(x->c->revision, &pre);
    if (pre && released(x))
        check_say(x, json_member(x->j, x->c->tracking, "version"),
                  "version %s of a released document is a pre-release", check_show(x, x->c->revision));
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

void check_6_1_21(struct csaf_check *x)
{
    uint64_t *major = arena_array(x->a, x->revisions + (size_t)1, sizeof *major);
    uint32_t n = 0;

    if (!major) {
        x->full = true;
        return;
    }
    for (uint32_t i = 0; i < x->revisions; i++) {
        struct version v;

        if (!version_parse(x->revision[i].number, &v))
            continue;
        if (!text_number(v.major, UINT64_MAX / 2, &major[n]))
            major[n] = UINT64_MAX / 2;
        if (n++ == 0 && major[0] > 1)
            check_say(x, x->revision[i].at, "the history begins with revision %s, not with 0 or 1",
                      check_show(x, x->revision[i].number));
    }
    qsort(major, n, sizeof *major, by_number);
    for (uint32_t i = 1; i < n; i++)
        if (major[i] > major[i - 1] + 1)
            check_say(x, json_member(x->j, x->c->tracking, "revision_history"), "revision %llu is missing",
                      (unsigned long long)major[i - 1] + 1);
}

static int by_text(const void *a, const void *b)
{
    const struct csaf_revision *p = a, *q = b;
    int c = span_cmp(p->number, q->number);

    return c != 0 ? c : p->at < q->at ? -1 : p->at > q->at;
}

void check_6_1_22(struct csaf_check *x)
{
    struct csaf_revision *r = arena_array(x->a, x->revisions + (size_t)1, sizeof *r);

    if (!r) {
        x->full = true;
        return;
    }
    if (x->revisions)
        memcpy(r, x->revision, x->revisions * sizeof *r);
    qsort(r, x->revisions, sizeof *r, by_text);
    for (uint32_t i = 1; i < x->revisions; i++)
        if (r[i].number.p && r[i - 1].number.p && span_eq(r[i].number, r[i - 1].number))
            check_say(x, r[i].at, "revision %s stands twice", check_show(x, r[i].number));
}

/* Without dashes, blanks and underscores, in small letters. */
static bool resembles(struct span s, const char *squeezed)
{
    size_t k = 0;

    for (size_t i = 0; i < s.n; i++) {
        int c = ascii_upper(s.p[i]) ? s.p[i] + 32 : s.p[i];

        if (c == '-' || c == '_' || ascii_space(c))
            continue;
        if (c == 0xc2 && i + 1 < s.n && s.p[i + 1] == 0xa0) {
            i++;
            continue;
        }
        if (squeezed[k] == 0 || c != squeezed[k])
            return false;
        k++;
    }
    return squeezed[k] == 0;
}

void check_6_1_26(struct csaf_check *x)
{
    static const char *const profiles[] = { "csaf_base", "csaf_security_incident_response",
                                            "csaf_informational_advisory", "csaf_security_advisory",
                                            "csaf_vex" };
    static const char *const names[] = {
        "securityincidentresponse",     "informationaladvisory",     "securityadvisory",     "vex",
        "csafsecurityincidentresponse", "csafinformationaladvisory", "csafsecurityadvisory", "csafvex"
    };
    struct span s = x->c->category;
    json_ref at = json_member(x->j, x->c->document, "category");

    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
        if (span_eq_str(s, profiles[i]))
            return;
    if (s.n >= 5 && resembles(span_sub(s, 0, 4), "csaf") && s.p[4] == '_') {
        check_say(x, at, "%s begins with the prefix that is kept for profiles", check_show(x, s));
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (resembles(s, names[i]))
            check_say(x, at, "%s only looks like the name of a profile", check_show(x, s));
}

void check_6_1_28(struct csaf_check *x)
{
    struct span a = check_text(x, x->c->document, "lang"), b = check_text(x, x->c->document, "source_lang");
    bool same = a.n && a.n == b.n;

    for (size_t i = 0; same && i < a.n; i++)
        same = (ascii_upper(a.p[i]) ? a.p[i] + 32 : a.p[i]) == (ascii_upper(b.p[i]) ? b.p[i] + 32 : b.p[i]);
    if (same)
        check_say(x, json_member(x->j, x->c->document, "source_lang"),
                  "the document and its original are both in %s", check_show(x, a));
}

void check_6_1_30(struct csaf_check *x)
{
    struct version v, first;
    bool any = version_parse(x->c->revision, &first);

    for (uint32_t i = 0; i < x->revisions; i++) {
        if (!version_parse(x->revision[i].number, &v))
            continue;
        if (any && v.integer != first.integer) {
            check_say(x, x->revision[i].at, "revision %s and others are numbered in two ways",
                      check_show(x, x->revision[i].number));
            return;
        }
        first = v;
        any = true;
    }
}

void check_6_2_4(struct csaf_check *x)
{
    for (uint32_t i = 0; i < x->revisions; i++) {
        struct version v;

        if (version_parse(x->revision[i].number, &v) && v.build.n)
            check_say(x, x->revision[i].at, "revision %s holds build metadata",
                      check_show(x, x->revision[i].number));
    }
}

void check_6_2_5(struct csaf_check *x)
{
    if (x->revisions && form_time(x->c->initial_release) && form_time(x->revision[0].date) &&
        csaf_time_cmp(x->c->initial_release, x->revision[0].date) < 0)
        check_say(x, json_member(x->j, x->c->tracking, "initial_release_date"),
                  "the initial release is older than the first revision");
}

void check_6_2_6(struct csaf_check *x)
{
    if (x->revisions && form_time(x->c->current_release) && form_time(x->revision[x->revisions - 1].date) &&
        csaf_time_cmp(x->c->current_release, x->revision[x->revisions - 1].date) < 0)
        check_say(x, json_member(x->j, x->c->tracking, "current_release_date"),
                  "the current release is older than the last revision");
}

void check_6_2_10(struct csaf_check *x)
{
    if (x->c->tlp == CSAF_UNLABELED || !x->c->tlp_known)
        check_say(x, x->c->document, "the document has no TLP label");
}

void check_6_2_11(struct csaf_check *x)
{
    struct buffer name;
    bool found = false;

    buf_init(&name, 1u << 20);
    csaf_filename(x->c->id, &name);
    EACH(x, r, x->c->document, "references")
    {
        struct span url = check_text(x, r, "url");

        if (span_eq_str(check_text(x, r, "category"), "self") && span_starts(url, SPAN("https://")) &&
            url.n > name.n + 8 && url.p[url.n - name.n - 1] == '/' &&
            span_eq(span_sub(url, url.n - name.n, url.n), buf_span(&name)))
            found = true;
    }
    if (!found)
        check_say(x, x->c->document, "no reference to the document itself ends in its file name");
    buf_free(&name);
}

void check_6_2_12(struct csaf_check *x)
{
    if (x->c->language.n == 0)
        check_say(x, x->c->document, "the language of the document is not said");
}

void check_6_2_13(struct csaf_check *x)
{
    for (json_ref v = 0; v < x->j->n; v++) {
        struct span last = { NULL, 0 };

        if (!json_is(x->j, v, JSON_KIND_OBJECT))
            continue;
        for (json_ref m = json_first(x->j, v); m != JSON_NONE; m = json_after(x->j, v, m)) {
            struct span s = check_value(x, m);

            if (last.p && jcs_compare(last, s) > 0) {
                check_say(x, m, "the member %s stands after %s", check_show(x, s), check_show(x, last));
                break;
            }
            last = s;
        }
    }
}

static void each_language(struct csaf_check *x, enum tag_state state, const char *says)
{
    for (int i = 0; i < 2; i++) {
        json_ref v = json_member(x->j, x->c->document, languages[i]);
        struct span part, s = check_value(x, v);

        if (json_is(x->j, v, JSON_KIND_STRING) && language_tag(s, &part) == state)
            check_say(x, v, "%s %s", check_show(x, part), says);
    }
}

void check_6_2_14(struct csaf_check *x)
{
    each_language(x, TAG_PRIVATE, "is kept for private use");
}

void check_6_2_15(struct csaf_check *x)
{
    each_language(x, TAG_DEFAULT, "names no language");
}
