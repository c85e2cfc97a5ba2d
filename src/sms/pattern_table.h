/*
 * pattern_table.h - patterns of revocation and of another owner, for pattern.c alone.
 *
 * Made by scripts/make-word-tables of patterns.tsv, not by hand.
 */
#pragma once

// clang-format off
static const struct pattern patterns[] = {
    { "stop + contact verb: stop texting me", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY | CHECK_CALLS, 8, {
        { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_MANY, 2, { WORD_DE, WORD_TO } }, { PIECE_MAYBE,
        5, { WORD_TO, WORD_ME, WORD_MY, WORD_THIS, WORD_PHONE } }, { PIECE_MANY, 1, { WORD_DE } },
        { PIECE_ONE, 2, { WORD_CONT, WORD_CONTME } }, { PIECE_MAYBE, 2, { WORD_UP, WORD_OUT } }, {
        PIECE_MANY, 3, { WORD_CONT, WORD_CONTME, WORD_OR } }, { PIECE_TARGET, 0, { 0 } }
    } },
    { "stop + contact verb: stop text me", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY | CHECK_CALLS, 3, {
        { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_ONE, 1, { WORD_CONTV } }, { PIECE_TARGET, 0, { 0
        } }
    } },
    { "stop + contact verb: hör auf mir zu schreiben", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY | CHECK_CALLS, 5, {
        { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_MAYBE, 1, { WORD_YOU } }, { PIECE_TARGET, 0, { 0
        } }, { PIECE_MANY, 1, { WORD_DE } }, { PIECE_ONE, 2, { WORD_CONT, WORD_CONTME } }
    } },
    { "stop + contact verb: stop texting", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY | CHECK_CALLS, 7, {
        { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_MANY, 2, { WORD_DE, WORD_TO } }, { PIECE_MAYBE,
        5, { WORD_TO, WORD_ME, WORD_MY, WORD_THIS, WORD_PHONE } }, { PIECE_MANY, 1, { WORD_DE } },
        { PIECE_ONE, 1, { WORD_CONT } }, { PIECE_MANY, 3, { WORD_CONT, WORD_CONTME, WORD_OR } }, {
        PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "stop + contact verb: stop texting or else", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY | CHECK_CALLS, 5, {
        { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_MANY, 1, { WORD_DE } }, { PIECE_ONE, 1, {
        WORD_CONT } }, { PIECE_MANY, 3, { WORD_CONT, WORD_CONTME, WORD_OR } }, { PIECE_ONE, 1, {
        WORD_LINK } }
    } },
    { "stop + contact verb: I wish you stopped texting me", CHECK_NEGATED | CHECK_OTHERS, 5, {
        { PIECE_ONE, 1, { WORD_IF } }, { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_ONE, 1, {
        WORD_STOPPED } }, { PIECE_MANY, 1, { WORD_DE } }, { PIECE_ONE, 3, { WORD_CONT, WORD_CONTME,
        WORD_SENDING } }
    } },
    { "stop + contact verb: stop bothering", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY | CHECK_CALLS, 4, {
        { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_ONE, 1, { WORD_CONTME } }, { PIECE_MAYBE, 1, {
        WORD_OUT } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "stop + contact verb: deja de escribirme", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY | CHECK_CALLS, 4, {
        { PIECE_ONE, 1, { WORD_CEASEDE } }, { PIECE_ONE, 1, { WORD_DE } }, { PIECE_MAYBE, 1, {
        WORD_ME } }, { PIECE_ONE, 2, { WORD_CONT, WORD_CONTME } }
    } },
    { "stop + contact verb: refrain from texting me", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY | CHECK_CALLS, 3, {
        { PIECE_ONE, 1, { WORD_REFRAIN } }, { PIECE_MANY, 3, { WORD_OFF, WORD_DE, WORD_TO } }, {
        PIECE_ONE, 4, { WORD_CONT, WORD_CONTME, WORD_SENDING, WORD_CONTV } }
    } },
    { "stop + messages: dejen con los mensajes", CHECK_NEGATED | CHECK_OTHERS, 5, {
        { PIECE_ONE, 1, { WORD_CEASEDE } }, { PIECE_ONE, 1, { WORD_DE } }, { PIECE_MANY, 1, {
        WORD_DE } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "stop + sending: deja de mandarme mensajes", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY, 8, {
        { PIECE_ONE, 1, { WORD_CEASEDE } }, { PIECE_ONE, 1, { WORD_DE } }, { PIECE_MANY, 3, {
        WORD_DE, WORD_TO, WORD_BE } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_ONE, 2, {
        WORD_SENDING, WORD_GETTING } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_MANY, 4, {
        WORD_DET, WORD_MORE, WORD_DE, WORD_LISTADJ } }, { PIECE_ONE, 3, { WORD_MSG, WORD_MSG1,
        WORD_JUNK } }
    } },
    { "stop + sending: stop sending me messages", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY, 7, {
        { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_MANY, 3, { WORD_DE, WORD_TO, WORD_BE } }, {
        PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_ONE, 2, { WORD_SENDING, WORD_GETTING } }, {
        PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_MANY, 4, { WORD_DET, WORD_MORE, WORD_DE,
        WORD_LISTADJ } }, { PIECE_ONE, 2, { WORD_MSG, WORD_MSG1 } }
    } },
    { "stop + sending: stop sending me this", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY, 7, {
        { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_MANY, 1, { WORD_DE } }, { PIECE_MAYBE, 1, {
        WORD_ME } }, { PIECE_ONE, 2, { WORD_SENDING, WORD_GETTING } }, { PIECE_MAYBE, 1, { WORD_ME
        } }, { PIECE_MANY, 2, { WORD_DET, WORD_JUNK } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "stop + sending: stop sending me stuff", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY, 7, {
        { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_MANY, 1, { WORD_DE } }, { PIECE_MAYBE, 1, {
        WORD_ME } }, { PIECE_ONE, 2, { WORD_SENDING, WORD_GETTING } }, { PIECE_ONE, 1, { WORD_ME }
        }, { PIECE_MANY, 2, { WORD_DET, WORD_JUNK } }, { PIECE_ONE, 1, { WORD_JUNK } }
    } },
    { "stop + sending: stop sending these to me", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY, 4, {
        { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_ONE, 1, { WORD_SENDING } }, { PIECE_MANY, 2, {
        WORD_DET, WORD_JUNK } }, { PIECE_TARGET, 0, { 0 } }
    } },
    { "stop + messages: stop the texts", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY, 5, {
        { PIECE_ONE, 2, { WORD_CEASE, WORD_CANCEL } }, { PIECE_MAYBE, 2, { WORD_OFF, WORD_JUNK } },
        { PIECE_MANY, 1, { WORD_DE } }, { PIECE_MANY, 4, { WORD_DET, WORD_MORE, WORD_DE,
        WORD_LISTADJ } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "stop + messages: stop text", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER | CHECK_TIMED_LIKELY, 5, {
        { PIECE_ONE, 2, { WORD_CEASE, WORD_CANCEL } }, { PIECE_MANY, 1, { WORD_DE } }, {
        PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_MSG1 } }, { PIECE_CLAUSE_END, 0, { 0
        } }
    } },
    { "stop + messages: cancel the subscription to the messages", CHECK_NEGATED | CHECK_OTHERS, 6, {
        { PIECE_ONE, 1, { WORD_CANCEL } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, {
        WORD_SUBS } }, { PIECE_MANY, 3, { WORD_OFF, WORD_TO, WORD_DE } }, { PIECE_MANY, 1, {
        WORD_DET } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "stop + contact: cease all contact", CHECK_NEGATED | CHECK_OTHERS | CHECK_WRITER, 4, {
        { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, {
        WORD_CONTN } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "make + messages + stop: make the texts stop", CHECK_NEGATED, 6, {
        { PIECE_ONE, 1, { WORD_MAKE } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_MANY, 1, {
        WORD_LISTADJ } }, { PIECE_ONE, 1, { WORD_MSG } }, { PIECE_MANY, 2, { WORD_TO, WORD_ALREADY
        } }, { PIECE_ONE, 1, { WORD_CEASE } }
    } },
    { "messages + must stop: the texts need to stop", CHECK_NEGATED, 5, {
        { PIECE_ONE, 1, { WORD_MSG } }, { PIECE_ONE, 2, { WORD_WANT, WORD_HAVE } }, { PIECE_MANY,
        1, { WORD_TO } }, { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "told to stop: I told you to stop", CHECK_NEGATED | CHECK_OTHERS, 7, {
        { PIECE_ONE, 1, { WORD_I } }, { PIECE_MANY, 3, { WORD_HAVE, WORD_TO, WORD_ALREADY } }, {
        PIECE_ONE, 1, { WORD_TELL } }, { PIECE_MANY, 2, { WORD_YOU, WORD_TO } }, { PIECE_ONE, 1, {
        WORD_CEASE } }, { PIECE_MAYBE, 1, { WORD_JUNK } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "want + stop: I want you to stop", CHECK_NEGATED, 6, {
        { PIECE_ONE, 1, { WORD_WANT } }, { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_MANY, 1, { WORD_TO
        } }, { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_MAYBE, 1, { WORD_JUNK } }, {
        PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "consent: I revoke my consent", CHECK_NEGATED, 3, {
        { PIECE_ONE, 1, { WORD_REVOKE } }, { PIECE_MANY, 2, { WORD_DET, WORD_PREVIOUS } }, {
        PIECE_ONE, 1, { WORD_PERMIT } }
    } },
    { "consent: my consent is revoked", CHECK_NEGATED, 3, {
        { PIECE_ONE, 1, { WORD_PERMIT } }, { PIECE_MANY, 2, { WORD_ARE, WORD_BE } }, { PIECE_ONE,
        1, { WORD_REVOKED } }
    } },
    { "consent: you do not have permission", 0, 5, {
        { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, { WORD_HAVE } }, { PIECE_MANY, 1, {
        WORD_DET } }, { PIECE_ONE, 1, { WORD_PERMIT } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "consent: you do not have permission to text", 0, 6, {
        { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, { WORD_HAVE } }, { PIECE_MANY, 1, {
        WORD_DET } }, { PIECE_ONE, 1, { WORD_PERMIT } }, { PIECE_MANY, 1, { WORD_TO } }, {
        PIECE_ONE, 3, { WORD_CONTV, WORD_CONTVME, WORD_SENDV } }
    } },
    { "consent: I no longer consent", CHECK_QUESTION, 3, {
        { PIECE_ONE, 1, { WORD_NO } }, { PIECE_ONE, 1, { WORD_LONGER } }, { PIECE_ONE, 1, {
        WORD_PERMIT } }
    } },
    { "consent: I do not consent", CHECK_QUESTION, 3, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_ONE, 1, { WORD_PERMIT } }, { PIECE_NOT, 1,
        { WORD_TO } }
    } },
    { "consent: I do not consent to texts", CHECK_QUESTION, 6, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_ONE, 1, { WORD_PERMIT } }, { PIECE_MANY,
        1, { WORD_TO } }, { PIECE_MANY, 6, { WORD_DE, WORD_YOU, WORD_GETV, WORD_GETTING, WORD_BE,
        WORD_DET } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_ONE, 6, { WORD_CONT, WORD_CONTV,
        WORD_ESCON, WORD_MSG, WORD_CONTME, WORD_PP } }
    } },
    { "no + contact verb: do not text me", CHECK_TIMED | CHECK_CALLS | CHECK_YOU, 6, {
        { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_MANY, 1, { WORD_AGAIN } }, { PIECE_ONE, 2, {
        WORD_CONTV, WORD_CONTVME } }, { PIECE_MANY, 8, { WORD_CONTV, WORD_CONTVME, WORD_OR,
        WORD_TO, WORD_ME, WORD_MY, WORD_THIS, WORD_PHONE } }, { PIECE_TARGET, 0, { 0 } }, {
        PIECE_NOT, 2, { WORD_NAME, WORD_ART } }
    } },
    { "no + contact verb: do not contact again", CHECK_TIMED | CHECK_CALLS | CHECK_YOU, 5, {
        { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_MANY, 1, { WORD_AGAIN } }, { PIECE_ONE, 1, {
        WORD_CONTV } }, { PIECE_MANY, 4, { WORD_CONTV, WORD_CONTVME, WORD_OR, WORD_HERE } }, {
        PIECE_ONE, 1, { WORD_AGAIN } }
    } },
    { "no + contact verb: do not text", CHECK_TIMED | CHECK_CALLS | CHECK_YOU, 5, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, {
        WORD_CONTV } }, { PIECE_MANY, 4, { WORD_CONTV, WORD_CONTVME, WORD_OR, WORD_JUNK } }, {
        PIECE_TEXT_END, 0, { 0 } }
    } },
    { "no + contact verb: do not text, call", CHECK_TIMED | CHECK_CALLS | CHECK_YOU, 5, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, {
        WORD_CONTV } }, { PIECE_MANY, 4, { WORD_CONTV, WORD_CONTVME, WORD_OR, WORD_JUNK } }, {
        PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "no + contact verb: please do not text", CHECK_TIMED | CHECK_CALLS | CHECK_YOU, 5, {
        { PIECE_ONE, 1, { WORD_PLEASE } }, { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, {
        WORD_CONTV } }, { PIECE_MANY, 4, { WORD_CONTV, WORD_CONTVME, WORD_OR, WORD_JUNK } }, {
        PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "no + contact verb: no me escriban", CHECK_TIMED | CHECK_CALLS, 5, {
        { PIECE_ONE, 2, { WORD_NO, WORD_NEG } }, { PIECE_MANY, 2, { WORD_AGAIN, WORD_MORE } }, {
        PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_ONE, 1, { WORD_ESCON } }, { PIECE_NOT, 1, {
        WORD_SCOPE } }
    } },
    { "no + contact verb: ne m'ecrivez plus", CHECK_TIMED | CHECK_CALLS, 5, {
        { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_MANY, 1, { WORD_MORE } }, { PIECE_MAYBE, 1, {
        WORD_ME } }, { PIECE_ONE, 2, { WORD_CONTV, WORD_CONTVME } }, { PIECE_ONE, 2, { WORD_MORE,
        WORD_AGAIN } }
    } },
    { "no + contact verb: ne plus me contacter", CHECK_TIMED | CHECK_CALLS, 4, {
        { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, { WORD_MORE } }, { PIECE_MAYBE, 1, {
        WORD_ME } }, { PIECE_ONE, 3, { WORD_CONTV, WORD_CONTVME, WORD_CONT } }
    } },
    { "no + contact verb: schreiben Sie mir nicht mehr", CHECK_TIMED | CHECK_CALLS, 5, {
        { PIECE_ONE, 2, { WORD_CONTV, WORD_CONTVME } }, { PIECE_MAYBE, 1, { WORD_YOU } }, {
        PIECE_ONE, 1, { WORD_ME } }, { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, { WORD_MORE }
        }
    } },
    { "no + contact verb: no vuelvan a escribirme", CHECK_TIMED | CHECK_CALLS, 6, {
        { PIECE_ONE, 2, { WORD_NO, WORD_NEG } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_ONE, 1, {
        WORD_VOLVER } }, { PIECE_MANY, 1, { WORD_TO } }, { PIECE_MAYBE, 1, { WORD_ME } }, {
        PIECE_ONE, 5, { WORD_CONT, WORD_CONTV, WORD_CONTME, WORD_SENDING, WORD_ESCON } }
    } },
    { "no + sending: do not send me messages", CHECK_TIMED, 7, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MANY, 1, { WORD_AGAIN } }, { PIECE_MAYBE,
        1, { WORD_ME } }, { PIECE_ONE, 1, { WORD_SENDV } }, { PIECE_MAYBE, 1, { WORD_ME } }, {
        PIECE_MANY, 5, { WORD_DET, WORD_MORE, WORD_AGAIN, WORD_DE, WORD_LISTADJ } }, { PIECE_ONE,
        1, { WORD_MSG } }
    } },
    { "no + sending: never send me another message", CHECK_TIMED, 8, {
        { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_MANY, 1, { WORD_AGAIN } }, { PIECE_ONE, 1, {
        WORD_SENDV } }, { PIECE_ONE, 1, { WORD_ME } }, { PIECE_MANY, 3, { WORD_DET, WORD_ONE,
        WORD_LISTADJ } }, { PIECE_ONE, 2, { WORD_ANOTHER, WORD_MORE } }, { PIECE_MANY, 1, {
        WORD_LISTADJ } }, { PIECE_ONE, 1, { WORD_MSG1 } }
    } },
    { "no + sending: do not send me a text again", CHECK_TIMED, 7, {
        { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_MANY, 1, { WORD_AGAIN } }, { PIECE_ONE, 1, {
        WORD_SENDV } }, { PIECE_ONE, 1, { WORD_ME } }, { PIECE_MANY, 2, { WORD_DET, WORD_LISTADJ }
        }, { PIECE_ONE, 1, { WORD_MSG1 } }, { PIECE_ONE, 1, { WORD_AGAIN } }
    } },
    { "no + sending: no me mandes ningun mensaje", CHECK_TIMED, 6, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MANY, 1, { WORD_AGAIN } }, { PIECE_ONE, 1,
        { WORD_ME } }, { PIECE_ONE, 1, { WORD_SENDV } }, { PIECE_MANY, 5, { WORD_DET, WORD_MORE,
        WORD_AGAIN, WORD_DE, WORD_NO } }, { PIECE_ONE, 1, { WORD_MSG1 } }
    } },
    { "no + sending: no me mande nada", CHECK_TIMED, 9, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MANY, 1, { WORD_AGAIN } }, { PIECE_MAYBE,
        1, { WORD_ME } }, { PIECE_ONE, 1, { WORD_SENDV } }, { PIECE_MAYBE, 1, { WORD_ME } }, {
        PIECE_MANY, 3, { WORD_DET, WORD_MORE, WORD_AGAIN } }, { PIECE_ONE, 1, { WORD_JUNK } }, {
        PIECE_MANY, 2, { WORD_AGAIN, WORD_MORE } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "no + sending: no enviar mas mensajes", CHECK_TIMED, 5, {
        { PIECE_ONE, 2, { WORD_NO, WORD_NEG } }, { PIECE_ONE, 1, { WORD_SENDING } }, { PIECE_ONE,
        1, { WORD_MORE } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "no + sending: ne plus m'envoyer de messages", CHECK_TIMED, 6, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_ONE, 1, { WORD_MORE } }, { PIECE_MAYBE, 1,
        { WORD_ME } }, { PIECE_ONE, 2, { WORD_SENDING, WORD_GETTING } }, { PIECE_MANY, 2, {
        WORD_DET, WORD_DE } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "no + sending: no me manden mas", CHECK_TIMED, 5, {
        { PIECE_ONE, 2, { WORD_NO, WORD_NEG } }, { PIECE_ONE, 1, { WORD_ME } }, { PIECE_ONE, 1, {
        WORD_SENDV } }, { PIECE_ONE, 2, { WORD_MORE, WORD_AGAIN } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "no + sending: send me no more messages", CHECK_TIMED, 5, {
        { PIECE_ONE, 1, { WORD_SENDV } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_ONE, 2, {
        WORD_NO, WORD_NEG } }, { PIECE_MANY, 2, { WORD_MORE, WORD_DET } }, { PIECE_ONE, 1, {
        WORD_MSG } }
    } },
    { "no more: no more messages", CHECK_QUESTION, 6, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_NO } }, { PIECE_ONE, 1, {
        WORD_MORE } }, { PIECE_MANY, 3, { WORD_DE, WORD_DET, WORD_LISTADJ } }, { PIECE_ONE, 1, {
        WORD_MSG } }, { PIECE_NOT, 1, { WORD_OFF } }
    } },
    { "no more: no more messages from you", CHECK_QUESTION, 7, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_NO } }, { PIECE_ONE, 1, {
        WORD_MORE } }, { PIECE_MANY, 3, { WORD_DE, WORD_DET, WORD_LISTADJ } }, { PIECE_ONE, 1, {
        WORD_MSG } }, { PIECE_ONE, 1, { WORD_OFF } }, { PIECE_ONE, 2, { WORD_DET, WORD_YOU } }
    } },
    { "no more: no more contact", CHECK_QUESTION, 6, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_NO } }, { PIECE_ONE, 1, {
        WORD_MORE } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_CONTN } }, {
        PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "no more: keine Nachrichten mehr", CHECK_QUESTION, 3, {
        { PIECE_ONE, 1, { WORD_NO } }, { PIECE_ONE, 1, { WORD_MSG } }, { PIECE_ONE, 1, { WORD_MORE
        } }
    } },
    { "no more: plus de messages", CHECK_QUESTION, 5, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_PLUS } }, { PIECE_ONE, 1, {
        WORD_DE } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "no more: no texting", CHECK_QUESTION, 4, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_NO } }, { PIECE_ONE, 1, {
        WORD_CONT } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "no more: not another text", CHECK_QUESTION, 5, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_ONE, 2,
        { WORD_ANOTHER, WORD_ONE } }, { PIECE_MAYBE, 1, { WORD_MORE } }, { PIECE_ONE, 2, {
        WORD_MSG, WORD_MSG1 } }
    } },
    { "no more: no contactarme mas", CHECK_QUESTION, 3, {
        { PIECE_ONE, 2, { WORD_NO, WORD_NEG } }, { PIECE_ONE, 1, { WORD_CONT } }, { PIECE_ONE, 2, {
        WORD_MORE, WORD_AGAIN } }
    } },
    { "no more: no me sigan mandando", CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_NO } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_ONE, 1, { WORD_KEEP
        } }, { PIECE_ONE, 2, { WORD_SENDING, WORD_CONT } }
    } },
    { "no more: no messages", CHECK_QUESTION, 5, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_NO } }, { PIECE_MANY, 2, {
        WORD_LISTADJ, WORD_DET } }, { PIECE_ONE, 2, { WORD_MSG, WORD_MSG1 } }, { PIECE_CLAUSE_END,
        0, { 0 } }
    } },
    { "not wanted: I don't want any texts", CHECK_QUESTION | CHECK_TIMED, 6, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MAYBE, 1, { WORD_LONGER } }, { PIECE_ONE,
        2, { WORD_WANT, WORD_INTERESTED } }, { PIECE_MANY, 13, { WORD_YOU, WORD_TO, WORD_BE,
        WORD_GETV, WORD_GETTING, WORD_SENDING, WORD_SENDV, WORD_ME, WORD_MORE, WORD_DET, WORD_DE,
        WORD_AGAIN, WORD_LISTADJ } }, { PIECE_ONE, 1, { WORD_MSG } }, { PIECE_NOT, 1, { WORD_GOTO }
        }
    } },
    { "not wanted: I don't want any texts to this phone", CHECK_QUESTION | CHECK_TIMED, 6, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MAYBE, 1, { WORD_LONGER } }, { PIECE_ONE,
        2, { WORD_WANT, WORD_INTERESTED } }, { PIECE_MANY, 13, { WORD_YOU, WORD_TO, WORD_BE,
        WORD_GETV, WORD_GETTING, WORD_SENDING, WORD_SENDV, WORD_ME, WORD_MORE, WORD_DET, WORD_DE,
        WORD_AGAIN, WORD_LISTADJ } }, { PIECE_ONE, 1, { WORD_MSG } }, { PIECE_TARGET, 0, { 0 } }
    } },
    { "not wanted: I don't want to be contacted", CHECK_QUESTION | CHECK_TIMED, 6, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MAYBE, 1, { WORD_LONGER } }, { PIECE_ONE,
        1, { WORD_WANT } }, { PIECE_MANY, 3, { WORD_YOU, WORD_TO, WORD_ME } }, { PIECE_ONE, 1, {
        WORD_BE } }, { PIECE_ONE, 1, { WORD_PP } }
    } },
    { "not wanted: I don't want to be on your list", CHECK_QUESTION | CHECK_TIMED, 8, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MAYBE, 1, { WORD_LONGER } }, { PIECE_ONE,
        1, { WORD_WANT } }, { PIECE_MANY, 2, { WORD_TO, WORD_BE } }, { PIECE_ONE, 1, { WORD_TO } },
        { PIECE_MANY, 1, { WORD_DET } }, { PIECE_MANY, 1, { WORD_LISTADJ } }, { PIECE_ONE, 1, {
        WORD_LIST } }
    } },
    { "not wanted: I am not to be contacted again", CHECK_QUESTION, 4, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MANY, 2, { WORD_TO, WORD_BE } }, {
        PIECE_ONE, 1, { WORD_PP } }, { PIECE_ONE, 1, { WORD_AGAIN } }
    } },
    { "not wanted: I don't want to be texting", CHECK_QUESTION | CHECK_TIMED, 6, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MAYBE, 1, { WORD_LONGER } }, { PIECE_ONE,
        1, { WORD_WANT } }, { PIECE_MANY, 2, { WORD_YOU, WORD_TO } }, { PIECE_ONE, 3, { WORD_CONTV,
        WORD_CONTVME, WORD_CONT } }, { PIECE_TARGET, 0, { 0 } }
    } },
    { "not wanted: no quiero que me escriban", CHECK_QUESTION | CHECK_TIMED, 7, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MAYBE, 1, { WORD_LONGER } }, { PIECE_ONE,
        1, { WORD_WANT } }, { PIECE_ONE, 1, { WORD_DE } }, { PIECE_MANY, 1, { WORD_DE } }, {
        PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_ONE, 1, { WORD_ESCON } }
    } },
    { "not wanted: I don't want to get these", CHECK_QUESTION | CHECK_TIMED, 7, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MAYBE, 1, { WORD_LONGER } }, { PIECE_ONE,
        1, { WORD_WANT } }, { PIECE_MANY, 1, { WORD_TO } }, { PIECE_ONE, 2, { WORD_GETV,
        WORD_GETTING } }, { PIECE_MANY, 3, { WORD_DET, WORD_JUNK, WORD_AGAIN } }, {
        PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "not wanted: I don't want to hear from you", CHECK_QUESTION | CHECK_TIMED, 7, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MAYBE, 1, { WORD_LONGER } }, { PIECE_ONE,
        1, { WORD_WANT } }, { PIECE_MANY, 1, { WORD_TO } }, { PIECE_ONE, 1, { WORD_GETV } }, {
        PIECE_ONE, 1, { WORD_OFF } }, { PIECE_ONE, 1, { WORD_YOU } }
    } },
    { "not wanted: I don't want another text", CHECK_QUESTION | CHECK_TIMED, 7, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MAYBE, 1, { WORD_LONGER } }, { PIECE_ONE,
        1, { WORD_WANT } }, { PIECE_MANY, 3, { WORD_TO, WORD_GETV, WORD_GETTING } }, { PIECE_ONE,
        2, { WORD_ANOTHER, WORD_ONE } }, { PIECE_MAYBE, 1, { WORD_MORE } }, { PIECE_ONE, 2, {
        WORD_MSG, WORD_MSG1 } }
    } },
    { "not wanted: no quiero recibir nada", CHECK_QUESTION | CHECK_TIMED, 5, {
        { PIECE_ONE, 2, { WORD_NO, WORD_NEG } }, { PIECE_ONE, 1, { WORD_WANT } }, { PIECE_MANY, 1,
        { WORD_TO } }, { PIECE_ONE, 1, { WORD_GETTING } }, { PIECE_ONE, 1, { WORD_JUNK } }
    } },
    { "not wanted: no quiero saber nada de ustedes", CHECK_QUESTION | CHECK_TIMED, 6, {
        { PIECE_ONE, 2, { WORD_NO, WORD_NEG } }, { PIECE_ONE, 1, { WORD_WANT } }, { PIECE_ONE, 1, {
        WORD_SABER } }, { PIECE_ONE, 1, { WORD_JUNK } }, { PIECE_ONE, 1, { WORD_DE } }, {
        PIECE_ONE, 1, { WORD_YOU } }
    } },
    { "not wanted: no deseo recibir mas informacion", CHECK_QUESTION | CHECK_TIMED, 7, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MAYBE, 1, { WORD_LONGER } }, { PIECE_ONE,
        2, { WORD_WANT, WORD_INTERESTED } }, { PIECE_MANY, 1, { WORD_TO } }, { PIECE_ONE, 2, {
        WORD_GETTING, WORD_GETV } }, { PIECE_MANY, 2, { WORD_MORE, WORD_DET } }, { PIECE_ONE, 1, {
        WORD_INFOS } }
    } },
    { "not wanted: je veux plus de messages", CHECK_QUESTION | CHECK_TIMED, 5, {
        { PIECE_ONE, 1, { WORD_WANT } }, { PIECE_ONE, 1, { WORD_PLUS } }, { PIECE_ONE, 1, { WORD_DE
        } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "not wanted: I want no messages", CHECK_QUESTION | CHECK_TIMED, 5, {
        { PIECE_ONE, 1, { WORD_WANT } }, { PIECE_ONE, 2, { WORD_NO, WORD_NEG } }, { PIECE_MAYBE, 1,
        { WORD_LONGER } }, { PIECE_MANY, 6, { WORD_TO, WORD_BE, WORD_GETV, WORD_MORE, WORD_DET,
        WORD_DE } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "not wanted: I prefer not to be contacted", CHECK_QUESTION | CHECK_TIMED, 6, {
        { PIECE_ONE, 1, { WORD_WANT } }, { PIECE_ONE, 2, { WORD_NO, WORD_NEG } }, { PIECE_MAYBE, 1,
        { WORD_LONGER } }, { PIECE_MANY, 1, { WORD_TO } }, { PIECE_ONE, 1, { WORD_BE } }, {
        PIECE_ONE, 1, { WORD_PP } }
    } },
    { "list: take me off your list", CHECK_NEGATED | CHECK_OTHERS, 8, {
        { PIECE_ONE, 1, { WORD_REMOVE } }, { PIECE_MAYBE, 1, { WORD_YOU } }, { PIECE_ONE, 1, {
        WORD_ME } }, { PIECE_ONE, 1, { WORD_OFF } }, { PIECE_MAYBE, 1, { WORD_OFF } }, {
        PIECE_MANY, 1, { WORD_DET } }, { PIECE_MANY, 1, { WORD_LISTADJ } }, { PIECE_ONE, 1, {
        WORD_LIST } }
    } },
    { "list: take my name off your list", CHECK_NEGATED | CHECK_OTHERS, 9, {
        { PIECE_ONE, 1, { WORD_REMOVE } }, { PIECE_ONE, 2, { WORD_MY, WORD_THIS } }, { PIECE_MANY,
        2, { WORD_INFO, WORD_PHONE } }, { PIECE_ONE, 2, { WORD_PHONE, WORD_INFO } }, { PIECE_ONE,
        1, { WORD_OFF } }, { PIECE_MAYBE, 1, { WORD_OFF } }, { PIECE_MANY, 1, { WORD_DET } }, {
        PIECE_MANY, 1, { WORD_LISTADJ } }, { PIECE_ONE, 1, { WORD_LIST } }
    } },
    { "list: remove me from these texts", CHECK_NEGATED | CHECK_OTHERS, 8, {
        { PIECE_ONE, 1, { WORD_REMOVE } }, { PIECE_MAYBE, 1, { WORD_YOU } }, { PIECE_ONE, 1, {
        WORD_ME } }, { PIECE_ONE, 1, { WORD_OFF } }, { PIECE_MAYBE, 1, { WORD_OFF } }, {
        PIECE_MANY, 1, { WORD_DET } }, { PIECE_MANY, 1, { WORD_LISTADJ } }, { PIECE_ONE, 1, {
        WORD_MSG } }
    } },
    { "list: remove me", CHECK_NEGATED | CHECK_OTHERS, 3, {
        { PIECE_ONE, 1, { WORD_REMOVESELF } }, { PIECE_ONE, 1, { WORD_ME } }, { PIECE_NOT, 4, {
        WORD_OFF, WORD_AS, WORD_TO, WORD_DE } }
    } },
    { "list: take me off", CHECK_NEGATED | CHECK_OTHERS, 6, {
        { PIECE_ONE, 1, { WORD_REMOVE } }, { PIECE_ONE, 1, { WORD_ME } }, { PIECE_ONE, 1, {
        WORD_OFF } }, { PIECE_MAYBE, 1, { WORD_OFF } }, { PIECE_MANY, 2, { WORD_DET, WORD_JUNK } },
        { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "list: quitenme de su lista", CHECK_NEGATED | CHECK_OTHERS, 6, {
        { PIECE_ONE, 1, { WORD_REMOVEME } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_MANY, 2, {
        WORD_OFF, WORD_DE } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_MANY, 1, { WORD_LISTADJ }
        }, { PIECE_ONE, 1, { WORD_LIST } }
    } },
    { "list: borrenme", CHECK_NEGATED | CHECK_OTHERS, 3, {
        { PIECE_ONE, 1, { WORD_REMOVEME } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_CLAUSE_END,
        0, { 0 } }
    } },
    { "list: me tire da lista", CHECK_NEGATED | CHECK_OTHERS, 5, {
        { PIECE_ONE, 1, { WORD_ME } }, { PIECE_ONE, 1, { WORD_REMOVE } }, { PIECE_ONE, 1, {
        WORD_OFF } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_LIST } }
    } },
    { "list: get off this list", CHECK_NEGATED | CHECK_OTHERS, 5, {
        { PIECE_ONE, 1, { WORD_REMOVE } }, { PIECE_ONE, 1, { WORD_OFF } }, { PIECE_MANY, 1, {
        WORD_DET } }, { PIECE_MANY, 1, { WORD_LISTADJ } }, { PIECE_ONE, 1, { WORD_LIST } }
    } },
    { "list: I want off this list", CHECK_NEGATED, 5, {
        { PIECE_ONE, 1, { WORD_WANT } }, { PIECE_ONE, 1, { WORD_OFF } }, { PIECE_MANY, 1, {
        WORD_DET } }, { PIECE_MANY, 1, { WORD_LISTADJ } }, { PIECE_ONE, 1, { WORD_LIST } }
    } },
    { "list: I want to be removed", CHECK_NEGATED, 6, {
        { PIECE_ONE, 1, { WORD_WANT } }, { PIECE_MANY, 1, { WORD_TO } }, { PIECE_ONE, 1, { WORD_BE
        } }, { PIECE_ONE, 1, { WORD_PPOFF } }, { PIECE_MAYBE, 1, { WORD_OFF } }, {
        PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "list: I want to be removed from your list", CHECK_NEGATED, 8, {
        { PIECE_ONE, 1, { WORD_WANT } }, { PIECE_MANY, 1, { WORD_TO } }, { PIECE_ONE, 1, { WORD_BE
        } }, { PIECE_ONE, 1, { WORD_PPOFF } }, { PIECE_MANY, 1, { WORD_OFF } }, { PIECE_MANY, 1, {
        WORD_DET } }, { PIECE_MANY, 1, { WORD_LISTADJ } }, { PIECE_ONE, 2, { WORD_LIST, WORD_MSG }
        }
    } },
    { "list: be removed from your list", CHECK_NEGATED, 6, {
        { PIECE_ONE, 1, { WORD_BEE } }, { PIECE_ONE, 1, { WORD_PPOFF } }, { PIECE_ONE, 1, {
        WORD_OFF } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_MANY, 1, { WORD_LISTADJ } }, {
        PIECE_ONE, 2, { WORD_LIST, WORD_MSG } }
    } },
    { "list: have me removed", CHECK_NEGATED, 3, {
        { PIECE_ONE, 1, { WORD_HAVE } }, { PIECE_ONE, 1, { WORD_ME } }, { PIECE_ONE, 1, {
        WORD_PPOFF } }
    } },
    { "list: I want my number removed", CHECK_NEGATED, 5, {
        { PIECE_ONE, 2, { WORD_WANT, WORD_HAVE } }, { PIECE_ONE, 2, { WORD_MY, WORD_THIS } }, {
        PIECE_MANY, 2, { WORD_INFO, WORD_PHONE } }, { PIECE_ONE, 2, { WORD_PHONE, WORD_INFO } }, {
        PIECE_ONE, 1, { WORD_PPOFF } }
    } },
    { "list: removal please", CHECK_LAUGH | CHECK_QUESTION, 5, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_MAYBE, 1, { WORD_I } }, { PIECE_MAYBE, 1, {
        WORD_WANT } }, { PIECE_ONE, 2, { WORD_REMOVAL, WORD_PPOFF } }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "list: removal from your list", CHECK_NEGATED, 5, {
        { PIECE_ONE, 1, { WORD_REMOVAL } }, { PIECE_ONE, 1, { WORD_OFF } }, { PIECE_MANY, 1, {
        WORD_DET } }, { PIECE_MANY, 1, { WORD_LISTADJ } }, { PIECE_ONE, 1, { WORD_LIST } }
    } },
    { "list: add me to your do not call list", CHECK_NEGATED, 8, {
        { PIECE_ONE, 1, { WORD_PUT } }, { PIECE_TARGET, 0, { 0 } }, { PIECE_MANY, 1, { WORD_TO } },
        { PIECE_MANY, 1, { WORD_DET } }, { PIECE_MANY, 1, { WORD_TO } }, { PIECE_ONE, 2, {
        WORD_NEG, WORD_NO } }, { PIECE_ONE, 2, { WORD_CONTV, WORD_CONTVME } }, { PIECE_ONE, 1, {
        WORD_LIST } }
    } },
    { "list: melden Sie mich ab", CHECK_NEGATED, 4, {
        { PIECE_ONE, 1, { WORD_MELD } }, { PIECE_MAYBE, 1, { WORD_YOU } }, { PIECE_ONE, 1, {
        WORD_ME } }, { PIECE_ONE, 1, { WORD_AB } }
    } },
    { "list: remove", 0, 3, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_REMOVEONLY } }, { PIECE_TEXT_END, 0,
        { 0 } }
    } },
    { "number: lose my number", CHECK_NEGATED | CHECK_OTHERS, 5, {
        { PIECE_ONE, 1, { WORD_LOSE } }, { PIECE_MAYBE, 3, { WORD_YOU, WORD_AWAY, WORD_OUT } }, {
        PIECE_ONE, 2, { WORD_MY, WORD_THIS } }, { PIECE_MANY, 2, { WORD_INFO, WORD_PHONE } }, {
        PIECE_ONE, 1, { WORD_PHONE } }
    } },
    { "number: get rid of my number", CHECK_NEGATED | CHECK_OTHERS, 6, {
        { PIECE_ONE, 1, { WORD_REMOVE } }, { PIECE_ONE, 1, { WORD_RID } }, { PIECE_ONE, 1, {
        WORD_DE } }, { PIECE_ONE, 2, { WORD_MY, WORD_THIS } }, { PIECE_MANY, 2, { WORD_INFO,
        WORD_PHONE } }, { PIECE_ONE, 2, { WORD_PHONE, WORD_INFOS } }
    } },
    { "number: delete my information", CHECK_NEGATED | CHECK_OTHERS, 6, {
        { PIECE_ONE, 1, { WORD_LOSE } }, { PIECE_MAYBE, 3, { WORD_YOU, WORD_AWAY, WORD_OUT } }, {
        PIECE_ONE, 1, { WORD_MY } }, { PIECE_MANY, 1, { WORD_INFO } }, { PIECE_ONE, 1, { WORD_INFOS
        } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "unsubscribe: unsubscribe", CHECK_NEGATED | CHECK_OTHERS | CHECK_REPLY, 3, {
        { PIECE_ONE, 1, { WORD_UNSUB } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_CLAUSE_END, 0, {
        0 } }
    } },
    { "unsubscribe: unsubscribe this number", CHECK_NEGATED | CHECK_OTHERS | CHECK_REPLY, 4, {
        { PIECE_ONE, 1, { WORD_UNSUB } }, { PIECE_ONE, 2, { WORD_MY, WORD_THIS } }, { PIECE_ONE, 1,
        { WORD_PHONE } }, { PIECE_MANY, 1, { WORD_PHONE } }
    } },
    { "unsubscribe: unsubscribe from these texts", CHECK_NEGATED | CHECK_OTHERS | CHECK_REPLY, 5, {
        { PIECE_ONE, 1, { WORD_UNSUB } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_MANY, 2, {
        WORD_OFF, WORD_TO } }, { PIECE_MANY, 3, { WORD_DET, WORD_GETTING, WORD_LISTADJ } }, {
        PIECE_ONE, 3, { WORD_MSG, WORD_LIST, WORD_OUTWORD } }
    } },
    { "unsubscribe: unsubscribe from text", CHECK_NEGATED | CHECK_OTHERS | CHECK_REPLY, 6, {
        { PIECE_ONE, 1, { WORD_UNSUB } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_MANY, 2, {
        WORD_OFF, WORD_TO } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_MSG1 } }, {
        PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "unsubscribe: unsubscribe me", CHECK_NEGATED | CHECK_OTHERS | CHECK_REPLY, 3, {
        { PIECE_ONE, 1, { WORD_UNSUB } }, { PIECE_ONE, 1, { WORD_ME } }, { PIECE_NOT, 1, { WORD_OFF
        } }
    } },
    { "unsubscribe: unsubscribe me from the newsletter", CHECK_NEGATED | CHECK_OTHERS | CHECK_REPLY, 6, {
        { PIECE_ONE, 1, { WORD_UNSUB } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_ONE, 1, {
        WORD_OFF } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_MANY, 1, { WORD_LISTADJ } }, {
        PIECE_ONE, 1, { WORD_NEWSLETTER } }
    } },
    { "opt out: opt out", CHECK_NEGATED | CHECK_OTHERS | CHECK_REPLY, 4, {
        { PIECE_ONE, 1, { WORD_OPT } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_ONE, 1, { WORD_OUT
        } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "opt out: opt out of these texts", CHECK_NEGATED | CHECK_OTHERS | CHECK_REPLY, 6, {
        { PIECE_ONE, 1, { WORD_OPT } }, { PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_ONE, 1, { WORD_OUT
        } }, { PIECE_MAYBE, 1, { WORD_OFF } }, { PIECE_MANY, 3, { WORD_DET, WORD_GETTING,
        WORD_LISTADJ } }, { PIECE_ONE, 3, { WORD_MSG, WORD_LIST, WORD_OUTWORD } }
    } },
    { "opt out: opt me out", CHECK_NEGATED | CHECK_OTHERS | CHECK_REPLY, 4, {
        { PIECE_ONE, 1, { WORD_OPT } }, { PIECE_ONE, 1, { WORD_ME } }, { PIECE_ONE, 1, { WORD_OUT }
        }, { PIECE_NOT, 1, { WORD_OFF } }
    } },
    { "opt out: opt this number out", CHECK_NEGATED | CHECK_OTHERS | CHECK_REPLY, 3, {
        { PIECE_ONE, 1, { WORD_OPT } }, { PIECE_TARGET, 0, { 0 } }, { PIECE_ONE, 1, { WORD_OUT } }
    } },
    { "opt out: opt out my number", CHECK_NEGATED | CHECK_OTHERS | CHECK_REPLY, 3, {
        { PIECE_ONE, 1, { WORD_OPT } }, { PIECE_ONE, 1, { WORD_OUT } }, { PIECE_TARGET, 0, { 0 } }
    } },
    { "opt out: darme de baja", CHECK_NEGATED, 4, {
        { PIECE_ONE, 1, { WORD_BAJADAR } }, { PIECE_ONE, 1, { WORD_DE } }, { PIECE_ONE, 1, {
        WORD_BAJA } }, { PIECE_NOT, 2, { WORD_MY, WORD_ART } }
    } },
    { "opt out: solicito la baja", CHECK_NEGATED, 4, {
        { PIECE_ONE, 1, { WORD_WANT } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, {
        WORD_BAJA } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "leave alone: leave me alone", CHECK_NEGATED, 5, {
        { PIECE_ONE, 1, { WORD_LEAVE } }, { PIECE_ONE, 2, { WORD_ME, WORD_MY } }, { PIECE_MAYBE, 1,
        { WORD_PHONE } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_ALONE } }
    } },
    { "leave alone: dejenme en paz", CHECK_NEGATED, 3, {
        { PIECE_ONE, 1, { WORD_LEAVEME } }, { PIECE_MANY, 4, { WORD_YOU, WORD_ME, WORD_DE, WORD_TO
        } }, { PIECE_ONE, 1, { WORD_INPEACE } }
    } },
    { "leave alone: leave people alone", CHECK_NEGATED, 3, {
        { PIECE_ONE, 1, { WORD_LEAVE } }, { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_ONE, 1, {
        WORD_ALONE } }
    } },
    { "stop alone: please stop", CHECK_LAUGH, 4, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_BARESTOP } }, { PIECE_MANY, 2, {
        WORD_BARESTOP, WORD_CEASE } }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "stop alone: stop it", CHECK_LAUGH, 4, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_ONE, 3, { WORD_BARESTOP, WORD_CEASE, WORD_CUT } },
        { PIECE_ONE, 1, { WORD_JUNK } }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "stop alone: cease and desist", 0, 5, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_ONE, 1, {
        WORD_CEASE } }, { PIECE_MANY, 1, { WORD_CEASE } }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "enough: no more", CHECK_LAUGH | CHECK_QUESTION, 4, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_NO } }, { PIECE_ONE, 1, { WORD_MORE
        } }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "enough: enough", CHECK_LAUGH | CHECK_QUESTION, 4, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_ENOUGH } }, { PIECE_MANY, 4, {
        WORD_JUNK, WORD_DET, WORD_ARE, WORD_ENOUGH } }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "enough: enough with the texts", CHECK_LAUGH | CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_ENOUGH } }, { PIECE_MANY, 2, { WORD_DE, WORD_OFF } }, { PIECE_MANY,
        1, { WORD_DET } }, { PIECE_ONE, 2, { WORD_MSG, WORD_CONT } }
    } },
    { "enough: cut it out", CHECK_LAUGH, 5, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_CUT } }, { PIECE_MANY, 2, {
        WORD_ITREST, WORD_DET } }, { PIECE_ONE, 3, { WORD_OUT, WORD_OFF, WORD_ITREST } }, {
        PIECE_TEXT_END, 0, { 0 } }
    } },
    { "enough: too many texts", CHECK_LAUGH | CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_TOO } }, { PIECE_ONE, 1, { WORD_MANY } }, { PIECE_MANY, 2, {
        WORD_DET, WORD_DE } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "enough: you text too much", CHECK_LAUGH | CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_ONE, 1, { WORD_CONTV } }, { PIECE_ONE, 1, {
        WORD_TOO } }, { PIECE_ONE, 1, { WORD_MANY } }
    } },
    { "enough: these texts are annoying", CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_MSG } }, { PIECE_ONE, 1, { WORD_ARE } }, { PIECE_MANY, 3, {
        WORD_GETTING, WORD_TOO, WORD_SO } }, { PIECE_ONE, 1, { WORD_ANNOY } }
    } },
    { "why: why do you keep texting me", 0, 5, {
        { PIECE_ONE, 1, { WORD_WHY } }, { PIECE_MANY, 6, { WORD_TO, WORD_ARE, WORD_YOU, WORD_KEEP,
        WORD_STILL, WORD_ME } }, { PIECE_ONE, 4, { WORD_CONT, WORD_CONTME, WORD_CONTV, WORD_SENDING
        } }, { PIECE_TARGET, 0, { 0 } }, { PIECE_NOT, 1, { WORD_TOPIC } }
    } },
    { "why: por que me siguen mandando mensajes", 0, 6, {
        { PIECE_ONE, 1, { WORD_WHY } }, { PIECE_MANY, 7, { WORD_DE, WORD_TO, WORD_ARE, WORD_YOU,
        WORD_I, WORD_KEEP, WORD_ME } }, { PIECE_ONE, 2, { WORD_GETV, WORD_SENDING } }, {
        PIECE_MAYBE, 1, { WORD_ME } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 2, { WORD_MSG,
        WORD_JUNK } }
    } },
    { "why: I keep getting your texts", CHECK_QUESTION, 5, {
        { PIECE_ONE, 1, { WORD_I } }, { PIECE_ONE, 1, { WORD_KEEP } }, { PIECE_ONE, 1, {
        WORD_GETTING } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "why: you keep texting me", 0, 4, {
        { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_ONE, 1, { WORD_KEEP } }, { PIECE_ONE, 3, {
        WORD_CONT, WORD_CONTME, WORD_SENDING } }, { PIECE_TARGET, 0, { 0 } }
    } },
    { "unasked: I never signed up for this", 0, 8, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NEGX } }, { PIECE_ONE, 1, { WORD_SIGNUP } }, {
        PIECE_MAYBE, 1, { WORD_UP } }, { PIECE_MANY, 1, { WORD_TO } }, { PIECE_MANY, 1, { WORD_OFF
        } }, { PIECE_MAYBE, 1, { WORD_FOR } }, { PIECE_ONE, 1, { WORD_THIS } }, { PIECE_CLAUSE_END,
        0, { 0 } }
    } },
    { "unasked: I never signed up for texts", 0, 7, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NEGX } }, { PIECE_ONE, 1, { WORD_SIGNUP } }, {
        PIECE_MAYBE, 1, { WORD_UP } }, { PIECE_MANY, 1, { WORD_TO } }, { PIECE_MAYBE, 1, { WORD_FOR
        } }, { PIECE_MANY, 2, { WORD_DET, WORD_GETV } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "unasked: I never gave you permission", 0, 5, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NEGX } }, { PIECE_ONE, 1, { WORD_SIGNUP } }, {
        PIECE_MAYBE, 1, { WORD_YOU } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, {
        WORD_PERMIT } }
    } },
    { "anger: go away", CHECK_LAUGH | CHECK_QUESTION, 5, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_INSULT } }, { PIECE_MANY, 2, {
        WORD_TO, WORD_DET } }, { PIECE_ONE, 1, { WORD_AWAY } }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "anger: fuck off", CHECK_LAUGH, 4, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_INSULT } }, { PIECE_ONE, 1, {
        WORD_OFF } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "anger: take a hike", CHECK_LAUGH, 4, {
        { PIECE_ONE, 1, { WORD_INSULT } }, { PIECE_MANY, 3, { WORD_DET, WORD_TO, WORD_DE } }, {
        PIECE_ONE, 1, { WORD_AWAY } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "complaint: this is harassment", CHECK_LAUGH | CHECK_QUESTION, 6, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_ONE, 2, { WORD_THIS, WORD_ITS } }, { PIECE_MAYBE,
        2, { WORD_ARE, WORD_ES } }, { PIECE_MANY, 3, { WORD_DET, WORD_DE, WORD_CONSIDERED } }, {
        PIECE_ONE, 1, { WORD_HARASS } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "complaint: spam", CHECK_LAUGH | CHECK_QUESTION, 3, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_HARASS } }, { PIECE_TEXT_END, 0, { 0
        } }
    } },
    { "complaint: reported as spam", CHECK_LAUGH | CHECK_QUESTION, 5, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_MAYBE, 1, { WORD_I } }, { PIECE_ONE, 1, {
        WORD_REPORT } }, { PIECE_MANY, 8, { WORD_YOU, WORD_TO, WORD_DET, WORD_PHONE, WORD_ME,
        WORD_AS, WORD_THIS, WORD_JUNK } }, { PIECE_ONE, 1, { WORD_AUTHORITY } }
    } },
    { "complaint: I will report you", CHECK_LAUGH | CHECK_QUESTION, 2, {
        { PIECE_ONE, 1, { WORD_REPORT } }, { PIECE_ONE, 1, { WORD_YOU } }
    } },
    { "complaint: I will report this number", CHECK_LAUGH | CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_REPORT } }, { PIECE_ONE, 1, { WORD_THIS } }, { PIECE_ONE, 1, {
        WORD_PHONE } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "complaint: los voy a denunciar", CHECK_LAUGH | CHECK_QUESTION, 4, {
        { PIECE_ONE, 2, { WORD_DET, WORD_YOU } }, { PIECE_ONE, 1, { WORD_VOY } }, { PIECE_MANY, 1,
        { WORD_TO } }, { PIECE_ONE, 2, { WORD_REPORT, WORD_BLOCKV } }
    } },
    { "complaint: you're blocked", CHECK_LAUGH, 7, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_MAYBE, 2, { WORD_YOU, WORD_I } }, { PIECE_MAYBE, 1,
        { WORD_ARE } }, { PIECE_ONE, 1, { WORD_BLOCK } }, { PIECE_MAYBE, 2, { WORD_YOU, WORD_THIS }
        }, { PIECE_MAYBE, 1, { WORD_PHONE } }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "complaint: I'm going to block you", CHECK_LAUGH, 5, {
        { PIECE_ONE, 2, { WORD_I, WORD_IWILL } }, { PIECE_MAYBE, 1, { WORD_GOING } }, { PIECE_MANY,
        1, { WORD_TO } }, { PIECE_ONE, 1, { WORD_BLOCK } }, { PIECE_ONE, 2, { WORD_YOU, WORD_THIS }
        }
    } },
    { "complaint: text me again and I sue", CHECK_LAUGH, 5, {
        { PIECE_ONE, 1, { WORD_CONTV } }, { PIECE_TARGET, 0, { 0 } }, { PIECE_ONE, 1, { WORD_AGAIN
        } }, { PIECE_MANY, 1, { WORD_OR } }, { PIECE_ONE, 2, { WORD_I, WORD_IWILL } }
    } },
    { "complaint: I am on the do not call list", 0, 3, {
        { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 2, { WORD_CONTV, WORD_CONTVME } }, {
        PIECE_ONE, 2, { WORD_LIST, WORD_REGISTRY } }
    } },
    { "complaint: I will sue you", 0, 2, {
        { PIECE_ONE, 1, { WORD_SUEV } }, { PIECE_ONE, 1, { WORD_YOU } }
    } },
    { "another channel: email me instead of texting", 0, 3, {
        { PIECE_ONE, 1, { WORD_INSTEAD } }, { PIECE_ONE, 1, { WORD_DE } }, { PIECE_ONE, 1, {
        WORD_CONT } }
    } },
    { "wrong number: wrong number", 0, 5, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_MANY, 9, { WORD_SORRY, WORD_DET, WORD_THIS,
        WORD_ARE, WORD_BE, WORD_ITS, WORD_SO, WORD_HAVE, WORD_ISIT } }, { PIECE_ONE, 1, {
        WORD_WRONG } }, { PIECE_ONE, 2, { WORD_PHONE, WORD_PERSON } }, { PIECE_NOT, 2, { WORD_DE,
        WORD_TO } }
    } },
    { "wrong number: you have the wrong number", 0, 8, {
        { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_MAYBE, 1, { WORD_MODAL } }, { PIECE_ONE, 8, {
        WORD_HAVE, WORD_HAVEV, WORD_GOT, WORD_TEXTEDV, WORD_BE, WORD_ARE, WORD_CONT, WORD_CONTME }
        }, { PIECE_MANY, 5, { WORD_HAVE, WORD_GOT, WORD_TEXTEDV, WORD_CONT, WORD_CONTME } }, {
        PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_WRONG } }, { PIECE_ONE, 2, {
        WORD_PHONE, WORD_PERSON } }, { PIECE_NOT, 1, { WORD_DE } }
    } },
    { "wrong number: you texted the wrong Dave", CHECK_QUESTION, 6, {
        { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_ONE, 4, { WORD_TEXTEDV, WORD_CONT, WORD_GOT,
        WORD_HAVE } }, { PIECE_MANY, 2, { WORD_TEXTEDV, WORD_CONT } }, { PIECE_MANY, 1, { WORD_DET
        } }, { PIECE_ONE, 1, { WORD_WRONG } }, { PIECE_ONE, 1, { WORD_NAME } }
    } },
    { "wrong number: this is the wrong number", CHECK_QUESTION, 6, {
        { PIECE_ONE, 2, { WORD_THIS, WORD_ITS } }, { PIECE_MAYBE, 1, { WORD_ARE } }, { PIECE_MANY,
        1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_WRONG } }, { PIECE_ONE, 2, { WORD_PHONE,
        WORD_PERSON } }, { PIECE_NOT, 1, { WORD_DE } }
    } },
    { "wrong number: numero equivocado", CHECK_QUESTION, 5, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_MANY, 8, { WORD_SORRY, WORD_DET, WORD_YOU,
        WORD_HAVEV, WORD_HAVE, WORD_ME, WORD_DE, WORD_BE } }, { PIECE_ONE, 1, { WORD_PHONE } }, {
        PIECE_ONE, 1, { WORD_WRONG } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "wrong number: tiene el numero equivocado", CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_YOUHAVE } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, {
        WORD_PHONE } }, { PIECE_ONE, 1, { WORD_WRONG } }
    } },
    { "wrong number: you have the wrong number (other languages)", CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_YOUHAVE } }, { PIECE_MANY, 2, { WORD_DET, WORD_DE } }, { PIECE_ONE,
        1, { WORD_WRONG } }, { PIECE_ONE, 2, { WORD_PHONE, WORD_PERSON } }
    } },
    { "wrong number: se equivoco de numero", 0, 3, {
        { PIECE_ONE, 1, { WORD_ERR } }, { PIECE_MANY, 3, { WORD_DE, WORD_DET, WORD_TO } }, {
        PIECE_ONE, 2, { WORD_PHONE, WORD_PERSON } }
    } },
    { "wrong number: se equivoco", 0, 4, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_MANY, 3, { WORD_YOU, WORD_DET, WORD_YOUHAVE } }, {
        PIECE_ONE, 1, { WORD_ERR } }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "wrong number: vous faites erreur", 0, 3, {
        { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_ONE, 1, { WORD_FAITES } }, { PIECE_ONE, 1, {
        WORD_ERREUR } }
    } },
    { "wrong number: falsch verbunden", 0, 2, {
        { PIECE_ONE, 1, { WORD_FALSCH } }, { PIECE_ONE, 1, { WORD_VERBUNDEN } }
    } },
    { "wrong number: in der Nummer geirrt", 0, 3, {
        { PIECE_ONE, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_PHONE } }, { PIECE_ONE, 1, {
        WORD_ERR } }
    } },
    { "wrong number: not this number", 0, 3, {
        { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, { WORD_THIS } }, { PIECE_ONE, 1, {
        WORD_PHONE } }
    } },
    { "wrong number: pomylka", 0, 1, {
        { PIECE_ONE, 1, { WORD_ERRALONE } }
    } },
    { "wrong number: wrong number stop", 0, 5, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_MANY, 9, { WORD_SORRY, WORD_DET, WORD_THIS,
        WORD_ARE, WORD_BE, WORD_ITS, WORD_SO, WORD_HAVE, WORD_ISIT } }, { PIECE_ONE, 1, {
        WORD_WRONG } }, { PIECE_ONE, 2, { WORD_PHONE, WORD_PERSON } }, { PIECE_ONE, 7, {
        WORD_CEASE, WORD_REMOVE, WORD_REMOVESELF, WORD_NEG, WORD_LOSE, WORD_UNSUB, WORD_LEAVE } }
    } },
    { "wrong number: esta equivocado", 0, 5, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_MAYBE, 2, { WORD_YOU, WORD_DET } }, { PIECE_ONE, 1,
        { WORD_YOUHAVE } }, { PIECE_ONE, 1, { WORD_WRONG } }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "another person: this isn't Mike", CHECK_QUESTION, 7, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_MANY, 7, { WORD_THIS, WORD_JUNK, WORD_ITS,
        WORD_I, WORD_YO, WORD_ME, WORD_SORRY } }, { PIECE_MAYBE, 1, { WORD_ARE } }, { PIECE_ONE, 3,
        { WORD_NEGX, WORD_NEG, WORD_NO } }, { PIECE_MAYBE, 3, { WORD_ARE, WORD_SOY, WORD_BE } }, {
        PIECE_ONE, 1, { WORD_NAME } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "another person: this is not Mike's number", 0, 10, {
        { PIECE_ONE, 3, { WORD_THIS, WORD_JUNK, WORD_ITS } }, { PIECE_MANY, 1, { WORD_ARE } }, {
        PIECE_ONE, 3, { WORD_NEG, WORD_NEGX, WORD_NO } }, { PIECE_MAYBE, 1, { WORD_LONGER } }, {
        PIECE_MAYBE, 1, { WORD_ARE } }, { PIECE_MAYBE, 3, { WORD_DET, WORD_HIS, WORD_DE } }, {
        PIECE_MAYBE, 1, { WORD_NAME } }, { PIECE_ONE, 1, { WORD_PHONE } }, { PIECE_MANY, 3, {
        WORD_DE, WORD_AGAIN, WORD_LONGER } }, { PIECE_NOT, 1, { WORD_FORWORD } }
    } },
    { "another person: this is not Sarah's number (plus)", 0, 5, {
        { PIECE_ONE, 2, { WORD_NO, WORD_NEG } }, { PIECE_ONE, 3, { WORD_ARE, WORD_SOY, WORD_ES } },
        { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_PHONE } }, { PIECE_ONE, 1, {
        WORD_DE } }
    } },
    { "another person: ya no es el numero", 0, 5, {
        { PIECE_ONE, 1, { WORD_PHONE } }, { PIECE_MANY, 1, { WORD_FILL } }, { PIECE_MAYBE, 1, {
        WORD_ALREADY } }, { PIECE_ONE, 2, { WORD_NO, WORD_NEG } }, { PIECE_ONE, 3, { WORD_ARE,
        WORD_SOY, WORD_ES } }
    } },
    { "another person: ce n'est plus son numero", 0, 4, {
        { PIECE_ONE, 1, { WORD_NEST } }, { PIECE_ONE, 1, { WORD_MORE } }, { PIECE_MANY, 2, {
        WORD_DET, WORD_HIS } }, { PIECE_ONE, 1, { WORD_PHONE } }
    } },
    { "another person: not his number any more", 0, 5, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MAYBE, 2, { WORD_ARE, WORD_ES } }, {
        PIECE_ONE, 1, { WORD_MORE } }, { PIECE_MANY, 2, { WORD_DET, WORD_HIS } }, { PIECE_ONE, 1, {
        WORD_PHONE } }
    } },
    { "another person: has no longer this number", CHECK_QUESTION, 6, {
        { PIECE_ONE, 2, { WORD_NEGX, WORD_NO } }, { PIECE_MAYBE, 1, { WORD_LONGER } }, { PIECE_ONE,
        2, { WORD_USE, WORD_USEV } }, { PIECE_MANY, 2, { WORD_DET, WORD_HIS } }, { PIECE_ONE, 1, {
        WORD_THIS } }, { PIECE_ONE, 1, { WORD_PHONE } }
    } },
    { "another person: does not have this number", CHECK_QUESTION, 6, {
        { PIECE_ONE, 1, { WORD_DOES } }, { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, {
        WORD_USEV } }, { PIECE_ONE, 1, { WORD_THIS } }, { PIECE_ONE, 1, { WORD_PHONE } }, {
        PIECE_NOT, 1, { WORD_TO } }
    } },
    { "another person: does not belong to him", CHECK_QUESTION, 3, {
        { PIECE_ONE, 2, { WORD_NEGX, WORD_NEG } }, { PIECE_ONE, 1, { WORD_BELONG } }, { PIECE_MANY,
        1, { WORD_TO } }
    } },
    { "another person: changed his number", CHECK_QUESTION, 3, {
        { PIECE_ONE, 1, { WORD_BELONG } }, { PIECE_ONE, 1, { WORD_HIS } }, { PIECE_ONE, 1, {
        WORD_PHONE } }
    } },
    { "another person: this number belongs to someone else", CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_THIS } }, { PIECE_ONE, 1, { WORD_PHONE } }, { PIECE_MANY, 10, {
        WORD_HAVE, WORD_BE, WORD_ARE, WORD_USED, WORD_TO, WORD_BEEN, WORD_DET, WORD_LONGER,
        WORD_NO, WORD_ONLY } }, { PIECE_ONE, 1, { WORD_BELONG } }
    } },
    { "another person: this number used to be somebody else's", CHECK_QUESTION, 5, {
        { PIECE_ONE, 1, { WORD_THIS } }, { PIECE_ONE, 1, { WORD_PHONE } }, { PIECE_ONE, 1, {
        WORD_USED } }, { PIECE_MANY, 1, { WORD_TO } }, { PIECE_ONE, 2, { WORD_BE, WORD_BELONG } }
    } },
    { "another person: who had this number before me", CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_USE } }, { PIECE_ONE, 1, { WORD_THIS } }, { PIECE_ONE, 1, {
        WORD_PHONE } }, { PIECE_ONE, 1, { WORD_BEFORE } }
    } },
    { "another person: I just got this number", CHECK_QUESTION, 8, {
        { PIECE_ONE, 1, { WORD_ONLY } }, { PIECE_ONE, 2, { WORD_GOT, WORD_HAVE } }, { PIECE_MAYBE,
        1, { WORD_BELONG } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_THIS } }, {
        PIECE_ONE, 1, { WORD_PHONE } }, { PIECE_MANY, 1, { WORD_PHONE } }, { PIECE_CLAUSE_END, 0, {
        0 } }
    } },
    { "another person: I just got this number last week", CHECK_QUESTION, 8, {
        { PIECE_ONE, 1, { WORD_ONLY } }, { PIECE_ONE, 2, { WORD_GOT, WORD_HAVE } }, { PIECE_MAYBE,
        1, { WORD_BELONG } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_THIS } }, {
        PIECE_ONE, 1, { WORD_PHONE } }, { PIECE_MANY, 1, { WORD_PHONE } }, { PIECE_ONE, 1, {
        WORD_WHEN } }
    } },
    { "another person: I got this number two weeks ago", CHECK_QUESTION, 6, {
        { PIECE_ONE, 1, { WORD_I } }, { PIECE_ONE, 1, { WORD_GOT } }, { PIECE_ONE, 1, { WORD_THIS }
        }, { PIECE_ONE, 1, { WORD_PHONE } }, { PIECE_MANY, 1, { WORD_COUNT } }, { PIECE_ONE, 1, {
        WORD_WHEN } }
    } },
    { "wrong number: not the right number", CHECK_QUESTION, 4, {
        { PIECE_ONE, 3, { WORD_NEG, WORD_NEGX, WORD_NO } }, { PIECE_MANY, 1, { WORD_DET } }, {
        PIECE_ONE, 1, { WORD_RIGHT } }, { PIECE_ONE, 2, { WORD_PHONE, WORD_PERSON } }
    } },
    { "another person: does not live here", CHECK_QUESTION, 3, {
        { PIECE_ONE, 3, { WORD_NEG, WORD_NEGX, WORD_LONGER } }, { PIECE_ONE, 1, { WORD_LIVE } }, {
        PIECE_ONE, 1, { WORD_HERE } }
    } },
    { "another person: new number for me", CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_NEW } }, { PIECE_ONE, 1, { WORD_PHONE } }, { PIECE_ONE, 1, {
        WORD_FORWORD } }, { PIECE_ONE, 1, { WORD_ME } }
    } },
    { "another person: I have had this number for years", CHECK_QUESTION, 6, {
        { PIECE_ONE, 1, { WORD_I } }, { PIECE_ONE, 1, { WORD_HAVE } }, { PIECE_ONE, 1, { WORD_HAVE
        } }, { PIECE_ONE, 1, { WORD_THIS } }, { PIECE_ONE, 1, { WORD_PHONE } }, { PIECE_ONE, 1, {
        WORD_FORWORD } }
    } },
    { "another person: not the person you are looking for", CHECK_LAUGH, 7, {
        { PIECE_ONE, 2, { WORD_NEG, WORD_NO } }, { PIECE_MANY, 2, { WORD_DET, WORD_RIGHT } }, {
        PIECE_ONE, 2, { WORD_PERSON, WORD_WHO } }, { PIECE_MAYBE, 1, { WORD_DE } }, { PIECE_ONE, 1,
        { WORD_YOU } }, { PIECE_MAYBE, 1, { WORD_ARE } }, { PIECE_ONE, 1, { WORD_LOOKING } }
    } },
    { "another person: you are looking for somebody else", 0, 6, {
        { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_MANY, 3, { WORD_MODAL, WORD_BE, WORD_ARE } }, {
        PIECE_ONE, 1, { WORD_LOOKING } }, { PIECE_ONE, 1, { WORD_FORWORD } }, { PIECE_ONE, 1, {
        WORD_THIRD } }, { PIECE_ONE, 1, { WORD_ELSE } }
    } },
    { "another person: you meant to text somebody else", CHECK_QUESTION, 6, {
        { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_MANY, 4, { WORD_MODAL, WORD_BE, WORD_ARE, WORD_HAVE
        } }, { PIECE_ONE, 1, { WORD_MEANT } }, { PIECE_MANY, 1, { WORD_TO } }, { PIECE_ONE, 2, {
        WORD_CONTV, WORD_CONTVME } }, { PIECE_ONE, 1, { WORD_THIRD } }
    } },
    { "another person: previous owner", 0, 2, {
        { PIECE_ONE, 1, { WORD_PREVIOUS } }, { PIECE_ONE, 1, { WORD_OWNER } }
    } },
    { "no such person: nobody of that name", CHECK_QUESTION, 3, {
        { PIECE_ONE, 1, { WORD_NOBODY } }, { PIECE_MANY, 4, { WORD_DET, WORD_HERE, WORD_BYWORD,
        WORD_TO } }, { PIECE_ONE, 1, { WORD_NAMED } }
    } },
    { "no such person: nobody here", CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_NO } }, { PIECE_ONE, 2, { WORD_PERSON, WORD_ONE } }, { PIECE_MANY,
        4, { WORD_DET, WORD_HERE, WORD_BYWORD, WORD_TO } }, { PIECE_ONE, 1, { WORD_NAMED } }
    } },
    { "no such person: there is no Linda here", CHECK_QUESTION, 5, {
        { PIECE_MAYBE, 1, { WORD_THERE } }, { PIECE_MAYBE, 1, { WORD_ARE } }, { PIECE_ONE, 1, {
        WORD_NO } }, { PIECE_ONE, 1, { WORD_NAME } }, { PIECE_ONE, 1, { WORD_HERE } }
    } },
    { "no such person: I don't know any Mark", CHECK_QUESTION, 5, {
        { PIECE_ONE, 1, { WORD_I } }, { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, { WORD_KNOWV
        } }, { PIECE_ONE, 2, { WORD_DET, WORD_ANYWORD } }, { PIECE_ONE, 1, { WORD_NAME } }
    } },
    { "no such person: I don't know who Mark is", CHECK_QUESTION, 6, {
        { PIECE_ONE, 1, { WORD_I } }, { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, { WORD_KNOWV
        } }, { PIECE_ONE, 1, { WORD_WHO } }, { PIECE_ONE, 1, { WORD_NAME } }, { PIECE_ONE, 1, {
        WORD_ARE } }
    } },
    { "no such person: no idea who Mark is", CHECK_QUESTION, 5, {
        { PIECE_ONE, 1, { WORD_NO } }, { PIECE_ONE, 1, { WORD_IDEA } }, { PIECE_ONE, 1, { WORD_WHO
        } }, { PIECE_ONE, 1, { WORD_NAME } }, { PIECE_ONE, 1, { WORD_ARE } }
    } },
    { "no such person: no conozco a ninguna Laura", CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_NO } }, { PIECE_ONE, 1, { WORD_KNOWV } }, { PIECE_MAYBE, 1, {
        WORD_TO } }, { PIECE_ONE, 1, { WORD_ANYES } }
    } },
    { "no such person: aqui no vive", CHECK_QUESTION, 3, {
        { PIECE_ONE, 1, { WORD_HERE } }, { PIECE_ONE, 1, { WORD_NO } }, { PIECE_ONE, 1, { WORD_LIVE
        } }
    } },
    { "no such person: that's not my name", 0, 5, {
        { PIECE_ONE, 2, { WORD_THIS, WORD_ITS } }, { PIECE_MAYBE, 1, { WORD_ARE } }, { PIECE_ONE,
        1, { WORD_NEG } }, { PIECE_ONE, 1, { WORD_MY } }, { PIECE_ONE, 1, { WORD_NAMED } }
    } },
    { "enough: done with these texts", CHECK_LAUGH | CHECK_QUESTION, 3, {
        { PIECE_ONE, 1, { WORD_FED } }, { PIECE_MANY, 7, { WORD_DE, WORD_OFF, WORD_TO, WORD_DET,
        WORD_GETV, WORD_GETTING, WORD_SENDING } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "anger: go bother someone else", CHECK_NEGATED, 3, {
        { PIECE_ONE, 1, { WORD_BUGV } }, { PIECE_ONE, 2, { WORD_THIRD, WORD_YOU } }, { PIECE_ONE,
        1, { WORD_ELSE } }
    } },
    { "leave alone: let me be", CHECK_NEGATED, 5, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_LET } }, { PIECE_ONE, 1, { WORD_ME
        } }, { PIECE_ONE, 1, { WORD_BEE } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "complaint: one more text and I call the police", 0, 5, {
        { PIECE_ONE, 1, { WORD_ONE } }, { PIECE_ONE, 1, { WORD_MORE } }, { PIECE_ONE, 2, {
        WORD_MSG, WORD_MSG1 } }, { PIECE_MANY, 1, { WORD_OR } }, { PIECE_ONE, 2, { WORD_I,
        WORD_IWILL } }
    } },
    { "complaint: text me one more time", 0, 5, {
        { PIECE_ONE, 1, { WORD_CONTV } }, { PIECE_TARGET, 0, { 0 } }, { PIECE_ONE, 1, { WORD_ONE }
        }, { PIECE_ONE, 1, { WORD_MORE } }, { PIECE_ONE, 1, { WORD_TIME } }
    } },
    { "complaint: if you don't stop", CHECK_LAUGH, 5, {
        { PIECE_ONE, 1, { WORD_IF } }, { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_ONE, 2, { WORD_NEG,
        WORD_NEGX } }, { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "complaint: you are harassing me", CHECK_LAUGH | CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_MANY, 3, { WORD_ARE, WORD_BE, WORD_KEEP } }, {
        PIECE_ONE, 1, { WORD_HARASSING } }, { PIECE_TARGET, 0, { 0 } }
    } },
    { "complaint: reported and blocked", CHECK_LAUGH | CHECK_QUESTION, 4, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_ONE, 2, { WORD_REPORTED, WORD_BLOCK } }, {
        PIECE_MANY, 2, { WORD_REPORTED, WORD_BLOCK } }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "complaint: I still get your texts", CHECK_LAUGH | CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_STILL } }, { PIECE_ONE, 2, { WORD_GETV, WORD_GETTING } }, {
        PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "want + out: I want out", 0, 5, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_MAYBE, 1, { WORD_I } }, { PIECE_ONE, 1, { WORD_WANT
        } }, { PIECE_ONE, 1, { WORD_OUT } }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "want + stop: I want to stop", CHECK_LAUGH, 6, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_MAYBE, 1, { WORD_I } }, { PIECE_ONE, 1, { WORD_WANT
        } }, { PIECE_ONE, 1, { WORD_TO } }, { PIECE_ONE, 1, { WORD_BARESTOP } }, { PIECE_TEXT_END,
        0, { 0 } }
    } },
    { "another person: not her number", CHECK_QUESTION, 4, {
        { PIECE_CLAUSE_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, {
        WORD_HIS } }, { PIECE_ONE, 1, { WORD_PHONE } }
    } },
    { "another person: this isn't him", CHECK_QUESTION, 5, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_MANY, 4, { WORD_I, WORD_THIS, WORD_ITS, WORD_ARE }
        }, { PIECE_ONE, 2, { WORD_NEG, WORD_NEGX } }, { PIECE_ONE, 1, { WORD_THIRD } }, {
        PIECE_TEXT_END, 0, { 0 } }
    } },
    { "another person: not me", CHECK_QUESTION, 4, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, { WORD_ME }
        }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "another person: not Karl's number (of)", CHECK_QUESTION, 7, {
        { PIECE_ONE, 1, { WORD_THIS } }, { PIECE_MANY, 2, { WORD_ES, WORD_ARE } }, { PIECE_ONE, 3,
        { WORD_NEG, WORD_NO, WORD_NEGX } }, { PIECE_MANY, 1, { WORD_DET } }, { PIECE_ONE, 1, {
        WORD_PHONE } }, { PIECE_ONE, 2, { WORD_DE, WORD_OFF } }, { PIECE_ONE, 1, { WORD_NAME } }
    } },
    { "no such person: I don't know anyone of that name", CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, { WORD_KNOWV } }, { PIECE_ONE, 1, {
        WORD_THIRD } }, { PIECE_ONE, 2, { WORD_NAMED, WORD_BYWORD } }
    } },
    { "enough: cut out the texts", CHECK_LAUGH | CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_CUT } }, { PIECE_ONE, 2, { WORD_OUT, WORD_OFF } }, { PIECE_MANY, 2,
        { WORD_DET, WORD_LISTADJ } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "complaint: if you text me again", 0, 5, {
        { PIECE_ONE, 1, { WORD_IF } }, { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_ONE, 2, {
        WORD_CONTV, WORD_CONTVME } }, { PIECE_TARGET, 0, { 0 } }, { PIECE_ONE, 1, { WORD_AGAIN } }
    } },
    { "complaint: TCPA", 0, 1, {
        { PIECE_ONE, 1, { WORD_TCPA } }
    } },
    { "complaint: DNC", 0, 1, {
        { PIECE_ONE, 1, { WORD_DNC } }
    } },
    { "make + stop: how do I make this stop", CHECK_LAUGH, 5, {
        { PIECE_ONE, 1, { WORD_MAKE } }, { PIECE_ONE, 1, { WORD_THIS } }, { PIECE_MANY, 1, {
        WORD_TO } }, { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_CLAUSE_END, 0, { 0 } }
    } },
    { "stop alone: yes stop", CHECK_LAUGH, 4, {
        { PIECE_TEXT_START, 0, { 0 } }, { PIECE_ONE, 1, { WORD_ANSWER } }, { PIECE_ONE, 1, {
        WORD_BARESTOP } }, { PIECE_TEXT_END, 0, { 0 } }
    } },
    { "enough: nobody wants these texts", CHECK_LAUGH | CHECK_QUESTION, 4, {
        { PIECE_ONE, 1, { WORD_NOBODY } }, { PIECE_ONE, 1, { WORD_WANTS } }, { PIECE_MANY, 4, {
        WORD_DET, WORD_LISTADJ, WORD_TO, WORD_GETV } }, { PIECE_ONE, 1, { WORD_MSG } }
    } },
    { "no + use: do not use this number", 0, 6, {
        { PIECE_ONE, 1, { WORD_NEG } }, { PIECE_ONE, 1, { WORD_USEV } }, { PIECE_ONE, 2, { WORD_MY,
        WORD_THIS } }, { PIECE_ONE, 1, { WORD_PHONE } }, { PIECE_MANY, 1, { WORD_TO } }, {
        PIECE_ONE, 2, { WORD_CONTV, WORD_CONTVME } }
    } },
    { "want + stop: you need to stop", CHECK_LAUGH | CHECK_NEGATED, 6, {
        { PIECE_ONE, 1, { WORD_YOU } }, { PIECE_ONE, 2, { WORD_HAVE, WORD_WANT } }, { PIECE_MANY,
        1, { WORD_TO } }, { PIECE_ONE, 1, { WORD_CEASE } }, { PIECE_MAYBE, 1, { WORD_JUNK } }, {
        PIECE_CLAUSE_END, 0, { 0 } }
    } },
};

/* The patterns that a word of each class may begin, and those of each level, as bits. */
static const struct pattern_set begins[] = {
    [WORD_DET] = { { 0x0U, 0x0U, 0x324440800U, 0x0U } },
    [WORD_DE] = { { 0x0U, 0x0U, 0x400000U, 0x0U } },
    [WORD_ME] = { { 0x0U, 0x40000U, 0x400400000U, 0x0U } },
    [WORD_THIS] = { { 0x0U, 0x0U, 0x300d00240040U, 0x28004U } },
    [WORD_PHONE] = { { 0x0U, 0x0U, 0x2000400000U, 0x0U } },
    [WORD_YOU] = { { 0x0U, 0x8400000000000000U, 0x18000020c581800U, 0x8000200U } },
    [WORD_I] = { { 0x200000U, 0x4000000004000000U, 0x6022000400003100U, 0xb000U } },
    [WORD_IWILL] = { { 0x0U, 0x0U, 0x2000U, 0x0U } },
    [WORD_NEG] = { { 0xf980ffbbf6000000U, 0xffU, 0x4c049440008007U, 0x405c000U } },
    [WORD_NEGX] = { { 0x0U, 0x0U, 0xc050400000007U, 0x8000U } },
    [WORD_NO] = { { 0xffdef98838000000U, 0x200000000000ffU, 0x9844019400000000U, 0x1U } },
    [WORD_LONGER] = { { 0x0U, 0x0U, 0x8000000000000U, 0x0U } },
    [WORD_CEASE] = { { 0x5f85fU, 0x18000000000000U, 0x0U, 0x0U } },
    [WORD_BARESTOP] = { { 0x0U, 0xc000000000000U, 0x0U, 0x0U } },
    [WORD_CEASEDE] = { { 0x680U, 0x0U, 0x0U, 0x0U } },
    [WORD_CONTV] = { { 0x4000000000U, 0x0U, 0x4000U, 0x80U } },
    [WORD_CONTVME] = { { 0x4000000000U, 0x0U, 0x0U, 0x0U } },
    [WORD_SENDV] = { { 0x1000000000000U, 0x0U, 0x0U, 0x0U } },
    [WORD_WANT] = { { 0x400000U, 0x400006700700U, 0x0U, 0x3000U } },
    [WORD_BE] = { { 0x0U, 0x0U, 0x100440000U, 0x0U } },
    [WORD_PPOFF] = { { 0x0U, 0x4000000U, 0x0U, 0x0U } },
    [WORD_MSG] = { { 0x100000U, 0x800000000000000U, 0x0U, 0x0U } },
    [WORD_JUNK] = { { 0x0U, 0x0U, 0xc00000000U, 0x0U } },
    [WORD_REMOVE] = { { 0x0U, 0x10008b800U, 0x0U, 0x0U } },
    [WORD_REMOVEONLY] = { { 0x0U, 0x40000000U, 0x0U, 0x0U } },
    [WORD_REMOVEME] = { { 0x0U, 0x30000U, 0x0U, 0x0U } },
    [WORD_UNSUB] = { { 0x0U, 0xfc00000000U, 0x0U, 0x0U } },
    [WORD_OPT] = { { 0x0U, 0x1f0000000000U, 0x0U, 0x0U } },
    [WORD_CANCEL] = { { 0x38000U, 0x0U, 0x0U, 0x0U } },
    [WORD_LOSE] = { { 0x0U, 0x280000000U, 0x0U, 0x0U } },
    [WORD_LEAVE] = { { 0x0U, 0x2800000000000U, 0x0U, 0x0U } },
    [WORD_LEAVEME] = { { 0x0U, 0x1000000000000U, 0x0U, 0x0U } },
    [WORD_PERMIT] = { { 0x1000000U, 0x0U, 0x0U, 0x0U } },
    [WORD_REVOKE] = { { 0x800000U, 0x0U, 0x0U, 0x0U } },
    [WORD_HAVE] = { { 0x0U, 0x3000000U, 0x100440000U, 0x0U } },
    [WORD_WHY] = { { 0x0U, 0x3000000000000000U, 0x0U, 0x0U } },
    [WORD_WRONG] = { { 0x0U, 0x0U, 0x100040000U, 0x0U } },
    [WORD_INSTEAD] = { { 0x0U, 0x0U, 0x20000U, 0x0U } },
    [WORD_INSULT] = { { 0x0U, 0x0U, 0x38U, 0x0U } },
    [WORD_HARASS] = { { 0x0U, 0x0U, 0x80U, 0x0U } },
    [WORD_REPORT] = { { 0x0U, 0x0U, 0x700U, 0x0U } },
    [WORD_BLOCK] = { { 0x0U, 0x0U, 0x1000U, 0x400U } },
    [WORD_TOO] = { { 0x0U, 0x200000000000000U, 0x0U, 0x0U } },
    [WORD_ARE] = { { 0x0U, 0x0U, 0x1000000500041000U, 0x8000U } },
    [WORD_ENOUGH] = { { 0x0U, 0xc0000000000000U, 0x0U, 0x0U } },
    [WORD_MAKE] = { { 0x80000U, 0x0U, 0x0U, 0x800000U } },
    [WORD_CUT] = { { 0x0U, 0x108000000000000U, 0x0U, 0x80000U } },
    [WORD_PUT] = { { 0x0U, 0x10000000U, 0x0U, 0x0U } },
    [WORD_BAJADAR] = { { 0x0U, 0x200000000000U, 0x0U, 0x0U } },
    [WORD_NEW] = { { 0x0U, 0x0U, 0x10000000000000U, 0x0U } },
    [WORD_NOBODY] = { { 0x0U, 0x0U, 0x400000000000000U, 0x2000000U } },
    [WORD_BELONG] = { { 0x0U, 0x0U, 0x80000000000U, 0x0U } },
    [WORD_USE] = { { 0x0U, 0x0U, 0x400000000000U, 0x0U } },
    [WORD_SORRY] = { { 0x0U, 0x0U, 0x500440000U, 0x0U } },
    [WORD_REMOVESELF] = { { 0x0U, 0x4000U, 0x0U, 0x0U } },
    [WORD_PLUS] = { { 0x20000000000000U, 0x0U, 0x0U, 0x0U } },
    [WORD_MELD] = { { 0x0U, 0x20000000U, 0x0U, 0x0U } },
    [WORD_SUEV] = { { 0x0U, 0x0U, 0x10000U, 0x0U } },
    [WORD_ITS] = { { 0x0U, 0x0U, 0xd00240040U, 0x8004U } },
    [WORD_SO] = { { 0x0U, 0x0U, 0x100040000U, 0x0U } },
    [WORD_ISIT] = { { 0x0U, 0x0U, 0x100040000U, 0x0U } },
    [WORD_HAVEV] = { { 0x0U, 0x0U, 0x400000U, 0x0U } },
    [WORD_YOUHAVE] = { { 0x0U, 0x0U, 0x205800000U, 0x0U } },
    [WORD_ERR] = { { 0x0U, 0x0U, 0x6000000U, 0x0U } },
    [WORD_ERRALONE] = { { 0x0U, 0x0U, 0x80000000U, 0x0U } },
    [WORD_PREVIOUS] = { { 0x0U, 0x0U, 0x200000000000000U, 0x0U } },
    [WORD_HERE] = { { 0x0U, 0x0U, 0x0U, 0x2U } },
    [WORD_ONE] = { { 0x0U, 0x0U, 0x0U, 0x40U } },
    [WORD_THERE] = { { 0x0U, 0x0U, 0x1000000000000000U, 0x0U } },
    [WORD_YO] = { { 0x0U, 0x0U, 0x400000000U, 0x0U } },
    [WORD_IF] = { { 0x20U, 0x0U, 0x0U, 0x100100U } },
    [WORD_ONLY] = { { 0x0U, 0x0U, 0x1800000000000U, 0x0U } },
    [WORD_NEST] = { { 0x0U, 0x0U, 0x4000000000U, 0x0U } },
    [WORD_FED] = { { 0x0U, 0x0U, 0x0U, 0x8U } },
    [WORD_REFRAIN] = { { 0x100U, 0x0U, 0x0U, 0x0U } },
    [WORD_BUGV] = { { 0x0U, 0x0U, 0x0U, 0x10U } },
    [WORD_LET] = { { 0x0U, 0x0U, 0x0U, 0x20U } },
    [WORD_REPORTED] = { { 0x0U, 0x0U, 0x0U, 0x400U } },
    [WORD_STILL] = { { 0x0U, 0x0U, 0x0U, 0x800U } },
    [WORD_BEE] = { { 0x0U, 0x800000U, 0x0U, 0x0U } },
    [WORD_FALSCH] = { { 0x0U, 0x0U, 0x10000000U, 0x0U } },
    [WORD_TCPA] = { { 0x0U, 0x0U, 0x0U, 0x200000U } },
    [WORD_DNC] = { { 0x0U, 0x0U, 0x0U, 0x400000U } },
    [WORD_PLEASE] = { { 0x400000000U, 0x0U, 0x0U, 0x0U } },
    [WORD_ANSWER] = { { 0x0U, 0x0U, 0x0U, 0x1000000U } },
    [WORD_REMOVAL] = { { 0x0U, 0xc000000U, 0x0U, 0x0U } },
    [WORD_DOES] = { { 0x0U, 0x0U, 0x20000000000U, 0x0U } },
    [WORD_CLASSES] = { { 0 } },
};

static const struct pattern_set levels[] = {
    [PATTERN_CLEAR] = { { 0xfffffffdffffffdfU, 0x15ff3ffffffeffU, 0x0U, 0x0U } },
    [PATTERN_LIKELY] = { { 0x200000020U, 0xffea00c000000100U, 0x3ffffU, 0xff83ff8U } },
    [PATTERN_OWNER] = { { 0x0U, 0x0U, 0xfffffffffffc0000U, 0x7c007U } },
};
// clang-format on
