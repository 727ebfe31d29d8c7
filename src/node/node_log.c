#include "node/node_log.h"

#include <inttypes.h>
#include <string.h>

#include "node/node.h"
#include "wire/json_write.h"

static const char *const level_words[] = { "error", "warning", "info" };

enum log_level log_level_of(const struct access_line *line)
{
    if (line->status >= 500)
        return LEVEL_ERROR;
    return line->status >= 400 || line->status == 0 || (line->reason && strcmp(line->reason, "cut-off") == 0)
               ? LEVEL_WARNING
               : LEVEL_INFO;
}

static void put_head(struct json_writer *j, unix_time at, enum log_level level, const char *event)
{
    char text[TIME_TEXT];

    jw_object(j, NULL);
    jw_str(j, "time", time_format(at, text));
    jw_str(j, "level", level_words[level]);
    jw_str(j, "event", event);
}

static void request_json(unix_time at, const struct access_line *line, struct buffer *out)
{
    struct json_writer j = json_to(out);

    put_head(&j, at, log_level_of(line), "request");
    jw_str(&j, "operation", line->operation);
    jw_str(&j, "method", line->method);
    jw_str(&j, "route", line->route);
    jw_int(&j, "status", line->status);
    jw_int(&j, "duration_us", (int64_t)line->took_us);
    jw_int(&j, "received", (int64_t)line->received);
    jw_int(&j, "sent", (int64_t)line->sent);
    if (line->id)
        jw_hex(&j, "request", span_of(line->id, LOG_ID));
    if (line->reason)
        jw_str(&j, "reason", line->reason);
    jw_object_end(&j);
    buf_u8(out, '\n');
}

void log_request(enum log_form form, unix_time at, const struct access_line *line, struct buffer *out)
{
    char text[TIME_TEXT];

    if (form == LOG_AS_JSON)
        request_json(at, line, out);
    else if (form == LOG_AS_TEXT)
        buf_printf(out, "%s %s %s %u %" PRIu64 " us %zu %zu%s%s\n", time_format(at, text), line->method,
                   line->route, line->status, line->took_us, line->received, line->sent,
                   line->reason ? " " : "", line->reason ? line->reason : "");
}

void log_event(enum log_form form, unix_time at, enum log_level level, const char *event, const char *detail,
               struct buffer *out)
{
    struct json_writer j = json_to(out);
    char text[TIME_TEXT];

    if (form == LOG_AS_JSON) {
        put_head(&j, at, level, event);
        if (detail)
            jw_str(&j, "detail", detail);
        jw_object_end(&j);
        buf_u8(out, '\n');
    } else if (form == LOG_AS_TEXT) {
        buf_printf(out, "%s serai serve: %s\n", time_format(at, text), detail ? detail : event);
    }
}
