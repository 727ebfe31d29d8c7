/* An own assessment to print (HTML) and for spreadsheets (CSV, RFC 4180). */
#include <stdio.h>

#include "base/text.h"
#include "service/cyber/maturity_internal.h"
#include "wire/json_write.h"

enum { EXPORT = 4 << 20 };

/* A spreadsheet takes what begins so for a formula: an apostrophe before it makes it text. */
static void put_cell(struct buffer *b, struct span s)
{
    buf_u8(b, '"');
    if (s.n && strchr("=+-@\t\r", s.p[0]))
        buf_u8(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_u8(b, '"');
        buf_u8(b, s.p[i]);
    }
    buf_u8(b, '"');
}

static void put_csv(const struct maturity_levels *l, const struct tongue *t, struct buffer *b)
{
    buf_str(b, "parameter,title,level,basic,intermediate,advanced,date,office,evidence,sha256\r\n");
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++) {
        const struct maturity_parameter *p = maturity_parameter(i);
        const struct maturity_level *v = &l->p[i];
        const struct span text[] = { v->date, v->office, v->evidence, v->digest };

        buf_printf(b, "%s,", p->id);
        put_cell(b, span_str(maturity_title(i, t)));
        buf_u8(b, ',');
        if (v->level >= 0)
            buf_decimal(b, v->level);
        buf_printf(b, ",%u,%u,%u", p->least[0], p->least[1], p->least[2]);
        for (size_t k = 0; k < sizeof text / sizeof *text; k++) {
            buf_u8(b, ',');
            put_cell(b, text[k]);
        }
        buf_str(b, "\r\n");
    }
}

static void put_html(struct buffer *b, struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        switch (s.p[i]) {
        case '&':
            buf_str(b, "&amp;");
            break;
        case '<':
            buf_str(b, "&lt;");
            break;
        case '>':
            buf_str(b, "&gt;");
            break;
        case '"':
            buf_str(b, "&quot;");
            break;
        default:
            buf_u8(b, s.p[i]);
        }
}

static void put_row(const struct maturity_levels *l, size_t i, const struct tongue *t, struct buffer *b)
{
    const struct maturity_parameter *p = maturity_parameter(i);
    const struct maturity_level *v = &l->p[i];

    buf_printf(b, "<tr><td>%s</td><td>", p->id);
    put_html(b, span_str(maturity_title(i, t)));
    buf_str(b, "</td><td>");
    if (v->level >= 0)
        buf_printf(b, "%d <meter min=\"0\" max=\"4\" value=\"%d\"></meter>", v->level, v->level);
    else
        buf_str(b, "–");
    buf_printf(b, "</td><td>%u / %u / %u</td><td>", p->least[0], p->least[1], p->least[2]);
    put_html(b, v->date);
    buf_str(b, "</td><td>");
    put_html(b, v->office);
    buf_str(b, "</td><td>");
    put_html(b, v->evidence);
    if (v->digest.n) {
        buf_str(b, "<br><code>");
        put_html(b, v->digest);
        buf_str(b, "</code>");
    }
    buf_str(b, "</td></tr>\n");
}

static void put_page(const struct coop_desk *d, const struct maturity_ask *q, const struct maturity_levels *l,
                     const struct tongue *t, struct buffer *b)
{
    struct maturity_sum s;

    maturity_sum(l, &s);
    buf_printf(b, "<!doctype html>\n<html lang=\"%s\" dir=\"%s\"><head><meta charset=\"utf-8\"><title>",
               t->language, t->right_to_left ? "rtl" : "ltr");
    put_html(b, d->self);
    buf_printf(b,
               " SIM3 %lld</title><style>body{font-family:sans-serif}table{border-collapse:collapse}"
               "td,th{border:1px solid #888;padding:.2em .4em;text-align:start;vertical-align:top}"
               "code{overflow-wrap:anywhere}tr{break-inside:avoid}</style></head><body>\n<h1>",
               (long long)q->year);
    put_html(b, d->self);
    buf_printf(
        b,
        " · SIM3 · %lld</h1>\n<p>%s · %u/%d · %d.%02d (O %d.%02d, H %d.%02d, T %d.%02d, P %d.%02d)</p>\n"
        "<table>\n",
        (long long)q->year, maturity_profile_word(s.profile), s.assessed, (int)MATURITY_PARAMETERS,
        s.overall / 100, s.overall % 100, s.mean[0] / 100, s.mean[0] % 100, s.mean[1] / 100, s.mean[1] % 100,
        s.mean[2] / 100, s.mean[2] % 100, s.mean[3] / 100, s.mean[3] % 100);
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++)
        put_row(l, i, t, b);
    buf_str(b, "</table></body></html>\n");
}

bool maturity_export(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                     struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct maturity_levels l;
    struct maturity_ask q;
    struct tongue t;
    struct buffer b;
    char name[64];
    bool html;

    if (!maturity_ask_read(json, now, a, &q, w) || !maturity_own(d, q.year, a, &l, w))
        return false;
    html = span_eq_str(q.format, "html");
    if (!html && q.format.n && !span_eq_str(q.format, "csv"))
        return why_set(w, "request", WHY_NO_OFFSET, "doc/maturity.md", "a format is csv or html");
    t = tongues_open(&d->tongues, q.language, a);
    buf_init(&b, EXPORT);
    if (html)
        put_page(d, &q, &l, &t, &b);
    else
        put_csv(&l, &t, &b);
    (void)snprintf(name, sizeof name, "maturity-%lld.%s", (long long)q.year, html ? "html" : "csv");
    jw_object(&j, NULL);
    jw_str(&j, "name", name);
    jw_str(&j, "type", html ? "text/html" : "text/csv");
    jw_text(&j, "text", buf_span(&b));
    jw_object_end(&j);
    buf_free(&b);
    return coop_filled(out, w);
}
