/*
 * Session transcripts (ISO/IEC 18013-5 12.7.1, ISO/IEC TS 18013-7), what is derived from them, and the
 * authentication of readers. A transcript is always three items: device engagement, key of the reader,
 * handover; the first two are null where the flow has none.
 */
#ifndef SERAI_SEAL_MDOC_TRANSCRIPT_H
#define SERAI_SEAL_MDOC_TRANSCRIPT_H

#include "base/buffer.h"
#include "seal/cose.h"

/* Handovers: each puts one item. */
void handover_qr(struct buffer *b);
/* Messages of NFC; request empty: static handover, null. */
void handover_nfc(struct buffer *b, struct span select, struct span request);
/* Reader engagement (18013-7 A.8): its bytes with the head of tag 24. */
void handover_reader_engagement(struct buffer *b, struct span engagement_bytes);
/* OpenID4VP draft 18 (18013-7 B.4.4). */
void handover_annex_b(struct buffer *b, struct span client_id, struct span response_uri,
                      struct span mdoc_nonce, struct span nonce);
/* OpenID4VP 1.0, redirect. thumbprint of the key the answer is encrypted to; empty: null. */
void handover_openid4vp(struct buffer *b, struct span client_id, struct span nonce, struct span thumbprint,
                        struct span response_uri);
/* OpenID4VP draft 24 over the Digital Credentials API. */
void handover_openid4vp_dcapi(struct buffer *b, struct span origin, struct span client_id, struct span nonce);
/* 18013-7 C.5; encryption_info in base64url as sent. */
void handover_annex_c(struct buffer *b, struct span encryption_info, struct span origin);
/* Presentation while another document is issued. */
void handover_issuance(struct buffer *b, struct span bytes);
/* An older way of one library: the four texts as they are. */
void handover_plain(struct buffer *b, struct span mdoc_nonce, struct span client_id, struct span response_uri,
                    struct span nonce);

/* The array. engagement and reader_key with the head of tag 24, as sent; empty: null. With document
 * encryption (2nd edition 12.6.4) reader_key is EncryptionParametersBytes. */
void transcript_put(struct buffer *b, struct span engagement, struct span reader_key, struct span handover);

/* The array of a transcript given plain or in tag 24, three items long; false when it is neither. */
MUST_USE bool transcript_open(struct span in, struct span *array);

/* Keys of a session (12.2, 10.2.5.2): own is either side's ephemeral key. Wipe after use. */
struct session_keys {
    uint8_t reader[32], device[32]; /* AES-256-GCM of what that side sends */
};
MUST_USE bool session_keys_derive(const struct private_key *own, const struct public_key *other,
                                  struct span transcript, struct session_keys *out, struct why *w);
/* EMacKey (12.6.3.2): from the reader's ephemeral key and the device key of the MSO, or the reverse. */
MUST_USE bool mac_key_derive(const struct private_key *own, const struct public_key *other,
                             struct span transcript, uint8_t out[32], struct why *w);

/*
 * What is signed by a device or a reader: tag 24 over an array, in parts. heads is memory of the caller that
 * lives as long as the parts.
 */
struct session_content {
    uint8_t head[64];
    uint8_t head_of_type[9];
    struct span part[COSE_PARTS];
    struct cose_content content;
};
/* ["DeviceAuthentication", transcript, docType, DeviceNameSpacesBytes] */
void device_content(struct session_content *c, struct span transcript, struct span doc_type,
                    struct span spaces_bytes);
/* ["ReaderAuthentication", transcript, ItemsRequestBytes] */
void reader_content(struct session_content *c, struct span transcript, struct span items_bytes);
/* ["ReaderAuthenticationAll", transcript, [ItemsRequestBytes...], DeviceRequestInfoBytes or null] (2nd
 * edition): n requests, put together in the arena. info_bytes empty: null. Reason "too-large". */
MUST_USE bool reader_all_content(struct session_content *c, struct span transcript,
                                 const struct span *items_bytes, size_t n, struct span info_bytes,
                                 struct arena *a, struct why *w);

#endif
