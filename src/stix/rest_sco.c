/* What rows of tables cannot say: observables (STIX 2.1 6). */
#include "stix/check.h"

#include "base/text.h"
#include "stix/vocab.h"

static json_ref member(struct stix_check *c, json_ref v, const char *name)
{
    return json_member(c->json, v, name);
}

/* 6.6: the body is in parts, or it is not. */
void stix_rest_email_message(struct stix_check *c, json_ref v)
{
    json_ref parts = member(c, v, "is_multipart");

    if (json_is(c->json, parts, JSON_KIND_TRUE) && member(c, v, "body") != JSON_NONE)
        stix_broken(c, STIX_MUST, "one-of", "STIX 2.1 6.6", v, "body stands where is_multipart is true");
    if (json_is(c->json, parts, JSON_KIND_FALSE) && member(c, v, "body_multipart") != JSON_NONE)
        stix_broken(c, STIX_MUST, "one-of", "STIX 2.1 6.6", v,
                    "body_multipart stands where is_multipart is false");
}

/* All items of the list are strings. */
static bool strings(struct stix_check *c, json_ref v, size_t least)
{
    size_t n = 0;

    if (!json_is(c->json, v, JSON_KIND_ARRAY))
        return false;
    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i), n++)
        if (!json_is(c->json, i, JSON_KIND_STRING))
            return false;
    return n >= least;
}

void stix_rest_header_fields(struct stix_check *c, json_ref v)
{
    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i))
        if (!json_is(c->json, i + 1, JSON_KIND_STRING) && !strings(c, i + 1, 1))
            stix_broken(c, STIX_MUST, "wrong-type", "STIX 2.1 6.6", i + 1,
                        "a string or a list of strings is expected");
}

void stix_rest_file(struct stix_check *c, json_ref v)
{
    struct span s;

    if (c->how->strict && stix_text(c, member(c, v, "mime_type"), &s) && !stix_mime_type(s))
        stix_broken(c, STIX_SHOULD, "value", "STIX 2.1 6.7", member(c, v, "mime_type"), "no media type");
}

/* 6.12: what is going on has no end. */
void stix_rest_network_traffic(struct stix_check *c, json_ref v)
{
    json_ref protocols = member(c, v, "protocols");
    struct span s;

    if (json_is(c->json, member(c, v, "is_active"), JSON_KIND_TRUE) && member(c, v, "end") != JSON_NONE)
        stix_broken(c, STIX_MUST, "one-of", "STIX 2.1 6.12", v, "end stands where is_active is true");
    if (!c->how->strict)
        return;
    if (member(c, v, "src_port") == JSON_NONE || member(c, v, "dst_port") == JSON_NONE)
        stix_broken(c, STIX_SHOULD, "missing", "STIX 2.1 6.12", v, "src_port and dst_port should be there");
    for (json_ref i = json_is(c->json, protocols, JSON_KIND_ARRAY) ? json_first(c->json, protocols)
                                                                   : JSON_NONE;
         i != JSON_NONE; i = json_after(c->json, protocols, i))
        if (stix_text(c, i, &s) && !stix_word_in(vocab_protocols, s))
            stix_broken(c, STIX_SHOULD, "vocabulary", "STIX 2.1 6.12", i,
                        "no protocol's name of the IANA registry");
}

void stix_rest_pdf_information(struct stix_check *c, json_ref v)
{
    struct span key;

    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i)) {
        if (!json_is(c->json, i + 1, JSON_KIND_STRING))
            stix_broken(c, STIX_MUST, "wrong-type", "STIX 2.1 6.7.4", i + 1, "a string is expected");
        if (c->how->strict && stix_text(c, i, &key) && !stix_word_in(vocab_pdf_information, key))
            stix_broken(c, STIX_SHOULD, "vocabulary", "STIX 2.1 6.7.4", i,
                        "no key of a document's information");
    }
}

/* 6.7.5: names of EXIF, as they are written there. */
void stix_rest_exif_tags(struct stix_check *c, json_ref v)
{
    struct span key;

    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i)) {
        if (!stix_text(c, i, &key) || key.n < 2 || !ascii_upper(key.p[0]))
            stix_broken(c, STIX_MUST, "name", "STIX 2.1 6.7.5", i, "no name of an EXIF tag");
        if (!json_is(c->json, i + 1, JSON_KIND_STRING) && !json_is(c->json, i + 1, JSON_KIND_NUMBER))
            stix_broken(c, STIX_MUST, "wrong-type", "STIX 2.1 6.7.5", i + 1,
                        "an integer or a string is expected");
    }
}

void stix_rest_ipfix(struct stix_check *c, json_ref v)
{
    int64_t n;

    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i))
        if (!json_is(c->json, i + 1, JSON_KIND_STRING) && !json_int64(c->json, i + 1, &n))
            stix_broken(c, STIX_MUST, "wrong-type", "STIX 2.1 6.12", i + 1,
                        "an integer or a string is expected");
}

/* 6.12.2: a list of strings in the errata, a string before. */
void stix_rest_request_header(struct stix_check *c, json_ref v)
{
    struct span key;

    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i)) {
        if (!json_is(c->json, i + 1, JSON_KIND_STRING) && !strings(c, i + 1, 1))
            stix_broken(c, STIX_MUST, "wrong-type", "STIX 2.1 6.12.2", i + 1,
                        "a list of strings is expected");
        if (c->how->strict && stix_text(c, i, &key) && !stix_word_in(vocab_http_headers, key))
            stix_broken(c, STIX_SHOULD, "vocabulary", "STIX 2.1 6.12.2", i,
                        "no usual header field of a request");
    }
}

/* SO_…, IP_…, TCP_… and the others in capitals. */
static bool option_name(struct span s)
{
    static const char *const family[] = {
        "SO_", "ICMP_", "ICMP6_", "IP_", "IPV6_", "MCAST_", "TCP_", "IRLMP_"
    };
    size_t n = 0;

    for (size_t i = 0; i < sizeof family / sizeof *family && !n; i++)
        if (span_starts(s, span_str(family[i])))
            n = strlen(family[i]);
    if (!n || n == s.n || s.p[s.n - 1] == '_')
        return false;
    for (size_t i = n; i < s.n; i++)
        if (!ascii_upper(s.p[i]) && (s.p[i] != '_' || s.p[i - 1] == '_'))
            return false;
    return true;
}

void stix_rest_socket_options(struct stix_check *c, json_ref v)
{
    struct span key;
    int64_t n;

    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i)) {
        if (!stix_text(c, i, &key) || !option_name(key))
            stix_broken(c, STIX_MUST, "name", "STIX 2.1 6.12.4", i, "no name of a socket option");
        if (!json_int64(c->json, i + 1, &n))
            stix_broken(c, STIX_MUST, "wrong-type", "STIX 2.1 6.12.4", i + 1, "an integer is expected");
    }
}

/* 6.13.2: STARTUPINFO of Windows; no other keys. */
void stix_rest_startup_info(struct stix_check *c, json_ref v)
{
    struct span key;
    int64_t n;

    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i)) {
        enum json_kind kind = c->json->node[i + 1].kind;
        bool text, number;

        if (!stix_text(c, i, &key))
            return;
        text = stix_word_in("|lpDesktop|lpTitle|lpReserved|lpReserved2|", key);
        number = stix_word_in("|cb|dwX|dwY|dwXSize|dwYSize|dwXCountChars|dwYCountChars|cbReserved2|", key);
        if (!text && !number &&
            !stix_word_in("|dwFillAttribute|dwFlags|wShowWindow|hStdInput|hStdOutput|hStdError|", key))
            stix_broken(c, STIX_MUST, "name", "STIX 2.1 6.13.2", i, "no member of STARTUPINFO");
        else if (text ? kind != JSON_KIND_STRING
                      : !json_int64(c->json, i + 1, &n) && (number || kind != JSON_KIND_STRING))
            stix_broken(c, STIX_MUST, "wrong-type", "STIX 2.1 6.13.2", i + 1,
                        "a value of another type is expected");
    }
}

void stix_rest_windows_process(struct stix_check *c, json_ref v)
{
    struct span s, end = SPAN("_CLASS");

    if (c->how->strict && stix_text(c, member(c, v, "priority"), &s) &&
        (s.n <= end.n || !span_eq(span_sub(s, s.n - end.n, s.n), end)))
        stix_broken(c, STIX_SHOULD, "value", "STIX 2.1 6.13.2", member(c, v, "priority"),
                    "a priority should end in _CLASS");
}
