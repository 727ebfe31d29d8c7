#include "check/id.h"

#include "base/text.h"
#include "crypto/node_key.h"

static bool allowed(struct span id)
{
    for (size_t i = 0; i < id.n; i++) {
        uint8_t c = id.p[i];

        if (!ascii_digit(c) && !ascii_upper(c) && !ascii_lower(c) && c != '.' && c != '_' && c != '-')
            return false;
    }
    return id.n <= CHECK_ID_MAX;
}

bool check_id(struct span wanted, const char *clause, char out[CHECK_ID_MAX + 1], struct why *w)
{
    uint8_t random[12];
    struct buffer b;

    if (!allowed(wanted))
        return why_set(w, "request", WHY_NO_OFFSET, clause, "\"id\" is 1 to %d of A-Z a-z 0-9 . _ -",
                       (int)CHECK_ID_MAX);
    buf_init_fixed(&b, (uint8_t *)out, CHECK_ID_MAX + 1);
    if (wanted.n) {
        buf_put(&b, wanted);
    } else {
        random_bytes(random, sizeof random);
        hex_put(&b, span_of(random, sizeof random));
    }
    (void)buf_cstr(&b);
    return true;
}
