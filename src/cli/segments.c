/*
 * segments.c - `answerback segments`: how many segments a text takes, and what makes it take more.
 *
 * stdin is taken byte for byte, a line end at its end included: that is what would be billed.
 */
#include "cli/segments.h"

#include <stdio.h>

#include "base/json.h"
#include "cli/options.h"
#include "sms/segment.h"

#define TEXT_BYTES_MOST ((size_t)1 << 20)
#define STRANGERS_SHOWN 5

/* Units are told for the first SEGMENTS_MOST segments. */
static void add_units(struct json_writer *w, const struct segment_count *count)
{
    json_key(w, "units");
    json_open_array(w);
    for (size_t i = 0; i < count->segments && i < SEGMENTS_MOST; i++)
        json_write_int(w, (int64_t)count->segment_units[i]);
    json_close_array(w);
}

void segments_json(struct str text, bool smart, struct buf *out)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct segment_count count = segment_count(smart ? segment_smart(text, &arena) : text);
    struct json_writer w = { .out = out };

    json_open_object(&w);
    json_field_text(&w, "encoding", sms_encoding_name(count.encoding));
    json_field_int(&w, "segments", (int64_t)count.segments);
    add_units(&w, &count);
    json_close_object(&w);
}

/* The characters that force UCS-2, the first few of them. */
static void print_strangers(struct str text)
{
    size_t at = 0, before = 0, shown = 0;
    uint32_t c;

    while (shown < STRANGERS_SHOWN && str_next_char(text, &at, &c)) {
        if (segment_count(str_slice(text, before, at - before)).encoding == SMS_UCS2) {
            printf("%s %.*s (U+%04X)", shown == 0 ? "not in GSM-7:" : ",",
                   STR_ARGS(str_slice(text, before, at - before)), (unsigned)c);
            shown++;
        }
        before = at;
    }
    if (shown > 0)
        printf("%s\n", shown == STRANGERS_SHOWN ? ", …" : "");
}

static void print_count(struct str text)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct segment_count count = segment_count(text);
    struct segment_count smart = segment_count(segment_smart(text, &arena));
    const char *unit = count.encoding == SMS_GSM7 ? "septets" : "code units";

    printf("%zu segment%s, %s (", count.segments, count.segments == 1 ? "" : "s",
           sms_encoding_name(count.encoding));
    for (size_t i = 0; i < count.segments && i < SEGMENTS_MOST; i++)
        printf("%s%zu", i > 0 ? " + " : "", count.segment_units[i]);
    printf("%s %s)\n", count.segments > SEGMENTS_MOST ? " + …" : "", unit);
    print_strangers(text);
    if (smart.segments < count.segments)
        printf("with look-alikes (--smart): %zu segment%s, %s\n", smart.segments,
               smart.segments == 1 ? "" : "s", sms_encoding_name(smart.encoding));
}

static int run(struct cli *cli)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf out = { 0 };
    bool json = false, smart = false;
    const struct cli_option options[] = { { "--json", OPTION_FLAG, &json },
                                          { "--smart", OPTION_FLAG, &smart } };
    struct str text;
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);

    if (code)
        return code;
    if (!options_stdin(cli, TEXT_BYTES_MOST, &text))
        return CLI_FAILED;
    if (!json) {
        print_count(smart ? segment_smart(text, &arena) : text);
        return CLI_OK;
    }
    segments_json(text, smart, &out);
    printf("%s\n", buf_text(&out));
    return CLI_OK;
}

const struct command command_segments = {
    .name = "segments",
    .arguments = "[--smart] [--json] < TEXT",
    .summary = "how many segments a text takes, and why",
    .details =
        "Reads a text from stdin byte for byte (a line end counts: use printf, not echo). Needs "
        "no\n"
        "server. Bytes that are not UTF-8 count as U+FFFD.\n\n"
        "  --smart   first put look-alikes for characters that GSM-7 lacks, as Twilio's smart\n"
        "            encoding does\n"
        "  --json    {\"encoding\":\"GSM-7\",\"segments\":1,\"units\":[5]}; units of the first 64\n"
        "            segments\n\n"
        "example:\n"
        "  printf 'Caf\\303\\251 \\342\\200\\224 open' | answerback segments\n",
    .run = run,
};
