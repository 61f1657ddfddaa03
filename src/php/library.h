#ifndef PHP_LIBRARY_H
#define PHP_LIBRARY_H

/*
 * library - what functions that every site has do to values: PHP's own, those of
 * the common content managers and of the mail libraries.
 *
 * Tables: a function that weir should know is a row. Pure.
 */

#include "php/value.h"

/* Where a value arrives. */
enum sink {
    SINK_NONE,
    SINK_CODE,    /* eval, assert, create_function */
    SINK_PATTERN, /* preg_replace: with /e its replacement is code */
    SINK_COMMAND, /* exec, system, popen, proc_open */
    SINK_INCLUDE,
    SINK_CALLEE,          /* the function that is called: $f(), call_user_func, usort */
    SINK_CALLEE_ARGUMENT, /* what is handed to a function whose name is not written */
    SINK_PATH,            /* a file to be written */
    SINK_CONTENT,         /* what is written */
    SINK_UPLOAD,          /* move_uploaded_file: where to */
    SINK_URL,             /* fetched from */
    SINK_HOST,            /* connected to */
    SINK_SOCKET,          /* written to a connection */
    SINK_UNSERIALIZE,
    SINK_OUTPUT,    /* echo, print */
    SINK_VARIABLES, /* extract, parse_str without a target */

    SINK_RECIPIENT, /* the mail sinks from here on */
    SINK_COPY,      /* Cc, Bcc */
    SINK_SENDER,    /* From, Reply-To set by a method that checks them */
    SINK_SUBJECT,
    SINK_BODY,
    SINK_HEADER,  /* header lines as they go out */
    SINK_OPTIONS, /* parameter 5 of mail(): the command line of sendmail */
    SINK_ATTACHMENT,
    SINK_SEND, /* the mail goes out here */

    SINK_FIELDS, /* of the table alone: an array of parts by name, told apart when they arrive */
};
#define SINK_COUNT (SINK_SEND + 1)

static inline bool
sink_is_mail(enum sink sink)
{
    return sink >= SINK_RECIPIENT && sink <= SINK_SEND;
}

/* What holds on the path on which something happens. */
enum guard {
    GUARD_LOGIN = 1 << 0,
    GUARD_ADMIN = 1 << 1,
    GUARD_CAPTCHA = 1 << 2,
    GUARD_TOKEN = 1 << 3,    /* CSRF token, nonce: no bot check, yet one obstacle */
    GUARD_HONEYPOT = 1 << 4, /* a field of the request must be empty */
    GUARD_LIMIT = 1 << 5,    /* a rate limit */
    GUARD_CONSOLE = 1 << 6,  /* only from the command line */
    GUARD_SPAM = 1 << 7,     /* a content check: Akismet and the like */
    GUARD_PASSWORD = 1 << 8, /* the request must hold a constant: what web shells do */

    /* No guards, but what has happened on the path: */
    MARK_REGISTERED = 1 << 16, /* an account was opened */
    MARK_ATTACK = 1 << 17,     /* a page that is missing was asked for, a login failed */
};

/* What a call gives back. */
enum library_result {
    RESULT_ARGUMENTS, /* text made of all its arguments */
    RESULT_CLEAR,     /* a number, a truth: nothing of the arguments' text */
    RESULT_FIRST,     /* made of the first argument */
    RESULT_SECOND,
    RESULT_THIRD,
};

#define LIBRARY_SINKS_MAX 5

struct library {
    const char *name; /* lower case; of methods "class::name" or "::name" for any class */
    uint8_t result;   /* enum library_result */
    uint8_t sinks[LIBRARY_SINKS_MAX]; /* enum sink of each argument */
    uint32_t gives;                   /* taint of the result */
    uint32_t cleans;                  /* what the result can no longer do */
    uint32_t when_true;               /* clean of the first argument behind a call that gave true */
    uint32_t guards_true, guards_false, guards_after; /* hold when it gave true, false, at all */
    bool is_end;                                      /* does not return */
    const char *makes; /* the class of the object that it gives, lower case; NULL: none */
    bool is_output;    /* writes into argument 1 and later what it gives: preg_match, exec */
};

/* NULL for names that are not in the table. `name` is lower case without leading "\". */
const struct library *library_function(struct str name);

/* A method: `class` in lower case, empty where it is not known; `name` in lower case. */
const struct library *library_method(struct str class, struct str name);

/* Guards that the name of a function, method or property speaks of where no table has it:
 * "verifyCaptcha", "isLoggedIn". `ret_is_negative`: they hold when it is false: "isGuest". */
uint32_t library_guard_by_name(struct str name, bool *ret_is_negative);

/* Does the name of a class or variable speak of a mailer? "PHPMailer", "$mail", "$message". */
bool library_is_mailer(struct str name);

/* The mail sink that a property of a mailer is: $mail->Body. SINK_NONE otherwise. */
enum sink library_property(struct str name);

/* The taint of a superglobal: "_POST". 0 for other variables. */
uint32_t library_superglobal(struct str name);

/* "HTTP_HOST": a header that browsers, proxies and APIs send, and nobody makes up. */
bool library_is_usual_header(struct str name);

/* The number of rows, and a row: for the test that they are in order. */
size_t library_count(void);
const struct library *library_row(size_t index);

#endif
