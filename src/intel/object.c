#include "intel/object.h"

#include <stdio.h>

const char *object_id(const char *type, const struct stix_uuid *uuid, char *out)
{
    char text[STIX_UUID_TEXT];

    (void)snprintf(out, STIX_ID_TEXT, "%s--%s", type, stix_uuid_text(uuid, text));
    return out;
}

void object_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[STIX_TIME_TEXT];

    jw_str(j, key, stix_time_text(t * 1000000, text));
}

static void put_marking(struct json_writer *j, bool marked, enum tlp tlp)
{
    if (!marked)
        return;
    jw_array(j, "object_marking_refs");
    jw_str(j, NULL, stix_tlp_id(tlp));
    jw_array_end(j);
}

void object_begin(struct json_writer *j, const struct object_head *h)
{
    char id[STIX_ID_TEXT];

    jw_object(j, NULL);
    jw_str(j, "type", h->type);
    jw_str(j, "spec_version", "2.1");
    jw_str(j, "id", object_id(h->type, h->uuid, id));
    if (h->creator)
        jw_str(j, "created_by_ref", h->creator);
    object_time(j, "created", h->created);
    object_time(j, "modified", h->modified < h->created ? h->created : h->modified);
    if (h->revoked)
        jw_bool(j, "revoked", true);
    if (h->labels.n) {
        jw_array(j, "labels");
        jw_raw(j, NULL, h->labels);
        jw_array_end(j);
    }
    if (h->confidence >= 0)
        jw_int(j, "confidence", h->confidence);
    put_marking(j, h->marked, h->tlp);
}

void object_begin_plain(struct json_writer *j, const char *type, const char *id, bool marked, enum tlp tlp)
{
    jw_object(j, NULL);
    jw_str(j, "type", type);
    jw_str(j, "spec_version", "2.1");
    if (id)
        jw_str(j, "id", id);
    put_marking(j, marked, tlp);
}

void label_put(struct buffer *b, struct span text)
{
    if (text.n == 0)
        return;
    if (b->n)
        buf_u8(b, ',');
    jw_quote(b, text);
}

void label_pair(struct buffer *b, const char *name, struct span value)
{
    uint8_t mem[600];
    struct buffer t;

    buf_init_fixed(&t, mem, sizeof mem);
    buf_str(&t, name);
    buf_str(&t, "=\"");
    for (size_t i = 0; i < value.n && i < 500; i++)
        buf_u8(&t, value.p[i] == '"' || value.p[i] < ' ' ? '\'' : value.p[i]);
    buf_u8(&t, '"');
    label_put(b, buf_span(&t));
}

bool label_value(struct span label, const char *name, struct span *out)
{
    struct span prefix = span_str(name);

    if (!span_starts(label, prefix) || label.n < prefix.n + 3 || label.p[prefix.n] != '=' ||
        label.p[prefix.n + 1] != '"' || label.p[label.n - 1] != '"')
        return false;
    *out = span_sub(label, prefix.n + 2, label.n - 1);
    return true;
}

void object_derive(const char *what, struct span a, struct span b, struct stix_uuid *out)
{
    uint8_t mem[INTEL_VALUE + 1200];
    struct buffer name;

    buf_init_fixed(&name, mem, sizeof mem);
    buf_str(&name, what);
    buf_u8(&name, 0);
    buf_put(&name, span_sub(a, 0, INTEL_VALUE));
    buf_u8(&name, 0);
    buf_put(&name, span_sub(b, 0, 1024));
    stix_uuid_v5(&stix_space_serai, buf_span(&name), out);
}
