/*
 * user.c - `answerback user`: owners of agents, their phones and their agents' settings.
 *
 * Removing a user erases everything of theirs for good, so it wants --yes.
 */
#include "cli/input.h"
#include "cli/lookup.h"
#include "cli/options.h"
#include "cli/view.h"

#define SETTINGS_BYTES_MOST ((size_t)1 << 20)

static const struct column listed[] = { { "ID", "id" },
                                        { "PHONES", "phones" },
                                        { "AGENT", "agent.kind" },
                                        { "SUSPENDED", "suspended" },
                                        { "NAME", "name" } };
static const struct column shown[] = { { "id", "id" },
                                       { "name", "name" },
                                       { "phones", "phones" },
                                       { "agent", "agent.kind" },
                                       { "timezone", "timezone" },
                                       { "invite code", "invite_code" },
                                       { "retention days", "retention_days" },
                                       { "suspended", "suspended" },
                                       { "created", "created_at" } };

struct user_options {
    struct str name, timezone, invite_code, suspended, agent, agent_file;
    int64_t retention_days;
    struct option_values phones;
    bool json;
};

/* The agent as JSON: a kind alone, or a file with all settings. False: it has been printed why. */
static bool read_agent(struct cli *cli, struct str kind, struct str file, json_t **ret)
{
    struct err err = { 0 };
    struct str text;

    *ret = NULL;
    if (file.ptr) {
        if (!options_file(cli, file, SETTINGS_BYTES_MOST, &text))
            return false;
        *ret = json_read(text, &err);
        if (*ret && !json_is_object(*ret)) {
            json_drop(ret);
            err_set(&err, ERR_INVALID, "the settings must be an object");
        }
        if (!*ret) {
            err_add(&err, "%.*s", STR_ARGS(file));
            cli_fail(cli, &err);
            return false;
        }
    }
    if (kind.ptr) {
        *ret = *ret ? *ret : json_object();
        input_text(*ret, "kind", kind);
    }
    return true;
}

/* What `add` and `set` have in common. */
static int fill(struct cli *cli, const struct user_options *o, json_t *body)
{
    json_t *agent;

    input_text(body, "name", o->name);
    input_text(body, "timezone", o->timezone);
    input_text(body, "invite_code", o->invite_code);
    if (o->retention_days >= 0)
        json_object_set_new(body, "retention_days", json_integer(o->retention_days));
    if (!input_switch(body, "suspended", o->suspended))
        return cli_usage(cli, "--suspended takes yes or no");
    if (!read_agent(cli, o->agent, o->agent_file, &agent))
        return CLI_USAGE;
    if (agent)
        json_object_set_new(body, "agent", agent);
    return CLI_OK;
}

#define USER_OPTIONS(o)                                                                           \
    { "--name", OPTION_TEXT, &(o)->name }, { "--timezone", OPTION_TEXT, &(o)->timezone },         \
        { "--invite-code", OPTION_TEXT, &(o)->invite_code },                                      \
        { "--retention-days", OPTION_NUMBER, &(o)->retention_days },                              \
        { "--suspended", OPTION_TEXT, &(o)->suspended }, { "--agent", OPTION_TEXT, &(o)->agent }, \
        { "--agent-file", OPTION_TEXT, &(o)->agent_file },                                        \
    {                                                                                             \
        "--json", OPTION_FLAG, &(o)->json                                                         \
    }

static int add(struct cli *cli)
{
    struct user_options o = { .retention_days = -1 };
    const struct cli_option options[] = { USER_OPTIONS(&o), { "--phone", OPTION_MANY, &o.phones } };
    CLEANUP(json_drop) json_t *body = json_object();
    json_t *phones = json_array();
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);

    for (size_t i = 0; i < o.phones.count; i++)
        json_array_append_new(phones, json_stringn(o.phones.at[i].ptr, o.phones.at[i].len));
    json_object_set_new(body, "phones", phones);
    if (!code)
        code = fill(cli, &o, body);
    return code ? code
                : view_show(cli, "POST", str_of("/v1/users"), json_incref(body), o.json, shown,
                            ARRAY_LEN(shown));
}

/* The options of a command that names a user first, and that user's path. */
static int read_user(struct cli *cli, const struct cli_option *options, size_t count, int arguments,
                     const char *below, struct str *ret_path)
{
    struct str id;
    int code = options_read(cli, options, count, arguments, arguments);

    if (!code)
        code = lookup_user(cli, options_argument(cli, 0), &id);
    if (!code)
        *ret_path = arena_printf(&cli->arena, "/v1/users/%.*s%s", STR_ARGS(id), below);
    return code;
}

static int list(struct cli *cli)
{
    struct list_options o = { 0 };
    const struct cli_option options[] = { LIST_OPTIONS(&o) };
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);

    return code ? code : view_list(cli, str_of("/v1/users"), &o, listed, ARRAY_LEN(listed));
}

static int show(struct cli *cli)
{
    bool json = false;
    const struct cli_option options[] = { { "--json", OPTION_FLAG, &json } };
    struct str path;
    int code = read_user(cli, options, ARRAY_LEN(options), 1, "", &path);

    return code ? code : view_show(cli, "GET", path, NULL, json, shown, ARRAY_LEN(shown));
}

static int set(struct cli *cli)
{
    struct user_options o = { .retention_days = -1 };
    const struct cli_option options[] = { USER_OPTIONS(&o) };
    CLEANUP(json_drop) json_t *body = json_object();
    struct str path;
    int code = read_user(cli, options, ARRAY_LEN(options), 1, "", &path);

    if (!code)
        code = fill(cli, &o, body);
    if (!code && json_object_size(body) == 0)
        return cli_usage(cli, "say what to set, as in --name Ann");
    return code ? code
                : view_show(cli, "PATCH", path, json_incref(body), o.json, shown, ARRAY_LEN(shown));
}

static int remove_user(struct cli *cli)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    bool yes = false;
    const struct cli_option options[] = { { "--yes", OPTION_FLAG, &yes } };
    struct str path;
    int code = read_user(cli, options, ARRAY_LEN(options), 1, "", &path);

    if (!code && !yes)
        return cli_usage(cli, "this erases the user, their messages and notes for good; add --yes");
    return code ? code : client_ask(cli, "DELETE", path, NULL, &answer);
}

static int add_phone(struct cli *cli)
{
    bool json = false;
    const struct cli_option options[] = { { "--json", OPTION_FLAG, &json } };
    static const struct column phone[] = { { "phone", "phone" } };
    struct str path;
    int code = read_user(cli, options, ARRAY_LEN(options), 2, "/phones", &path);
    json_t *body;

    if (code)
        return code;
    body = json_object();
    input_text(body, "phone", options_argument(cli, 1));
    return view_show(cli, "POST", path, body, json, phone, ARRAY_LEN(phone));
}

static int remove_phone(struct cli *cli)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct str path, phone;
    int code = read_user(cli, NULL, 0, 2, "/phones/", &path);

    if (code)
        return code;
    phone = client_part(&cli->arena, options_argument(cli, 1));
    path = arena_printf(&cli->arena, "%.*s%.*s", STR_ARGS(path), STR_ARGS(phone));
    return client_ask(cli, "DELETE", path, NULL, &answer);
}

/* Settings are JSON also for people: they are edited and given back. */
static int print_settings(struct cli *cli, const char *method, struct str path, json_t *body,
                          bool json)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    int code = client_ask(cli, method, path, body, &answer);

    if (code)
        return code;
    if (json)
        view_json(&answer);
    else if (json_dumpf(answer.json, stdout, JSON_INDENT(2)) == 0)
        fputc('\n', stdout);
    return CLI_OK;
}

static int show_agent(struct cli *cli)
{
    bool json = false;
    const struct cli_option options[] = { { "--json", OPTION_FLAG, &json } };
    struct str path;
    int code = read_user(cli, options, ARRAY_LEN(options), 1, "/agent", &path);

    return code ? code : print_settings(cli, "GET", path, NULL, json);
}

static int set_agent(struct cli *cli)
{
    struct str kind = { 0 }, file = { 0 }, path;
    bool json = false;
    const struct cli_option options[] = { { "--json", OPTION_FLAG, &json },
                                          { "--kind", OPTION_TEXT, &kind },
                                          { "--file", OPTION_TEXT, &file } };
    json_t *agent;
    int code = read_user(cli, options, ARRAY_LEN(options), 1, "/agent", &path);

    if (code)
        return code;
    if (!kind.ptr && !file.ptr)
        return cli_usage(cli, "say which settings: --file FILE, or --kind KIND for its defaults");
    if (!read_agent(cli, kind, file, &agent))
        return CLI_USAGE;
    return print_settings(cli, "PUT", path, agent, json);
}

static const struct action actions[] = {
    { "add", "[--name NAME] [--phone PHONE]... [--agent KIND] [OPTIONS]", "make a user", add },
    { "list", "[--limit N | --all] [--json]", "all users", list },
    { "show", "USER [--json]", "one user", show },
    { "set", "USER [--name NAME] [--suspended yes|no] [OPTIONS]", "change what is given", set },
    { "remove", "USER --yes", "erase a user and everything of theirs", remove_user },
    { "phone add", "USER PHONE [--json]", "texts from this phone go to this user", add_phone },
    { "phone remove", "USER PHONE", "they do no more", remove_phone },
    { "agent show", "USER [--json]", "the settings of the user's agent", show_agent },
    { "agent set", "USER --file FILE [--kind KIND]", "replace them", set_agent },
};

const struct command command_user = {
    .name = "user",
    .arguments = "ACTION ...",
    .summary = "users: owners of an agent, with their phones",
    .details =
        "USER is an id (usr_…), a name or a phone of theirs.\n\n"
        "  --name NAME             what people call the user\n"
        "  --phone PHONE           on a shared number, texts from here are theirs; several times\n"
        "  --agent KIND            how answers are made: rule, echo; rule when not given\n"
        "  --agent-file FILE       all settings of the agent as JSON; - is stdin\n"
        "  --timezone ZONE         as in America/New_York, for hours and reminders\n"
        "  --invite-code CODE      who texts it to a shared number that invites becomes the "
        "user's\n"
        "  --retention-days DAYS   0 keeps messages until the user is erased\n"
        "  --suspended yes|no      texts are kept and not answered\n"
        "  --json                  what the server answered\n\n"
        "examples:\n"
        "  answerback user add --name Ann --phone +12025550101\n"
        "  answerback user add --name Rosa --agent-file bakery.json --timezone America/New_York\n"
        "  answerback user agent show Rosa > bakery.json\n"
        "  answerback user set Ann --suspended yes\n",
    .actions = actions,
    .action_count = ARRAY_LEN(actions),
};
