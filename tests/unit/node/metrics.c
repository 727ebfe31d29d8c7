/* The text of the figures: form (Prometheus exposition 0.0.4), sums, and what must never be in a label. */
#include "node/metrics.h"

#include <stdio.h>
#include <stdlib.h>

#include "agreement/agreement.h"
#include "node/node.h"
#include "node/node_log.h"
#include "vectors.h"

static struct metrics metrics;

static const char *word(size_t i)
{
    static const char *const words[] = { "check", "inspect" };

    return i < 2 ? words[i] : NULL;
}

static const char *text_of(struct buffer *b)
{
    buf_init(b, 1 << 20);
    metrics_put_counted(&metrics, word, b);
    assert_true(buf_ok(b));
    return buf_cstr(b);
}

static void assert_has(const char *text, const char *line)
{
    assert_non_null(text);
    if (!strstr(text, line))
        fail_msg("%s is not in:\n%s", line, text);
}

static int fresh(void **state)
{
    (void)state;
    memset(&metrics, 0, sizeof metrics);
    return 0;
}

static void requests_are_counted_by_operation_and_status(void **state)
{
    struct buffer b;
    const char *text;

    (void)state;
    metrics_request(&metrics, 0, 200, false, 250);
    metrics_request(&metrics, 0, 200, false, 251);
    metrics_request(&metrics, 0, 503, false, 20000000);
    metrics_request(&metrics, 1, 299, false, 0);
    metrics_request(&metrics, 1, 200, true, 0);
    text = text_of(&b);
    assert_has(text, "serai_requests_total{operation=\"check\",status=\"200\"} 2\n");
    assert_has(text, "serai_requests_total{operation=\"check\",status=\"503\"} 1\n");
    assert_has(text, "serai_requests_total{operation=\"inspect\",status=\"other\"} 1\n");
    assert_has(text, "serai_requests_total{operation=\"inspect\",status=\"cut-off\"} 1\n");
    assert_null(strstr(text, "operation=\"inspect\",status=\"200\""));
    buf_free(&b);
}

/* A bound belongs to its bucket, buckets add up, and the last is the count. */
static void times_are_a_histogram(void **state)
{
    struct buffer b;
    const char *text;

    (void)state;
    metrics_request(&metrics, 0, 200, false, 250);
    metrics_request(&metrics, 0, 200, false, 251);
    metrics_request(&metrics, 0, 200, false, 20000000);
    text = text_of(&b);
    assert_has(text, "serai_request_seconds_bucket{operation=\"check\",le=\"0.00025\"} 1\n");
    assert_has(text, "serai_request_seconds_bucket{operation=\"check\",le=\"0.0005\"} 2\n");
    assert_has(text, "serai_request_seconds_bucket{operation=\"check\",le=\"10\"} 2\n");
    assert_has(text, "serai_request_seconds_bucket{operation=\"check\",le=\"+Inf\"} 3\n");
    assert_has(text, "serai_request_seconds_sum{operation=\"check\"} 20.000501\n");
    assert_has(text, "serai_request_seconds_count{operation=\"check\"} 3\n");
    buf_free(&b);
}

static void outcomes_are_those_of_the_agreement(void **state)
{
    struct buffer b;
    const char *text;

    (void)state;
    metrics_outcome(&metrics, METRIC_TRAVELLER, OUTCOME_ADMIT);
    metrics_outcome(&metrics, METRIC_LICENCE, OUTCOME_REFER);
    metrics_outcome(&metrics, METRIC_LICENCE, 4096);
    text = text_of(&b);
    assert_has(text, "serai_checks_total{outcome=\"admit\"} 1\n");
    assert_has(text, "serai_checks_total{outcome=\"refer\"} 0\n");
    assert_has(text, "serai_licence_checks_total{outcome=\"refer\"} 1\n");
    buf_free(&b);
}

static void an_operation_past_the_table_spoils_nothing(void **state)
{
    struct buffer b;

    (void)state;
    metrics_request(&metrics, METRIC_OPERATIONS + 5, 200, false, 1);
    assert_null(strstr(text_of(&b), "serai_requests_total{"));
    buf_free(&b);
}

static const struct {
    const char *what, *value, *line;
} labels[] = {
    { "plain", "ECO", "m{list=\"ECO\"} 1\n" },
    { "quotes, backslash, line feed", "a\"b\\c\nd", "m{list=\"a\\\"b\\\\c\\nd\"} 1\n" },
    { "other control characters",
      "a\tb\x7f"
      "c",
      "m{list=\"a b c\"} 1\n" },
    { "no UTF-8",
      "ab\xff"
      "cd",
      "m{list=\"ab\"} 1\n" },
    { "cut within a character",
      "0123456789012345678901234567890123456789012345678901234567890\xd8\xa7\xd8\xa7",
      "m{list=\"0123456789012345678901234567890123456789012345678901234567890\xd8\xa7\"} 1\n" },
};

static void labels_are_escaped_and_short(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct buffer b;

        buf_init(&b, 4096);
        metric_put(&b, "m", "list", labels[i].value, 1);
        if (strcmp(buf_cstr(&b), labels[i].line) != 0)
            fail_msg("%s: %s", labels[i].what, buf_cstr(&b));
        buf_free(&b);
    }
}

static const struct {
    const char *what;
    struct access_line line;
    enum log_level level;
    const char *json;
} lines[] = {
    { "an answer",
      { "POST", "check", "/v1/check", 200, 1500, 10, 20, NULL, (const uint8_t *)"\1\2\3\4\5\6\7\x8" },
      LEVEL_INFO,
      "{\"time\":\"1970-01-01T00:00:00Z\",\"level\":\"info\",\"event\":\"request\",\"operation\":\"check\","
      "\"method\":\"POST\",\"route\":\"/v1/check\",\"status\":200,\"duration_us\":1500,\"received\":10,"
      "\"sent\":20,\"request\":\"0102030405060708\"}\n" },
    { "a refusal",
      { "-", "none", "-", 404, 1, 0, 9, "not-found", NULL },
      LEVEL_WARNING,
      "{\"time\":\"1970-01-01T00:00:00Z\",\"level\":\"warning\",\"event\":\"request\",\"operation\":\"none\","
      "\"method\":\"-\",\"route\":\"-\",\"status\":404,\"duration_us\":1,\"received\":0,\"sent\":9,"
      "\"reason\":\"not-found\"}\n" },
    { "trouble of the node",
      { "POST", "check", "/v1/check", 503, 1, 0, 9, "store-full", NULL },
      LEVEL_ERROR,
      NULL },
    { "a client that left",
      { "POST", "check", "/v1/check", 200, 1, 0, 9, "cut-off", NULL },
      LEVEL_WARNING,
      NULL },
};

static void a_request_is_one_line_of_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        uint8_t mem[4096];
        struct buffer b;

        buf_init_fixed(&b, mem, sizeof mem);
        log_request(LOG_AS_JSON, 0, &lines[i].line, &b);
        if (log_level_of(&lines[i].line) != lines[i].level)
            fail_msg("%s: level %d", lines[i].what, (int)log_level_of(&lines[i].line));
        if (lines[i].json && strcmp(buf_cstr(&b), lines[i].json) != 0)
            fail_msg("%s: %s", lines[i].what, buf_cstr(&b));
    }
}

static void an_event_stays_one_line(void **state)
{
    uint8_t mem[4096];
    struct buffer b;

    (void)state;
    buf_init_fixed(&b, mem, sizeof mem);
    log_event(LOG_AS_JSON, 0, LEVEL_WARNING, "passed-over", "a\nb \"c\"", &b);
    assert_string_equal(buf_cstr(&b),
                        "{\"time\":\"1970-01-01T00:00:00Z\",\"level\":\"warning\",\"event\":\"passed-over\","
                        "\"detail\":\"a\\nb \\\"c\\\"\"}\n");
    buf_reset(&b);
    log_event(LOG_NOTHING, 0, LEVEL_ERROR, "x", NULL, &b);
    assert_int_equal(b.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(requests_are_counted_by_operation_and_status, fresh),
        cmocka_unit_test_setup(times_are_a_histogram, fresh),
        cmocka_unit_test_setup(outcomes_are_those_of_the_agreement, fresh),
        cmocka_unit_test_setup(an_operation_past_the_table_spoils_nothing, fresh),
        cmocka_unit_test(labels_are_escaped_and_short),
        cmocka_unit_test(a_request_is_one_line_of_json),
        cmocka_unit_test(an_event_stays_one_line),
    };

    return cmocka_run_group_tests_name("node metrics", tests, NULL, NULL);
}
