/*
 * number.c - `answerback number`: the numbers we own, and whom texts to them belong to.
 */
#include "cli/input.h"
#include "cli/lookup.h"
#include "cli/options.h"
#include "cli/view.h"

static const struct column listed[] = { { "ID", "id" },
                                        { "PHONE", "phone" },
                                        { "ROUTING", "routing" },
                                        { "USER", "user" },
                                        { "STRANGERS", "unknown_sender.policy" },
                                        { "NAME", "name" } };
static const struct column shown[] = { { "id", "id" },
                                       { "phone", "phone" },
                                       { "name", "name" },
                                       { "routing", "routing" },
                                       { "user", "user" },
                                       { "unknown senders", "unknown_sender.policy" },
                                       { "  are told", "unknown_sender.text" },
                                       { "  belong to", "unknown_sender.user" },
                                       { "first contact", "first_contact" },
                                       { "opt-out by", "opt_out_handled_by" },
                                       { "likely opt-out", "revocation" },
                                       { "help text", "help_text" },
                                       { "opt-out text", "opt_out_text" },
                                       { "opt-in text", "opt_in_text" },
                                       { "region", "region" },
                                       { "created", "created_at" } };

struct number_options {
    struct str name, routing, user, unknown, unknown_text, unknown_user, first, opt_out, help,
        region, revocation, opt_out_text, opt_in_text;
    bool json;
};

#define NUMBER_OPTIONS(o)                                                                      \
    { "--name", OPTION_TEXT, &(o)->name }, { "--routing", OPTION_TEXT, &(o)->routing },        \
        { "--user", OPTION_TEXT, &(o)->user }, { "--unknown", OPTION_TEXT, &(o)->unknown },    \
        { "--unknown-text", OPTION_TEXT, &(o)->unknown_text },                                 \
        { "--unknown-user", OPTION_TEXT, &(o)->unknown_user },                                 \
        { "--first-contact", OPTION_TEXT, &(o)->first },                                       \
        { "--opt-out-by", OPTION_TEXT, &(o)->opt_out },                                        \
        { "--revocation", OPTION_TEXT, &(o)->revocation },                                     \
        { "--opt-out-text", OPTION_TEXT, &(o)->opt_out_text },                                 \
        { "--opt-in-text", OPTION_TEXT, &(o)->opt_in_text },                                   \
        { "--help-text", OPTION_TEXT, &(o)->help }, { "--region", OPTION_TEXT, &(o)->region }, \
    {                                                                                          \
        "--json", OPTION_FLAG, &(o)->json                                                      \
    }

static int fill_unknown(struct cli *cli, const struct number_options *o, json_t *body)
{
    json_t *unknown;
    struct str id;
    int code;

    if (!o->unknown.ptr && !o->unknown_text.ptr && !o->unknown_user.ptr)
        return CLI_OK;
    unknown = json_object();
    json_object_set_new(body, "unknown_sender", unknown);
    input_text(unknown, "policy", o->unknown);
    input_text(unknown, "text", o->unknown_text);
    if (!o->unknown_user.ptr)
        return CLI_OK;
    code = lookup_user(cli, o->unknown_user, &id);
    if (!code)
        input_text(unknown, "user", id);
    return code;
}

static int fill(struct cli *cli, const struct number_options *o, json_t *body)
{
    struct str id;
    int code = CLI_OK;

    input_text(body, "name", o->name);
    input_text(body, "routing", o->routing);
    input_text(body, "first_contact", o->first);
    input_text(body, "opt_out_handled_by", o->opt_out);
    input_text(body, "revocation", o->revocation);
    input_text(body, "help_text", o->help);
    input_text(body, "opt_out_text", o->opt_out_text);
    input_text(body, "opt_in_text", o->opt_in_text);
    input_text(body, "region", o->region);
    if (o->user.ptr) {
        code = lookup_user(cli, o->user, &id);
        if (!code)
            input_text(body, "user", id);
    }
    return code ? code : fill_unknown(cli, o, body);
}

static int add(struct cli *cli)
{
    struct number_options o = { 0 };
    const struct cli_option options[] = { NUMBER_OPTIONS(&o) };
    CLEANUP(json_drop) json_t *body = json_object();
    int code = options_read(cli, options, ARRAY_LEN(options), 1, 1);

    if (code)
        return code;
    input_text(body, "phone", options_argument(cli, 0));
    if (!o.routing.ptr) /* a user makes it that user's own */
        o.routing = str_of(o.user.ptr ? "by_number" : "by_sender");
    code = fill(cli, &o, body);
    return code ? code
                : view_show(cli, "POST", str_of("/v1/numbers"), json_incref(body), o.json, shown,
                            ARRAY_LEN(shown));
}

static int read_number(struct cli *cli, const struct cli_option *options, size_t count,
                       struct str *ret_path)
{
    struct str id;
    int code = options_read(cli, options, count, 1, 1);

    if (!code)
        code = lookup_number(cli, options_argument(cli, 0), &id);
    if (!code)
        *ret_path = arena_printf(&cli->arena, "/v1/numbers/%.*s", STR_ARGS(id));
    return code;
}

static int list(struct cli *cli)
{
    struct list_options o = { .unpaged = true };
    const struct cli_option options[] = { { "--json", OPTION_FLAG, &o.json } };
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);

    return code ? code : view_list(cli, str_of("/v1/numbers"), &o, listed, ARRAY_LEN(listed));
}

static int show(struct cli *cli)
{
    bool json = false;
    const struct cli_option options[] = { { "--json", OPTION_FLAG, &json } };
    struct str path;
    int code = read_number(cli, options, ARRAY_LEN(options), &path);

    return code ? code : view_show(cli, "GET", path, NULL, json, shown, ARRAY_LEN(shown));
}

static int set(struct cli *cli)
{
    struct number_options o = { 0 };
    const struct cli_option options[] = { NUMBER_OPTIONS(&o) };
    CLEANUP(json_drop) json_t *body = json_object();
    struct str path;
    int code = read_number(cli, options, ARRAY_LEN(options), &path);

    if (!code)
        code = fill(cli, &o, body);
    if (!code && json_object_size(body) == 0)
        return cli_usage(cli,
                         "say what to set, as in --unknown reply --unknown-text \"Who is it?\"");
    return code ? code
                : view_show(cli, "PATCH", path, json_incref(body), o.json, shown, ARRAY_LEN(shown));
}

static int remove_number(struct cli *cli)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct str path;
    int code = read_number(cli, NULL, 0, &path);

    return code ? code : client_ask(cli, "DELETE", path, NULL, &answer);
}

static const struct action actions[] = {
    { "add", "PHONE [--user USER] [OPTIONS]", "a number of ours", add },
    { "list", "[--json]", "all numbers", list },
    { "show", "NUMBER [--json]", "one number", show },
    { "set", "NUMBER [OPTIONS]", "change what is given", set },
    { "remove", "NUMBER", "texts to it belong to nobody any more", remove_number },
};

const struct command command_number = {
    .name = "number",
    .arguments = "ACTION ...",
    .summary = "numbers: shared by many users, or one user's own",
    .details =
        "NUMBER is an id (num_…), its phone or its name. Without --user a number is shared: the\n"
        "sender's phone says whose agent answers. With --user it is that user's receptionist.\n\n"
        "  --name NAME             shown in lists and in answers to HELP\n"
        "  --user USER             texts to it are this user's (routing by_number)\n"
        "  --routing by_sender|by_number\n"
        "  --unknown ignore|reply|invite|user\n"
        "                          what strangers get on a shared number\n"
        "  --unknown-text TEXT     the answer of reply and invite, one segment\n"
        "  --unknown-user USER     whose strangers are, with user\n"
        "  --first-contact admit|hold\n"
        "                          a newcomer is answered, or waits for approval\n"
        "  --opt-out-by provider|answerback\n"
        "                          who answers STOP, START and HELP\n"
        "  --help-text TEXT        our answer to HELP\n"
        "  --opt-out-text TEXT     our confirmation of an opt-out\n"
        "  --opt-in-text TEXT      our confirmation of an opt-in\n"
        "  --revocation WHAT       a likely opt-out in other words: confirm, stop or flag\n"
        "  --region CC             country in which phones without + are read, as in US\n"
        "  --json                  what the server answered\n\n"
        "examples:\n"
        "  answerback number add +12025550100 --name Router --unknown invite \\\n"
        "      --unknown-text \"Text your invite code to join.\"\n"
        "  answerback number add +12025550110 --user Rosa --name \"Rosa's Bakery\"\n",
    .actions = actions,
    .action_count = ARRAY_LEN(actions),
};
