/*
 * agent_test.c - the contract of agent.h, against every agent there is.
 *
 * A new agent is one row here.
 */
#include "agent/echo/echo.h"
#include "agent/rule/rule.h"
#include "contract/agent_contract.h"

static const struct agent_subject subjects[] = {
    { "echo", "{\"kind\":\"echo\"}", "hello", echo_create, NULL },
    { "rule",
      "{\"kind\":\"rule\",\"faq\":[{\"question\":\"Do you deliver?\",\"answer\":\"Yes.\"}]}",
      "do you deliver", rule_create, NULL },
};

int main(void)
{
    int failed = 0;

    for (size_t i = 0; i < ARRAY_LEN(subjects); i++)
        failed += agent_contract_run(&subjects[i]);
    return failed;
}
