#define PCRE2_CODE_UNIT_WIDTH 8
#include "stix/pattern_regex.h"

#include <pcre2.h>
#include <stdlib.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/text.h"

/* 9.6.1: search, DOTALL; for octets without Unicode. Lookbehind into invalid text cannot happen: both are
 * checked UTF-8. */
static pcre2_code *compile(struct span s, bool octets, const struct pattern_constant *c, struct why *w)
{
    uint32_t options = PCRE2_DOTALL | PCRE2_NEVER_BACKSLASH_C | (octets ? 0u : PCRE2_UTF | PCRE2_UCP);
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_code *code;
    PCRE2_SIZE at;
    PCRE2_UCHAR text[120];
    int error;

    if (!context)
        abort();
    (void)pcre2_set_parens_nest_limit(context, 250);
    code = pcre2_compile(s.n ? s.p : (const uint8_t *)"", s.n, options, &error, &at, context);
    pcre2_compile_context_free(context);
    if (!code) {
        (void)pcre2_get_error_message(error, text, sizeof text);
        why_set(w, "regex", c->at, "STIX 2.1 9.6.1", "not a regular expression of PCRE, at %zu in it: %s",
                (size_t)at, (const char *)text);
        return NULL;
    }
    return code;
}

static bool short_enough(const struct pattern_constant *c, struct why *w)
{
    if (c->text.n > LIMIT_PATTERN_REGEX)
        return why_set(w, "regex", c->at, NULL, "a regular expression longer than %d bytes",
                       LIMIT_PATTERN_REGEX);
    return true;
}

bool pattern_regex_check(const struct pattern_constant *c, struct why *w)
{
    pcre2_code *code = short_enough(c, w) ? compile(c->text, false, c, w) : NULL;

    pcre2_code_free(code);
    return code != NULL;
}

bool pattern_regex_make(const struct pattern_constant *c, struct arena *a, struct pattern_regex *out,
                        struct why *w)
{
    struct span nfc, latin;

    if (!short_enough(c, w))
        return false;
    if (!pattern_nfc(c->text, a, &nfc))
        return why_set(w, "too-large", c->at, NULL, "the patterns need more memory than they may have");
    out->text = compile(nfc, false, c, w);
    out->octets = NULL;
    if (!out->text)
        return false;
    if (pattern_latin(nfc, a, &latin))
        out->octets = compile(latin, true, c, NULL);
    (void)pcre2_jit_compile(out->text, PCRE2_JIT_COMPLETE);
    if (out->octets)
        (void)pcre2_jit_compile(out->octets, PCRE2_JIT_COMPLETE);
    return true;
}

void pattern_regex_done(struct pattern_regex *r)
{
    pcre2_code_free(r->text);
    pcre2_code_free(r->octets);
    *r = (struct pattern_regex){ 0 };
}

struct pattern_search {
    pcre2_match_context *context;
    pcre2_match_data *data;
};

struct pattern_search *pattern_search_new(void)
{
    struct pattern_search *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    s->context = pcre2_match_context_create(NULL);
    s->data = pcre2_match_data_create(1, NULL);
    if (!s->context || !s->data)
        abort();
    (void)pcre2_set_match_limit(s->context, LIMIT_PATTERN_REGEX_MATCH);
    (void)pcre2_set_depth_limit(s->context, LIMIT_PATTERN_REGEX_MATCH);
    (void)pcre2_set_heap_limit(s->context, LIMIT_PATTERN_REGEX_HEAP);
    return s;
}

void pattern_search_free(struct pattern_search *s)
{
    if (!s)
        return;
    pcre2_match_data_free(s->data);
    pcre2_match_context_free(s->context);
    free(s);
}

int pattern_regex_find(const struct pattern_regex *r, struct span value, bool octets,
                       struct pattern_search *s)
{
    const pcre2_code *code = octets ? r->octets : r->text;
    uint32_t options = octets ? 0u : PCRE2_NO_UTF_CHECK;
    const uint8_t *p = value.n ? value.p : (const uint8_t *)"";
    int n;

    if (!code)
        return 0;
    n = pcre2_match(code, p, value.n, 0, options, s->data, s->context);
    if (n == PCRE2_ERROR_JIT_STACKLIMIT)
        n = pcre2_match(code, p, value.n, 0, options | PCRE2_NO_JIT, s->data, s->context);
    return n == PCRE2_ERROR_NOMATCH ? 0 : n < 0 ? -1 : 1;
}

/* ASCII is in normal form. */
static bool ascii(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= 0x80)
            return false;
    return true;
}

static bool normalise(const UNormalizer2 *nfc, const UChar *in, int32_t n, struct arena *a, struct span *out)
{
    UErrorCode e = U_ZERO_ERROR;
    int32_t room = n * 3 + 16, len, bytes;
    UChar *to = arena_array(a, (size_t)room, sizeof *to);
    char *utf8 = arena_alloc(a, (size_t)room * 3);

    if (!to || !utf8)
        return false;
    len = unorm2_normalize(nfc, in, n, to, room, &e);
    if (U_SUCCESS(e))
        (void)u_strToUTF8(utf8, room * 3, &bytes, to, len, &e);
    if (U_FAILURE(e))
        return false;
    *out = span_of(utf8, (size_t)bytes);
    return true;
}

bool pattern_nfc(struct span s, struct arena *a, struct span *out)
{
    UErrorCode e = U_ZERO_ERROR;
    const UNormalizer2 *nfc;
    UChar *in;
    int32_t n;

    if (ascii(s)) {
        *out = s;
        return true;
    }
    nfc = unorm2_getNFCInstance(&e);
    in = s.n <= LIMIT_PATTERN_VALUE ? arena_array(a, s.n + 1, sizeof *in) : NULL;
    if (U_FAILURE(e) || !in)
        return false;
    (void)u_strFromUTF8(in, (int32_t)s.n + 1, &n, (const char *)s.p, (int32_t)s.n, &e);
    if (U_FAILURE(e))
        return false;
    if (unorm2_quickCheck(nfc, in, n, &e) == UNORM_YES) {
        *out = s;
        return true;
    }
    return normalise(nfc, in, n, a, out);
}

bool pattern_latin(struct span s, struct arena *a, struct span *out)
{
    uint8_t *p;
    size_t n = 0;

    if (ascii(s)) {
        *out = s;
        return true;
    }
    p = arena_alloc(a, s.n);
    if (!p)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 0x80) {
            p[n++] = s.p[i];
        } else if (s.p[i] <= 0xc3 && i + 1 < s.n) {
            p[n++] = (uint8_t)(s.p[i] << 6 | (s.p[i + 1] & 0x3f));
            i++;
        } else {
            return false;
        }
    }
    *out = span_of(p, n);
    return true;
}

static size_t character(struct span s, size_t i, bool octets)
{
    size_t n = 1;

    while (!octets && i + n < s.n && (s.p[i + n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* The last % is where it goes on after a failure: what stood before it need not be tried again. */
bool pattern_like(struct span value, struct span like, bool octets)
{
    size_t v = 0, l = 0, back_v = 0, back_l = SIZE_MAX;

    while (v < value.n) {
        if (l < like.n && like.p[l] == '%') {
            back_l = ++l;
            back_v = v;
        } else if (l < like.n && like.p[l] == '_') {
            l++;
            v += character(value, v, octets);
        } else if (l < like.n && like.p[l] == value.p[v]) {
            l++;
            v++;
        } else if (back_l != SIZE_MAX) {
            l = back_l;
            back_v += character(value, back_v, octets);
            v = back_v;
        } else {
            return false;
        }
    }
    while (l < like.n && like.p[l] == '%')
        l++;
    return l == like.n;
}
