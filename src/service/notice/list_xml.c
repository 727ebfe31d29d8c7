#include "service/notice/list_xml.h"

#include <expat.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"

enum { PIECE = 64 * 1024, TOKEN = 4 * 1024 * 1024 };

struct list_xml {
    struct list_xml_use use;
    XML_Parser parser;
    struct arena arena;
    struct buffer text; /* of the innermost open element of the record */
    size_t depth;
    size_t record;                                    /* depth of the record that is open; 0: none */
    struct list_xml_node *open[LIMIT_LIST_XML_DEPTH]; /* of it, outermost first */
    struct list_xml_node *last[LIMIT_LIST_XML_DEPTH]; /* the newest child of each */
    bool full;                                        /* it has no room: passed over to its end */
    uint64_t fed;
    bool failed;
    struct why why;
};

static void fail(struct list_xml *x, const char *reason, const char *what)
{
    (void)why_set(&x->why, reason, (size_t)XML_GetCurrentByteIndex(x->parser), NULL, "line %lu: %s",
                  (unsigned long)XML_GetCurrentLineNumber(x->parser), what);
    x->failed = true;
    (void)XML_StopParser(x->parser, XML_FALSE);
}

/* The caller's callback said no, with a reason of its own. */
static void stop(struct list_xml *x)
{
    x->failed = true;
    (void)XML_StopParser(x->parser, XML_FALSE);
}

static struct span local_name(const char *name)
{
    const char *colon = strrchr(name, ':');

    return span_str(colon ? colon + 1 : name);
}

static bool wanted(const struct list_xml *x, struct span name)
{
    for (const char *const *p = x->use.records; *p; p++)
        if (span_eq_str(name, *p))
            return true;
    return false;
}

static struct list_xml_node *make_node(struct list_xml *x, const char *name, const char **attributes)
{
    struct list_xml_node *n = arena_alloc(&x->arena, sizeof *n);
    struct list_xml_attribute *at;
    size_t count = 0;

    while (attributes[2 * count])
        count++;
    at = arena_array(&x->arena, count + 1, sizeof *at);
    if (!n || !at)
        return NULL;
    n->name = arena_copy(&x->arena, local_name(name));
    n->line = XML_GetCurrentLineNumber(x->parser);
    n->attribute = at;
    n->n_attribute = count;
    for (size_t i = 0; i < count; i++) {
        struct span name_of = local_name(attributes[2 * i]), text = span_str(attributes[2 * i + 1]);

        at[i].name = arena_copy(&x->arena, name_of);
        at[i].text = arena_copy(&x->arena, text);
        if ((name_of.n && !at[i].name.p) || (text.n && !at[i].text.p))
            return NULL;
    }
    return n->name.p || !*name ? n : NULL;
}

/* What stood in front of a child or the end; parts of one element are joined. */
static void take_text(struct list_xml *x, struct list_xml_node *n)
{
    struct span s = text_trim(buf_span(&x->text));

    if (!buf_ok(&x->text)) {
        x->full = true;
    } else if (s.n && !n->text.n) {
        n->text = arena_copy(&x->arena, s);
        x->full = x->full || !n->text.p;
    } else if (s.n) {
        uint8_t *p = arena_alloc(&x->arena, n->text.n + 1 + s.n);

        x->full = x->full || !p;
        if (p) {
            memcpy(p, n->text.p, n->text.n);
            p[n->text.n] = ' ';
            memcpy(p + n->text.n + 1, s.p, s.n);
            n->text = span_of(p, n->text.n + 1 + s.n);
        }
    }
    buf_reset(&x->text);
}

static void tell_root(struct list_xml *x, const char *name, const char **attributes)
{
    struct list_xml_node *n;

    arena_reset(&x->arena);
    n = make_node(x, name, attributes);
    if (!n)
        fail(x, "too-large", "the outermost element is too long");
    else if (!x->use.root(x->use.ctx, n, &x->why))
        stop(x);
}

static void XMLCALL start_element(void *ctx, const char *name, const char **attributes)
{
    struct list_xml *x = ctx;
    struct list_xml_node *n;
    size_t at;

    if (x->failed)
        return;
    if (x->depth == LIMIT_LIST_XML_DEPTH) {
        fail(x, "too-deep", "elements in elements in elements");
        return;
    }
    if (++x->depth == 1)
        tell_root(x, name, attributes);
    if (x->depth == 1 || (!x->record && !wanted(x, local_name(name))))
        return;
    if (!x->record) {
        arena_reset(&x->arena);
        buf_reset(&x->text);
        x->record = x->depth;
        x->full = false;
    }
    at = x->depth - x->record;
    if (at && !x->full)
        take_text(x, x->open[at - 1]);
    n = x->full && at ? NULL : make_node(x, name, attributes);
    x->open[at] = n ? n : x->open[0];
    if (!n) {
        x->full = true;
        return;
    }
    x->last[at] = NULL;
    if (at && x->last[at - 1])
        x->last[at - 1]->next = n;
    else if (at)
        x->open[at - 1]->child = n;
    if (at)
        x->last[at - 1] = n;
}

static void end_record(struct list_xml *x)
{
    struct list_xml_node *n = x->open[0];
    bool ok;

    x->record = 0;
    if (x->full) {
        struct why why = { 0 };

        (void)why_set(&why, "too-large", WHY_NO_OFFSET, NULL, "the entry is longer than %d bytes",
                      LIMIT_LIST_ENTRY);
        ok = x->use.refused(x->use.ctx, XML_GetCurrentLineNumber(x->parser), &why, &x->why);
    } else {
        ok = x->use.record(x->use.ctx, n, &x->arena, &x->why);
    }
    if (!ok)
        stop(x);
}

static void XMLCALL end_element(void *ctx, const char *name)
{
    struct list_xml *x = ctx;

    (void)name;
    if (x->failed)
        return;
    if (x->record) {
        if (!x->full)
            take_text(x, x->open[x->depth - x->record]);
        if (x->depth == x->record)
            end_record(x);
    }
    x->depth--;
}

static void XMLCALL characters(void *ctx, const char *text, int n)
{
    struct list_xml *x = ctx;

    if (!x->failed && x->record && !x->full)
        buf_put(&x->text, span_of(text, (size_t)n));
}

static void XMLCALL doctype(void *ctx, const char *name, const char *system, const char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    fail(ctx, "doctype", "a list has no document type and no entities of its own");
}

struct list_xml *list_xml_new(const struct list_xml_use *use)
{
    struct list_xml *x = calloc(1, sizeof *x);

    if (!x || !(x->parser = XML_ParserCreate(NULL)))
        abort();
    x->use = *use;
    arena_init(&x->arena, LIMIT_LIST_ENTRY);
    buf_init(&x->text, LIMIT_LIST_ENTRY);
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, start_element, end_element);
    XML_SetCharacterDataHandler(x->parser, characters);
    XML_SetStartDoctypeDeclHandler(x->parser, doctype);
    (void)XML_SetParamEntityParsing(x->parser, XML_PARAM_ENTITY_PARSING_NEVER);
    return x;
}

void list_xml_free(struct list_xml *x)
{
    if (!x)
        return;
    XML_ParserFree(x->parser);
    arena_free(&x->arena);
    buf_free(&x->text);
    free(x);
}

static bool parse(struct list_xml *x, struct span s, bool end, struct why *w)
{
    enum XML_Error e;

    if (x->failed || XML_Parse(x->parser, (const char *)(s.p ? s.p : (const uint8_t *)""), (int)s.n, end) !=
                         XML_STATUS_OK) {
        e = XML_GetErrorCode(x->parser);
        if (!x->failed)
            fail(x, e == XML_ERROR_UNKNOWN_ENCODING || e == XML_ERROR_INCORRECT_ENCODING ? "encoding" : "xml",
                 XML_ErrorString(e));
        if (w && !w->reason)
            *w = x->why;
        return false;
    }
    x->fed += s.n;
    /* What the parser has not taken yet is one token: a name, a tag, a comment. */
    if ((uint64_t)XML_GetCurrentByteIndex(x->parser) + TOKEN < x->fed) {
        fail(x, "too-large", "one piece of the file does not end");
        if (w && !w->reason)
            *w = x->why;
        return false;
    }
    return true;
}

bool list_xml_feed(struct list_xml *x, struct span bytes, struct why *w)
{
    for (size_t at = 0; at < bytes.n; at += PIECE)
        if (!parse(x, span_sub(bytes, at, at + PIECE), false, w))
            return false;
    return true;
}

bool list_xml_end(struct list_xml *x, struct why *w)
{
    return parse(x, (struct span){ NULL, 0 }, true, w);
}

/* ---- trees ---- */

const struct list_xml_node *list_xml_child(const struct list_xml_node *n, const char *name)
{
    const struct list_xml_node *c = n ? n->child : NULL;

    while (c && !span_eq_str(c->name, name))
        c = c->next;
    return c;
}

const struct list_xml_node *list_xml_after(const struct list_xml_node *n, const char *name)
{
    const struct list_xml_node *c = n ? n->next : NULL;

    while (c && !span_eq_str(c->name, name))
        c = c->next;
    return c;
}

struct span list_xml_text(const struct list_xml_node *n, const char *child)
{
    const struct list_xml_node *c = list_xml_child(n, child);

    return c ? c->text : (struct span){ NULL, 0 };
}

struct span list_xml_attr(const struct list_xml_node *n, const char *name)
{
    for (size_t i = 0; n && i < n->n_attribute; i++)
        if (span_eq_str(n->attribute[i].name, name))
            return n->attribute[i].text;
    return (struct span){ NULL, 0 };
}
