/* serai agreement lsp: the language server on standard input and output. */
#include <stdio.h>
#include <stdlib.h>

#include "agreement/lsp.h"
#include "base/text.h"
#include "cli/agreement_file.h"

/* The header of one message: its length; 0: the input ends or is none. */
static size_t read_header(void)
{
    char line[256];
    size_t n = 0;

    while (fgets(line, sizeof line, stdin)) {
        struct span s = text_trim(span_str(line));

        if (s.n == 0)
            return n;
        if (span_starts(s, SPAN("Content-Length:")))
            n = strtoul(line + 15, NULL, 10);
        if (n > LSP_MESSAGE)
            return 0;
    }
    return 0;
}

int agreement_lsp_command(int argc, char **argv)
{
    static struct lsp s;
    struct buffer out;
    bool more = true;
    size_t n;

    (void)argv;
    if (argc > 1)
        return cli_usage("agreement", "lsp takes no argument: an editor speaks to it");
    lsp_init(&s);
    while (more && (n = read_header()) > 0) {
        uint8_t *message = malloc(n);

        if (!message)
            abort();
        more = fread(message, 1, n, stdin) == n;
        buf_init(&out, AGREEMENT_OUTPUT);
        if (more)
            more = lsp_message(&s, span_of(message, n), &out);
        free(message);
        if (buf_ok(&out) && out.n && (fwrite(out.p, 1, out.n, stdout) != out.n || fflush(stdout)))
            more = false;
        buf_free(&out);
    }
    lsp_free(&s);
    return s.shut_down ? CLI_POSITIVE : CLI_NEGATIVE;
}
