#include "lines.inc"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    const struct detect_log_how how = { .format = LOG_ZEEK, .wide = true };

    both(&how, p, n);
    return 0;
}
