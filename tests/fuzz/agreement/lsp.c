/* Messages to the language server, one a line: it answers, and what it says is JSON in its own header. */
#include <stdlib.h>

#include "agreement/lsp.h"
#include "base/text.h"
#include "wire/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_answers(struct span s)
{
    static const char head[] = "Content-Length: ";
    struct arena arena;
    struct json j;
    struct why w = { 0 };

    while (s.n) {
        size_t length = 0, i = sizeof head - 1;

        if (!span_starts(s, SPAN("Content-Length: ")))
            abort();
        for (; i < s.n && ascii_digit(s.p[i]); i++)
            length = 10 * length + (size_t)(s.p[i] - '0');
        if (!span_starts(span_sub(s, i, s.n), SPAN("\r\n\r\n")) || s.n < i + 4 + length)
            abort();
        arena_init(&arena, 64 * 1024 * 1024);
        if (!json_parse(span_sub(s, i + 4, i + 4 + length), &arena, &j, &w))
            abort();
        arena_free(&arena);
        s = span_sub(s, i + 4 + length, s.n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct lsp s;
    struct span rest = span_of(data, n), line;
    struct buffer out;
    bool more = true;

    lsp_init(&s);
    while (more && text_split(&rest, '\n', &line)) {
        buf_init(&out, 256 * 1024 * 1024);
        more = lsp_message(&s, line, &out);
        if (buf_ok(&out))
            check_answers(buf_span(&out));
        buf_free(&out);
    }
    lsp_free(&s);
    return 0;
}
