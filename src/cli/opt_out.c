/*
 * opt_out.c - `answerback opt-out`: who is not to be texted, and the proof of it.
 *
 * An opt-out that was texted (STOP) is lifted by that person's START alone; the server refuses
 * anything else.
 */
#include "cli/input.h"
#include "cli/lookup.h"
#include "cli/options.h"
#include "cli/view.h"

static const struct column columns[] = { { "PHONE", "phone" },
                                         { "NUMBER", "number" },
                                         { "SOURCE", "source" },
                                         { "SINCE (UTC)", "at" },
                                         { "EVIDENCE", "evidence" } };

struct consent_options {
    struct str number, evidence;
    bool json;
};

/* USER and PHONE, --number and --evidence; *ret_path is the user's opt-outs. */
static int read_consent(struct cli *cli, struct consent_options *o, struct str *ret_path)
{
    const struct cli_option options[] = { { "--number", OPTION_TEXT, &o->number },
                                          { "--evidence", OPTION_TEXT, &o->evidence },
                                          { "--json", OPTION_FLAG, &o->json } };
    struct str id;
    int code = options_read(cli, options, ARRAY_LEN(options), 2, 2);

    if (code)
        return code;
    if (o->evidence.len == 0)
        return cli_usage(cli, "--evidence is needed: when and how the person said so");
    code = lookup_user(cli, options_argument(cli, 0), &id);
    if (!code && o->number.ptr)
        code = lookup_number(cli, o->number, &o->number);
    if (!code)
        *ret_path = arena_printf(&cli->arena, "/v1/users/%.*s/opt-outs", STR_ARGS(id));
    return code;
}

static int list(struct cli *cli)
{
    struct list_options o = { 0 };
    const struct cli_option options[] = { LIST_OPTIONS(&o) };
    struct str id;
    int code = options_read(cli, options, ARRAY_LEN(options), 1, 1);

    if (!code)
        code = lookup_user(cli, options_argument(cli, 0), &id);
    if (code)
        return code;
    return view_list(cli, arena_printf(&cli->arena, "/v1/users/%.*s/opt-outs", STR_ARGS(id)), &o,
                     columns, ARRAY_LEN(columns));
}

static int add(struct cli *cli)
{
    struct consent_options o = { 0 };
    struct str path = { 0 };
    int code = read_consent(cli, &o, &path);
    json_t *body;

    if (code)
        return code;
    body = json_object();
    input_text(body, "phone", options_argument(cli, 1));
    input_text(body, "number", o.number);
    input_text(body, "evidence", o.evidence);
    return view_show(cli, "POST", path, body, o.json, columns, ARRAY_LEN(columns));
}

static int remove_opt_out(struct cli *cli)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct consent_options o = { 0 };
    struct str path = { 0 }, phone;
    int code = read_consent(cli, &o, &path);

    if (code)
        return code;
    phone = client_part(&cli->arena, options_argument(cli, 1));
    path = arena_printf(&cli->arena, "%.*s/%.*s", STR_ARGS(path), STR_ARGS(phone));
    path = client_query(&cli->arena, path, "evidence", o.evidence);
    path = client_query(&cli->arena, path, "number", o.number);
    return client_ask(cli, "DELETE", path, NULL, &answer);
}

static const struct action actions[] = {
    { "list", "USER [--limit N | --all] [--json]", "who is opted out now", list },
    { "add", "USER PHONE --evidence TEXT [--number NUMBER] [--json]", "text this phone no more",
      add },
    { "remove", "USER PHONE --evidence TEXT [--number NUMBER]",
      "a new consent, not for those who texted STOP", remove_opt_out },
};

const struct command command_opt_out = {
    .name = "opt-out",
    .arguments = "ACTION ...",
    .summary = "who is not to be texted, with the evidence",
    .details =
        "USER is an id (usr_…), a name or a phone of theirs. Without --number it holds for all\n"
        "numbers of the user. Texts that are queued for the person are cancelled. An opt-out by\n"
        "STOP ends with that person's START, never here.\n\n"
        "example:\n"
        "  answerback opt-out add Rosa +12025550103 --evidence \"asked on the phone, 21 Nov\"\n",
    .actions = actions,
    .action_count = ARRAY_LEN(actions),
};
