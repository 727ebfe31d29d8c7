/* An array of objects, or an object a line; one at a time, so that a damaged one costs only itself. */
#include "base/text.h"
#include "service/travel/manifest_read.h"
#include "wire/json.h"

/* The value that begins at `at`: up to the end of its brackets, of its quotes, or of its line or item. */
static size_t value_end(struct span s, size_t at, bool lines)
{
    bool quoted = false;
    size_t depth = 0;

    for (; at < s.n; at++) {
        uint8_t c = s.p[at];

        if (lines && c == '\n')
            return at;
        if (quoted) {
            if (c == '\\' && at + 1 < s.n && s.p[at + 1] != '\n')
                at++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            if (depth == 0)
                return at;
            if (--depth == 0 && !lines)
                return at + 1;
        } else if (c == ',' && depth == 0 && !lines) {
            return at;
        }
    }
    return at;
}

/* Strings as they are, numbers as they are written; null and "" are nothing. */
static bool value_of(const struct json *j, json_ref v, struct arena *a, struct span *out)
{
    *out = (struct span){ NULL, 0 };
    if (json_is(j, v, JSON_KIND_STRING))
        return json_text_of(j, v, a, out);
    if (json_is(j, v, JSON_KIND_NUMBER))
        *out = json_source(j, v);
    return json_is(j, v, JSON_KIND_NUMBER) || json_is(j, v, JSON_KIND_NULL);
}

static bool read_person(struct manifest_reading *r, struct span text, struct manifest_person *p)
{
    uint8_t seen[MANIFEST_COLUMNS_N] = { 0 };
    struct json j;

    if (text.n > LIMIT_MANIFEST_ITEM || !json_parse(text, r->a, &j, NULL) ||
        !json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return false;
    for (json_ref m = json_first(&j, JSON_ROOT); m != JSON_NONE; m = json_after(&j, JSON_ROOT, m)) {
        struct span name = { NULL, 0 }, value;
        enum manifest_column c;

        if (!json_text_of(&j, m, r->a, &name))
            return false;
        c = manifest_column_of(name);
        if (c == MANIFEST_COLUMNS_N)
            manifest_remark(r->report, p->at, "column-unknown", name);
        else if (seen[c]++)
            manifest_remark(r->report, p->at, "column-twice", name);
        else if (value_of(&j, json_value_of(&j, m), r->a, &value))
            manifest_set(p, c, value, &r->text);
        else
            p->fault[c] = FAULT_TEXT;
    }
    return true;
}

static bool give_item(struct manifest_reading *r, struct span text, uint32_t number, struct why *w)
{
    struct manifest_person p = { .at = number };

    buf_reset(&r->text);
    arena_reset(r->a);
    if (!read_person(r, text, &p)) {
        p = (struct manifest_person){ .at = number, .row = FAULT_SYNTAX };
        manifest_remark(r->report, number, "row-unread", SPAN("json"));
    }
    return manifest_give(r, &p, w);
}

bool manifest_read_json(struct manifest_reading *r, struct why *w)
{
    struct span s = r->s->text;
    uint32_t number = 0;
    bool lines;
    size_t at = span_starts(s, SPAN("\xef\xbb\xbf")) ? 3 : 0;

    while (at < s.n && ascii_space(s.p[at]))
        at++;
    lines = at >= s.n || s.p[at] != '[';
    at += !lines;
    for (;;) {
        size_t end;

        while (at < s.n && (ascii_space(s.p[at]) || (!lines && s.p[at] == ',')))
            at++;
        if (at >= s.n || (!lines && s.p[at] == ']'))
            break;
        end = value_end(s, at, lines);
        end += end == at; /* a bracket that nothing opened */
        if (!give_item(r, text_trim(span_sub(s, at, end)), ++number, w))
            return false;
        at = end;
    }
    if (!lines && (at >= s.n || text_trim(span_sub(s, at + 1, s.n)).n))
        manifest_remark(r->report, number, at >= s.n ? "list-cut" : "text-behind", (struct span){ NULL, 0 });
    return true;
}
