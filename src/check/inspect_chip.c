#include "check/inspect_parts.h"
#include "seal/certificate.h"
#include "seal/path.h"

enum result inspect_sod(struct inspection *in)
{
    (void)in;
    return RESULT_MALFORMED;
}
enum result inspect_data_group(struct inspection *in)
{
    (void)in;
    return RESULT_MALFORMED;
}
enum result inspect_certificate(struct inspection *in)
{
    (void)in;
    return RESULT_MALFORMED;
}
enum result inspect_crl(struct inspection *in)
{
    (void)in;
    return RESULT_MALFORMED;
}
enum result inspect_master_list(struct inspection *in)
{
    (void)in;
    return RESULT_MALFORMED;
}
