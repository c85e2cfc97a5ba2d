/*
 * health.c - is it alive, can it keep a text, what has it counted.
 *
 * The first two are answered by whatever server was asked, from memory: they stay quick while the
 * database is slow or the API is overloaded.
 */
#include "loop/clock.h"
#include "web/inside.h"

/* How long a failed flush speaks against us: with no traffic sent here, nothing else would clear
 * it. */
#define FAILURE_REMEMBERED_US INT64_C(5000000)

static void respond_text(struct http_request *request, int status, const char *text)
{
    static const struct http_header headers[] = {
        { STR("Cache-Control"), STR("no-store") },
        { STR("Retry-After"), STR("5") },
    };

    http_respond(request->exchange, &(struct http_response){
                                        .status = status,
                                        .content_type = "text/plain; charset=utf-8",
                                        .body = str_of(text),
                                        .headers = headers,
                                        .header_count = status == 503 ? 2 : 1,
                                    });
}

void health_live(struct surface *surface, struct http_request *request)
{
    (void)surface;
    respond_text(request, 200, "ok\n");
}

void health_ready(struct surface *surface, struct http_request *request)
{
    struct web *web = surface->web;
    int64_t failed_us = atomic_load(&web->append_failed_us);

    if (failed_us != 0 && clock_mono_us() - failed_us < FAILURE_REMEMBERED_US)
        respond_text(request, 503, "the last text could not be flushed to disk\n");
    else if (spool_is_full(web->config.spool, 1, WEBHOOK_BODY_BYTES_MOST))
        respond_text(request, 503, "the queue of accepted texts is full\n");
    else
        respond_text(request, 200, "ready\n");
}

bool metrics_get(struct api_call *call, struct err *err)
{
    const struct web_config *config = api_config(call);

    (void)err;
    metric_set(config->metrics, METRIC_SPOOL_ENTRIES, spool_entries(config->spool));
    metric_set(config->metrics, METRIC_SPOOL_BYTES, spool_bytes(config->spool));
    metrics_write(config->metrics, &call->body);
    call->content_type = "text/plain; version=0.0.4; charset=utf-8";
    return true;
}
