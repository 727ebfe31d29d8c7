/* The gate before everything that a node signs: each reason, and what it stops. */
#include "vectors.h"

#include "node/may_sign.h"

#define ALL "rca" /* records, cosignatures, acts */

static const struct {
    const char *what;
    bool no_key, restored, maintained, no_roster;
    enum roster_standing standing;
    const char *may, *reason;
} cases[] = {
    { "all well", .standing = ROSTER_COUNTS, .may = ALL },
    { "no key", .no_key = true, .standing = ROSTER_COUNTS, .may = "", .reason = "no-key" },
    { "restored", .restored = true, .standing = ROSTER_COUNTS, .may = "", .reason = "restored" },
    { "restored and suspended", .restored = true, .standing = ROSTER_SUSPENDED, .may = "",
      .reason = "restored" },
    { "in maintenance", .maintained = true, .standing = ROSTER_COUNTS, .may = "a", .reason = "maintenance" },
    { "no roster", .no_roster = true, .may = "ra", .reason = "not-ready" },
    { "suspended", .standing = ROSTER_SUSPENDED, .may = "ra", .reason = "suspended" },
    { "withdrawn", .standing = ROSTER_WITHDRAWN, .may = "a", .reason = "withdrawn" },
    { "compromised", .standing = ROSTER_COMPROMISED, .may = "a", .reason = "compromised" },
    { "no card yet", .standing = ROSTER_UNKNOWN, .may = ALL },
};

static void each_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct roster_member m[2] = { { .state = SPAN("IR"), .standing = ROSTER_COUNTS },
                                            { .state = SPAN("KZ"), .standing = cases[i].standing } };
        const struct roster r = { .n = 2, .member = m };
        const struct sign_state s = { .has_key = !cases[i].no_key,
                                      .restored = cases[i].restored,
                                      .maintained = cases[i].maintained,
                                      .roster = cases[i].no_roster ? NULL : &r,
                                      .member = SPAN("KZ") };

        for (enum sign_what what = SIGN_RECORDS; what <= SIGN_ACTS; what++) {
            bool may = strchr(cases[i].may, ALL[what]) != NULL;
            struct why w = { 0 };

            if (may_sign(what, &s, &w) != may || (!may && strcmp(w.reason, cases[i].reason) != 0))
                fail_msg("%s: %c: %s", cases[i].what, ALL[what], w.reason ? w.reason : "may");
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = { cmocka_unit_test(each_reason) };

    return cmocka_run_group_tests_name("may-sign", tests, NULL, NULL);
}
