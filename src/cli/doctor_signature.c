/*
 * doctor_signature.c - `answerback doctor signature`: does this request carry a right signature,
 * and if not, which slip explains it?
 *
 * Only forms of the URL that the server itself accepts count as valid; what else would have fitted
 * is told as the likely mistake.
 */
#include <stdio.h>

#include "base/json.h"
#include "cli/doctor.h"
#include "cli/options.h"

#define BODY_BYTES_MOST ((size_t)16 << 20)

static struct signature_finding find(const struct signed_request *request, struct str token,
                                     struct arena *arena)
{
    struct signature_key *key = signature_key_create(token);
    struct signature_finding finding = { 0 };

    signature_explain(request, key, arena, &finding);
    signature_key_destroy(key);
    return finding;
}

bool doctor_signature_json(const struct signed_request *request, struct str token, struct buf *out)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct signature_finding finding = find(request, token, &arena);
    struct json_writer w = { .out = out };

    json_open_object(&w);
    json_field_bool(&w, "valid", finding.valid);
    if (finding.url.len > 0)
        json_field_str(&w, "url", finding.url);
    else
        json_field_null(&w, "url");
    json_field_text(&w, "which", finding.url.len > 0 ? finding.which : NULL);
    if (finding.valid)
        json_field_null(&w, "reason");
    else
        json_field_str(&w, "reason", finding.reason);
    json_close_object(&w);
    return finding.valid;
}

static bool print_finding(const struct signed_request *request, struct str token)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct signature_finding finding = find(request, token, &arena);

    printf("%s: %.*s\n", finding.valid ? "valid" : "not valid", STR_ARGS(finding.reason));
    if (finding.url.len > 0)
        printf("signed for: %.*s (%s)\n", STR_ARGS(finding.url), finding.which);
    return finding.valid;
}

int doctor_signature(struct cli *cli)
{
    CLEANUP(buf_release) struct buf out = { 0 };
    struct signed_request request = { 0 };
    struct str token = { 0 };
    bool json = false, valid;
    const struct cli_option options[] = {
        { "--method", OPTION_TEXT, &request.method },
        { "--url", OPTION_TEXT, &request.url },
        { "--content-type", OPTION_TEXT, &request.content_type },
        { "--signature", OPTION_TEXT, &request.signature },
        { "--token", OPTION_TEXT, &token },
        { "--json", OPTION_FLAG, &json },
    };
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);

    if (code)
        return code;
    if (!token.ptr)
        token = cli_variable(cli, "TWILIO_AUTH_TOKEN");
    if (!request.url.ptr || !request.signature.ptr || !token.ptr)
        return cli_usage(cli, "--url, --signature and --token are needed");
    if (!request.method.ptr)
        request.method = str_of("POST");
    if (!options_stdin(cli, BODY_BYTES_MOST, &request.body))
        return CLI_USAGE;
    if (json) {
        valid = doctor_signature_json(&request, token, &out);
        printf("%s\n", buf_text(&out));
    } else {
        valid = print_finding(&request, token);
    }
    return valid ? CLI_OK : CLI_FAILED;
}
