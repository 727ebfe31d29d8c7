#include "intel/list.h"

#include "base/text.h"
#include "intel/list_internal.h"

const char *intel_list_format_word(enum list_format f)
{
    static const char *const words[] = { "auto", "lines", "csv", "file-patterns" };

    return words[f];
}

bool intel_list_line(struct span *rest, struct span *line, size_t *number)
{
    if (!text_split(rest, '\n', line))
        return false;
    if (line->n && line->p[line->n - 1] == '\r')
        line->n--;
    ++*number;
    return true;
}

struct span intel_list_content(struct span line)
{
    line = text_trim(line);
    if (line.n && (line.p[0] == '#' || line.p[0] == ';' || line.p[0] == '!' || span_starts(line, SPAN("//"))))
        return (struct span){ NULL, 0 };
    return line;
}

int intel_list_confidence(struct span s)
{
    uint64_t n;

    s = text_trim(s);
    return text_number(s, 100, &n) ? (int)n : -1;
}

void intel_list_refuse(struct list_reader *l, size_t line, struct span value, const struct why *why)
{
    struct intel_refused r = { .line = line, .value = span_sub(value, 0, 200), .why = why };

    l->stats->refused++;
    if (l->sink->refused && !l->sink->refused(l->sink->ctx, &r))
        l->stopped = !why_set(l->w, "stopped", WHY_NO_OFFSET, NULL, "stopped at line %zu", line);
}

static void give(struct list_reader *l, const struct intel_row *row)
{
    l->stats->rows++;
    l->stats->kind[row->kind]++;
    for (unsigned i = 0; i < INTEL_DIRTS; i++)
        l->stats->dirt[i] += row->dirt >> i & 1;
    if (l->sink->row && !l->sink->row(l->sink->ctx, row))
        l->stopped = !why_set(l->w, "stopped", WHY_NO_OFFSET, NULL, "stopped at line %zu", row->line);
}

void intel_list_value(struct list_reader *l, struct span text, enum intel_kind expected,
                      struct intel_row *row)
{
    struct intel_value v;
    struct why why = { 0 };

    if (!intel_read_value(text, expected, &v, &why)) {
        intel_list_refuse(l, row->line, text, &why);
        return;
    }
    switch (intel_seen_add(&l->seen, v.kind, intel_value_span(&v), 0, NULL)) {
    case INTEL_KNOWN:
        l->stats->repeated++;
        return;
    case INTEL_FULL:
        l->stopped = !why_set(l->w, "too-large", WHY_NO_OFFSET, NULL,
                              "more values than fit, from line %zu on", row->line);
        return;
    case INTEL_NEW:
        break;
    }
    row->kind = v.kind;
    row->value = intel_value_span(&v);
    row->dirt = v.dirt;
    give(l, row);
}

bool intel_list_read(struct span text, enum list_format format, const struct intel_about *about,
                     const struct intel_sink *sink, struct arena *a, struct list_stats *out, struct why *w)
{
    struct list_stats stats = { .format = format };
    struct list_reader l = { .about = about, .sink = sink, .stats = &stats, .w = w };

    if (text.n >= 2 && (text.p[0] ^ text.p[1]) == (0xfe ^ 0xff) && text.p[0] >= 0xfe)
        return why_set(w, "utf-16", 0, NULL, "a list in UTF-16; UTF-8 is read");
    if (span_starts(text, SPAN("\xef\xbb\xbf")))
        text = span_sub(text, 3, text.n);
    intel_seen_init(&l.seen, a);
    if (format == LIST_AUTO)
        stats.format = intel_list_guess(text);
    if (stats.format == LIST_CSV)
        intel_list_read_csv(&l, text);
    else if (stats.format == LIST_FILE_PATTERNS)
        intel_list_read_patterns(&l, text);
    else
        intel_list_read_lines(&l, text);
    if (l.stopped)
        return false;
    *out = stats;
    return true;
}
