/*
 * Any bytes as an answer, a document, what an issuer signed, or a request of a reader: ends, and believes
 * nothing that was not proven. The signer that is found is trusted in a second pass, so that mutations reach
 * what lies behind the certificate.
 */
#include <stdlib.h>

#include "seal/mdoc_request.h"
#include "seal/mdoc_transcript.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void judge(const struct mdoc *m, const struct mdoc_options *opt)
{
    must((m->result == RESULT_GENUINE) == (m->why.reason == NULL));
    for (size_t i = 0; i < m->n; i++) {
        const struct mdoc_verdict *v = &m->document[i];

        must((v->result == RESULT_GENUINE) == (v->why.reason == NULL));
        must(m->result != RESULT_GENUINE || v->result == RESULT_GENUINE);
        if (!mdoc_authentic(v))
            continue;
        must(v->issuer == PROOF_HOLDS && v->digests_wrong == 0 && v->device != PROOF_FAILS);
        must(v->digests_checked == v->document->n_items && (v->trusted_signer || v->has_path));
        must(opt->n_trusted > 0);
    }
}

static void verify(struct span in, struct mdoc_options opt)
{
    struct span signer = { 0 };
    struct findings f;
    struct arena a;
    struct mdoc m;

    for (int pass = 0; pass < 2; pass++) {
        findings_init(&f);
        arena_init(&a, MDOC_ARENA(in.n));
        (void)mdoc_verify(in, &opt, &a, &m, &f);
        judge(&m, &opt);
        if (m.n && m.document[0].has_signer)
            signer = m.document[0].signer.der; /* points into the input */
        opt.trusted_signers = &signer;
        opt.n_trusted = signer.n ? 1 : 0;
        arena_free(&a);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span in = span_of(data, n), array;
    struct mdoc_options opt = { .at = 1795219200, .transcript = SPAN("\x83\xf6\xf6\xf6") };
    struct mdoc_request r;
    struct arena a;

    for (int form = MDOC_RESPONSE; form <= MDOC_ISSUER_SIGNED; form++) {
        opt.form = (enum mdoc_form)form;
        opt.profile = PROFILE_STRICT;
        verify(in, opt);
        opt.profile = PROFILE_LENIENT;
        verify(in, opt);
    }
    arena_init(&a, MDOC_ARENA(n));
    must(mdoc_request_verify(in, &opt, &a, &r, NULL) != RESULT_GENUINE);
    arena_free(&a);
    if (transcript_open(in, &array))
        must(array.n <= n);
    return 0;
}
