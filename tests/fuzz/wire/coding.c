/* Any header names one of the codings there are, and a list with something behind a refused member stays
 * refused. */
#include "wire/coding.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char *header = malloc(n + sizeof ", gzip;q=9");
    enum coding c;

    if (!header)
        return 0;
    if (n)
        memcpy(header, data, n);
    header[n] = 0;
    c = coding_choose(header);
    if (c >= CODINGS || (c != CODING_NONE && !coding_word(c)))
        abort();
    (void)strcat(header, ", gzip;q=9");
    if (coding_choose(header) != CODING_NONE)
        abort();
    free(header);
    return 0;
}
