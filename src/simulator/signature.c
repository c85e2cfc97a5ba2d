/*
 * signature.c - base64(HMAC-SHA1(token, URL and sorted parameters)).
 */
#include "simulator/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

#include "base/err.h"

static int compare_params(const void *left, const void *right)
{
    const struct param *a = left, *b = right;
    int by_name = str_compare(a->name, b->name);

    return by_name != 0 ? by_name : str_compare(a->value, b->value);
}

void signature_make(struct str auth_token, struct str url, struct param *params, size_t count,
                    char ret[SIGNATURE_BYTES])
{
    CLEANUP(buf_release) struct buf data = { 0 };
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned mac_bytes = 0;

    if (count > 1)
        qsort(params, count, sizeof(params[0]), compare_params);
    buf_add(&data, url);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && compare_params(&params[i - 1], &params[i]) == 0)
            continue;
        buf_add(&data, params[i].name);
        buf_add(&data, params[i].value);
    }
    if (!HMAC(EVP_sha1(), auth_token.ptr ? auth_token.ptr : "", (int)auth_token.len,
              (const unsigned char *)buf_text(&data), data.len, mac, &mac_bytes) ||
        mac_bytes != 20)
        die("HMAC-SHA1 is not available");
    EVP_EncodeBlock((unsigned char *)ret, mac, 20);
}
