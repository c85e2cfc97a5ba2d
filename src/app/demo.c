/*
 * demo.c - the server and the pretend Twilio in one process.
 *
 * The simulator comes first, for its port stands in the server's configuration; the server's own
 * port is looked for beforehand, because the simulator has to know it, too. What is set up goes
 * through the API, as a person would do it.
 */
#include "app/demo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "http/client.h"

#define ACCOUNT "AC00000000000000000000000000000001"
#define TOKEN "00000000000000000000000000000001"
#define GRACE_MS 3000
#define PORT_ATTEMPTS 5

struct demo {
    struct arena arena;
    struct config config;
    struct log log;
    struct str data_dir, log_path, url;
    bool temporary, simulator_runs;
    struct simulator *simulator;
    pthread_t simulator_thread;
    struct app *app;
};

const struct demo_person demo_people[] = {
    { "ann", "Ann", "+12025550101", DEMO_SHARED, "has a rule agent with notes and reminders" },
    { "ben", "Ben", "+12025550102", DEMO_SHARED, "has an agent that repeats what he says" },
    { "stranger", "Stranger", "+12025550103", DEMO_BAKERY, "nobody knows; texts the bakery" },
};
const size_t demo_people_count = ARRAY_LEN(demo_people);

/* ---- what is set up ---- */

static const char ann[] = "{\"name\":\"Ann\",\"phones\":[\"+12025550101\"],"
                          "\"timezone\":\"America/New_York\",\"agent\":{\"kind\":\"rule\","
                          "\"greeting\":\"Hi Ann! Tell me what to remember.\"}}";
static const char ben[] = "{\"name\":\"Ben\",\"phones\":[\"+12025550102\"],"
                          "\"agent\":{\"kind\":\"echo\"}}";
static const char rosa[] =
    "{\"name\":\"Rosa\",\"timezone\":\"America/New_York\",\"agent\":{\"kind\":\"rule\","
    "\"name\":\"Rosa's Bakery\",\"notes\":false,"
    "\"hours\":{\"mon\":[],\"tue\":[\"07:00-18:00\"],\"wed\":[\"07:00-18:00\"],"
    "\"thu\":[\"07:00-18:00\"],\"fri\":[\"07:00-18:00\"],\"sat\":[\"08:00-16:00\"],"
    "\"sun\":[\"08:00-13:00\"]},"
    "\"faq\":["
    "{\"question\":\"Where are you?\",\"also\":[\"What is your address?\",\"How do I find you?\"],"
    "\"answer\":\"12 Mill Street, next to the old water tower.\"},"
    "{\"question\":\"Do you have gluten-free bread?\",\"also\":[\"Is there anything gluten "
    "free?\"],"
    "\"answer\":\"Yes: buckwheat loaf and almond cake, baked apart from everything else.\"},"
    "{\"question\":\"Can I order a birthday cake?\",\"also\":[\"Do you make cakes to order?\","
    "\"How do I order a cake?\"],"
    "\"answer\":\"Gladly. Text us the day, how many people and a flavour, two days ahead.\"},"
    "{\"question\":\"Do you deliver?\",\"answer\":\"Within three miles, for orders over $30.\"}]}}";
static const char shared[] = "{\"phone\":\"" DEMO_SHARED "\",\"name\":\"Shared number\","
                             "\"routing\":\"by_sender\"}";

static bool call_api(struct demo *demo, const char *method, const char *path, struct str body,
                     json_t **ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct http_header json_type = { str_of("Content-Type"), str_of("application/json") };
    struct http_call call = {
        .method = method,
        .url = arena_printf(&arena, "http://answerback%s", path),
        .headers = &json_type,
        .header_count = body.len > 0 ? 1 : 0,
        .body = body,
        .unix_socket = arena_printf(&arena, "%.*s/admin.sock", STR_ARGS(demo->data_dir)),
    };
    struct http_result result = { 0 };

    if (!http_fetch(&call, &arena, &result, err))
        return false;
    if (result.status < 200 || result.status > 299)
        return err_set(err, result.status == 404 ? ERR_NOT_FOUND : ERR_INTERNAL, "%s %s: status %d",
                       method, path, result.status);
    *ret = json_read(result.body, err);
    return *ret != NULL;
}

bool demo_get(struct demo *demo, struct str path, json_t **ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };

    return call_api(demo, "GET", arena_copy(&arena, path).ptr, (struct str){ 0 }, ret, err);
}

static bool add(struct demo *demo, const char *path, const char *body, struct err *err)
{
    CLEANUP(json_drop) json_t *ignored = NULL;

    return call_api(demo, "POST", path, str_of(body), &ignored, err);
}

static bool add_bakery(struct demo *demo, struct err *err)
{
    CLEANUP(json_drop) json_t *user = NULL;
    CLEANUP(buf_release) struct buf number = { 0 };
    struct str id = { 0 };

    if (!call_api(demo, "POST", "/v1/users", str_of(rosa), &user, err) ||
        !json_get_str(user, "id", true, &id, err))
        return false;
    buf_addf(&number,
             "{\"phone\":\"" DEMO_BAKERY "\",\"name\":\"Rosa's Bakery\","
             "\"routing\":\"by_number\",\"user\":\"%.*s\"}",
             STR_ARGS(id));
    return add(demo, "/v1/numbers", buf_text(&number), err);
}

/* Twice on the same data directory it is all there already: the bakery's number comes last. */
static bool set_up(struct demo *demo, struct err *err)
{
    CLEANUP(json_drop) json_t *numbers = NULL;
    json_t *each;
    size_t i;

    if (!demo_get(demo, str_of("/v1/numbers"), &numbers, err))
        return false;
    json_array_foreach (json_object_get(numbers, "data"), i, each) {
        struct str phone = { 0 };

        if (json_get_str(each, "phone", true, &phone, err) && str_is(phone, DEMO_BAKERY))
            return true;
    }
    return add(demo, "/v1/users", ann, err) && add(demo, "/v1/users", ben, err) &&
           add(demo, "/v1/numbers", shared, err) && add_bakery(demo, err);
}

/* ---- starting ---- */

static bool make_folder(struct demo *demo, const char *data_dir, struct err *err)
{
    const char *base = getenv("TMPDIR");
    char *made;

    if (data_dir) {
        demo->data_dir = arena_copy(&demo->arena, str_of(data_dir));
        if (mkdir(data_dir, 0700) == 0 || errno == EEXIST)
            return true;
        return err_set(err, ERR_INVALID, "%s: %s", data_dir, strerror(errno));
    }
    demo->data_dir =
        arena_printf(&demo->arena, "%s/answerback-demo-XXXXXX", base && base[0] ? base : "/tmp");
    made = mkdtemp((char *)(uintptr_t)demo->data_dir.ptr);
    demo->temporary = made != NULL;
    return made ? true : err_set(err, ERR_UNAVAILABLE, "no temporary folder: %s", strerror(errno));
}

static bool open_log(struct demo *demo, struct err *err)
{
    demo->log_path = arena_printf(&demo->arena, "%.*s/demo.log", STR_ARGS(demo->data_dir));
    demo->log = (struct log){ .least = LOG_INFO, .text = true };
    demo->log.fd = open(demo->log_path.ptr, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (demo->log.fd < 0)
        return err_set(err, ERR_INVALID, "%s: %s", demo->log_path.ptr, strerror(errno));
    return true;
}

/* A port on the loopback that was free a moment ago; 0 when there is none. */
static int free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port = 0;

    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, len) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &len) == 0)
        port = ntohs(address.sin_port);
    if (fd >= 0)
        close(fd);
    return port;
}

/* Settings as the environment would have them, so that they go through the same checks. */
static bool configure(struct demo *demo, struct err *err)
{
    struct arena *a = &demo->arena;
    const char *const environment[] = {
        arena_printf(a, "ANSWERBACK_LISTEN=%s", demo->url.ptr + strlen("http://")).ptr,
        arena_printf(a, "ANSWERBACK_PUBLIC_URL=%s", demo->url.ptr).ptr,
        arena_printf(a, "ANSWERBACK_DATA_DIR=%s", demo->data_dir.ptr).ptr,
        arena_printf(a, "TWILIO_API_BASE=http://127.0.0.1:%d", simulator_port(demo->simulator)).ptr,
        "TWILIO_ACCOUNT_SID=" ACCOUNT,
        "TWILIO_AUTH_TOKEN=" TOKEN,
        "ANSWERBACK_AGENT_WINDOW_MS=300",
        "SMS_RATE_LIMIT_MAX=30",
        NULL,
    };

    return config_load(environment, NULL, a, &demo->config, err);
}

static void *serve_simulator(void *simulator)
{
    simulator_run(simulator);
    return NULL;
}

static bool start_simulator(struct demo *demo, const struct demo_config *config, struct err *err)
{
    static const struct simulator_number numbers[] = { { .phone = DEMO_SHARED },
                                                       { .phone = DEMO_BAKERY } };
    struct str webhook = arena_printf(&demo->arena, "%s/sms-router/webhook/sms", demo->url.ptr);
    struct simulator_config sim = {
        .listen = "127.0.0.1:0",
        .account_sid = ACCOUNT,
        .auth_token = TOKEN,
        .webhook_url = webhook.ptr,
        .numbers = numbers,
        .number_count = ARRAY_LEN(numbers),
        .log = &demo->log,
        .on_event = config->on_event,
        .context = config->context,
    };

    if (!simulator_open(&sim, &demo->simulator, err))
        return false;
    if (pthread_create(&demo->simulator_thread, NULL, serve_simulator, demo->simulator) != 0)
        die("no thread for the simulator");
    demo->simulator_runs = true;
    return true;
}

static void stop_simulator(struct demo *demo)
{
    if (demo->simulator_runs) {
        simulator_stop(demo->simulator);
        pthread_join(demo->simulator_thread, NULL);
    }
    simulator_close(demo->simulator);
    demo->simulator = NULL;
    demo->simulator_runs = false;
}

/* One attempt on one port. ERR_UNAVAILABLE: somebody else took it in between. */
static bool start_both(struct demo *demo, const struct demo_config *config, struct str address,
                       struct err *err)
{
    demo->url = arena_printf(&demo->arena, "http://%.*s", STR_ARGS(address));
    if (start_simulator(demo, config, err) && configure(demo, err) &&
        app_start(&demo->config, &demo->log, &demo->app, err))
        return true;
    stop_simulator(demo);
    return false;
}

static bool start_on_port(struct demo *demo, const struct demo_config *config, struct err *err)
{
    if (config->listen)
        return start_both(demo, config, str_of(config->listen), err);
    for (int i = 0; i < PORT_ATTEMPTS; i++) {
        struct str address = arena_printf(&demo->arena, "127.0.0.1:%d", free_port());

        if (start_both(demo, config, address, err))
            return true;
        if (err->kind != ERR_UNAVAILABLE)
            return false;
    }
    return false;
}

static bool is_listen(const char *listen)
{
    return !listen || (strncmp(listen, "unix:", 5) != 0 && strrchr(listen, ':') &&
                       strcmp(strrchr(listen, ':'), ":0") != 0);
}

bool demo_start(const struct demo_config *config, struct demo **ret, struct err *err)
{
    struct demo *demo = calloc(1, sizeof(*demo));

    if (!demo)
        die("out of memory");
    demo->log.fd = -1;
    if (!is_listen(config->listen)) {
        err_set(err, ERR_INVALID, "the demo listens on ADDRESS:PORT; leave it out for a free port");
    } else if (make_folder(demo, config->data_dir, err) && open_log(demo, err) &&
               start_on_port(demo, config, err) && set_up(demo, err)) {
        *ret = demo;
        return true;
    }
    demo_stop(demo);
    return false;
}

/* ---- ending ---- */

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void demo_stop(struct demo *demo)
{
    if (!demo)
        return;
    if (demo->app)
        app_stop(demo->app, GRACE_MS);
    stop_simulator(demo);
    if (demo->log.fd >= 0)
        close(demo->log.fd);
    if (demo->temporary)
        nftw(demo->data_dir.ptr, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    arena_release(&demo->arena);
    free(demo);
}

/* ---- asking ---- */

struct str demo_url(const struct demo *demo)
{
    return demo->url;
}
struct str demo_data_dir(const struct demo *demo)
{
    return demo->data_dir;
}
struct str demo_log_path(const struct demo *demo)
{
    return demo->log_path;
}
bool demo_is_temporary(const struct demo *demo)
{
    return demo->temporary;
}

bool demo_text(struct demo *demo, struct str from, struct str to, struct str body,
               char ret_sid[SIMULATOR_SID_BYTES], struct err *err)
{
    return simulator_text(demo->simulator, from, to, body, NULL, 0, ret_sid, err);
}
