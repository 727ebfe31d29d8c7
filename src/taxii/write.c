#include "taxii/write.h"

#include <stdio.h>

#include "wire/json_write.h"

const char *taxii_status_title(unsigned status)
{
    static const struct {
        unsigned status;
        const char *title;
    } titles[] = {
        { 400, "The request is not understood" },
        { 401, "Credentials are needed" },
        { 403, "This is not allowed" },
        { 404, "There is no such resource" },
        { 405, "The resource does not take this method" },
        { 406, "No acceptable media type" },
        { 413, "The request is too large" },
        { 415, "The media type of the body is not supported" },
        { 422, "The content cannot be processed" },
        { 503, "The server is busy" },
    };

    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "The server could not do this";
}

void taxii_put_error(struct buffer *b, unsigned status, const char *reason, const char *description)
{
    struct json_writer j = json_to(b);
    char number[12];

    (void)snprintf(number, sizeof number, "%u", status);
    jw_object(&j, NULL);
    jw_str(&j, "title", taxii_status_title(status));
    if (description && *description)
        jw_str(&j, "description", description);
    if (reason)
        jw_str(&j, "error_code", reason);
    jw_str(&j, "http_status", number);
    jw_object_end(&j);
}

void taxii_put_begin(struct buffer *b, const char *list)
{
    buf_str(b, "{\"");
    buf_str(b, list);
    buf_str(b, "\":[");
}

void taxii_put_end(struct buffer *b, const char *next)
{
    if (!next) {
        buf_str(b, "]}");
        return;
    }
    buf_str(b, "],\"more\":true,\"next\":\"");
    buf_str(b, next);
    buf_str(b, "\"}");
}

void taxii_put_entry(struct buffer *b, bool first, const char *id, const char *date_added,
                     const char *version, unsigned spec)
{
    buf_str(b, first ? "{\"id\":\"" : ",{\"id\":\"");
    buf_str(b, id);
    buf_str(b, "\",\"date_added\":\"");
    buf_str(b, date_added);
    buf_str(b, "\",\"version\":\"");
    buf_str(b, version);
    buf_str(b, spec == 20 ? "\",\"media_type\":\"application/stix+json;version=2.0\"}"
                          : "\",\"media_type\":\"application/stix+json;version=2.1\"}");
}
