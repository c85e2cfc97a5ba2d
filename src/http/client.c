/*
 * client.c - libcurl's multi interface on a thread of its own.
 *
 * Everybody else puts orders into a mailbox whose descriptor wakes curl_multi_poll. Transfers are
 * kept for the next call with their memory and libcurl handle; connections are kept by the multi
 * handle.
 */
#include "http/client.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "http/transfer.h"
#include "loop/mailbox.h"

#define SPARES_MAX 256
#define POLL_MS 60000 /* libcurl's own deadlines are sooner */

struct order {
    struct letter letter; /* first */
    enum { ORDER_START, ORDER_CANCEL, ORDER_END } kind;
    uint64_t handle;
    /* ORDER_START: the rest, and then it stays as long as the call is under way */
    http_done *done;
    void *context;
    struct transfer transfer;
    struct order *older, *newer;
};

struct curl_client {
    struct http_client base; /* first */
    CURLM *multi;
    struct mailbox mailbox;
    pthread_t thread;
    atomic_uint_fast64_t last_handle;
    pthread_mutex_t spare_lock;
    struct order *spare; /* linked by `newer` */
    size_t spare_count;
    struct order *newest; /* under way; the thread's own */
    bool ending;
};

/* ---- orders ---- */

static struct order *order_take(struct curl_client *client)
{
    struct order *order;

    pthread_mutex_lock(&client->spare_lock);
    order = client->spare;
    if (order) {
        client->spare = order->newer;
        client->spare_count--;
    }
    pthread_mutex_unlock(&client->spare_lock);
    if (!order)
        order = calloc(1, sizeof(*order));
    if (!order)
        die("out of memory (an HTTP call)");
    order->newer = order->older = NULL;
    return order;
}

static void order_free(struct order *order)
{
    transfer_release(&order->transfer);
    free(order);
}

static void order_put_back(struct curl_client *client, struct order *order)
{
    bool kept;

    transfer_clear(&order->transfer);
    pthread_mutex_lock(&client->spare_lock);
    kept = client->spare_count < SPARES_MAX;
    if (kept) {
        order->newer = client->spare;
        client->spare = order;
        client->spare_count++;
    }
    pthread_mutex_unlock(&client->spare_lock);
    if (!kept)
        order_free(order);
}

static void order_send(struct curl_client *client, struct order *order)
{
    mailbox_put(&client->mailbox, &order->letter);
}

/* ---- on the thread ---- */

static void finish(struct curl_client *client, struct order *order,
                   const struct http_result *result)
{
    order->done(order->context, result);
    order_put_back(client, order);
}

static void under_way_add(struct curl_client *client, struct order *order)
{
    order->older = client->newest;
    order->newer = NULL;
    if (client->newest)
        client->newest->newer = order;
    client->newest = order;
}

static void under_way_remove(struct curl_client *client, struct order *order)
{
    if (order->newer)
        order->newer->older = order->older;
    else
        client->newest = order->older;
    if (order->older)
        order->older->newer = order->newer;
}

static void order_start(struct curl_client *client, struct order *order)
{
    struct http_result result;

    if (client->ending) {
        transfer_cancelled(&order->transfer, &result);
        finish(client, order, &result);
    } else if (!transfer_prepare(&order->transfer) ||
               curl_multi_add_handle(client->multi, order->transfer.easy) != CURLM_OK) {
        transfer_result(&order->transfer, CURLE_FAILED_INIT, &result);
        result.failure = HTTP_NOT_SENT;
        finish(client, order, &result);
    } else {
        under_way_add(client, order);
    }
}

static void order_cancel(struct curl_client *client, struct order *order)
{
    struct http_result result;

    transfer_cancelled(&order->transfer, &result);
    under_way_remove(client, order);
    curl_multi_remove_handle(client->multi, order->transfer.easy);
    finish(client, order, &result);
}

static void take_orders(struct curl_client *client)
{
    struct letter *letter = mailbox_take(&client->mailbox);

    while (letter) {
        struct order *order = (struct order *)letter;
        struct order *found = client->newest;

        letter = letter->next;
        switch (order->kind) {
        case ORDER_START: order_start(client, order); break;
        case ORDER_CANCEL:
            while (found && found->handle != order->handle)
                found = found->older;
            if (found)
                order_cancel(client, found);
            order_put_back(client, order);
            break;
        case ORDER_END:
            client->ending = true;
            order_put_back(client, order);
            break;
        }
    }
}

static void take_finished(struct curl_client *client)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(client->multi, &left))) {
        CURLcode code = message->data.result;
        CURL *easy = message->easy_handle;
        struct order *order;
        char *private = NULL;
        struct http_result result;

        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
        order = (struct order *)(void *)(private - offsetof(struct order, transfer));
        transfer_result(&order->transfer, code, &result);
        under_way_remove(client, order);
        curl_multi_remove_handle(client->multi, easy); /* `message` is gone with this */
        finish(client, order, &result);
    }
}

static void *client_thread(void *context)
{
    struct curl_client *client = context;
    struct curl_waitfd mail = { .fd = client->mailbox.fd, .events = CURL_WAIT_POLLIN };
    int running;

    while (!client->ending) {
        curl_multi_perform(client->multi, &running);
        take_finished(client);
        mail.revents = 0;
        curl_multi_poll(client->multi, &mail, 1, POLL_MS, NULL);
        if (mail.revents != 0)
            take_orders(client);
    }
    while (client->newest)
        order_cancel(client, client->newest);
    take_orders(client); /* what `done` started meanwhile */
    return NULL;
}

/* ---- the interface ---- */

static uint64_t client_start(struct http_client *base, const struct http_call *call,
                             http_done *done, void *context)
{
    struct curl_client *client = (struct curl_client *)base;
    struct order *order = order_take(client);
    uint64_t handle = atomic_fetch_add(&client->last_handle, 1) + 1;

    order->kind = ORDER_START;
    order->handle = handle;
    order->done = done;
    order->context = context;
    transfer_set(&order->transfer, call);
    order_send(client, order);
    return handle;
}

static void client_cancel(struct http_client *base, uint64_t handle)
{
    struct curl_client *client = (struct curl_client *)base;
    struct order *order = order_take(client);

    order->kind = ORDER_CANCEL;
    order->handle = handle;
    order_send(client, order);
}

static void client_free(struct curl_client *client)
{
    while (client->spare) {
        struct order *next = client->spare->newer;

        order_free(client->spare);
        client->spare = next;
    }
    curl_multi_cleanup(client->multi);
    mailbox_release(&client->mailbox);
    pthread_mutex_destroy(&client->spare_lock);
    free(client);
    curl_global_cleanup();
}

static void client_destroy(struct http_client *base)
{
    struct curl_client *client = (struct curl_client *)base;
    struct order *order = order_take(client);

    order->kind = ORDER_END;
    order_send(client, order);
    pthread_join(client->thread, NULL);
    client_free(client);
}

static const struct http_client_ops curl_ops = { .start = client_start,
                                                 .cancel = client_cancel,
                                                 .destroy = client_destroy };

struct http_client *http_client_create(size_t connections_max)
{
    struct curl_client *client = calloc(1, sizeof(*client));
    sigset_t all, before;

    if (!client || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        die("out of memory (the HTTP client)");
    client->base.ops = &curl_ops;
    client->multi = curl_multi_init();
    if (!client->multi)
        die("out of memory (the HTTP client)");
    curl_multi_setopt(client->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)connections_max);
    curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)connections_max * 4);
    mailbox_init(&client->mailbox);
    pthread_mutex_init(&client->spare_lock, NULL);
    sigfillset(&all); /* signals are for other threads; a broken pipe is an error code here */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&client->thread, NULL, client_thread, client) != 0)
        die("no thread for the HTTP client");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return &client->base;
}

uint64_t http_start(struct http_client *client, const struct http_call *call, http_done *done,
                    void *context)
{
    return client->ops->start(client, call, done, context);
}

void http_cancel(struct http_client *client, uint64_t handle)
{
    client->ops->cancel(client, handle);
}

void http_client_destroy(struct http_client *client)
{
    if (client)
        client->ops->destroy(client);
}

struct str http_result_header(const struct http_result *result, const char *name)
{
    for (size_t i = 0; i < result->header_count; i++) {
        if (str_equal_nocase(result->headers[i].name, str_of(name)))
            return result->headers[i].value;
    }
    return (struct str){ 0 };
}

static void transfer_end(struct transfer *transfer)
{
    transfer_release(transfer);
    curl_global_cleanup();
}

static void result_copy(struct http_result *result, struct arena *arena)
{
    struct http_header *headers = ARENA_ARRAY(arena, struct http_header, result->header_count);

    for (size_t i = 0; i < result->header_count; i++) {
        headers[i].name = arena_copy(arena, result->headers[i].name);
        headers[i].value = arena_copy(arena, result->headers[i].value);
    }
    result->headers = headers;
    result->body = arena_copy(arena, result->body);
    result->error = arena_copy(arena, result->error);
}

bool http_fetch(const struct http_call *call, struct arena *arena, struct http_result *ret,
                struct err *err)
{
    CLEANUP(transfer_end) struct transfer transfer = { 0 };
    CURLcode code = CURLE_FAILED_INIT;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        die("libcurl does not start");
    transfer_set(&transfer, call);
    if (transfer_prepare(&transfer)) {
        /* No thread of our own to hold signals back on, so libcurl shall ignore a broken pipe. */
        curl_easy_setopt(transfer.easy, CURLOPT_NOSIGNAL, 0L);
        code = curl_easy_perform(transfer.easy);
    }
    transfer_result(&transfer, code, ret);
    result_copy(ret, arena);
    if (ret->failure != HTTP_OK)
        return err_set(err, ERR_UNAVAILABLE, "%.*s", STR_ARGS(ret->error));
    return true;
}
