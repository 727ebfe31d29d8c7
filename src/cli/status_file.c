#include "cli/status_file.h"

#include "base/limits.h"
#include "base/text.h"

bool status_file_number(struct span s, uint64_t *out)
{
    uint64_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i]) || n > (UINT64_MAX - 9) / 10)
            return false;
        n = n * 10 + (uint64_t)(s.p[i] - '0');
    }
    if (s.n)
        *out = n;
    return s.n > 0;
}

bool status_file_base64(struct span s, struct arena *a, struct span *out)
{
    size_t room = s.n / 4 * 3 + 3, bad;
    uint8_t *mem = arena_alloc(a, room);
    struct buffer b;

    if (!mem)
        return false;
    buf_init_fixed(&b, mem, room);
    if (!base64_decode(s, BASE64_STD, &b, &bad))
        return false;
    *out = buf_span(&b);
    return out->n > 0;
}

static bool read_state(struct span s, unsigned *out)
{
    uint64_t n;

    if (s.n == 0 || span_eq_str(s, "revoked"))
        *out = 1;
    else if (span_eq_str(s, "valid"))
        *out = 0;
    else if (status_file_number(s, &n) && n <= 255)
        *out = (unsigned)n;
    else
        return false;
    return true;
}

static bool read_line(struct span line, struct status_file_line *out)
{
    struct span name = line, state = { 0 };

    for (size_t i = 0; i < line.n; i++) {
        if (!ascii_space(line.p[i]))
            continue;
        name = span_sub(line, 0, i);
        state = text_trim(span_sub(line, i, line.n));
        break;
    }
    out->name = name;
    return read_state(state, &out->value);
}

bool status_file_read(struct span text, struct status_file *out, struct arena *a, struct why *w)
{
    const uint8_t *from = text.p;
    struct span rest = text, line;
    size_t lines = 1;
    struct status_file f = { 0 };

    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n';
    f.line = arena_array(a, lines, sizeof *f.line);
    if (!f.line)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many lines");
    while (text_split(&rest, '\n', &line)) {
        const uint8_t *hash = line.n ? memchr(line.p, '#', line.n) : NULL;

        line = text_trim(hash ? span_of(line.p, (size_t)(hash - line.p)) : line);
        if (line.n == 0)
            continue;
        f.line[f.n].offset = (size_t)(line.p - from);
        if (!read_line(line, &f.line[f.n]))
            return why_set(w, "line", f.line[f.n].offset, NULL,
                           "after the position or identifier \"revoked\", \"valid\" or a number is expected");
        f.n++;
    }
    *out = f;
    return true;
}

/* The highest position that the lines need, and that each is one. */
static bool highest(const struct status_file *f, uint64_t *size, struct why *w)
{
    for (size_t i = 0; i < f->n; i++) {
        uint64_t index;

        if (!status_file_number(f->line[i].name, &index))
            return why_set(w, "line", f->line[i].offset, NULL, "a line begins with a position");
        if (index >= *size)
            *size = index < UINT64_MAX ? index + 1 : index;
    }
    return true;
}

static bool put_line(const struct status_file_line *l, uint8_t *data, const struct status_order *o,
                     struct why *w)
{
    uint64_t index = 0;
    unsigned was;

    if (!status_file_number(l->name, &index) || !status_at(&o->values, index, &was))
        return why_set(w, "STATUS_INDEX", l->offset, NULL, "this position is past the end");
    if (was && !l->value && !o->other_documents)
        return why_set(w, "line", l->offset, "ISO/IEC 18013-5 12.3.6",
                       "a licence that was revoked stays revoked");
    return status_values_set(&o->values, data, index, l->value, w);
}

bool status_file_values(struct status_file *f, const struct status_list *before, unsigned bits, uint64_t size,
                        struct arena *a, struct status_order *o, struct why *w)
{
    uint8_t *data;
    unsigned value;

    if (before)
        bits = before->values.bits;
    if (before && size < status_count(&before->values))
        size = status_count(&before->values);
    if (!highest(f, &size, w) || !status_values_make(bits, size, a, &data, &o->values, w))
        return false;
    if (before && before->values.data.n)
        memcpy(data, before->values.data.p, before->values.data.n);
    for (size_t i = 0; i < f->n; i++)
        if (!put_line(&f->line[i], data, o, w))
            return false;
    f->revoked = 0;
    for (uint64_t i = 0; status_at(&o->values, i, &value); i++)
        f->revoked += value != 0;
    return true;
}

static size_t of_before(const struct status_list *before, struct span *to)
{
    struct cbor c = cbor_of(before->token.identifiers);
    size_t n = 0;

    for (size_t left = cbor_map(&c); left > 0 && cbor_ok(&c); left--) {
        to[n++] = cbor_bytes(&c);
        (void)cbor_item(&c);
    }
    return n;
}

/* In the list already? Linear: lists of identifiers are short. */
static bool is_there(const struct span *list, size_t n, struct span id)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(list[i], id))
            return true;
    return false;
}

bool status_file_identifiers(struct status_file *f, const struct status_list *before, struct arena *a,
                             struct status_order *o, struct why *w)
{
    size_t old = before ? before->token.n_identifiers : 0, n;
    struct span *list = arena_array(a, old + f->n + 1, sizeof *list);

    if (!list || old + f->n > LIMIT_CBOR_ITEMS / 2)
        return why_set(w, "STATUS_TOO_LARGE", WHY_NO_OFFSET, NULL, "more than %d identifiers",
                       LIMIT_CBOR_ITEMS / 2);
    n = before ? of_before(before, list) : 0;
    for (size_t i = 0; i < f->n; i++) {
        struct span id;
        bool listed;

        if (!hex_decode(f->line[i].name, a, &id) || id.n == 0)
            return why_set(w, "line", f->line[i].offset, NULL,
                           "a line begins with an identifier: hexadecimal");
        listed = is_there(list, n, id);
        if (listed && !f->line[i].value)
            return why_set(w, "line", f->line[i].offset, "ISO/IEC 18013-5 12.3.6",
                           "a licence that was revoked stays revoked");
        if (!listed && f->line[i].value)
            list[n++] = id;
    }
    o->identifier = list;
    o->n_identifiers = f->revoked = n;
    return true;
}
