/*
 * version.c - `answerback version`: of the program and of what it runs on.
 */
#include <curl/curl.h>
#include <microhttpd.h>
#include <openssl/crypto.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>

#include "cli/cli.h"

static int run(struct cli *cli)
{
    if (cli->argc > 0)
        return cli_usage(cli, "it takes no arguments");
    printf("answerback %s\n", ANSWERBACK_VERSION);
    printf("  sqlite %s, libmicrohttpd %s, libcurl %s, libsodium %s\n  %s\n", sqlite3_libversion(),
           MHD_get_version(), curl_version_info(CURLVERSION_NOW)->version, sodium_version_string(),
           OpenSSL_version(OPENSSL_VERSION));
    return CLI_OK;
}

const struct command command_version = {
    .name = "version",
    .arguments = "",
    .summary = "print the version of the program and of its libraries",
    .details = "",
    .run = run,
};
