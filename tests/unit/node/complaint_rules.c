/* Whose terms of complaints hold: those of the agreement, or of node.conf where it says none. */
#include "vectors.h"

#include "node/complaint_rules.h"

#define HEAD "agreement \"T\" version 1\nparties AA BB\narticle 1 \"x\"\n  text en \"x\"\n"

static void the_agreement_says_them_before_the_node(void **state)
{
    static const struct {
        const char *what, *text;
        unsigned node; /* complaint-answer-days */
        int acknowledge, answer, appeal, decide, keep;
    } rows[] = {
        { "neither", HEAD, 0, 3, 30, 30, 30, 365 },
        { "the node alone", HEAD, 20, 3, 20, 30, 30, 365 },
        { "the agreement alone", HEAD "complaints: answered within 10 days\n", 0, 3, 10, 30, 30, 365 },
        { "both", HEAD "complaints: answered within 10 days\n", 20, 3, 10, 30, 30, 365 },
        { "what the agreement leaves out is not the node's to say",
          HEAD "complaints: acknowledged within 1 day\n", 20, 1, 30, 30, 30, 365 },
        { "all of them",
          HEAD "complaints: acknowledged within 1 day\ncomplaints: answered within 2 days\n"
               "complaints: appealed within 5 days\ncomplaints: decided within 6 days\n"
               "complaints: kept for 700 days\n",
          20, 1, 2, 5, 6, 700 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct agreement_faults f;
        struct agreement *a = agreement_parse(span_str(rows[i].text), &f);
        const struct node_config c = { .complaint_answer = rows[i].node };
        const struct check_context check = { .member = "AA", .agreement = a };
        struct complaint_rules r;

        assert_non_null(a);
        complaint_rules_now(&c, &check, 1800000000, &r);
        if (r.acknowledge != rows[i].acknowledge || r.answer != rows[i].answer ||
            r.appeal != rows[i].appeal || r.decide != rows[i].decide || r.keep != rows[i].keep)
            fail_msg("%s: %d, %d, %d, %d, %d", rows[i].what, r.acknowledge, r.answer, r.appeal, r.decide,
                     r.keep);
        agreement_free(a);
    }
}

static void without_an_agreement_the_node_says_them(void **state)
{
    const struct node_config c = { .complaint_decide = 7 };
    struct complaint_rules r;

    (void)state;
    complaint_rules_of(&c, NULL, &r);
    assert_int_equal(r.decide, 7);
    assert_int_equal(r.answer, 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_agreement_says_them_before_the_node),
        cmocka_unit_test(without_an_agreement_the_node_says_them),
    };

    return cmocka_run_group_tests_name("node/complaint_rules", tests, arena_setup, arena_teardown);
}
