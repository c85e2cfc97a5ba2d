/* doctor.h - the parts of `answerback doctor`. */
#pragma once
#include "cli/cli.h"
#include "provider/twilio/signature.h"

/* `answerback doctor signature`. */
int doctor_signature(struct cli *cli);
/* Its answer as JSON, apart from reading and printing; true when valid. */
bool doctor_signature_json(const struct signed_request *request, struct str token, struct buf *out);
