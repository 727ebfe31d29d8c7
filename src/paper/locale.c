/* What CLDR knows of a language: days and names of States. */
#include <stdio.h>
#include <unicode/udat.h>
#include <unicode/uldnames.h>
#include <unicode/ustring.h>

#include "paper/form.h"

/* Languages that count in the Solar Hijri calendar, and whose names of months each uses. */
static const char *const solar[][2] = {
    { "fa", "fa_IR@calendar=persian" },
    { "prs", "fa_AF@calendar=persian" },
    { "ps", "ps_AF@calendar=persian" },
};

static const char *in_solar(const char *locale, struct date day, struct arena *a)
{
    static const UChar pattern[] = u"d MMMM y", utc[] = u"UTC";
    UErrorCode e = U_ZERO_ERROR;
    UDateFormat *format = udat_open(UDAT_PATTERN, UDAT_PATTERN, locale, utc, -1, pattern, -1, &e);
    UChar wide[64];
    char text[192];
    int32_t n;

    n = udat_format(format, 1000.0 * (double)time_of_date(day), wide, (int32_t)(sizeof wide / sizeof *wide),
                    NULL, &e);
    udat_close(format);
    (void)u_strToUTF8(text, sizeof text, NULL, wide, U_SUCCESS(e) ? n : 0, &e);
    return U_SUCCESS(e) && e != U_STRING_NOT_TERMINATED_WARNING ? arena_str(a, span_str(text)) : NULL;
}

const char *form_day(const struct form *f, struct span day)
{
    struct span language = po_header(&f->c.own, "Language");
    const char *other = NULL, *iso = arena_str(f->a, day);
    struct buffer b;
    struct date d;

    if (!date_parse(day, &d))
        return iso;
    for (size_t i = 0; i < sizeof solar / sizeof *solar; i++)
        if (span_eq_str(language, solar[i][0]))
            other = in_solar(solar[i][1], d, f->a);
    if (!other)
        return iso;
    buf_init(&b, 256);
    buf_printf(&b, "%s (%s)", iso, other);
    other = buf_ok(&b) ? arena_str(f->a, buf_span(&b)) : iso;
    buf_free(&b);
    return other;
}

const char *form_state(const struct form *f, struct span code)
{
    char language[16], region[4], text[192];
    struct span own = po_header(&f->c.own, "Language");
    UErrorCode e = U_ZERO_ERROR;
    ULocaleDisplayNames *names;
    const char *out = arena_str(f->a, code);
    UChar wide[96];
    int32_t n;

    if (code.n != 2)
        return out;
    (void)snprintf(region, sizeof region, "%.2s", (const char *)code.p);
    (void)snprintf(language, sizeof language, "%.*s", (int)own.n, (const char *)own.p);
    names = uldn_open(strcmp(language, "prs") == 0 ? "fa_AF"
                      : own.n                      ? language
                                                   : "en",
                      ULDN_STANDARD_NAMES, &e);
    n = uldn_regionDisplayName(names, region, wide, (int32_t)(sizeof wide / sizeof *wide), &e);
    uldn_close(names);
    (void)u_strToUTF8(text, sizeof text - sizeof " (XX)", NULL, wide, U_SUCCESS(e) ? n : 0, &e);
    if (U_FAILURE(e) || e == U_STRING_NOT_TERMINATED_WARNING || strcmp(text, region) == 0)
        return out;
    (void)snprintf(text + strlen(text), sizeof " (XX)", " (%.2s)", region);
    return arena_str(f->a, span_str(text));
}
