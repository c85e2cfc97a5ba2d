/*
 * routes.c - every address of the program: one row each.
 *
 * What a row says is all there is: method, path, who may, which query parameters, whether it takes
 * a body. docs/api.md tells people the same; a new row belongs there too.
 */
#include "web/inside.h"

static const char *const paging[] = { "limit", "cursor", NULL };
static const char *const paging_of_user[] = { "user", "limit", "cursor", NULL };
static const char *const days[] = { "from", "to", NULL };
static const char *const consent[] = { "evidence", "number", NULL };

#define API ROUTE_API
#define ADMIN (ROUTE_API | ROUTE_ADMIN)
#define BODY ROUTE_BODY

/* clang-format off */
const struct web_route routes[] = {
    { "GET", "/healthz", ROUTE_HEALTH, NULL, NULL, health_live },
    { "GET", "/readyz", ROUTE_HEALTH, NULL, NULL, health_ready },
    { "POST", "/sms-router/webhook/sms", ROUTE_WEBHOOK, NULL, NULL, webhook_inbound },
    { "GET", "/sms-router/webhook/sms", ROUTE_WEBHOOK, NULL, NULL, webhook_inbound },
    { "POST", "/webhook/sms", ROUTE_WEBHOOK, NULL, NULL, webhook_inbound },
    { "GET", "/webhook/sms", ROUTE_WEBHOOK, NULL, NULL, webhook_inbound },
    { "POST", "/sms-router/webhook/status", ROUTE_WEBHOOK, NULL, NULL, webhook_status },
    { "GET", "/metrics", ADMIN, NULL, metrics_get, NULL },

    { "GET", "/v1/users", API, paging, users_list, NULL },
    { "POST", "/v1/users", ADMIN | BODY, NULL, users_post, NULL },
    { "GET", "/v1/users/{}", API, NULL, user_get, NULL },
    { "PATCH", "/v1/users/{}", API | BODY, NULL, user_patch, NULL },
    { "DELETE", "/v1/users/{}", ADMIN, NULL, user_delete, NULL },
    { "GET", "/v1/users/{}/phones", API, NULL, phones_list, NULL },
    { "POST", "/v1/users/{}/phones", ADMIN | BODY, NULL, phones_post, NULL },
    { "DELETE", "/v1/users/{}/phones/{}", API, NULL, phone_delete, NULL },
    { "GET", "/v1/users/{}/agent", API, NULL, agent_get, NULL },
    { "PUT", "/v1/users/{}/agent", API | BODY, NULL, agent_put, NULL },
    { "GET", "/v1/users/{}/allowlist", API, paging, allowlist_list, NULL },
    { "POST", "/v1/users/{}/allowlist", API | BODY, NULL, allowlist_post, NULL },
    { "DELETE", "/v1/users/{}/allowlist/{}", API, NULL, allowlist_delete, NULL },
    { "GET", "/v1/users/{}/opt-outs", API, paging, opt_outs_list, NULL },
    { "POST", "/v1/users/{}/opt-outs", API | BODY, NULL, opt_outs_post, NULL },
    { "DELETE", "/v1/users/{}/opt-outs/{}", API | ROUTE_BODY_MAYBE, consent, opt_out_delete, NULL },
    { "GET", "/v1/users/{}/memory", API, paging, memory_list, NULL },
    { "DELETE", "/v1/users/{}/memory/{}", API, NULL, fact_delete, NULL },
    { "GET", "/v1/users/{}/usage", API, days, user_usage, NULL },
    { "GET", "/v1/users/{}/conversations", API, paging, user_conversations, NULL },
    { "GET", "/v1/users/{}/messages", API, paging, user_messages, NULL },

    { "GET", "/v1/numbers", API, NULL, numbers_list, NULL },
    { "POST", "/v1/numbers", ADMIN | BODY, NULL, numbers_post, NULL },
    { "GET", "/v1/numbers/{}", API, NULL, number_get, NULL },
    { "PATCH", "/v1/numbers/{}", ADMIN | BODY, NULL, number_patch, NULL },
    { "DELETE", "/v1/numbers/{}", ADMIN, NULL, number_delete, NULL },

    { "GET", "/v1/conversations", API, paging, conversations_list, NULL },
    { "GET", "/v1/conversations/{}", API, NULL, conversation_get, NULL },
    { "PATCH", "/v1/conversations/{}", API | BODY, NULL, conversation_patch, NULL },
    { "GET", "/v1/conversations/{}/messages", API, paging, conversation_messages, NULL },

    { "GET", "/v1/messages", API, paging_of_user, messages_list, NULL },
    { "POST", "/v1/messages", API | BODY, NULL, messages_post, NULL },
    { "GET", "/v1/messages/{}", API, NULL, message_get, NULL },

    { "POST", "/v1/explain", API | BODY, NULL, explain_post, NULL },
    { "GET", "/v1/usage", API, days, usage_get, NULL },

    { "GET", "/v1/tokens", API, NULL, tokens_list, NULL },
    { "POST", "/v1/tokens", API | BODY, NULL, tokens_post, NULL },
    { "DELETE", "/v1/tokens/{}", API, NULL, token_delete, NULL },
};
/* clang-format on */
const size_t route_count = ARRAY_LEN(routes);
