/* One object of the store as a person sees it. */
#include "service/cyber/object_view_internal.h"

#include "base/limits.h"
#include "base/text.h"

enum { MEMORY = 64 << 20, NAME = 240 };

void object_look_init(struct object_look *l, const struct object_view *v)
{
    *l = (struct object_look){ .v = v };
    arena_init(&l->arena, MEMORY);
    buf_init(&l->text, LIMIT_CYBER_OBJECT);
}

void object_look_free(struct object_look *l)
{
    buf_free(&l->text);
    arena_free(&l->arena);
}

bool object_view_may(void *ctx, const struct cyber_label *label)
{
    const struct object_view *v = ctx;

    return cyber_may(&v->law, &v->reader, label, CYBER_READ, v->now) == CYBER_ALLOWED;
}

bool object_look_read(struct object_look *l, uint64_t sequence, bool *there, struct why *w)
{
    struct object_store *s = l->v->objects;
    uint8_t *to;

    buf_reset(&l->text);
    *there = object_store_row(s, sequence, &l->row);
    if (!*there)
        return true;
    to = buf_grow(&l->text, l->row.n);
    if (!to)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    return object_store_bytes(s, &sequence, 1, to, l->row.n, w);
}

bool object_look_parse(struct object_look *l, struct why *w)
{
    arena_reset(&l->arena);
    return json_parse(buf_span(&l->text), &l->arena, &l->json, w) ||
           why_set(w, "corrupt", WHY_NO_OFFSET, NULL, "an object of the store cannot be read");
}

struct span object_look_name(struct object_look *l)
{
    static const char *const by[] = { "name",     "value",   "relationship_type", "path",   "opinion",
                                      "abstract", "subject", "content",           "pattern" };
    struct span s = { NULL, 0 };

    for (size_t i = 0; i < sizeof by / sizeof *by && !s.n; i++)
        if (!json_text_of(&l->json, json_member(&l->json, JSON_ROOT, by[i]), &l->arena, &s))
            s = (struct span){ NULL, 0 };
    if (s.n > NAME)
        s.n = utf8_valid_to(span_of(s.p, NAME));
    return s;
}

static void say_flags(const struct cyber_label *l, struct json_writer *j)
{
    static const struct {
        uint8_t flag;
        const char *word;
    } words[] = { { CYBER_EXERCISE, "exercise" }, { CYBER_GRANULAR, "granular" }, { CYBER_REFER, "refer" },
                  { CYBER_EMBARGO, "embargo" },   { CYBER_RELAXED, "relaxed" },   { CYBER_HELD, "held" },
                  { CYBER_UNMARKED, "unmarked" } };

    jw_array(j, "flags");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (l->flags & words[i].flag)
            jw_str(j, NULL, words[i].word);
    jw_array_end(j);
}

void object_view_label(const struct object_view *v, const struct cyber_label *l, struct json_writer *j,
                       const char *key)
{
    enum tlp t = l->tlp > TLP_RED || (l->flags & CYBER_REFER) ? TLP_RED : (enum tlp)l->tlp;
    char until[TIME_TEXT];
    uint8_t mem[CYBER_PLACES * CYBER_NAME];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    jw_object(j, key);
    jw_str(j, "tlp", tlp_word(TLP_STIX, t));
    jw_str(j, "owner", l->owner < v->places->n ? v->places->member[l->owner] : NULL);
    if (cyber_audience_put(
            v->places,
            l->audience &
                ~(l->owner < CYBER_PLACES && l->audience != CYBER_ALL ? (uint64_t)1 << l->owner : 0),
            l->owner, &b))
        jw_text(j, "to", buf_span(&b));
    if (l->group != CYBER_NO_PLACE)
        jw_str(j, "group", l->group < v->places->n_groups ? v->places->group[l->group] : "-");
    if (l->flags & CYBER_EMBARGO)
        jw_str(j, "until", l->until ? time_format(l->until, until) : NULL);
    say_flags(l, j);
    jw_object_end(j);
}

void object_look_say(struct object_look *l, struct json_writer *j)
{
    char id[STIX_ID_TEXT], time[OBJECT_TIME_TEXT];

    (void)object_id_text(l->v->objects, &l->row, id);
    jw_str(j, "id", id);
    jw_text(j, "type", object_store_type(l->v->objects, l->row.type));
    jw_text(j, "name", object_look_name(l));
    jw_str(j, "version", object_version_text(&l->row, time));
    jw_str(j, "added", object_date_text(l->row.date_added, time));
    jw_bool(j, "revoked", (l->row.flags & OBJECT_IS_REVOKED) != 0);
    jw_bool(j, "versioned", !(l->row.flags & OBJECT_IS_UNVERSIONED));
    object_view_label(l->v, &l->row.label, j, "label");
}

static const struct {
    const char *written, *meant;
} fangs[] = { { "hxxp", "http" }, { "[.]", "." },   { "(.)", "." }, { "{.}", "." },
              { "[dot]", "." },   { "(dot)", "." }, { "[:]", ":" }, { "[://]", "://" },
              { "[@]", "@" },     { "[at]", "@" },  { "(at)", "@" } };

static char lower(uint8_t c)
{
    return (char)(ascii_upper(c) ? c + 'a' - 'A' : c);
}

static size_t starts(struct span s, const char *with)
{
    size_t n = strlen(with);

    for (size_t i = 0; i < n; i++)
        if (i >= s.n || lower(s.p[i]) != with[i])
            return 0;
    return n;
}

struct span object_view_refang(struct span s, uint8_t *out)
{
    size_t n = 0;

    while (s.n) {
        size_t i = 0, k = 0;

        while (i < sizeof fangs / sizeof *fangs && !(k = starts(s, fangs[i].written)))
            i++;
        if (k) {
            size_t m = strlen(fangs[i].meant);

            memcpy(out + n, fangs[i].meant, m);
            n += m;
        } else {
            out[n++] = s.p[0];
            k = 1;
        }
        s = span_sub(s, k, s.n);
    }
    return span_of(out, n);
}
