/* The object of one sighting: pure. */
#include "crypto/hmac.h"
#include "service/cyber/federate_take.h"
#include "service/cyber/sighting_add.h"

void sighting_id(const uint8_t secret[SIGHTING_SECRET], const struct sighting *s, struct stix_uuid *out)
{
    uint8_t mem[512];
    char uuid[STIX_UUID_TEXT];
    struct digest mac;
    struct buffer b;
    struct span all;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_str(&b, "cyber/sighting/");
    buf_put(&b, s->member);
    buf_u8(&b, '/');
    buf_put(&b, s->observer);
    buf_printf(&b, "/%s/%lld/%u", stix_uuid_text(&s->indicator, uuid), (long long)s->from, s->seconds);
    all = buf_span(&b);
    hmac_sha256(span_of(secret, SIGHTING_SECRET), &all, 1, &mac);
    stix_uuid_v4(mac.b, out);
}

static void put_identity(struct buffer *b, struct span member)
{
    struct stix_uuid who;
    char uuid[STIX_UUID_TEXT];

    cyber_identity_of(member, &who);
    buf_printf(b, "\"identity--%s\"", stix_uuid_text(&who, uuid));
}

void sighting_put(struct buffer *b, const uint8_t secret[SIGHTING_SECRET], const struct sighting *s)
{
    char id[STIX_UUID_TEXT], of[STIX_UUID_TEXT], first[STIX_TIME_TEXT], last[STIX_TIME_TEXT];
    char made[STIX_TIME_TEXT];
    unix_time end = s->from + s->seconds;
    struct stix_uuid u;

    sighting_id(secret, s, &u);
    (void)stix_time_text((s->count ? s->first : s->from) * 1000000, first);
    (void)stix_time_text((s->count ? s->last : end) * 1000000, last);
    (void)stix_time_text(end * 1000000, made);
    buf_printf(b, "{\"type\":\"sighting\",\"spec_version\":\"2.1\",\"id\":\"sighting--%s\"",
               stix_uuid_text(&u, id));
    if (!s->anonymous) {
        buf_str(b, ",\"created_by_ref\":");
        put_identity(b, s->member);
    }
    buf_printf(b, ",\"created\":\"%s\",\"modified\":\"%s\",\"first_seen\":\"%s\",\"last_seen\":\"%s\"", made,
               made, first, last);
    buf_printf(b, ",\"count\":%llu,\"sighting_of_ref\":\"indicator--%s\"", (unsigned long long)s->count,
               stix_uuid_text(&s->indicator, of));
    if (!s->anonymous) {
        buf_str(b, ",\"where_sighted_refs\":[");
        put_identity(b, s->member);
        buf_u8(b, ']');
    }
    buf_printf(b, ",\"summary\":true,\"object_marking_refs\":[\"%s\"]}", stix_tlp_id(s->tlp));
}
