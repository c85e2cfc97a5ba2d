/*
 * transfer.h - one HTTP call on a libcurl handle; shared by the client's thread and http_fetch.
 *
 * Here is everything that decides what is sent and how its end is told: see client.h for the
 * promises.
 */
#pragma once
#include <curl/curl.h>

#include "http/client.h"

struct transfer {
    CURL *easy; /* kept with the transfer and used again */
    struct arena arena;
    struct http_call call; /* texts are copies, NUL-terminated */
    size_t sent;           /* body bytes that libcurl took */
    struct curl_slist *header_lines;
    struct buf answer;
    struct http_header *headers;
    size_t header_count, header_bytes;
    bool too_long; /* the answer */
    char error[CURL_ERROR_SIZE];
    int64_t started_us;
};

/* Copy the call; libcurl is not touched, so any thread may do it. */
void transfer_set(struct transfer *transfer, const struct http_call *call);
/* Make the handle ready. False, with a sentence in `error`, when this cannot be sent at all. */
bool transfer_prepare(struct transfer *transfer);
/* What came of it. The result's texts live as long as the transfer's next transfer_clear. */
void transfer_result(struct transfer *transfer, CURLcode code, struct http_result *ret);
/* The result of a transfer that is ended from our side, in the same terms. */
void transfer_cancelled(struct transfer *transfer, struct http_result *ret);
void transfer_clear(struct transfer *transfer);   /* ready for transfer_set again */
void transfer_release(struct transfer *transfer); /* fine on a zeroed one */
