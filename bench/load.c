/*
 * load.c - a closed loop of connections that post signed webhooks and time the answers.
 *
 * All requests are built before the clock starts; then each connection sends its next text as soon
 * as the last one is answered. It prints one JSON object. It knows just enough HTTP for servers
 * that keep connections open and say how long their answers are; anything else is counted as an
 * error. One thread, so that it takes at most one core from the server it measures.
 */
#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "texts.h"

#define ANSWER_BYTES_MOST 8192
#define CONNECTIONS_MOST 4096
#define UNTIL_MOST 4
#define UNTIL_WAIT_S 120
#define POLL_US 2000
#define STATUS_COUNT 600

struct until {
    const char *metric; /* as /metrics names it, label and all */
    int64_t per_text, before;
};

struct options {
    const char *host, *port, *admin_token;
    struct texts texts;
    size_t count, connections;
    double seconds; /* 0: until all are sent */
    long pause_us;  /* between two texts of a connection; for one connection only */
    int watch_pid;  /* whose memory is looked at; 0: nobody's */
    struct until until[UNTIL_MOST];
    size_t until_count;
};

struct requests {
    struct buf bytes;
    size_t *ends; /* of each, in bytes */
    size_t count;
};

struct connection {
    int fd;
    int64_t sent_ns;
    size_t len;
    bool busy;
    char answer[ANSWER_BYTES_MOST];
};

struct load {
    const struct options *options;
    struct requests requests;
    struct connection *connections;
    int epoll;
    size_t next, answered, busy;
    int64_t end_ns; /* no new text after this */
    uint32_t *latency_us;
    size_t statuses[STATUS_COUNT], errors;
    long rss_kb_most;
    int64_t watched_ns;
    double cpu_seconds; /* that the server spent on all of it */
};

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void sleep_us(long us)
{
    nanosleep(&(struct timespec){ us / 1000000, us % 1000000 * 1000 }, NULL);
}

/* ---- connections ---- */

static int connect_to(const struct options *o)
{
    struct addrinfo *found, hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
    int one = 1, fd;

    if (getaddrinfo(o->host, o->port, &hints, &found) != 0)
        die("no such address: %s:%s", o->host, o->port);
    fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("socket: %s", strerror(errno));
    if (connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
        close(fd);
        fd = -1;
    } else {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    }
    freeaddrinfo(found);
    return fd;
}

static void open_connection(struct load *l, struct connection *c)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };

    c->fd = connect_to(l->options);
    if (c->fd < 0)
        die("cannot connect to %s:%s: %s", l->options->host, l->options->port, strerror(errno));
    epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event);
}

/* A request is smaller than a socket's buffer, so this waits only when the server reads nothing. */
static bool send_all(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t sent = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);

        if (sent < 0)
            return false;
        bytes = str_slice(bytes, (size_t)sent, SIZE_MAX);
    }
    return true;
}

static struct str request_at(const struct requests *r, size_t at)
{
    size_t start = at > 0 ? r->ends[at - 1] : 0;

    return str_make(r->bytes.ptr + start, r->ends[at] - start);
}

static void send_next(struct load *l, struct connection *c)
{
    c->len = 0;
    c->busy = false;
    c->sent_ns = now_ns();
    if (l->next == l->requests.count || (l->end_ns > 0 && c->sent_ns >= l->end_ns))
        return;
    if (send_all(c->fd, request_at(&l->requests, l->next))) {
        c->busy = true;
        l->busy++;
    } else {
        l->errors++;
    }
    l->next++;
}

/* The text is lost to us: whatever became of it, nobody was told. */
static void start_over(struct load *l, struct connection *c)
{
    if (c->busy) {
        l->busy--;
        l->errors++;
    }
    close(c->fd);
    open_connection(l, c);
    send_next(l, c);
}

/* ---- answers ---- */

static struct str header_value(struct str head, const char *name)
{
    struct str line;

    while (str_cut(&head, '\n', &line)) {
        struct str found;

        if (str_cut(&line, ':', &found) && str_equal_nocase(found, str_of(name)))
            return str_trim(line);
    }
    return str_of(NULL);
}

/* Whether a whole answer is there. A status of 0 is an answer that we cannot read. */
static bool read_answer(const struct connection *c, int *ret_status, bool *ret_close)
{
    static const struct str blank = STR("\r\n\r\n");
    struct str all = str_make(c->answer, c->len), head;
    ptrdiff_t end = str_find(all, blank);
    int64_t length, status;

    *ret_status = 0;
    if (end < 0)
        return c->len == sizeof(c->answer);
    head = str_slice(all, 0, (size_t)end);
    if (!str_to_int(header_value(head, "Content-Length"), &length) || length < 0 ||
        !str_to_int(str_slice(head, 9, 3), &status) || status < 0 || status >= STATUS_COUNT)
        return true;
    if ((size_t)end + blank.len + (size_t)length > c->len)
        return c->len == sizeof(c->answer);
    *ret_status = (int)status;
    *ret_close = str_equal_nocase(header_value(head, "Connection"), str_of("close"));
    return true;
}

static void take_answer(struct load *l, struct connection *c)
{
    ssize_t got = recv(c->fd, c->answer + c->len, sizeof(c->answer) - c->len, 0);
    bool closing = false;
    int status;

    if (got <= 0 || !c->busy) {
        start_over(l, c);
        return;
    }
    c->len += (size_t)got;
    if (!read_answer(c, &status, &closing))
        return;
    if (status == 0) {
        start_over(l, c);
        return;
    }
    l->latency_us[l->answered++] = (uint32_t)((now_ns() - c->sent_ns) / 1000);
    l->statuses[status]++;
    l->busy--;
    c->busy = false;
    if (l->options->pause_us > 0)
        sleep_us(l->options->pause_us);
    if (closing)
        start_over(l, c);
    else
        send_next(l, c);
}

/* ---- the server's memory ---- */

static long read_status_kb(int pid, const char *name)
{
    char path[64], line[128];
    long kb = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    file = fopen(path, "re");
    while (file && fgets(line, sizeof(line), file)) {
        if (strncmp(line, name, strlen(name)) == 0)
            kb = strtol(line + strlen(name), NULL, 10);
    }
    if (file)
        fclose(file);
    return kb;
}

/* Processor time that the server has had, all threads; 0 when it is not watched. */
static double cpu_seconds(int pid)
{
    char path[64], line[1024];
    unsigned long user = 0, kernel = 0;
    const char *after_name;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    file = pid > 0 ? fopen(path, "re") : NULL;
    if (!file)
        return 0;
    if (fgets(line, sizeof(line), file) && (after_name = strrchr(line, ')')) != NULL)
        sscanf(after_name, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
    fclose(file);
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static void watch_memory(struct load *l)
{
    int64_t now = now_ns();
    long kb;

    if (l->options->watch_pid == 0 || now - l->watched_ns < 100000000)
        return;
    l->watched_ns = now;
    kb = read_status_kb(l->options->watch_pid, "VmRSS:");
    if (kb > l->rss_kb_most)
        l->rss_kb_most = kb;
}

/* ---- the server's own counts ---- */

/* One request on a connection of its own; the server closes it. False when there is no server. */
static bool get(const struct options *o, const char *path, struct buf *ret)
{
    CLEANUP(buf_release) struct buf request = { 0 };
    int fd = connect_to(o);
    ssize_t got = 1;

    if (fd < 0)
        return false;
    buf_addf(&request, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", path, o->host);
    if (o->admin_token)
        buf_addf(&request, "Authorization: Bearer %s\r\n", o->admin_token);
    buf_add_text(&request, "\r\n");
    buf_clear(ret);
    if (!send_all(fd, buf_view(&request)))
        got = -1;
    while (got > 0) {
        char room[4096];

        got = recv(fd, room, sizeof(room), 0);
        if (got > 0)
            buf_add(ret, str_make(room, (size_t)got));
    }
    close(fd);
    return got == 0 && str_starts(str_slice(buf_view(ret), 8, SIZE_MAX), str_of(" 200 "));
}

static int64_t metric_of(struct str page, const char *name)
{
    struct str line;

    while (str_cut(&page, '\n', &line)) {
        int64_t value;

        if (str_starts(line, str_of(name)) && line.len > strlen(name) &&
            line.ptr[strlen(name)] == ' ' &&
            str_to_int(str_trim(str_slice(line, strlen(name), SIZE_MAX)), &value))
            return value;
    }
    die("the server has no metric %s", name);
}

static void read_counts(const struct options *o, int64_t counts[UNTIL_MOST], int64_t *ret_spooled)
{
    CLEANUP(buf_release) struct buf page = { 0 };

    if (!get(o, "/metrics", &page))
        die("/metrics did not answer: is the admin token right?");
    *ret_spooled = metric_of(buf_view(&page), "answerback_spool_entries");
    for (size_t i = 0; i < o->until_count; i++)
        counts[i] = metric_of(buf_view(&page), o->until[i].metric);
}

/* Seconds from `start_ns` until the server has counted what it acknowledged, and its spool is
 * empty. */
static double wait_until(struct load *l, int64_t start_ns)
{
    const struct options *o = l->options;
    int64_t counts[UNTIL_MOST], spooled, texts = (int64_t)l->statuses[200];
    bool done = false;

    while (!done) {
        if (now_ns() - start_ns > INT64_C(1000000000) * UNTIL_WAIT_S)
            die("the server is not done after %d s", UNTIL_WAIT_S);
        read_counts(o, counts, &spooled);
        done = spooled == 0;
        for (size_t i = 0; i < o->until_count; i++)
            done &= counts[i] >= o->until[i].before + texts * o->until[i].per_text;
        watch_memory(l);
        if (!done)
            sleep_us(POLL_US);
    }
    return (double)(now_ns() - start_ns) / 1e9;
}

/* ---- a run ---- */

static void build_requests(struct options *o, struct requests *ret)
{
    ret->ends = calloc(o->count, sizeof(*ret->ends));
    if (!ret->ends)
        die("out of memory");
    for (; ret->count < o->count; ret->count++) {
        texts_request(&o->texts, &ret->bytes);
        ret->ends[ret->count] = ret->bytes.len;
    }
    if (ret->bytes.failed)
        die("out of memory");
}

static double run(struct load *l, int64_t start_ns)
{
    struct epoll_event events[256];

    if (l->options->seconds > 0)
        l->end_ns = start_ns + (int64_t)(l->options->seconds * 1e9);
    for (size_t i = 0; i < l->options->connections; i++)
        send_next(l, &l->connections[i]);
    while (l->busy > 0) {
        int count = epoll_wait(l->epoll, events, ARRAY_LEN(events), 5000);

        if (count == 0)
            die("no answer for five seconds");
        for (int i = 0; i < count; i++)
            take_answer(l, events[i].data.ptr);
        watch_memory(l);
    }
    return (double)(now_ns() - start_ns) / 1e9;
}

static int by_size(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static uint32_t percentile(const struct load *l, size_t per_mille)
{
    return l->answered > 0 ? l->latency_us[(l->answered - 1) * per_mille / 1000] : 0;
}

static void print_result(struct load *l, double seconds, double until_seconds)
{
    const char *separator = "";

    qsort(l->latency_us, l->answered, sizeof(*l->latency_us), by_size);
    printf(
        "{\"texts\":%zu,\"seconds\":%.4f,\"per_second\":%.1f,\"errors\":%zu,\"request_bytes\":%zu,"
        "\"p50_us\":%u,\"p99_us\":%u,\"p999_us\":%u,\"max_us\":%u,\"statuses\":{",
        l->statuses[200], seconds, (double)l->statuses[200] / seconds, l->errors,
        l->requests.bytes.len / l->requests.count, percentile(l, 500), percentile(l, 990),
        percentile(l, 999), percentile(l, 1000));
    for (size_t i = 0; i < STATUS_COUNT; i++) {
        if (l->statuses[i] > 0) {
            printf("%s\"%zu\":%zu", separator, i, l->statuses[i]);
            separator = ",";
        }
    }
    printf("}");
    if (l->options->until_count > 0)
        printf(",\"until_seconds\":%.4f,\"until_per_second\":%.1f", until_seconds,
               (double)l->statuses[200] / until_seconds);
    if (l->options->watch_pid > 0)
        printf(",\"rss_kb\":%ld,\"hwm_kb\":%ld,\"cpu_us_per_text\":%.1f", l->rss_kb_most,
               read_status_kb(l->options->watch_pid, "VmHWM:"),
               l->cpu_seconds * 1e6 / (double)l->statuses[200]);
    printf("}\n");
}

static void measure(struct options *o)
{
    struct load l = { .options = o };
    int64_t start_ns, counts[UNTIL_MOST] = { 0 }, spooled;
    double seconds, until_seconds = 0;

    build_requests(o, &l.requests);
    l.connections = calloc(o->connections, sizeof(*l.connections));
    l.latency_us = calloc(o->count, sizeof(*l.latency_us));
    l.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!l.connections || !l.latency_us || l.epoll < 0)
        die("out of memory or descriptors");
    for (size_t i = 0; i < o->connections; i++)
        open_connection(&l, &l.connections[i]);
    if (o->until_count > 0)
        read_counts(o, counts, &spooled);
    for (size_t i = 0; i < o->until_count; i++)
        o->until[i].before = counts[i];
    l.cpu_seconds = -cpu_seconds(o->watch_pid);
    start_ns = now_ns();
    seconds = run(&l, start_ns);
    if (o->until_count > 0)
        until_seconds = wait_until(&l, start_ns);
    l.cpu_seconds += cpu_seconds(o->watch_pid);
    print_result(&l, seconds, until_seconds);
    for (size_t i = 0; i < o->connections; i++)
        close(l.connections[i].fd);
    close(l.epoll);
    free(l.connections);
    free(l.latency_us);
    free(l.requests.ends);
    buf_release(&l.requests.bytes);
}

/* Print when `path` was first answered 200, as seconds of Unix time. */
static void wait_ready(const struct options *o, const char *path)
{
    CLEANUP(buf_release) struct buf page = { 0 };
    int64_t start_ns = now_ns();
    struct timespec t;

    while (!get(o, path, &page)) {
        if (now_ns() - start_ns > INT64_C(1000000000) * UNTIL_WAIT_S)
            die("%s:%s is not ready after %d s", o->host, o->port, UNTIL_WAIT_S);
        sleep_us(POLL_US);
    }
    clock_gettime(CLOCK_REALTIME, &t);
    printf("%lld.%06ld\n", (long long)t.tv_sec, t.tv_nsec / 1000);
}

/* ---- options ---- */

static const char usage[] =
    "usage: load --port PORT [OPTION...]\n"
    "  --host ADDRESS       127.0.0.1\n"
    "  --path PATH          /sms-router/webhook/sms\n"
    "  --url URL            what is signed; http://HOST:PORT and the path\n"
    "  --account SID, --auth-token TOKEN, --number PHONE   whose webhooks these are\n"
    "  --users N            From is one of so many phones, evenly (10000)\n"
    "  --distinct           one phone after the other instead\n"
    "  --count N            texts to build, and to send at most (10000)\n"
    "  --seconds S          stop sending after so long\n"
    "  --connections N      each sends its next text when the last is answered (100)\n"
    "  --pause-ms MS        between two texts, with one connection\n"
    "  --seed N             for other texts; without it each run has its own\n"
    "  --until METRIC=N     then wait until METRIC has grown by N for each text and the spool is "
    "empty\n"
    "  --admin-token TOKEN  for /metrics\n"
    "  --pid PID            report the memory and processor time of this process\n"
    "  --ready PATH         send nothing: wait until PATH answers 200, and print that time\n";

static _Noreturn void refuse(const char *why, const char *what)
{
    fprintf(stderr, "load: %s%s\n%s", why, what, usage);
    exit(2);
}

static int64_t number_of(const char *text, int64_t least, int64_t most)
{
    int64_t value;

    if (!str_to_int(str_of(text), &value) || value < least || value > most)
        refuse("not a number, or out of range: ", text);
    return value;
}

static void add_until(struct options *o, char *text)
{
    char *equals = strrchr(text, '='); /* labels have one, too */

    if (!equals || o->until_count == UNTIL_MOST)
        refuse("--until METRIC=N, at most four: ", text);
    *equals = '\0';
    o->until[o->until_count++] =
        (struct until){ .metric = text, .per_text = number_of(equals + 1, 0, 100) };
}

static const char *read_options(int argc, char **argv, struct options *o)
{
    static const struct option names[] = {
        { "host", 1, NULL, 'h' },
        { "port", 1, NULL, 'p' },
        { "path", 1, NULL, 'P' },
        { "url", 1, NULL, 'u' },
        { "account", 1, NULL, 'a' },
        { "auth-token", 1, NULL, 't' },
        { "number", 1, NULL, 'n' },
        { "users", 1, NULL, 'U' },
        { "count", 1, NULL, 'c' },
        { "seconds", 1, NULL, 's' },
        { "connections", 1, NULL, 'C' },
        { "pause-ms", 1, NULL, 'w' },
        { "seed", 1, NULL, 'S' },
        { "until", 1, NULL, 'x' },
        { "admin-token", 1, NULL, 'A' },
        { "distinct", 0, NULL, 'd' },
        { "pid", 1, NULL, 'i' },
        { "ready", 1, NULL, 'r' },
        { NULL, 0, NULL, 0 },
    };
    const char *ready = NULL;
    uint64_t seed = (uint64_t)now_ns() ^ (uint64_t)getpid() << 48;
    int which;

    while ((which = getopt_long(argc, argv, "", names, NULL)) >= 0) {
        switch (which) {
        case 'h': o->host = optarg; break;
        case 'p': o->port = optarg; break;
        case 'P': o->texts.path = str_of(optarg); break;
        case 'u': o->texts.url = str_of(optarg); break;
        case 'a': o->texts.account = str_of(optarg); break;
        case 't': o->texts.auth_token = str_of(optarg); break;
        case 'n': o->texts.number = str_of(optarg); break;
        case 'U': o->texts.users = (size_t)number_of(optarg, 1, TEXTS_USERS_MOST); break;
        case 'c': o->count = (size_t)number_of(optarg, 1, 100000000); break;
        case 's': o->seconds = strtod(optarg, NULL); break;
        case 'C': o->connections = (size_t)number_of(optarg, 1, CONNECTIONS_MOST); break;
        case 'w': o->pause_us = (long)number_of(optarg, 0, 60000) * 1000; break;
        case 'S': seed = (uint64_t)number_of(optarg, 0, INT64_MAX); break;
        case 'x': add_until(o, optarg); break;
        case 'A': o->admin_token = optarg; break;
        case 'i': o->watch_pid = (int)number_of(optarg, 1, INT32_MAX); break;
        case 'd': o->texts.in_turn = true; break;
        case 'r': ready = optarg; break;
        default: refuse("", "");
        }
    }
    if (optind < argc || !o->port)
        refuse("--port is missing, or there is something else", "");
    if (o->pause_us > 0 && o->connections > 1)
        refuse("--pause-ms is for --connections 1", "");
    chance_init_number(&o->texts.chance, seed);
    return ready;
}

int main(int argc, char **argv)
{
    struct options o = {
        .host = "127.0.0.1",
        .texts = { .path = STR("/sms-router/webhook/sms"),
                   .account = STR("AC00000000000000000000000000000001"),
                   .auth_token = STR("0123456789abcdef0123456789abcdef"),
                   .number = STR("+12025550100"),
                   .users = 10000 },
        .count = 10000,
        .connections = 100,
    };
    CLEANUP(buf_release) struct buf host = { 0 }, url = { 0 };
    const char *ready = read_options(argc, argv, &o);

    buf_addf(&host, "%s:%s", o.host, o.port);
    o.texts.host = buf_view(&host);
    buf_addf(&url, "http://%.*s%.*s", STR_ARGS(o.texts.host), STR_ARGS(o.texts.path));
    if (o.texts.url.len == 0)
        o.texts.url = buf_view(&url);
    if (ready)
        wait_ready(&o, ready);
    else
        measure(&o);
    return 0;
}
