/* What browsers and desks send about persons: the Cookie header, a path to go to, requests. The first byte
 * says which. */
#include <stdlib.h>

#include "service/person/person.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span in = span_of(data + 1, n ? n - 1 : 0), v;
    unsigned roles = 0;

    if (!n)
        return 0;
    if (data[0] % 3 == 0) {
        v = person_cookie(in, SPAN("serai-7311"));
        if (v.n && (v.p < in.p || v.p + v.n > in.p + in.n || memchr(v.p, ';', v.n)))
            abort();
    } else if (data[0] % 3 == 1) {
        if (person_path_is_own(in) && (in.p[0] != '/' || (in.n > 1 && in.p[1] == '/')))
            abort();
    } else if (person_roles_read(in, &roles) && (!roles || roles >> ROLES)) {
        abort();
    }
    return 0;
}
