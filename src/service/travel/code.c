#include "service/travel/code.h"

#include "base/text.h"
#include "crypto/digest.h"

void code_put(const uint8_t bytes[CODE_BITS / 8], char out[CODE_TEXT])
{
    uint8_t mem[CODE_LETTERS + 1];
    struct buffer b;
    size_t n = 0;

    buf_init_fixed(&b, mem, sizeof mem);
    base32_put(&b, span_of(bytes, CODE_BITS / 8));
    for (size_t i = 0; i < CODE_LETTERS; i++) {
        if (i && i % 4 == 0)
            out[n++] = '-';
        out[n++] = (char)mem[i];
    }
    out[n] = 0;
}

bool code_read(struct span text, char out[CODE_TEXT])
{
    char mem[CODE_TEXT];
    size_t k = 0, n = 0;

    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];

        if (c == '-' || c == ' ')
            continue;
        if (ascii_lower(c))
            c = (uint8_t)(c - 32);
        c = c == '0' ? 'O' : c == '1' ? 'I' : c == '8' ? 'B' : c;
        if ((!ascii_upper(c) && (c < '2' || c > '7')) || k == CODE_LETTERS)
            return false;
        if (k && k % 4 == 0)
            mem[n++] = '-';
        mem[n++] = (char)c;
        k++;
    }
    if (k != CODE_LETTERS)
        return false;
    memcpy(out, mem, n);
    out[n] = 0;
    return true;
}

void code_of_receipt(struct span text, char out[CODE_TEXT])
{
    struct span part[3] = { SPAN("serai receipt code\n"), text, { NULL, 0 } };
    struct digest d;

    for (size_t i = 0; i < text.n;) {
        const uint8_t *end = memchr(text.p + i, '\n', text.n - i);
        size_t next = end ? (size_t)(end - text.p) + 1 : text.n;

        if (span_starts(span_sub(text, i, text.n), SPAN("code "))) {
            part[1] = span_sub(text, 0, i);
            part[2] = span_sub(text, next, text.n);
            break;
        }
        i = next;
    }
    digest_parts(DIGEST_SHA256, part, 3, &d);
    code_put(d.b, out);
}
