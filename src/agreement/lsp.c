#include "agreement/lsp.h"

#include <stdlib.h>

#include "agreement/conflict.h"
#include "agreement/format.h"
#include "agreement/lsp_text.h"
#include "agreement/model.h"
#include "base/limits.h"
#include "base/text.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum {
    MEMORY = 256 * 1024 * 1024,
    FACTS_TEXT = 4096,
    PARSE_ERROR = -32700,
    NO_METHOD = -32601,
    BAD_PARAMS = -32602
};

/* One message under way. */
struct call {
    struct lsp *s;
    struct json j;
    struct arena arena;
    json_ref id, params;
    struct buffer body; /* of the reply */
    struct json_writer w;
    struct buffer *out;
};

void lsp_init(struct lsp *s)
{
    *s = (struct lsp){ .shut_down = false };
}

static void forget(struct lsp_document *d)
{
    free(d->uri);
    free(d->text);
    *d = (struct lsp_document){ .uri = NULL };
}

void lsp_free(struct lsp *s)
{
    for (size_t i = 0; i < LSP_DOCUMENTS; i++)
        forget(&s->document[i]);
}

/* ---- messages ---- */

static void send(struct call *c)
{
    buf_printf(c->out, "Content-Length: %zu\r\n\r\n", c->body.n);
    buf_put(c->out, buf_span(&c->body));
    buf_reset(&c->body);
}

static void begin(struct call *c)
{
    buf_reset(&c->body);
    c->w = json_to(&c->body);
    jw_object(&c->w, NULL);
    jw_str(&c->w, "jsonrpc", "2.0");
}

static void put_id(struct call *c)
{
    if (c->id == JSON_NONE)
        jw_null(&c->w, "id");
    else
        jw_raw(&c->w, "id", json_source(&c->j, c->id));
}

static void end(struct call *c)
{
    jw_object_end(&c->w);
    send(c);
}

static void fail(struct call *c, int code, const char *message)
{
    begin(c);
    put_id(c);
    jw_object(&c->w, "error");
    jw_int(&c->w, "code", code);
    jw_str(&c->w, "message", message);
    jw_object_end(&c->w);
    end(c);
}

static void reply(struct call *c)
{
    begin(c);
    put_id(c);
}

static void nothing(struct call *c)
{
    reply(c);
    jw_null(&c->w, "result");
    end(c);
}

static void put_place(struct json_writer *w, const char *key, struct lsp_place p)
{
    jw_object(w, key);
    jw_int(w, "line", p.line);
    jw_int(w, "character", p.character);
    jw_object_end(w);
}

static void put_range(struct json_writer *w, struct span text, size_t from, size_t to)
{
    jw_object(w, "range");
    put_place(w, "start", lsp_place_at(text, from));
    put_place(w, "end", lsp_place_at(text, to));
    jw_object_end(w);
}

/* ---- documents ---- */

static bool text_of(struct call *c, json_ref v, struct span *out)
{
    return json_text_of(&c->j, v, &c->arena, out);
}

static struct lsp_document *document(struct call *c, struct span *uri)
{
    json_ref v = json_member(&c->j, json_member(&c->j, c->params, "textDocument"), "uri");

    if (!text_of(c, v, uri) || uri->n == 0 || uri->n >= LSP_URI)
        return NULL;
    for (size_t i = 0; i < LSP_DOCUMENTS; i++)
        if (c->s->document[i].uri && span_eq_str(*uri, c->s->document[i].uri))
            return &c->s->document[i];
    return NULL;
}

static struct lsp_document *free_place(struct lsp *s)
{
    for (size_t i = 0; i < LSP_DOCUMENTS; i++)
        if (!s->document[i].uri)
            return &s->document[i];
    forget(&s->document[0]); /* the oldest is opened again by whoever still needs it */
    return &s->document[0];
}

static void keep(struct lsp_document *d, struct span uri, struct span text)
{
    char *u = malloc(uri.n + 1);
    uint8_t *t = malloc(text.n + 1);

    if (!u || !t)
        abort();
    memcpy(u, uri.p, uri.n);
    u[uri.n] = 0;
    if (text.n)
        memcpy(t, text.p, text.n);
    forget(d);
    d->uri = u;
    d->text = t;
    d->n = text.n;
}

static struct span doc_text(const struct lsp_document *d)
{
    return span_of(d->text, d->n);
}

/* ---- diagnostics ---- */

static void diagnostic(struct call *c, struct span text, unsigned line, unsigned column, bool warning,
                       const char *message)
{
    size_t from = lsp_offset_of_column(text, line, column), to = from;

    while (to < text.n && text.p[to] != '\n' && text.p[to] != ' ' && text.p[to] != ',')
        to++;
    jw_object(&c->w, NULL);
    put_range(&c->w, text, from, to);
    jw_int(&c->w, "severity", warning ? 2 : 1);
    jw_str(&c->w, "source", "serai");
    jw_str(&c->w, "message", message);
    jw_object_end(&c->w);
}

static void diagnose_faults(struct call *c, struct span text, const struct agreement_faults *f)
{
    for (size_t i = 0; i < f->n; i++)
        diagnostic(c, text, f->item[i].line, f->item[i].column, f->item[i].warning, f->item[i].message);
}

static void diagnose_examples(struct call *c, struct span text, const struct agreement *a)
{
    struct verdict v;
    char detail[400];

    for (const struct article *x = a->articles; x; x = x->next)
        for (const struct example *e = x->examples; e; e = e->next)
            if (!agreement_run_example(a, x, e, &v, detail, sizeof detail))
                diagnostic(c, text, e->line, e->column, false, detail);
}

static void publish(struct call *c, const char *uri, struct span text, bool open)
{
    struct agreement_faults faults = { .n = 0 };
    struct agreement *a = open ? agreement_parse(text, &faults) : NULL;
    const struct agreement *one = a;
    struct cases *cases = arena_alloc(&c->arena, sizeof *cases);

    begin(c);
    jw_str(&c->w, "method", "textDocument/publishDiagnostics");
    jw_object(&c->w, "params");
    jw_str(&c->w, "uri", uri);
    jw_array(&c->w, "diagnostics");
    diagnose_faults(c, text, &faults);
    if (a) {
        diagnose_examples(c, text, a);
        faults.n = faults.lost = 0;
        if (cases &&
            cases_of(cases, &c->arena, &one, 1, date_is_set(a->from) ? a->from : (struct date){ 2027, 1, 1 }))
            agreement_conflicts(cases, &faults);
        diagnose_faults(c, text, &faults);
    }
    jw_array_end(&c->w);
    jw_object_end(&c->w);
    end(c);
    agreement_free(a);
}

static void opened(struct call *c)
{
    json_ref doc = json_member(&c->j, c->params, "textDocument");
    struct span uri = { NULL, 0 }, text;
    struct lsp_document *d = document(c, &uri);

    if (!text_of(c, json_member(&c->j, doc, "text"), &text) || text.n > LIMIT_AGREEMENT || !uri.n ||
        uri.n >= LSP_URI || memchr(uri.p, 0, uri.n))
        return;
    if (!d)
        d = free_place(c->s);
    keep(d, uri, text);
    publish(c, d->uri, doc_text(d), true);
}

static void changed(struct call *c)
{
    json_ref all = json_member(&c->j, c->params, "contentChanges"), last = JSON_NONE;
    struct span uri = { NULL, 0 }, text;
    struct lsp_document *d = document(c, &uri);

    if (!json_is(&c->j, all, JSON_KIND_ARRAY))
        return;
    for (json_ref v = json_first(&c->j, all); v != JSON_NONE; v = json_after(&c->j, all, v))
        last = v;
    if (!d || !text_of(c, json_member(&c->j, last, "text"), &text) || text.n > LIMIT_AGREEMENT)
        return;
    keep(d, uri, text);
    publish(c, d->uri, doc_text(d), true);
}

static void closed(struct call *c)
{
    struct span uri = { NULL, 0 };
    struct lsp_document *d = document(c, &uri);

    if (!d)
        return;
    publish(c, d->uri, doc_text(d), false);
    forget(d);
}

/* ---- questions about a place ---- */

static bool place(struct call *c, struct lsp_document **d, size_t *offset)
{
    json_ref p = json_member(&c->j, c->params, "position");
    int64_t line, character;
    struct span uri = { NULL, 0 };

    *d = document(c, &uri);
    if (!*d || !json_int64(&c->j, json_member(&c->j, p, "line"), &line) ||
        !json_int64(&c->j, json_member(&c->j, p, "character"), &character) || line < 0 || character < 0 ||
        line > UINT32_MAX || character > UINT32_MAX)
        return false;
    *offset = lsp_offset(doc_text(*d), (struct lsp_place){ (uint32_t)line, (uint32_t)character });
    return true;
}

static void about_fact(unsigned fact, const struct agreement *a, struct buffer *out)
{
    static const char *const types[] = { "a state, as KZ", "a word",    "a date, as 2027-01-31",
                                         "a number",       "yes or no", "earlier stays" };
    enum vocabulary v = fact_vocabulary((enum fact)fact);
    const char *join = "\n\n";

    buf_printf(out, "**%s**: %s", fact_name((enum fact)fact), types[fact_type((enum fact)fact)]);
    for (const char *const *w = vocabulary_words(v); *w; w++, join = ", ")
        buf_printf(out, "%s%s", join, *w);
    for (size_t i = 0; a && i < a->vocabulary[v].n; i++, join = ", ") {
        buf_str(out, join);
        buf_put(out, a->vocabulary[v].w[i]);
    }
}

static void about_article(const struct agreement *a, struct span number, struct buffer *out)
{
    for (const struct article *x = a->articles; x; x = x->next) {
        if (!span_eq_str(number, x->number))
            continue;
        buf_printf(out, "**%s. %s**", x->number, x->title);
        for (const struct wording *w = x->texts; w; w = w->next)
            buf_printf(out, "\n\n%s: %s", w->language, w->text);
    }
}

static void hover(struct call *c)
{
    struct agreement_faults faults;
    struct agreement *a = NULL;
    struct lsp_document *d;
    struct span number, text;
    struct buffer b;
    size_t offset, at, from;
    unsigned fact;

    if (!place(c, &d, &offset)) {
        nothing(c);
        return;
    }
    text = doc_text(d);
    buf_init(&b, 1 << 20);
    a = agreement_parse(text, &faults);
    fact = lsp_fact(text, offset, false);
    if (fact < FACTS_N)
        about_fact(fact, a, &b);
    else if (lsp_definition(text, offset, &at) && !span_starts(span_sub(text, at, text.n), SPAN("article ")))
        buf_put(&b, lsp_line(text, at, &from));
    else if (a && lsp_article(text, offset, &number))
        about_article(a, number, &b);
    agreement_free(a);
    reply(c);
    if (b.n) {
        jw_object(&c->w, "result");
        jw_object(&c->w, "contents");
        jw_str(&c->w, "kind", "markdown");
        jw_text(&c->w, "value", buf_span(&b));
        jw_object_end(&c->w);
        jw_object_end(&c->w);
    } else {
        jw_null(&c->w, "result");
    }
    end(c);
    buf_free(&b);
}

static void item(struct call *c, struct span label, int kind, const char *detail)
{
    jw_object(&c->w, NULL);
    jw_text(&c->w, "label", label);
    jw_int(&c->w, "kind", kind);
    if (detail)
        jw_str(&c->w, "detail", detail);
    jw_object_end(&c->w);
}

enum { KIND_FIELD = 5, KIND_VALUE = 12, KIND_KEYWORD = 14, KIND_REFERENCE = 18 };

static void words_of(struct call *c, struct span text, unsigned fact)
{
    struct agreement_faults faults;
    struct agreement *a = agreement_parse(text, &faults);
    enum vocabulary v = fact_vocabulary((enum fact)fact);

    for (const char *const *w = vocabulary_words(v); *w; w++)
        item(c, span_str(*w), KIND_VALUE, fact_name((enum fact)fact));
    for (size_t i = 0; a && i < a->vocabulary[v].n && i < LSP_ITEMS; i++)
        item(c, a->vocabulary[v].w[i], KIND_VALUE, fact_name((enum fact)fact));
    for (size_t i = 0; a && fact_type((enum fact)fact) == FACT_TYPE_STATE && i < a->parties.n; i++)
        item(c, a->parties.w[i], KIND_VALUE, "party");
    agreement_free(a);
}

/* Phrases that the text defines, also where it cannot be read yet. */
static void phrases_of(struct call *c, struct span text)
{
    struct span rest = text, line;
    size_t n = 0;

    while (n < LSP_ITEMS && text_split(&rest, '\n', &line)) {
        struct span phrase;

        if (!span_starts(line, SPAN("define ")))
            continue;
        phrase = span_sub(line, 7, line.n);
        for (size_t i = 0; i < phrase.n; i++)
            if (phrase.p[i] == ':')
                phrase = span_sub(phrase, 0, i);
        item(c, text_trim(phrase), KIND_REFERENCE, "defined in this text");
        n++;
    }
}

static void completion(struct call *c)
{
    static const char *const keywords[] = { "when",           "allow stay by", "allow stay of",
                                            "allow entry",    "require",       "except",
                                            "reservation of", "duty",          "example",
                                            "given",          "gives admit",   "gives refer because",
                                            "text",           "title",         NULL };
    struct lsp_document *d;
    struct span text;
    size_t offset;
    unsigned fact;

    if (!place(c, &d, &offset)) {
        nothing(c);
        return;
    }
    text = doc_text(d);
    fact = lsp_fact(text, offset, true);
    reply(c);
    jw_array(&c->w, "result");
    if (fact < FACTS_N)
        words_of(c, text, fact);
    for (unsigned i = 0; i < FACTS_N; i++)
        item(c, span_str(fact_name((enum fact)i)), KIND_FIELD, "fact");
    phrases_of(c, text);
    for (const char *const *k = keywords; *k; k++)
        item(c, span_str(*k), KIND_KEYWORD, NULL);
    jw_array_end(&c->w);
    end(c);
}

static void definition(struct call *c)
{
    struct lsp_document *d;
    size_t offset, at, from;

    if (!place(c, &d, &offset) || !lsp_definition(doc_text(d), offset, &at)) {
        nothing(c);
        return;
    }
    reply(c);
    jw_object(&c->w, "result");
    jw_str(&c->w, "uri", d->uri);
    put_range(&c->w, doc_text(d), at, at + lsp_line(doc_text(d), at, &from).n);
    jw_object_end(&c->w);
    end(c);
}

/* The whole text anew; a text with faults is left as it is. */
static void formatting(struct call *c)
{
    struct agreement_faults faults;
    struct agreement *a;
    struct span uri = { NULL, 0 }, text;
    struct lsp_document *d = document(c, &uri);
    struct buffer b;
    bool ok;

    if (!d) {
        nothing(c);
        return;
    }
    text = doc_text(d);
    a = agreement_parse(text, &faults);
    buf_init(&b, MEMORY);
    ok = a && agreement_format(text, &c->arena, &b);
    agreement_free(a);
    reply(c);
    jw_array(&c->w, "result");
    if (ok && !span_eq(buf_span(&b), text)) {
        jw_object(&c->w, NULL);
        put_range(&c->w, text, 0, text.n);
        jw_text(&c->w, "newText", buf_span(&b));
        jw_object_end(&c->w);
    }
    jw_array_end(&c->w);
    end(c);
    buf_free(&b);
}

static void initialize(struct call *c)
{
    reply(c);
    jw_object(&c->w, "result");
    jw_object(&c->w, "capabilities");
    jw_int(&c->w, "textDocumentSync", 1);
    jw_bool(&c->w, "hoverProvider", true);
    jw_bool(&c->w, "definitionProvider", true);
    jw_bool(&c->w, "documentFormattingProvider", true);
    jw_object(&c->w, "completionProvider");
    jw_array(&c->w, "triggerCharacters");
    jw_str(&c->w, NULL, ".");
    jw_str(&c->w, NULL, " ");
    jw_array_end(&c->w);
    jw_object_end(&c->w);
    jw_object_end(&c->w);
    jw_object(&c->w, "serverInfo");
    jw_str(&c->w, "name", "serai agreement lsp");
    jw_object_end(&c->w);
    jw_object_end(&c->w);
    end(c);
}

static void shutdown(struct call *c)
{
    c->s->shut_down = true;
    nothing(c);
}

static const struct method {
    const char *name;
    void (*run)(struct call *c);
    bool notice; /* is not answered */
} methods[] = {
    { "initialize", initialize, false },
    { "shutdown", shutdown, false },
    { "textDocument/didOpen", opened, true },
    { "textDocument/didChange", changed, true },
    { "textDocument/didClose", closed, true },
    { "textDocument/hover", hover, false },
    { "textDocument/completion", completion, false },
    { "textDocument/definition", definition, false },
    { "textDocument/formatting", formatting, false },
};

static bool dispatch(struct call *c)
{
    json_ref name = json_member(&c->j, JSON_ROOT, "method");

    c->id = json_member(&c->j, JSON_ROOT, "id");
    c->params = json_member(&c->j, JSON_ROOT, "params");
    if (json_text_is(&c->j, name, "exit"))
        return false;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (!json_text_is(&c->j, name, methods[i].name))
            continue;
        if (methods[i].notice || c->id != JSON_NONE)
            methods[i].run(c);
        return true;
    }
    if (c->id != JSON_NONE && name != JSON_NONE)
        fail(c, NO_METHOD, "no such method");
    return true;
}

bool lsp_message(struct lsp *s, struct span json, struct buffer *out)
{
    struct call c = { .s = s, .id = JSON_NONE, .params = JSON_NONE, .out = out };
    struct why w = { 0 };
    bool more = true;

    arena_init(&c.arena, MEMORY);
    buf_init(&c.body, MEMORY);
    if (json_parse(json, &c.arena, &c.j, &w))
        more = dispatch(&c);
    else
        fail(&c, PARSE_ERROR, w.reason ? w.reason : "json");
    buf_free(&c.body);
    arena_free(&c.arena);
    return more;
}
