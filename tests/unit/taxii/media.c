/* Which Accept and Content-Type headers TAXII 2.1 is satisfied with. */
#include "taxii/media.h"

#include "vectors.h"

static const struct {
    const char *header;
    bool accept, content;
} cases[] = {
    { "application/taxii+json;version=2.1", true, true },
    { "application/taxii+json; version=2.1", true, true },
    { "Application/TAXII+JSON ; version=2.1", true, true },
    { "application/taxii+json;Version=\"2.1\"", true, true },
    { "application/taxii+json", true, true },
    { "application/taxii+json;charset=utf-8", true, true },
    { "application/taxii+json;version=2.0", false, false },
    { "application/taxii+json;version=2.10", false, false },
    { "application/vnd.oasis.taxii+json; version=2.0", false, false },
    { "application/json", false, false },
    { "application/*", true, false },
    { "*/*", true, false },
    { "*/*;q=0", false, false },
    { "application/taxii+json;version=2.1;q=0.001", true, true },
    { "application/taxii+json;version=2.1;q=0", false, true },
    { "application/taxii+json;version=2.1;q=0.000, */*", false, false },
    { "text/html, application/taxii+json;version=2.1", true, false },
    { "text/html,,application/taxii+json", true, false },
    { "application/taxii+json;version=2.0, application/taxii+json;version=2.1;q=0.2", true, false },
    { "", false, false },
    { "application", false, false },
    { "application/taxii+json;version", false, false },
    { "application/taxii+json;version=\"2.1", false, false },
    { "application/taxii+json version=2.1", false, false },
    { "text/html;a=\"x,application/taxii+json\"", false, false },
};

static void headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (taxii_accepts(span_str(cases[i].header)) != cases[i].accept)
            fail_msg("Accept: %s", cases[i].header);
        if (taxii_is_content(span_str(cases[i].header)) != cases[i].content)
            fail_msg("Content-Type: %s", cases[i].header);
    }
}

static void too_long(void **state)
{
    static char header[8000];

    (void)state;
    memset(header, ' ', sizeof header - 1);
    memcpy(header, "*/*", 3);
    assert_false(taxii_accepts(span_str(header)));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(headers), cmocka_unit_test(too_long) };

    return cmocka_run_group_tests_name("taxii media", tests, arena_setup, arena_teardown);
}
