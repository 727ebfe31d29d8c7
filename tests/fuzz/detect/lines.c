#include "lines.inc"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct detect_log_how how = { .format = LOG_AUTO };

    if (n == 0)
        return 0;
    how.format = p[0] % LOG_FORMATS;
    if (p[0] & 0x40) {
        how.field[0] = 2;
        how.field[1] = 1;
        how.fields = 2;
        how.delimiter = p[0] & 0x20 ? ';' : 0;
    }
    both(&how, p + 1, n - 1);
    return 0;
}
