/* A note that parses is built of the parts it was parsed into. */
#include <stdlib.h>

#include "base/text.h"
#include "wire/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct note note;
    struct why w = { 0 };

    if (!note_parse(span_of(data, n), &note, &w)) {
        if (!w.reason || (w.offset != WHY_NO_OFFSET && w.offset > n))
            abort();
        return 0;
    }
    if (note.n == 0 || note.text.n >= n || data[note.text.n] != '\n')
        abort();
    for (size_t i = 0; i < note.n; i++)
        if (!note_name_valid(note.signature[i].name))
            abort();
    return 0;
}
